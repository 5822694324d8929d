import { assertThrows } from "@std/assert";
import { ensureOnlyVoter } from "../../../cluster/raft/only_voter.ts";
import { replicaKey, VoterSet } from "../../../cluster/raft/voter_set.ts";
import { InvalidConfigError } from "../../../storage/errors.ts";
import { DIRECTORY_ID } from "./raft_support.ts";

const voters = (...ids: number[]) =>
  VoterSet.fromStatic("C", ids.map((id) => ({ id, host: `h${id}`, port: 9 })));

Deno.test("a quorum of this node alone passes, others are refused by name", () => {
  const key = replicaKey(1, DIRECTORY_ID);
  ensureOnlyVoter(key, voters(1));
  assertThrows(
    () => ensureOnlyVoter(key, voters(1, 2)),
    InvalidConfigError,
    "voters: 1@h1:9,2@h2:9",
  );
  assertThrows(
    () => ensureOnlyVoter(key, voters(2)),
    InvalidConfigError,
    `node 1 (directory ${DIRECTORY_ID})`,
  );
  assertThrows(() => ensureOnlyVoter(key, VoterSet.EMPTY), InvalidConfigError, "--standalone");
});
