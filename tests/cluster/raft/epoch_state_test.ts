import { assertEquals } from "@std/assert";
import {
  deadlineToKeep,
  electionOf,
  type EpochState,
  followerState,
  leaderIdOf,
  resignedState,
} from "../../../cluster/raft/epoch_state.ts";
import { EpochElection } from "../../../cluster/raft/epoch_election.ts";
import { replicaKey, VoterSet } from "../../../cluster/raft/voter_set.ts";

const local = replicaKey(1, "AAAAAAAAAAAAAAAAAAAAZA");
const voters = VoterSet.fromStatic("C", [1, 2].map((id) => ({ id, host: "h", port: 1 })));
const votedKey = replicaKey(2);

Deno.test("each state keeps of the election what it must not forget", () => {
  const election = new EpochElection(voters);
  const states: [EpochState, number | undefined, typeof votedKey | undefined][] = [
    [
      { name: "Unattached", epoch: 4, leaderId: undefined, votedKey, electionDeadline: 0 },
      undefined,
      votedKey,
    ],
    [
      {
        name: "Prospective",
        epoch: 4,
        leaderId: 2,
        leaderEndpoints: [],
        votedKey,
        election,
        electionDeadline: 0,
      },
      2,
      votedKey,
    ],
    [{ name: "Candidate", epoch: 4, election, electionDeadline: 0 }, undefined, local],
    [
      {
        name: "Follower",
        epoch: 4,
        leaderId: 2,
        votedKey,
        fetchDeadline: 0,
        leaderEndpoints: [],
        hasFetched: true,
        leaderHighWatermark: 7,
        snapshot: undefined,
      },
      2,
      votedKey,
    ],
    [
      {
        name: "Resigned",
        epoch: 4,
        electionDeadline: 0,
        successors: [],
        unacknowledged: new Set(),
      },
      1,
      undefined,
    ],
  ];
  for (const [state, leaderId, voted] of states) {
    assertEquals(leaderIdOf(state, local), leaderId, state.name);
    assertEquals(
      electionOf(state, local, voters),
      { epoch: 4, leaderId, votedKey: voted, voters: [1, 2] },
      state.name,
    );
  }
});

Deno.test("who loses sight of the leader waits anew, who was waiting already does not", () => {
  const election = new EpochElection(voters, 1);
  const prospective: EpochState = {
    name: "Prospective",
    epoch: 4,
    leaderId: 2,
    leaderEndpoints: [],
    votedKey,
    election,
    electionDeadline: 7,
  };
  assertEquals(deadlineToKeep(followerState(4, 2, [], votedKey, 7)), undefined);
  assertEquals(deadlineToKeep(resignedState(4, [], [2], 7)), 7);
  assertEquals(deadlineToKeep({ name: "Candidate", epoch: 4, election, electionDeadline: 7 }), 7);
  assertEquals(deadlineToKeep(prospective), 7);
  election.recordVote(2, false);
  assertEquals(deadlineToKeep(prospective), undefined);
});
