import { assertEquals } from "@std/assert";
import { type KRaftUpgrade, planKRaftUpgrade } from "../../../cluster/raft/kraft_upgrade.ts";
import { QuorumHistory } from "../../../cluster/raft/quorum_history.ts";
import { replicaKey, VoterSet } from "../../../cluster/raft/voter_set.ts";
import { DIRECTORY_ID, LISTENER } from "./raft_support.ts";

const LOCAL = {
  key: replicaKey(1, DIRECTORY_ID),
  endpoints: [LISTENER],
  minKRaftVersion: 0,
  maxKRaftVersion: 1,
};

function plan(version: number, ...ids: number[]): KRaftUpgrade {
  const voters = ids.map((id) => ({ id, host: "h", port: 1 }));
  return planKRaftUpgrade(new QuorumHistory(VoterSet.fromStatic("C", voters)), LOCAL, version);
}

const outcome = (upgrade: KRaftUpgrade) =>
  "error" in upgrade ? upgrade.error : upgrade.messages.map(({ type }) => type);

Deno.test("version 1 comes with the voters, now that they have directories", () => {
  assertEquals(outcome(plan(1, 1)), ["KRAFT_VERSION", "KRAFT_VOTERS"]);
});

Deno.test("the version in force needs nothing", () => {
  assertEquals(outcome(plan(0, 1)), []);
});

Deno.test("a lower version, one that does not exist, and one that a voter may not know are refused", () => {
  assertEquals(
    outcome(plan(-1, 1)),
    "Invalid upgrade of kraft.version from version KRAFT_VERSION_0 to KRAFT_VERSION_-1 because the new version is a downgrade",
  );
  const unsupported = (version: number) =>
    `Invalid upgrade of kraft.version to KRAFT_VERSION_${version} because not all of the voters support it`;
  assertEquals(outcome(plan(2, 1)), unsupported(2));
  assertEquals(outcome(plan(1, 1, 2)), unsupported(1));
});
