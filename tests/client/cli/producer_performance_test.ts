import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { Consumer } from "../../../client/consumer/consumer.ts";
import { startTools, type ToolsAndBroker } from "../../support/cli.ts";

const RECORDS = ["--num-records", "50", "--throughput", "-1"];

/** A summary without its figures. */
const masked = (text: string) => text.replace(/\d+\.\d+(?!th)|\b\d+(?= ms)/g, "N");

const SUMMARY =
  "50 records sent, N records/sec (N MB/sec), N ms avg latency, N ms max latency, N ms 50th, " +
  "N ms 95th, N ms 99th, N ms 99.9th.\n";

const server = ({ bootstrap }: ToolsAndBroker) => ["--bootstrap-server", bootstrap];

async function valuesOf({ bootstrap, transport }: ToolsAndBroker, topic: string, count: number) {
  await using consumer = new Consumer({
    bootstrapServers: bootstrap,
    transport,
    isolationLevel: "read_committed",
  });
  consumer.assign([{ topic, partition: 0 }]);
  consumer.seekToBeginning();
  const values: string[] = [];
  while (values.length < count) {
    for (const { value } of await consumer.poll(10_000)) {
      values.push(new TextDecoder().decode(value!));
    }
  }
  return values;
}

Deno.test("producer-perf-test: what Apache Kafka's tool prints", async () => {
  await using tools = await startTools();
  await tools.run(
    "topics",
    ...[...server(tools), "--create", "--topic", "console-topic", "--partitions", "1"],
  );
  await tools.replay("producer-perf-test");
});

Deno.test("producer-perf-test writes what it is asked to", async () => {
  await using tools = await startTools();
  const run = (topic: string, ...args: string[]) =>
    tools.run("producer-perf-test", ...server(tools), "--topic", topic, ...RECORDS, ...args);
  const letters = await run("letters", "--record-size", "20");
  assertEquals([letters.code, masked(letters.stdout)], [0, SUMMARY]);
  for (const value of await valuesOf(tools, "letters", 50)) assertMatch(value, /^[A-Z]{20}$/);
  const numbers = await run("numbers", "--payload-monotonic");
  assertEquals(masked(numbers.stdout), SUMMARY);
  assertEquals(
    await valuesOf(tools, "numbers", 50),
    Array.from({ length: 50 }, (_, i) => `${i}`),
  );
  tools.writeFile("payloads", "a,b,");
  const listed = await run("listed", "--payload-file", "payloads", "--payload-delimiter", ",");
  assertEquals(
    masked(listed.stdout),
    `Reading payloads from: /cli-files/payloads\nNumber of records read: 2\n${SUMMARY}`,
  );
  assertEquals([...new Set(await valuesOf(tools, "listed", 50))].sort(), ["a", "b"]);
});

Deno.test("producer-perf-test commits what it writes in transactions", async () => {
  await using tools = await startTools();
  const run = (topic: string, ...args: string[]) =>
    tools.run(
      "producer-perf-test",
      ...[...server(tools), "--topic", topic, ...RECORDS, "--payload-monotonic", ...args],
    );
  const once = await run("once", "--transactional-id", "perf");
  assertEquals([once.code, masked(once.stdout)], [0, SUMMARY]);
  assertEquals((await valuesOf(tools, "once", 50)).length, 50);
  const often = await run("often", "--transaction-duration-ms", "1");
  assertEquals([often.code, masked(often.stdout)], [0, SUMMARY]);
  assertEquals((await valuesOf(tools, "often", 50)).at(-1), "49");
  const { stdout } = await tools.run("transactions", ...server(tools), "list");
  assertMatch(stdout, /^performance-producer-\S{22}\s/m);
  assertMatch(stdout, /^perf\s.*CompleteCommit/m);
});

Deno.test("producer-perf-test warms up, tells metrics, and takes configs from everywhere", async () => {
  await using tools = await startTools();
  tools.writeFile("my.properties", "client.id=mine\nlinger.ms=1\n");
  const { code, stdout } = await tools.run(
    "producer-perf-test",
    ...[...server(tools), "--topic", "t", ...RECORDS, "--record-size", "9"],
    ...["--warmup-records", "20", "--print-metrics", "--producer.config", "my.properties"],
    ...["--producer-props", "acks=1", "batch.size=100"],
  );
  assertEquals(code, 0);
  const lines = stdout.split("\n");
  assertEquals(lines.slice(0, 3), [
    "Option --producer-props has been deprecated and will be removed in a future version. Use --command-property instead.",
    "Option --producer.config has been deprecated and will be removed in a future version. Use --command-config instead.",
    "Warmup first 20 records. Steady state results will print after the complete test summary.",
  ]);
  assertEquals(masked(`${lines[3]}\n`), SUMMARY);
  assert(lines[4]!.startsWith("30 steady state records sent, "));
  assertStringIncludes(stdout, "\n\nMetric Name ");
  assertMatch(stdout, /^producer-metrics:record-send-total:\{client-id=mine\} +: 50\.000$/m);
  assertMatch(
    stdout,
    /^producer-topic-metrics:byte-total:\{client-id=mine, topic=t\} +: \d+\.000$/m,
  );
});

