import { assertEquals } from "@std/assert";
import { replicaKey } from "../../../cluster/raft/voter_set.ts";
import { MAX_ANSWER_BYTES } from "../../../cluster/raft/fetch_serving.ts";
import { answers, asFetchAnswer, fetchRequest, ScriptedReplica } from "./scripted_replica.ts";

/** One that leads epoch 4, whose first record, at 20, is on its disk. */
function leader() {
  const replica = new ScriptedReplica();
  replica.elect();
  replica.log.endOffset = 21;
  replica.log.epochs.push([4, 20]);
  replica.step({ type: "flushed", endOffset: 21 });
  return replica;
}

Deno.test("what follows on a log is read for it, in bounds", () => {
  const replica = leader();
  const { read, error, logStartOffset } = asFetchAnswer(replica.ask(fetchRequest()));
  assertEquals([error, logStartOffset, read], ["NONE", 0, { offset: 20, maxBytes: 1000 }]);
  const greedy = asFetchAnswer(replica.ask(fetchRequest({ maxBytes: 0x7fff_ffff })));
  assertEquals(greedy.read!.maxBytes, MAX_ANSWER_BYTES);
});

Deno.test("what a majority has is committed, and those who wait hear of it", () => {
  const replica = leader();
  const three = fetchRequest({ replica: replicaKey(3) });
  replica.step({
    type: "request",
    id: 70,
    request: { ...three, fetchOffset: 21, lastFetchedEpoch: 4 },
  });
  const outputs = replica.step({
    type: "request",
    id: 71,
    request: fetchRequest({ fetchOffset: 21, lastFetchedEpoch: 4, highWatermark: 21 }),
  });
  // Node 3 has made it a majority, so that it was answered at once.
  assertEquals(outputs.some(({ type }) => type === "high_watermark"), false);
  assertEquals(replica.node.leader!.highWatermark, 21);
  replica.log.highWatermark = 21;
});

Deno.test("who has everything waits for something new, at most as long as it may", () => {
  const replica = leader();
  const request = fetchRequest({ fetchOffset: 21, lastFetchedEpoch: 4, highWatermark: 21 });
  assertEquals(replica.ask(request), undefined);
  replica.log.endOffset = 22;
  const woken = answers(replica.step({ type: "appended" }));
  assertEquals([...woken.values()].map((answer) => asFetchAnswer(answer).read?.offset), [21]);
  assertEquals(replica.ask({ ...request, fetchOffset: 22 }), undefined);
  const from = replica.now;
  const late = new Map();
  while (late.size === 0) for (const [id, each] of answers(replica.wait())) late.set(id, each);
  assertEquals([replica.now - from, asFetchAnswer([...late.values()][0]).read], [500, undefined]);
  assertEquals(
    asFetchAnswer(replica.ask({ ...request, fetchOffset: 22, maxWaitMs: 0 })).error,
    "NONE",
  );
});

Deno.test("who has something else is told where the logs part", () => {
  const replica = leader();
  const parted = asFetchAnswer(replica.ask(fetchRequest({ fetchOffset: 12, lastFetchedEpoch: 2 })));
  assertEquals([parted.divergingEpoch, parted.read], [{ offset: 10, epoch: 2 }, undefined]);
});

Deno.test("who needs what is gone is sent to the snapshot", () => {
  const replica = leader();
  replica.log.startOffset = 15;
  replica.log.held = [[{ offset: 15, epoch: 3 }, 500]];
  const { snapshotId } = asFetchAnswer(
    replica.ask(fetchRequest({ fetchOffset: 10, lastFetchedEpoch: 3 })),
  );
  assertEquals(snapshotId, { offset: 15, epoch: 3 });
});

Deno.test("those of other epochs, and requests that cannot be, are refused", () => {
  const replica = leader();
  const refused = (partial: Parameters<typeof fetchRequest>[0]) =>
    replica.ask(fetchRequest(partial))?.error;
  assertEquals(refused({ epoch: 3 }), "FENCED_LEADER_EPOCH");
  assertEquals(refused({ epoch: 5 }), "UNKNOWN_LEADER_EPOCH");
  assertEquals(refused({ fetchOffset: -1 }), "INVALID_REQUEST");
  assertEquals(refused({ lastFetchedEpoch: 5 }), "INVALID_REQUEST");
  assertEquals(refused({ replica: replicaKey(1) }), "INVALID_REQUEST");
  const follower = new ScriptedReplica();
  follower.follow();
  assertEquals(follower.ask(fetchRequest({ epoch: 3 }))?.error, "NOT_LEADER_OR_FOLLOWER");
});

Deno.test("those who wait at a leader that resigns are sent away", () => {
  const replica = leader();
  const request = fetchRequest({ fetchOffset: 21, lastFetchedEpoch: 4, highWatermark: 21 });
  assertEquals(replica.ask(request), undefined);
  const [answer] = answers(replica.step({ type: "resign" })).values();
  assertEquals(answer?.error, "NOT_LEADER_OR_FOLLOWER");
});
