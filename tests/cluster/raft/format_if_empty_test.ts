import { assert, assertEquals, assertThrows } from "@std/assert";
import { formatIfEmpty, type FormatIfEmptyOptions } from "../../../cluster/raft/format_if_empty.ts";
import { LogUnavailableError } from "../../../storage/errors.ts";
import { type ManualEnv, manualEnv } from "../../support/manual_env.ts";
import { CLUSTER_ID, DIRECTORY, LISTENER, openDriver, writeFile } from "./raft_support.ts";

function format(env: ManualEnv, options: Partial<FormatIfEmptyOptions> = {}) {
  return formatIfEmpty({
    env,
    nodeId: 1,
    directories: [DIRECTORY],
    metadataLogDirectory: DIRECTORY,
    controllerListeners: [],
    ...options,
  });
}

Deno.test("a node with a controller listener becomes the first dynamic voter", async () => {
  const env = manualEnv();
  const { clusterId, isNew } = format(env, { controllerListeners: [LISTENER] });
  assert(isNew && clusterId.length === 22);
  const driver = openDriver(env, { controllerListeners: [LISTENER], controllerQuorumVoters: [] });
  driver.start();
  assertEquals([driver.kraftVersion, driver.logEndOffset], [1, 3]);
  await driver.shutdown();
  assertEquals(format(env), { clusterId, isNew: false });
});

Deno.test("a node without one, or with configured voters, has voters from the configuration", async () => {
  const env = manualEnv();
  assertEquals(format(env, { clusterId: CLUSTER_ID }), { clusterId: CLUSTER_ID, isNew: true });
  const driver = openDriver(env);
  driver.start();
  assertEquals(driver.kraftVersion, 0);
  await driver.shutdown();
  const other = manualEnv();
  const voters = [{ id: 1, host: "h", port: 1 }];
  format(other, { controllerListeners: [LISTENER], controllerQuorumVoters: voters });
  assertEquals(other.fileSystem.list(DIRECTORY).length, 2);
});

Deno.test("logs that nobody vouches for are not made strays", () => {
  const env = manualEnv();
  env.fileSystem.makeDirectory(`${DIRECTORY}/lost+found`);
  env.fileSystem.makeDirectory(`${DIRECTORY}/topic-0`);
  format(env);
  const other = manualEnv();
  other.fileSystem.makeDirectory(`${DIRECTORY}/topic-0`);
  writeFile(other.fileSystem, `${DIRECTORY}/topic-0/00000000000000000000.log`, new Uint8Array());
  assertThrows(() => format(other), LogUnavailableError, "not formatted: topic-0");
});
