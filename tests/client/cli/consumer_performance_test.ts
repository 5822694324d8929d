import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { startTools, type ToolsAndBroker } from "../../support/cli.ts";

/** A topic with 50 records of 20 bytes in two partitions. */
async function makeRecords(tools: ToolsAndBroker): Promise<string[]> {
  const to = ["--bootstrap-server", tools.bootstrap, "--topic", "t"];
  await tools.run("topics", ...to, "--create", "--partitions", "2");
  await tools.run(
    "producer-perf-test",
    ...[...to, "--num-records", "50", "--throughput", "-1", "--record-size", "20"],
  );
  return to;
}

/** A line without its figures, but for how many records there were. */
const masked = (line: string) =>
  line.replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d:\d{3}/g, "DATE").replaceAll(/\b\d+\.\d+\b/g, "N");

Deno.test("consumer-perf-test reads as many records as are asked for", async () => {
  await using tools = await startTools();
  const to = await makeRecords(tools);
  const { code, stdout, stderr } = await tools.run(
    "consumer-perf-test",
    ...[...to, "--num-records", "50", "--print-metrics"],
  );
  assertEquals([code, stderr], [0, ""]);
  const [header, line, ...metrics] = stdout.split("\n");
  assertStringIncludes(header!, "start.time, end.time, data.consumed.in.MB, MB.sec, ");
  assertMatch(masked(line!), /^DATE, DATE, N, N, 50, N, \d+, \d+, N, N$/);
  assertMatch(
    metrics.join("\n"),
    /consumer-fetch-manager-metrics:records-consumed-total:.*: 50\.000/,
  );
});

Deno.test("consumer-perf-test tells of each interval, and stops when nothing comes any more", async () => {
  await using tools = await startTools();
  const to = await makeRecords(tools);
  const { code, stdout } = await tools.run(
    "consumer-perf-test",
    ...[...to, "--num-records", "60", "--timeout", "300", "--show-detailed-stats"],
    ...["--reporting-interval", "1", "--hide-header", "--group", "g"],
  );
  assertEquals(code, 0);
  const lines = stdout.trimEnd().split("\n");
  assertEquals(
    lines.pop(),
    "WARNING: Exiting before consuming the expected number of records: timeout (300 ms) exceeded. " +
      "You can use the --timeout option to increase the timeout.",
  );
  for (const line of lines) assertMatch(masked(line), /^DATE, 0, N, N, \d+, N, \d+, \d+, N, N$/);
  const { stdout: groups } = await tools.run("consumer-groups", ...to.slice(0, 2), "--list");
  assertEquals(groups, "g\n");
});

Deno.test("consumer-perf-test: what is wrong is told as Apache Kafka tells it", async () => {
  await using tools = await startTools();
  const to = ["--bootstrap-server", tools.bootstrap];
  const run = (...args: string[]) => tools.run("consumer-perf-test", ...to, ...args);
  const none = await run("--num-records", "5");
  assertEquals([none.code, none.stdout], [1, ""]);
  assertStringIncludes(
    none.stderr,
    "Exactly one of the following arguments is required: [topic], [include]",
  );
  const file = await run("--num-records", "5", "--topic", "t", "--command-config", "none");
  assertEquals(file.code, 1);
  assertStringIncludes(file.stderr, "none");
  const header =
    (await run("--num-records", "5", "--topic", "t", "--command-config", "none")).stdout;
  assertStringIncludes(header, "start.time, end.time, data.consumed.in.MB, ");
  const hidden = await run(
    ...["--num-records", "5", "--topic", "t", "--command-config", "none", "--hide-header"],
  );
  assertEquals(hidden.stdout, "");
});
