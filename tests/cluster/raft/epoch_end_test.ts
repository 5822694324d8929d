import { assertEquals } from "@std/assert";
import { replicaKey } from "../../../cluster/raft/voter_set.ts";
import type { EndQuorumEpochRequest } from "../../../cluster/raft/raft_message.ts";
import { DIRECTORY_ID } from "./raft_support.ts";
import { fetchRequest, ScriptedReplica, sends } from "./scripted_replica.ts";

const end = (...preferred: number[]): EndQuorumEpochRequest => ({
  type: "end_quorum_epoch",
  leaderId: 2,
  epoch: 3,
  leaderEndpoints: [],
  preferredCandidates: preferred.map((id) => replicaKey(id, id === 1 ? DIRECTORY_ID : undefined)),
});

Deno.test("the first candidate stands at once when its leader steps down, others give way", () => {
  for (const [preferred, waitMs] of [[[1, 3], 0], [[3, 1], 500], [[3], 1000]] as const) {
    const replica = new ScriptedReplica();
    replica.follow();
    assertEquals(replica.ask(end(...preferred))?.error, "NONE");
    if (waitMs > 0) {
      assertEquals(replica.state, "Follower");
      replica.now = waitMs;
      replica.step({ type: "poll" });
    }
    assertEquals(replica.state, "Prospective");
  }
});

Deno.test("only the leader of the epoch can end it", () => {
  const replica = new ScriptedReplica();
  replica.follow();
  assertEquals(replica.ask({ ...end(1), epoch: 2 })?.error, "FENCED_LEADER_EPOCH");
  assertEquals(replica.ask({ ...end(1), leaderId: 3 })?.error, "INVALID_REQUEST");
  assertEquals(replica.state, "Follower");
});

Deno.test("a leader that resigns tells the others who should lead, until they know", () => {
  const replica = new ScriptedReplica();
  replica.elect();
  replica.ask(fetchRequest({ replica: replicaKey(3), fetchOffset: 20 }));
  const outputs = sends(replica.step({ type: "resign" }))
    .filter(({ request }) => request.type === "end_quorum_epoch");
  assertEquals([replica.state, replica.node.leaderAndEpoch.leaderId], ["Resigned", undefined]);
  assertEquals(outputs.map(({ to }) => to.id), [2, 3]);
  const { request } = outputs[0]!;
  assertEquals(
    request.type === "end_quorum_epoch" && request.preferredCandidates.map(({ id }) => id),
    [3, 2],
  );
  const [first, second] = outputs;
  const done = {
    type: "end_quorum_epoch",
    error: "NONE",
    leaderId: 1,
    epoch: 4,
    leaderEndpoints: [],
  } as const;
  replica.answer(first!, done);
  replica.answer(second!, { type: "failure", error: "BROKER_NOT_AVAILABLE" });
  assertEquals(sends(replica.wait()).map(({ to }) => to.id), [3]);
});
