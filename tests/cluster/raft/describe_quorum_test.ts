import { assertEquals } from "@std/assert";
import { ZERO_UUID } from "../../../storage/bytes/uuid.ts";
import { describeQuorum } from "../../../cluster/raft/describe_quorum.ts";
import { LeaderState } from "../../../cluster/raft/leader_state.ts";
import { replicaKey, VoterSet } from "../../../cluster/raft/voter_set.ts";
import { DIRECTORY_ID, LISTENER } from "./raft_support.ts";

Deno.test("the leader is up to date at once, others are as they were at their last fetch", () => {
  const local = {
    key: replicaKey(1, DIRECTORY_ID),
    endpoints: [LISTENER],
    minKRaftVersion: 0,
    maxKRaftVersion: 1,
  };
  const voters = new VoterSet([local]);
  const leader = new LeaderState({
    local,
    epoch: 2,
    epochStartOffset: 5,
    voters,
    fetchTimeoutMs: 2000,
    now: 0,
  });
  assertEquals(describeQuorum(leader, 1000).highWatermark, -1);
  leader.updateLocal(8, voters);
  leader.updateReplica(replicaKey(4), 6, 900);
  const times = { lastFetchTimestamp: 1000, lastCaughtUpTimestamp: 1000 };
  assertEquals(describeQuorum(leader, 1000), {
    leaderId: 1,
    leaderEpoch: 2,
    highWatermark: 8,
    currentVoters: [{
      replicaId: 1,
      replicaDirectoryId: DIRECTORY_ID,
      logEndOffset: 8,
      ...times,
    }],
    observers: [{
      replicaId: 4,
      replicaDirectoryId: ZERO_UUID,
      logEndOffset: 6,
      lastFetchTimestamp: 900,
      lastCaughtUpTimestamp: -1,
    }],
    nodes: [{ nodeId: 1, listeners: [LISTENER] }],
  });
});
