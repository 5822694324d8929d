import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  type ElectionState,
  formatQuorumState,
  isVotedCandidate,
  parseQuorumState,
  QuorumStateFile,
} from "../../../cluster/raft/quorum_state.ts";
import { replicaKey } from "../../../cluster/raft/voter_set.ts";
import { CorruptRecordError } from "../../../storage/errors.ts";
import { manualEnv } from "../../support/manual_env.ts";
import { DIRECTORY_ID, FIXTURES, writeFile } from "./raft_support.ts";

const LED: ElectionState = { epoch: 3, leaderId: 1, votedKey: undefined, voters: [1] };

Deno.test("Kafka's file is read, and written again to the byte", async () => {
  const text = await Deno.readTextFile(`${FIXTURES}/__cluster_metadata-0/quorum-state`);
  const state = parseQuorumState(text);
  assertEquals(state, { ...LED, voters: [] });
  assertEquals(formatQuorumState(state, 1), text);
});

Deno.test("version 0 has the fields that it always had, in their order", () => {
  const text =
    '{"clusterId":"","leaderId":1,"leaderEpoch":3,"votedId":-1,"appliedOffset":0,"currentVoters":[{"voterId":1}],"data_version":0}';
  assertEquals(formatQuorumState(LED, 0), text);
  assertEquals(parseQuorumState(text), LED);
});

Deno.test("a vote is kept with the candidate's directory from version 1 on", () => {
  const voted: ElectionState = {
    epoch: 4,
    leaderId: undefined,
    votedKey: replicaKey(2, DIRECTORY_ID),
    voters: [],
  };
  assertEquals(parseQuorumState(formatQuorumState(voted, 1)), voted);
  const old = parseQuorumState(formatQuorumState(voted, 0));
  assertEquals(old.votedKey, replicaKey(2));
  assert(isVotedCandidate(voted, replicaKey(2, DIRECTORY_ID)));
  assert(!isVotedCandidate(voted, replicaKey(2, "AAAAAAAAAAAAAAAAAAAAZA")));
  assert(isVotedCandidate(old, replicaKey(2, "AAAAAAAAAAAAAAAAAAAAZA")));
  assert(!isVotedCandidate(LED, replicaKey(1)));
});

Deno.test("what is no quorum state is refused, with the file named", () => {
  const env = manualEnv();
  env.fileSystem.makeDirectory("/d");
  const file = new QuorumStateFile(env.fileSystem, "/d");
  assertEquals(file.read(), undefined);
  const wrong = [
    "",
    "[]",
    "{",
    '{"leaderId":1}',
    '{"leaderId":1,"leaderEpoch":3,"votedId":-1,"votedDirectoryId":"AAAAAAAAAAAAAAAAAAAAAA","data_version":2}',
    '{"leaderId":"1","leaderEpoch":3,"votedId":-1,"votedDirectoryId":"AAAAAAAAAAAAAAAAAAAAAA","data_version":1}',
    '{"leaderId":1,"leaderEpoch":3,"votedId":-1,"data_version":1}',
    '{"leaderId":1,"leaderEpoch":3,"votedId":-1,"data_version":0}',
    '{"leaderId":1,"leaderEpoch":3,"votedId":-1,"votedDirectoryId":"x","data_version":1}',
  ];
  for (const text of wrong) {
    writeFile(env.fileSystem, file.path, new TextEncoder().encode(text));
    assertThrows(() => file.read(), CorruptRecordError, "/d/quorum-state", text);
  }
  file.write(LED, 0);
  assertEquals(file.read(), LED);
});
