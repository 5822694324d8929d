import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { Consumer } from "../../../client/consumer/consumer.ts";
import { StopRequest } from "../../../storage/cli/tool.ts";
import { runTool, startTools, type ToolsAndBroker } from "../../support/cli.ts";

const to = ({ bootstrap }: ToolsAndBroker, topic: string) => [
  ...["--bootstrap-server", bootstrap],
  ...["--topic", topic],
];

async function create(tools: ToolsAndBroker, topic: string, ...args: string[]): Promise<void> {
  assertEquals((await tools.run("topics", ...to(tools, topic), "--create", ...args)).code, 0);
}

/** The first records of a topic: `key=value`. */
async function recordsOf({ bootstrap, transport }: ToolsAndBroker, topic: string, count: number) {
  await using consumer = new Consumer({ bootstrapServers: bootstrap, transport });
  consumer.assign([{ topic, partition: 0 }]);
  consumer.seekToBeginning();
  const text = (bytes: Uint8Array | null) =>
    bytes === null ? "null" : new TextDecoder().decode(bytes);
  const records: string[] = [];
  while (records.length < count) {
    for (const { key, value } of await consumer.poll(10_000)) {
      records.push(`${text(key)}=${text(value)}`);
    }
  }
  return records;
}

Deno.test("console-producer: what Apache Kafka's tool prints", async () => {
  await using tools = await startTools();
  await create(tools, "keyed-topic");
  await create(tools, "console-topic", "--partitions", "3");
  await create(tools, "metrics.dotted");
  await create(tools, "with-config", "--config", "cleanup.policy=compact");
  await tools.replay("console-producer-plain");
  await tools.replay("console-producer-keys");
  await tools.replay("console-producer-headers");
  await tools.replay("console-producer-property-flag");
  await tools.replay("console-producer-no-separator");
  await tools.replay("console-producer-partitioned");
  await tools.replay("console-producer-no-key-compacted");
  await tools.replay("console-producer-keys-compacted");
  assertEquals(await recordsOf(tools, "metrics.dotted", 3), [
    "null=one",
    "null=two",
    "null=three",
  ]);
  assertEquals(
    await recordsOf(tools, "keyed-topic", 8),
    ["a=1", "b=2", "c=3", "a=4", "key=value", "null=x", "k2=null", "z=26"],
  );
});

Deno.test("console-producer writes each line before it takes the next, with --sync", async () => {
  await using tools = await startTools();
  await create(tools, "t");
  const args = [...to(tools, "t"), "--sync", "--timeout", "0"];
  const done = await tools.pipe("a\nb\n", "console-producer", ...args);
  assertEquals(done, { code: 0, stdout: "", stderr: "" });
  assertEquals(await recordsOf(tools, "t", 2), ["null=a", "null=b"]);
  const failed = await tools.pipe(
    "bad\n",
    "console-producer",
    ...[...to(tools, "bad topic"), "--sync"],
  );
  assertEquals([failed.code, failed.stdout], [1, ""]);
  const text = "org.apache.kafka.common.errors.InvalidTopicException: Invalid topics: [bad topic]";
  assertStringIncludes(
    failed.stderr,
    `java.util.concurrent.ExecutionException: ${text}\nCaused by: ${text}\n`,
  );
});

Deno.test("console-producer goes on after a record that cannot be written, and ends with 0", async () => {
  await using tools = await startTools();
  await create(tools, "t");
  const long = "x".repeat(2_000_000);
  const { code, stdout, stderr } = await tools.pipe(
    `a\n${long}\nb\n`,
    "console-producer",
    ...to(tools, "t"),
  );
  assertEquals([code, stdout], [0, ""]);
  assertMatch(
    stderr,
    /^\[.*\] ERROR Error when sending message to topic t with key: null, value: 2000000 bytes with error: \(org\.apache\.kafka\.clients\.producer\.internals\.ErrorLoggingCallback\)\norg\.apache\.kafka\.common\.errors\.RecordTooLargeException: The message is 2000088 bytes/,
  );
  assertEquals(await recordsOf(tools, "t", 2), ["null=a", "null=b"]);
});

Deno.test("console-producer writes what came before a line that is wrong", async () => {
  await using tools = await startTools();
  await create(tools, "t");
  const { code, stderr } = await tools.pipe(
    "a\t1\nb\n",
    "console-producer",
    ...[...to(tools, "t"), "--reader-property", "parse.key=true"],
  );
  assertEquals([code, stderr], [
    1,
    "org.apache.kafka.common.KafkaException: No key separator found on line number 2: 'b'\n",
  ]);
  assertEquals(await recordsOf(tools, "t", 1), ["a=1"]);
});

Deno.test("console-producer asks for each line at a terminal", async () => {
  await using tools = await startTools();
  await create(tools, "t");
  const { env, transport } = tools;
  const io = { env, transport, stdin: () => new Response("a\nb\n").body!, isTerminal: true };
  const { code, stdout } = await runTool("console-producer", to(tools, "t"), io);
  assertEquals([code, stdout], [0, ">>>"]);
});

Deno.test("console-producer that is told to stop writes what it has, and ends with the signal's status", async () => {
  await using tools = await startTools();
  await create(tools, "t");
  const stop = new AbortController();
  const isRead = Promise.withResolvers<void>();
  const { env, transport } = tools;
  const run = runTool("console-producer", to(tools, "t"), {
    ...{ env, transport, stopSignal: () => stop.signal },
    stdin: async function* () {
      yield new TextEncoder().encode("a\nb");
      isRead.resolve();
      await new Promise(() => {});
    },
  });
  await isRead.promise;
  stop.abort(new StopRequest("SIGINT"));
  assertEquals(await run, { code: 130, stdout: "", stderr: "" });
  assertEquals(await recordsOf(tools, "t", 1), ["null=a"]);
});

Deno.test("console-producer: what is wrong is told as Apache Kafka tells it", async () => {
  await using tools = await startTools();
  const cases: readonly (readonly [string[], string])[] = [
    [["--line-reader", "my.Reader"], "java.lang.ClassNotFoundException: my.Reader\n"],
    [["--command-config", "none"], "java.nio.file.NoSuchFileException: none\n"],
    [["--reader-config", "none"], "java.nio.file.NoSuchFileException: none\n"],
    [["--batch-size", "big"], "Cannot parse argument 'big' of option batch-size\n"],
    [
      ["--topic", "again"],
      "Found multiple arguments for option topic, but you asked for only one\n",
    ],
    [
      ["--reader-property", "headers.separator=:"],
      "org.apache.kafka.common.KafkaException: headers.separator and headers.key.separator may not be equal\n",
    ],
    [
      ["--compression-codec", "zip"],
      "org.apache.kafka.common.config.ConfigException: Invalid value zip for configuration compression.type: " +
      "String must be one of: none, gzip, snappy, lz4, zstd\n",
    ],
  ];
  for (const [args, text] of cases) {
    const { code, stdout, stderr } = await tools.pipe(
      "a\n",
      "console-producer",
      ...[...to(tools, "t"), ...args],
    );
    assertEquals([code, stdout, stderr], [1, "", text]);
  }
  const bare = await tools.run("console-producer");
  assertEquals(bare.code, 1);
  assert(bare.stderr.startsWith("This tool helps to read data from standard input and publish"));
});