Deno.test("producer-perf-test tells of records that are not written", async () => {
  await using tools = await startTools();
  await tools.run("topics", ...server(tools), "--create", "--topic", "t");
  const { code, stdout, stderr } = await tools.run(
    "producer-perf-test",
    ...[...server(tools), "--topic", "t", "--num-records", "2", "--throughput", "-1"],
    ...["--record-size", "2000000"],
  );
  assertEquals(code, 0);
  assertStringIncludes(stdout, "0 records sent, 0.000000 records/sec (0.00 MB/sec), NaN ms avg");
  const line =
    "org.apache.kafka.common.errors.RecordTooLargeException: The message is 2000088 bytes when serialized " +
    "which is larger than 1048576, which is the value of the max.request.size configuration.\n";
  assertEquals(stderr, line.repeat(2));
});

Deno.test("producer-perf-test: what is wrong is told as Apache Kafka tells it", async () => {
  await using tools = await startTools();
  tools.writeFile("empty", "");
  const to = [...server(tools), "--topic", "t"];
  const sized = [...to, ...RECORDS, "--record-size", "9"];
  const usage = "usage: kafka-producer-perf-test\n";
  const cases: readonly (readonly [string[], string])[] = [
    [to, "error: argument --throughput is required"],
    [[...to, ...RECORDS], "one  of  the  arguments  --record-size --"],
    [[...to, ...RECORDS, "--payload-monotonic", "--record-size", "9"], "not allowed"],
    [[...sized, "--num-records", "0"], "--num-records  should  be  greater  than"],
    [[...sized, "--warmup-records", "50"], "strictly fewer than the number of records"],
    [sized.slice(2), "At  least  one  of  --bootstrap-server, --"],
    [[...sized, "--throughput", "fast"], "could not convert"],
  ];
  for (const [args, text] of cases) {
    const { code, stdout, stderr } = await tools.run("producer-perf-test", ...args);
    assertEquals([code, stdout], [1, ""], args.join(" "));
    assertStringIncludes(stderr, usage);
    assertStringIncludes(stderr, text);
  }
  const uncaught: readonly (readonly [string[], string])[] = [
    [[...sized, "--command-config", "none"], "java.nio.file.NoSuchFileException: none"],
    [
      [...sized, "--command-property", "a"],
      "java.lang.IllegalArgumentException: Invalid property: a",
    ],
    [
      [...to, ...RECORDS, "--payload-file", "empty"],
      "java.lang.IllegalArgumentException: File does not exist or empty file provided.",
    ],
    [
      [...sized, "--command-property", "acks=7"],
      "org.apache.kafka.common.config.ConfigException: Invalid value 7 for configuration acks: " +
      "String must be one of: all, -1, 0, 1",
    ],
    [
      ["--bootstrap-server", "nonsense", ...sized.slice(2)],
      "org.apache.kafka.common.KafkaException: Failed to construct kafka producer\n" +
      "Caused by: org.apache.kafka.common.config.ConfigException: Invalid url in bootstrap.servers: nonsense",
    ],
    [
      [
        ...sized,
        "--transactional-id",
        "x",
        "--command-property",
        "transaction.timeout.ms=99999999",
      ],
      "org.apache.kafka.common.KafkaException: Unexpected error in InitProducerIdResponse; The transaction timeout is " +
      "larger than the maximum value allowed by the broker (as configured by transaction.max.timeout.ms).",
    ],
  ];
  for (const [args, text] of uncaught) {
    const { code, stderr } = await tools.run("producer-perf-test", ...args);
    assertEquals([code, stderr], [1, `Exception in thread "main" ${text}\n`]);
  }
});

Deno.test("producer-perf-test without arguments, and with --help, says how it is used", async () => {
  await using tools = await startTools();
  const bare = await tools.run("producer-perf-test");
  const help = await tools.run("producer-perf-test", "--help");
  assertEquals([bare.code, help.code, bare.stderr, help.stderr], [0, 1, "", ""]);
  assertEquals(bare.stdout, help.stdout);
  assertStringIncludes(bare.stdout, "to   verify   the  producer  performance.");
});
