import { assert, assertEquals, assertThrows } from "@std/assert";
import { EpochElection } from "../../../cluster/raft/epoch_election.ts";
import { VoterSet } from "../../../cluster/raft/voter_set.ts";

const among = (...ids: number[]) =>
  new EpochElection(VoterSet.fromStatic("C", ids.map((id) => ({ id, host: "h", port: 1 }))));

Deno.test("the one voter's own vote is the majority", () => {
  const election = among(1);
  assert(!election.isVoteGranted);
  assert(election.recordVote(1, true));
  assert(election.isVoteGranted && !election.isVoteRejected);
  assertEquals(election.grantingVoters, [1]);
});

Deno.test("a majority decides, and it is known when there can be none", () => {
  const election = among(1, 2, 3, 4);
  election.recordVote(1, true);
  election.recordVote(2, true);
  assert(!election.isVoteGranted && !election.isVoteRejected);
  assertEquals(election.unrecordedVoters.map(({ id }) => id), [3, 4]);
  election.recordVote(3, false);
  assert(!election.isVoteRejected);
  assert(!election.recordVote(3, false));
  election.recordVote(4, false);
  assert(election.isVoteRejected);
});

Deno.test("nobody else's vote counts", () => {
  assertThrows(() => among(1).recordVote(2, true), RangeError, "non-voter: 2");
});
