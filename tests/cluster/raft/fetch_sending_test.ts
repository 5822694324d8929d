import { assert, assertEquals, assertThrows } from "@std/assert";
import { CorruptRecordError } from "../../../storage/errors.ts";
import { fetched, kinds, saved, ScriptedReplica, sends, sentTo } from "./scripted_replica.ts";

Deno.test("a follower asks its leader for what comes behind its log, and goes on when it has that", () => {
  const replica = new ScriptedReplica();
  const fetch = replica.follow();
  const { request } = fetch;
  assert(request.type === "fetch");
  assertEquals([request.fetchOffset, request.lastFetchedEpoch, request.epoch], [20, 3, 3]);
  const records = new Uint8Array([1]);
  const outputs = replica.answer(fetch, fetched({ records, highWatermark: 21 }));
  // What it has must be on the disk before the leader may count it.
  assertEquals(outputs, [{ type: "append", records, epoch: 3, isDurable: true }]);
  replica.log.endOffset = 21;
  const next = replica.step({ type: "stored", isStored: true });
  assertEquals(kinds(next), ["high_watermark", "send"]);
  assertEquals((sends(next)[0]!.request as { fetchOffset: number }).fetchOffset, 21);
});

Deno.test("a log that parts from the leader's is cut off there", () => {
  const replica = new ScriptedReplica();
  const fetch = replica.follow();
  const outputs = replica.answer(fetch, fetched({ divergingEpoch: { offset: 8, epoch: 2 } }));
  assertEquals(outputs, [{ type: "truncate", offset: 8 }]);
});

Deno.test("a leader that has not what is committed is not believed", () => {
  const replica = new ScriptedReplica();
  replica.log.highWatermark = 9;
  const fetch = replica.follow();
  assertThrows(
    () => replica.answer(fetch, fetched({ divergingEpoch: { offset: 8, epoch: 2 } })),
    CorruptRecordError,
    "below the high watermark 9",
  );
});

Deno.test("a leader whose log begins later has its snapshot fetched, unless this log has more", () => {
  const replica = new ScriptedReplica();
  const fetch = replica.follow();
  const old = { offset: 10, epoch: 2 };
  assertEquals(
    kinds(replica.answer(fetch, fetched({ snapshotId: old }))).includes("begin_snapshot"),
    false,
  );
  const again = new ScriptedReplica();
  const snapshotId = { offset: 30, epoch: 3 };
  const outputs = again.answer(again.follow(), fetched({ snapshotId }));
  assertEquals(outputs[0], { type: "begin_snapshot", snapshotId });
  assertEquals(sends(outputs)[0]!.request.type, "fetch_snapshot");
});

Deno.test("while the leader cannot be reached, somebody else is asked who leads", () => {
  const replica = new ScriptedReplica();
  const fetch = replica.follow();
  const outputs = replica.answer(fetch, { type: "failure", error: "BROKER_NOT_AVAILABLE" });
  const [asked] = sends(outputs);
  assertEquals([asked!.to.id, asked!.request.type], [3, "fetch"]);
  replica.answer(
    asked!,
    fetched({
      error: "NOT_LEADER_OR_FOLLOWER",
      epoch: 4,
      leaderId: 3,
      leaderEndpoints: [{ name: "CONTROLLER", host: "host3", port: 9093 }],
    }),
  );
  assertEquals(replica.node.leaderAndEpoch, { leaderId: 3, epoch: 4 });
});

Deno.test("an answer that comes late or twice changes nothing", () => {
  const replica = new ScriptedReplica();
  const fetch = replica.follow();
  replica.answer(fetch, fetched());
  assertEquals(replica.answer(fetch, fetched({ records: new Uint8Array(1) })), []);
});

Deno.test("a leader that does not answer in time is taken for gone", () => {
  const replica = new ScriptedReplica();
  replica.start(saved({ leaderId: 2 }));
  while (replica.state === "Follower") replica.wait();
  assertEquals([replica.state, replica.now], ["Prospective", 2000]);
  assertEquals(sentTo(replica.step({ type: "poll" }), 2), undefined);
});
