import { assert, assertEquals, assertThrows } from "@std/assert";
import { LeaderState, OBSERVER_SESSION_TIMEOUT_MS } from "../../../cluster/raft/leader_state.ts";
import { replicaKey, type VoterNode, VoterSet } from "../../../cluster/raft/voter_set.ts";

const D = ["AAAAAAAAAAAAAAAAAAAAZA", "AAAAAAAAAAAAAAAAAAAAZQ", "AAAAAAAAAAAAAAAAAAAAZg"];
const key = (id: number) => replicaKey(id, D[id - 1]);
const node = (id: number): VoterNode => ({
  key: key(id),
  endpoints: [{ name: "C", host: `h${id}`, port: 1 }],
  minKRaftVersion: 0,
  maxKRaftVersion: 1,
});
const voters = (...ids: number[]) => new VoterSet(ids.map(node));

function leading(set: VoterSet, epochStartOffset = 10): LeaderState {
  return new LeaderState({
    local: node(1),
    epoch: 5,
    epochStartOffset,
    voters: set,
    fetchTimeoutMs: 2000,
    now: 0,
  });
}

Deno.test("nothing is committed before a record of the leader's own epoch is", () => {
  const one = voters(1);
  const leader = leading(one);
  assertEquals(leader.updateLocal(10, one), false);
  assertEquals(leader.highWatermark, undefined);
  assertEquals(leader.updateLocal(11, one), true);
  assertEquals(leader.highWatermark, 11);
  assertEquals(leader.updateLocal(11, one), false);
  assertThrows(() => leader.updateLocal(10, one), RangeError, "non-monotonic");
});

Deno.test("the high watermark is what a majority has, and never falls", () => {
  const three = voters(1, 2, 3);
  const leader = leading(three);
  leader.updateLocal(20, three);
  assertEquals(leader.highWatermark, undefined);
  assert(leader.updateReplica(key(2), 15, 1));
  assertEquals(leader.highWatermark, 15);
  assert(!leader.updateReplica(key(2), 12, 2));
  assertEquals(leader.highWatermark, 15);
  assert(leader.updateReplica(key(3), 20, 3));
  assertEquals(leader.highWatermark, 20);
});

Deno.test("a replica is caught up when it has all that there was at its last fetch", () => {
  const two = voters(1, 2);
  const leader = leading(two);
  leader.updateLocal(20, two);
  leader.updateReplica(key(2), 20, 100);
  leader.updateLocal(30, two);
  leader.updateReplica(key(2), 25, 200);
  leader.updateLocal(40, two);
  leader.updateReplica(key(2), 30, 300);
  const state = leader.voters[1]!;
  assertEquals([state.lastFetchTimestamp, state.lastCaughtUpTimestamp], [300, 200]);
  assertEquals(state.endOffset, 30);
});

Deno.test("who fetches without a vote is an observer, until it has been silent for long", () => {
  const one = voters(1);
  const leader = leading(one);
  leader.updateLocal(20, one);
  assert(!leader.updateReplica(key(2), 20, 1000));
  assert(!leader.updateReplica(replicaKey(-1), 20, 1000));
  assertEquals(leader.observers(1000).map(({ key }) => key.id), [2]);
  assertEquals(leader.observers(1000 + OBSERVER_SESSION_TIMEOUT_MS), []);
  assertThrows(() => leader.updateReplica(key(1), 1, 1), RangeError);
});

Deno.test("a voter with another directory is an observer", () => {
  const two = voters(1, 2);
  const leader = leading(two);
  leader.updateLocal(20, two);
  leader.updateReplica(replicaKey(2, D[2]), 20, 1);
  assertEquals(leader.highWatermark, undefined);
  assertEquals(leader.observers(1).map(({ key }) => key.directoryId), [D[2]]);
});

Deno.test("those who begin or cease to vote take along how far they are", () => {
  const one = voters(1);
  const leader = leading(one);
  leader.updateLocal(20, one);
  leader.updateReplica(key(2), 18, 5);
  leader.updateLocal(20, voters(1, 2));
  assertEquals(leader.voters.map(({ endOffset }) => endOffset), [20, 18]);
  assertEquals(leader.observers(5), []);
  leader.updateLocal(20, one);
  assertEquals(leader.voters.length, 1);
  assertEquals(leader.observers(5).map(({ key, endpoints }) => [key.id, endpoints.length]), [
    [2, 0],
  ]);
});
