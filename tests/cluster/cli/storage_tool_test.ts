import { assert, assertEquals } from "@std/assert";
import { storageTool } from "../../../cluster/cli/storage_tool.ts";
import { CLUSTER_TOOLS } from "../../../cluster/cli/tools.ts";
import { manualEnv } from "../../support/manual_env.ts";
import { CLUSTER_ID, golden, GOLDEN_CONFIG, run, withFiles } from "./cluster_cli_support.ts";

const CONFIG = "DIR/node/server.properties";

Deno.test("help, version mapping, info and formatting twice print what Kafka's tool prints", async () => {
  const env = withFiles({ [CONFIG]: GOLDEN_CONFIG });
  const { args } = golden("storage-format-again.txt");
  const first = await run(storageTool, env, ...args);
  assertEquals([first.status, first.stderr], [0, ""]);
  for (
    const name of [
      "storage-help.txt",
      "storage-version-mapping.txt",
      "storage-format-again.txt",
      "storage-format-ignore.txt",
      "storage-info.txt",
    ]
  ) {
    const { args, ...expected } = golden(name);
    const actual = await run(storageTool, env, ...args);
    const stdout = actual.stdout.replace(/directory\.id=[^,]+/, "directory.id=DIRECTORY_ID");
    assertEquals({ ...actual, stdout }, expected, name);
  }
});

Deno.test("a random id is one line", async () => {
  const { stdout, status } = await run(storageTool, manualEnv(), "random-uuid");
  assertEquals(status, 0);
  assert(/^[A-Za-z0-9_][A-Za-z0-9_-]{21}\n$/.test(stdout), stdout);
});

Deno.test("a command line that cannot be taken is answered by usage and error", async () => {
  assertEquals(await run(storageTool, manualEnv(), "info"), {
    status: 1,
    stdout: "",
    stderr: "usage: kafka-storage info [-h] --config CONFIG\n" +
      "kafka-storage: error: argument --config/-c is required\n",
  });
  const bogus = await run(storageTool, manualEnv(), "bogus");
  assertEquals(bogus.stderr.split("\n").slice(-3), [
    "kafka-storage:  error:  invalid  choice:   'bogus'   (choose  from  'info',",
    "'format', 'version-mapping', 'feature-dependencies', 'random-uuid')",
    "",
  ]);
  const help = await run(storageTool, manualEnv(), "format", "--help");
  assertEquals([help.status, help.stderr], [0, ""]);
  assert(help.stdout.startsWith("usage: kafka-storage format [-h] --config CONFIG --cluster-id"));
});

Deno.test("what goes wrong is shown as by Kafka: a sentence, or an exception that nothing caught", async () => {
  const env = withFiles({ [CONFIG]: GOLDEN_CONFIG });
  const format = ["format", "-t", CLUSTER_ID, "-c", CONFIG];
  const shown = async (...more: string[]) => {
    const { status, stdout, stderr } = await run(storageTool, env, ...format, ...more);
    assertEquals([status, stdout], [1, ""], more.join(" "));
    return stderr.trimEnd();
  };
  assertEquals(
    await shown(),
    "Because controller.quorum.voters is not set on this controller, you must specify one of the following: --standalone, --initial-controllers, or --no-initial-controllers.",
  );
  assertEquals(
    await shown("-s", "-f", "group.version=9"),
    'Exception in thread "main" java.lang.IllegalArgumentException: No feature:group.version with feature level 9',
  );
  assertEquals(
    await shown("-s", "-f", "a"),
    'Exception in thread "main" java.lang.RuntimeException: Can\'t parse feature=level string a: equals sign not found.',
  );
  assertEquals(
    await shown("-I", "1@a"),
    'Exception in thread "main" java.lang.IllegalArgumentException: No colon following hostname could be found.',
  );
  assertEquals(await shown("-s", "-S", "x"), "Failed to find equals sign in SCRAM argument 'x'");
  assert((await shown("-s", "-r", "9.9")).startsWith("Unknown metadata.version '9.9'. Supported"));
  assertEquals(
    (await run(storageTool, env, "info", "-c", "nope.properties")).stderr,
    'Exception in thread "main" java.nio.file.NoSuchFileException: nope.properties\n',
  );
});

Deno.test("the tools are known by the names of Kafka's", async () => {
  const env = manualEnv();
  const tool = CLUSTER_TOOLS.find(({ name }) => name === "storage")!.run;
  assertEquals(await run(tool, env, "--help"), await run(storageTool, env, "--help"));
});
