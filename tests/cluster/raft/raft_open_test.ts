import { assertEquals, assertThrows } from "@std/assert";
import { openRaft } from "../../../cluster/raft/raft_open.ts";
import { CorruptRecordError } from "../../../storage/errors.ts";
import { manualEnv } from "../../support/manual_env.ts";
import {
  copyFixture,
  DIRECTORY,
  DIRECTORY_ID,
  formatDirectory,
  LISTENER,
  writeFile,
} from "./raft_support.ts";

Deno.test("the log's voters count more than those of the configuration", () => {
  const env = manualEnv();
  copyFixture(env.fileSystem);
  const { history, local, log } = openRaft({
    env,
    directory: DIRECTORY,
    nodeId: 1,
    controllerQuorumVoters: [{ id: 7, host: "h", port: 1 }],
  });
  assertEquals(history.lastVoters.toString(), `1@127.0.0.1:19093:${DIRECTORY_ID}`);
  assertEquals([history.kraftVersionAt(259), history.lastKRaftVersion], [1, 1]);
  // No listener is configured: that of the log stays.
  assertEquals(local.endpoints, [LISTENER]);
  log.close();
});

Deno.test("what fails on the way gives back lock and files", () => {
  const env = manualEnv();
  formatDirectory(env);
  env.fileSystem.makeDirectory(`${DIRECTORY}/__cluster_metadata-0`);
  const path = `${DIRECTORY}/__cluster_metadata-0/00000000000000000000-0000000000.checkpoint`;
  writeFile(env.fileSystem, path, new Uint8Array(100));
  const options = { env, directory: DIRECTORY, nodeId: 1, lockDirectory: true };
  assertThrows(() => openRaft(options), CorruptRecordError);
  env.fileSystem.lock(DIRECTORY).release();
});

Deno.test("without voters in log and configuration the node is its own, unless that says there are none", () => {
  const env = manualEnv();
  formatDirectory(env);
  const options = { env, directory: DIRECTORY, nodeId: 1 };
  for (const [more, voters] of [[{}, [1]], [{ controllerQuorumVoters: [] }, []]] as const) {
    const { history, log } = openRaft({ ...options, ...more });
    assertEquals(history.lastVoters.ids, [...voters]);
    log.close();
  }
});
