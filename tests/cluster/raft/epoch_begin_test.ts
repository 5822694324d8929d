import { assertEquals } from "@std/assert";
import { replicaKey } from "../../../cluster/raft/voter_set.ts";
import type { BeginQuorumEpochRequest } from "../../../cluster/raft/raft_message.ts";
import { fetchRequest, saved, ScriptedReplica, sends } from "./scripted_replica.ts";

const begin = (partial: Partial<BeginQuorumEpochRequest> = {}): BeginQuorumEpochRequest => ({
  type: "begin_quorum_epoch",
  voter: replicaKey(1),
  leaderId: 3,
  epoch: 4,
  leaderEndpoints: [{ name: "CONTROLLER", host: "host3", port: 9093 }],
  ...partial,
});

Deno.test("a leader that makes itself known is followed", () => {
  const replica = new ScriptedReplica();
  replica.start(saved({}));
  assertEquals(replica.ask(begin())?.error, "NONE");
  assertEquals([replica.state, replica.node.leaderAndEpoch], ["Follower", {
    leaderId: 3,
    epoch: 4,
  }]);
});

Deno.test("a leader of an epoch that is over, or a second one of an epoch, is refused", () => {
  const replica = new ScriptedReplica();
  replica.start(saved({ leaderId: 2 }));
  assertEquals(replica.ask(begin({ epoch: 2 }))?.error, "FENCED_LEADER_EPOCH");
  assertEquals(replica.ask(begin({ epoch: 3 }))?.error, "INVALID_REQUEST");
  assertEquals(replica.node.leaderAndEpoch.leaderId, 2);
});

Deno.test("who means another directory is told so", () => {
  const replica = new ScriptedReplica();
  replica.start(saved({}));
  const voter = replicaKey(1, "OTHERDIRECTORYxxxxxxxA");
  assertEquals(replica.ask(begin({ voter }))?.error, "INVALID_VOTER_KEY");
});

Deno.test("a leader tells the voters that do not fetch, again and again", () => {
  const replica = new ScriptedReplica();
  const told = sends(replica.elect()).filter(({ request }) =>
    request.type === "begin_quorum_epoch"
  );
  assertEquals(told.map(({ to }) => to.id), [2, 3]);
  for (const each of told) {
    replica.answer(each, {
      type: "begin_quorum_epoch",
      error: "NONE",
      leaderId: 1,
      epoch: 4,
      leaderEndpoints: [],
    });
  }
  replica.ask(fetchRequest({ replica: replicaKey(2) }));
  const again: number[] = [];
  while (again.length === 0) {
    again.push(
      ...sends(replica.wait()).filter(({ request }) => request.type === "begin_quorum_epoch")
        .map(({ to }) => to.id),
    );
  }
  assertEquals(again.includes(3), true);
});
