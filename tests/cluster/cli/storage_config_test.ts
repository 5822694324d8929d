import { assertEquals, assertThrows } from "@std/assert";
import { ToolFailure } from "../../../storage/cli/tool.ts";
import { readStorageConfig, storageConfig } from "../../../cluster/cli/storage_config.ts";
import { GOLDEN_CONFIG, withFiles } from "./cluster_cli_support.ts";

const PATH = "/c/server.properties";

function read(...lines: string[]) {
  const env = withFiles({ [PATH]: [...GOLDEN_CONFIG, ...lines] });
  return readStorageConfig({ env, stdout: () => {}, stderr: () => {} }, PATH);
}

Deno.test("directories are sorted, and the metadata log is in the first that is named", () => {
  const config = read("log.dirs=/b,/a");
  assertEquals([config.directories, config.metadataLogDirectory], [["/a", "/b"], "/b"]);
  const named = read("log.dirs=/b,/a", "metadata.log.dir=/m");
  assertEquals([named.directories, named.metadataLogDirectory], [["/a", "/b", "/m"], "/m"]);
  assertEquals([named.processRoles, named.nodeId, named.hasStaticVoters], [
    ["broker", "controller"],
    0,
    false,
  ]);
  assertEquals(named.allowUnstableFeatures, false);
});

Deno.test("a controller listener is known by what it advertises", () => {
  const port = (...lines: string[]) => read(...lines).controllerListeners.map(({ port }) => port);
  assertEquals(port(), [19093]);
  const advertised = "PLAINTEXT://h:9092,CONTROLLER://h:29093";
  assertEquals(port(`advertised.listeners=${advertised}`), [29093]);
});

Deno.test("values may come from the environment", () => {
  const config = [
    "config.providers=env",
    "config.providers.env.class=org.apache.kafka.common.config.provider.EnvVarConfigProvider",
    "log.dirs=${env:DATA}",
  ];
  const env = withFiles({ [PATH]: [...GOLDEN_CONFIG, ...config] });
  const environment = (name: string) => (name === "DATA" ? "/from/env" : undefined);
  const io = { env, environment, stdout: () => {}, stderr: () => {} };
  assertEquals(readStorageConfig(io, PATH).directories, ["/from/env"]);
});

Deno.test("a file that is missing, and a config that cannot be, end the tool", () => {
  const env = withFiles({});
  assertThrows(
    () => readStorageConfig({ env, stdout: () => {}, stderr: () => {} }, "none"),
    ToolFailure,
    "java.nio.file.NoSuchFileException: none",
  );
  assertThrows(() => read("node.id=x"), ToolFailure, "ConfigException");
  const withoutRoles = withFiles({ [PATH]: ["log.dirs=/a"] });
  assertThrows(
    () => readStorageConfig({ env: withoutRoles, stdout: () => {}, stderr: () => {} }, PATH),
    ToolFailure,
    'Missing required configuration "process.roles" which has no default value.',
  );
  assertEquals(typeof storageConfig, "function");
});
