import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { ToolExit } from "../../../client/cli/client_tool.ts";
import { producerPerfOptions } from "../../../client/cli/producer_perf_options.ts";
import { LineOutput } from "../../../storage/cli/tool.ts";
import { writeTextFile } from "../../../storage/file/text_file.ts";
import { manualEnv } from "../../support/manual_env.ts";

const NAMED = [
  ...["--bootstrap-server", "a:1", "--topic", "t", "--num-records", "5"],
  ...["--throughput", "-1", "--record-size", "9"],
];

function parse(...args: readonly string[]) {
  const env = manualEnv();
  writeTextFile(env.fileSystem, "/p.properties", "client.id=file\nlinger.ms=7\n");
  const lines: string[] = [];
  const io = {
    env,
    stdout: (text: string) => void lines.push(...text.split("\n")),
    stderr: () => {},
  };
  const output = new LineOutput(io);
  const options = producerPerfOptions(args, io, output);
  output.flush();
  return { options, lines };
}

Deno.test("what is not said has Kafka's defaults", () => {
  const { options: { payload: _, configs, ...others }, lines } = parse(...NAMED);
  assertEquals(lines, []);
  assertEquals(others, {
    topic: "t",
    numRecords: 5,
    warmupRecords: 0,
    throughput: -1,
    reportingInterval: 5000,
    printsMetrics: false,
    transactionDurationMs: undefined,
  });
  assertEquals(configs["client.id"], "perf-producer-client");
});

Deno.test("properties of the command line stand over those of the file, the server over both", () => {
  const { configs } = parse(
    ...[...NAMED, "--command-config", "/p.properties"],
    ...["--command-property", "client.id=line", "bootstrap.servers=b:2"],
  ).options;
  assertEquals(
    ["client.id", "linger.ms", "bootstrap.servers"].map((name) => configs[name]),
    ["line", "7", "a:1"],
  );
});

Deno.test("a duration or an id makes transactions, of three seconds unless told", () => {
  const byId = parse(...NAMED, "--transactional-id", "x").options;
  assertEquals([byId.configs["transactional.id"], byId.transactionDurationMs], ["x", 3000]);
  const byDuration = parse(...NAMED, "--transaction-duration-ms", "8").options;
  assertEquals(byDuration.transactionDurationMs, 8);
  assertStringIncludes(byDuration.configs["transactional.id"]!, "performance-producer-");
  const byProperty = parse(...NAMED, "--command-property", "transactional.id=y").options;
  assertEquals([byProperty.configs["transactional.id"], byProperty.transactionDurationMs], [
    "y",
    3000,
  ]);
});

Deno.test("what does not go together is refused above the usage", () => {
  const cases: readonly (readonly [string[], string])[] = [
    [["--command-property", "a=b", "--producer-props", "a=b"], "cannot be specified together."],
    [["--command-config", "a", "--producer.config", "a"], "cannot be specified together."],
    [["--transaction-duration-ms", "0"], "--transaction-duration-ms should be greater than zero."],
    [["--reporting-interval", "0"], "--reporting-interval should be greater than zero."],
  ];
  for (const [args, text] of cases) {
    const { status, stderr } = assertThrows(() => parse(...NAMED, ...args), ToolExit);
    assertEquals(status, 1);
    assertStringIncludes(stderr!.replace(/\s+/g, " "), text);
  }
});
