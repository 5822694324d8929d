import { assertEquals } from "@std/assert";
import type { LeaderAndEpoch } from "../../../cluster/raft/raft_listener.ts";
import { VoterSet } from "../../../cluster/raft/voter_set.ts";
import { raftControllerNode } from "../../../cluster/server/raft_controller_node.ts";

Deno.test("the leader of the metadata log is the controller, found where it listens as a voter", () => {
  const quorum: { leaderAndEpoch: LeaderAndEpoch; voters: VoterSet } = {
    leaderAndEpoch: { leaderId: undefined, epoch: 3 },
    voters: VoterSet.fromStatic("CONTROLLER", [
      { id: 1, host: "a", port: 9093 },
      { id: 2, host: "b", port: 9094 },
    ]),
  };
  const node = raftControllerNode(quorum, "CONTROLLER");
  assertEquals(node(), undefined);
  quorum.leaderAndEpoch = { leaderId: 2, epoch: 4 };
  assertEquals(node(), {
    id: 2,
    epoch: 4,
    address: { name: "CONTROLLER", host: "b", port: 9094 } as { host: string; port: number },
  });
  assertEquals(raftControllerNode(quorum, "OTHER")()?.address, undefined);
  quorum.leaderAndEpoch = { leaderId: 7, epoch: 5 };
  assertEquals(node(), { id: 7, epoch: 5, address: undefined });
});
