import { assert, assertEquals } from "@std/assert";
import {
  matchesReplica,
  replicaKey,
  type VoterNode,
  VoterSet,
} from "../../../cluster/raft/voter_set.ts";
import { ZERO_UUID } from "../../../storage/bytes/uuid.ts";

const A = "YuBWMKKZSMSYSyRYTORJEQ";
const B = "AAAAAAAAAAAAAAAAAAAAZA";

function voter(id: number, directoryId?: string, port = 9093): VoterNode {
  return {
    key: replicaKey(id, directoryId),
    endpoints: [{ name: "CONTROLLER", host: `host${id}`, port }],
    minKRaftVersion: 0,
    maxKRaftVersion: 1,
  };
}

Deno.test("a voter without a directory id is its node, one with an id is that directory alone", () => {
  assert(matchesReplica(replicaKey(1), replicaKey(1, A)));
  assert(matchesReplica(replicaKey(1, A), replicaKey(1, A)));
  assert(!matchesReplica(replicaKey(1, A), replicaKey(1, B)));
  assert(!matchesReplica(replicaKey(1, A), replicaKey(1)));
  assert(!matchesReplica(replicaKey(1), replicaKey(2)));
  assertEquals(replicaKey(1, ZERO_UUID).directoryId, undefined);
});

Deno.test("who is the only voter is known by id and directory", () => {
  const one = new VoterSet([voter(1, A)]);
  assert(one.isOnlyVoter(replicaKey(1, A)));
  assert(!one.isOnlyVoter(replicaKey(1, B)));
  const two = new VoterSet([voter(2, B), voter(1, A)]);
  assert(two.isVoter(replicaKey(1, A)) && !two.isOnlyVoter(replicaKey(1, A)));
  assertEquals(two.ids, [1, 2]);
  assert(!VoterSet.EMPTY.isVoter(replicaKey(1, A)));
});

Deno.test("a set goes into a record and comes back", () => {
  const set = new VoterSet([voter(2, B), voter(1)]);
  const record = set.toRecord();
  assertEquals(record.voters.map(({ voterDirectoryId }) => voterDirectoryId), [ZERO_UUID, B]);
  assert(VoterSet.fromRecord(record).equals(set));
});

Deno.test("the voters of the configuration have no directory, and know version 0 alone", () => {
  const set = VoterSet.fromStatic("CONTROLLER", [{ id: 1, host: "h", port: 1 }]);
  assertEquals(set.nodes, [{
    key: { id: 1, directoryId: undefined },
    endpoints: [{ name: "CONTROLLER", host: "h", port: 1 }],
    minKRaftVersion: 0,
    maxKRaftVersion: 0,
  }]);
  assert(!set.supports(1));
  assert(set.withVoter(voter(1, A)).supports(1));
});

Deno.test("a voter needs an update when anything about it has changed, and only when it votes", () => {
  const set = new VoterSet([voter(1, A), voter(2, B)]);
  assert(!set.needsUpdate(voter(1, A)));
  assert(set.needsUpdate(voter(1, A, 9999)));
  assert(!set.needsUpdate(voter(1, B, 9999)));
  assert(!set.needsUpdate(voter(3, A)));
  assert(set.withVoter(voter(1, A, 9999)).get(1)!.endpoints[0]!.port === 9999);
  assertEquals(set.size, 2);
});

Deno.test("the text is that of --initial-controllers", () => {
  const text = new VoterSet([voter(1, A), voter(2)]).toString();
  assertEquals(text, `1@host1:9093:${A},2@host2:9093`);
});
