import { assert, assertEquals } from "@std/assert";
import { runFormat } from "../../../cluster/cli/storage_format_command.ts";
import { storageTool } from "../../../cluster/cli/storage_tool.ts";
import { snapshotRecords } from "../../../cluster/raft/snapshot_reader.ts";
import { CLUSTER_ID, GOLDEN_CONFIG, run, withFiles } from "./cluster_cli_support.ts";

const CONFIG = "/c/server.properties";

async function format(config: readonly string[], ...args: string[]) {
  const env = withFiles({ [CONFIG]: config });
  const result = await run(storageTool, env, "format", "-t", CLUSTER_ID, "-c", CONFIG, ...args);
  return { env, ...result };
}

const at = (directories: string, ...more: string[]) => [
  ...GOLDEN_CONFIG.map((line) => line.replace("DIR/node/data", directories)),
  ...more,
];

Deno.test("a standalone controller is the first voter, in the first directory unless another is named", async () => {
  const plain = await format(at("/b,/a"), "--standalone");
  assertEquals(plain.stdout.split("\n").slice(1), [
    "Formatting data directory /a with metadata.version 4.3-IV0.",
    "Formatting dynamic metadata voter directory /b with metadata.version 4.3-IV0.",
    "",
  ]);
  const path = "/b/__cluster_metadata-0/00000000000000000000-0000000000.checkpoint";
  assertEquals([...snapshotRecords(plain.env.fileSystem, path)], []);
  const named = await format(at("/b,/a", "metadata.log.dir=/m"), "-s", "--release-version", "4.0");
  assertEquals(
    named.stdout.split("\n")[3],
    "Formatting dynamic metadata voter directory /m with metadata.version 4.0-IV3.",
  );
});

Deno.test("a node that joins others later has no voters", async () => {
  const { stdout } = await format(at("/a"), "--no-initial-controllers");
  assert(stdout.includes("Formatting metadata directory /a"), stdout);
});

Deno.test("several first voters are the same on every node", async () => {
  const { stdout } = await format(
    at("/a"),
    "--initial-controllers",
    "0@h:1:YuBWMKKZSMSYSyRYTORJEQ,1@i:1:AAAAAAAAAAAAAAAAAAAAZA",
  );
  assert(stdout.includes("Formatting dynamic metadata voter directory /a"), stdout);
});

Deno.test("configured voters exclude first voters", async () => {
  const config = at("/a").map((line) =>
    line.startsWith("controller.quorum") ? "controller.quorum.voters=0@127.0.0.1:19093" : line
  );
  const { stderr } = await format(config, "--standalone");
  assertEquals(
    stderr,
    "You cannot specify controller.quorum.voters and format the node with --initial-controllers or --standalone. If you want to use dynamic quorum, please remove controller.quorum.voters and specify controller.quorum.bootstrap.servers instead.\n",
  );
  const { stdout } = await format(config);
  assert(stdout.includes("Formatting metadata directory /a"), stdout);
  assertEquals(typeof runFormat, "function");
});

Deno.test("only a controller can be standalone", async () => {
  const config = at("/a").map((line) =>
    line.startsWith("process.roles")
      ? "process.roles=broker"
      : line.startsWith("listeners=")
      ? "listeners=PLAINTEXT://127.0.0.1:19092"
      : line
  );
  const { stderr } = await format(config, "--standalone");
  assertEquals(stderr, "You can only use --standalone on a controller.\n");
});
