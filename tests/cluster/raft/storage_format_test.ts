import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { MetaPropertiesFile } from "../../../storage/file/meta_properties_file.ts";
import { StorageError } from "../../../storage/errors.ts";
import { readBootstrapMetadata } from "../../../cluster/raft/bootstrap_metadata.ts";
import { parseDynamicVoters } from "../../../cluster/raft/dynamic_voters.ts";
import { FormatterError } from "../../../cluster/raft/formatter_error.ts";
import { parseMetadataVersion } from "../../../client/metadata/metadata_version.ts";
import {
  type FormatOptions,
  formatStorage,
  formatStorageSync,
} from "../../../cluster/raft/storage_format.ts";
import { type ManualEnv, manualEnv } from "../../support/manual_env.ts";
import { FaultyFileSystem, SimulatedCrash } from "../../support/faulty_file_system.ts";
import { CLUSTER_ID, DIRECTORY_ID, openDriver, writeFile } from "./raft_support.ts";

const VOTERS = parseDynamicVoters(`1@127.0.0.1:19093:${DIRECTORY_ID}`);

function optionsFor(env: ManualEnv, lines: string[] = []): FormatOptions {
  return {
    env,
    print: (line) => lines.push(line),
    nodeId: 1,
    clusterId: CLUSTER_ID,
    directories: ["/data", "/more"],
    metadataLogDirectory: "/data",
    controllerListenerName: "CONTROLLER",
    hasDynamicQuorum: true,
    initialControllers: VOTERS,
  };
}

const properties = (env: ManualEnv, directory: string) =>
  new MetaPropertiesFile(env.fileSystem, directory).read();

Deno.test("every directory gets the cluster, the node, an id and the bootstrap records", () => {
  const env = manualEnv();
  const lines: string[] = [];
  formatStorageSync(optionsFor(env, lines));
  assertEquals(lines, [
    "Bootstrap metadata: BootstrapMetadata(records=[" +
    [
      ["metadata.version", 30],
      ["eligible.leader.replicas.version", 1],
      ["group.version", 1],
      ["share.version", 1],
      ["streams.version", 1],
      ["transaction.version", 2],
    ].map(([name, level]) =>
      `ApiMessageAndVersion(FeatureLevelRecord(name='${name}', featureLevel=${level}) at version 0)`
    ).join(", ") + "], metadataVersionLevel=30, source=format command)",
    "Formatting dynamic metadata voter directory /data with metadata.version 4.3-IV0.",
    "Formatting data directory /more with metadata.version 4.3-IV0.",
  ]);
  assertEquals(properties(env, "/data"), {
    version: 1,
    clusterId: CLUSTER_ID,
    nodeId: 1,
    directoryId: DIRECTORY_ID,
  });
  assert(properties(env, "/more")!.directoryId !== DIRECTORY_ID);
  assertEquals(readBootstrapMetadata(env.fileSystem, "/more").records.length, 6);
  assertEquals(env.fileSystem.list("/data").map(({ name }) => name), [
    "__cluster_metadata-0",
    "bootstrap.checkpoint",
    "meta.properties",
  ]);
  assertEquals(env.fileSystem.list("/more").length, 2);
});

Deno.test("a directory that was formatted as standalone starts, and its leader writes the voters", async () => {
  const env = manualEnv();
  formatStorageSync(optionsFor(env));
  const driver = openDriver(env, { controllerQuorumVoters: [] });
  driver.start();
  assertEquals([driver.logEndOffset, driver.kraftVersion], [3, 1]);
  await driver.shutdown();
});

Deno.test("with voters from the configuration there is no first snapshot", () => {
  const env = manualEnv();
  const lines: string[] = [];
  const { initialControllers: _, ...options } = optionsFor(env, lines);
  formatStorageSync({ ...options, hasDynamicQuorum: false });
  assertEquals(lines[1], "Formatting metadata directory /data with metadata.version 4.3-IV0.");
  assertEquals(env.fileSystem.list("/data").length, 2);
});

Deno.test("a node that is none of the first voters gets their snapshot too", () => {
  const env = manualEnv();
  const lines: string[] = [];
  formatStorageSync({ ...optionsFor(env, lines), nodeId: 2 });
  assert(lines[1]!.startsWith("Formatting dynamic metadata directory /data"));
  assert(properties(env, "/data")!.directoryId !== DIRECTORY_ID);
});

