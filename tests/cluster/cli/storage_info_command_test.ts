import { assertEquals } from "@std/assert";
import { runInfo } from "../../../cluster/cli/storage_info_command.ts";
import { storageTool } from "../../../cluster/cli/storage_tool.ts";
import type { ManualEnv } from "../../support/manual_env.ts";
import { CLUSTER_ID, GOLDEN_CONFIG, run, withFiles } from "./cluster_cli_support.ts";

const CONFIG = "/c/server.properties";

function world(...files: [string, ...string[]][]): ManualEnv {
  const config = GOLDEN_CONFIG.map((line) => line.replace("DIR/node/data", "/b,/a"));
  return withFiles({
    [CONFIG]: config,
    ...Object.fromEntries(files.map(([path, ...lines]) => [path, lines])),
  });
}

const meta = (cluster: string, node: number, version = 1) => [
  `version=${version}`,
  `cluster.id=${cluster}`,
  `${version === 1 ? "node.id" : "broker.id"}=${node}`,
];

async function lines(env: ManualEnv): Promise<string[]> {
  const { stdout, status } = await run(storageTool, env, "info", "-c", CONFIG);
  return [...stdout.split("\n").slice(0, -1), `status ${status}`];
}

Deno.test("directories that are missing are problems", async () => {
  assertEquals(await lines(world()), [
    "Found problems:",
    "  /a does not exist",
    "  /b does not exist",
    "",
    "status 1",
  ]);
});

Deno.test("what is no directory, not formatted or unreadable is told for each", async () => {
  const env = world(["/a", "x"], ["/b/other"]);
  assertEquals(await lines(env), [
    "Found log directory:",
    "  /b",
    "",
    "Found problems:",
    "  /a is not a directory",
    "  /b is not formatted.",
    "",
    "status 1",
  ]);
  const unreadable = await lines(
    world(["/a/meta.properties", "version=1"], ["/b/meta.properties", ...meta(CLUSTER_ID, 0)]),
  );
  assertEquals(unreadable.slice(0, 7), [
    "Found log directories:",
    "  /a",
    "  /b",
    "",
    `Found metadata: {cluster.id=${CLUSTER_ID}, node.id=0, version=1}`,
    "",
    "Found problem:",
  ]);
});

Deno.test("directories of different clusters, nodes or ages do not go together", async () => {
  const problems = async (a: string[], b: string[]) =>
    (await lines(world(["/a/meta.properties", ...a], ["/b/meta.properties", ...b]))).slice(-3, -2);
  assertEquals(await problems(meta("x", 0), meta("y", 0)), [
    "  Mismatched cluster IDs between storage directories.",
  ]);
  assertEquals(await problems(meta("x", 0), meta("x", 1)), [
    "  Mismatched node IDs between storage directories.",
  ]);
  assertEquals(await problems(meta("x", 0, 0), meta("x", 0, 0)), [
    "  The kafka configuration file appears to be for a cluster in KRaft mode, but the directories are formatted for legacy mode.",
  ]);
  assertEquals(typeof runInfo, "function");
});