Deno.test("what is formatted is left alone on demand, and else an error", () => {
  const env = manualEnv();
  formatStorageSync({ ...optionsFor(env), directories: ["/data"] });
  assertThrows(
    () => formatStorageSync(optionsFor(env)),
    FormatterError,
    "Log directory /data is already formatted. Use --ignore-formatted to ignore this directory and format the others.",
  );
  const lines: string[] = [];
  formatStorageSync({ ...optionsFor(env, lines), ignoreFormatted: true });
  assertEquals(lines.length, 2);
  formatStorageSync({ ...optionsFor(env, lines), ignoreFormatted: true });
  assertEquals(lines.at(-1), "All of the log directories are already formatted.");
});

Deno.test("directories of another cluster or node are not joined", () => {
  const env = manualEnv();
  formatStorageSync({ ...optionsFor(env), directories: ["/data"] });
  const again = { ...optionsFor(env), ignoreFormatted: true };
  assertThrows(
    () => formatStorageSync({ ...again, clusterId: "other" }),
    StorageError,
    `Invalid cluster.id in: /data/meta.properties. Expected other, but read ${CLUSTER_ID}`,
  );
  assertThrows(() => formatStorageSync({ ...again, nodeId: 2 }), StorageError, "Stored node id 1");
  assertThrows(
    () => formatStorageSync({ ...again, metadataLogDirectory: "/x" }),
    FormatterError,
    "The specified metadata log directory, /x was not one of the given directories: [/data, /more]",
  );
});

Deno.test("a directory that cannot be read is passed over, unless there is no other", () => {
  const env = manualEnv();
  for (const directory of ["/data", "/more"]) env.fileSystem.makeDirectory(directory);
  writeFile(env.fileSystem, "/more/meta.properties", new TextEncoder().encode("version=7\n"));
  const lines: string[] = [];
  formatStorageSync(optionsFor(env, lines));
  assertEquals(lines[0], "I/O error trying to read log directory /more. Ignoring...");
  const only = { ...optionsFor(env), directories: ["/more"], metadataLogDirectory: "/more" };
  assertThrows(() => formatStorageSync(only), FormatterError, "No available log directories");
});

Deno.test("SCRAM credentials become bootstrap records, where metadata.version knows them", async () => {
  const env = manualEnv();
  const scram = ["SCRAM-SHA-256=[name=alice,password=secret]"];
  await formatStorage(optionsFor(env), scram);
  const last = readBootstrapMetadata(env.fileSystem, "/data").records.at(-1)!;
  assert(last.type === "UserScramCredentialRecord" && last.data.name === "alice");
  const old = parseMetadataVersion("3.4", false);
  const { initialControllers: _, ...options } = optionsFor(manualEnv());
  await assertRejects(
    () => formatStorage({ ...options, hasDynamicQuorum: false, releaseVersion: old }, scram),
    FormatterError,
    "SCRAM is only supported in metadata.version 3.5-IV2 or later.",
  );
});

Deno.test("a power cut on the way leaves a directory that can be formatted, or one that is", async () => {
  const count = () => {
    const fileSystem = new FaultyFileSystem();
    formatStorageSync(optionsFor(manualEnv({ fileSystem }) as unknown as ManualEnv));
    return fileSystem.operations;
  };
  for (let n = 1; n <= count(); n++) {
    const fileSystem = new FaultyFileSystem();
    fileSystem.crashAt(n);
    assertThrows(
      () => formatStorageSync(optionsFor(manualEnv({ fileSystem }) as unknown as ManualEnv)),
      SimulatedCrash,
    );
    for (let seed = 0; seed < 3; seed++) {
      const after = manualEnv({ fileSystem: fileSystem.afterCrash({ seed }) });
      const options = optionsFor(after as unknown as ManualEnv);
      formatStorageSync({ ...options, ignoreFormatted: true });
      const driver = openDriver(after, { directory: "/data", controllerQuorumVoters: [] });
      driver.start();
      assertEquals(driver.kraftVersion, 1, `operation ${n}, seed ${seed}`);
      await driver.shutdown();
    }
  }
});
