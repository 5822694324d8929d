import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { Producer } from "../../../client/producer/producer.ts";
import { StopRequest } from "../../../storage/cli/tool.ts";
import { integer } from "../../../storage/serde/integer.ts";
import { runTool, startTools, type ToolsAndBroker } from "../../support/cli.ts";

const PROTOCOL =
  "The consumer rebalance protocol (KIP-848) is production-ready! Set group.protocol=consumer to try it out. " +
  "See https://kafka.apache.org/documentation/#consumer_rebalance_protocol\n";
const LOGGER = "(org.apache.kafka.tools.consumer.ConsoleConsumer)";

const to = ({ bootstrap }: ToolsAndBroker, topic: string) => [
  ...["--bootstrap-server", bootstrap],
  ...["--topic", topic],
];

/** Brokers need not wait for records that do not come. */
const HASTY = ["--command-property", "fetch.max.wait.ms=10"];

/** Standard error without the time. */
const undated = (text: string) => text.replaceAll(/^\[20.*?\] /gm, "");

const total = (count: number) => `Processed a total of ${count} messages\n`;

async function create(tools: ToolsAndBroker, topic: string, partitions = 1): Promise<void> {
  const args = [...to(tools, topic), "--create", "--partitions", `${partitions}`];
  assertEquals((await tools.run("topics", ...args)).code, 0);
}

/** Writes lines of a key and a value with a colon between them. */
async function write(tools: ToolsAndBroker, topic: string, ...lines: string[]): Promise<void> {
  const properties = ["parse.key=true", "key.separator=:"]
    .flatMap((property) => ["--reader-property", property]);
  const input = lines.map((line) => `${line}\n`).join("");
  await tools.pipe(input, "console-producer", ...to(tools, topic), ...properties);
}

/** Runs the tool on the first partition, from its beginning. */
function read(tools: ToolsAndBroker, topic: string, ...args: string[]) {
  return tools.run(
    "console-consumer",
    ...[...to(tools, topic), "--partition", "0", "--offset", "earliest", ...HASTY, ...args],
  );
}

Deno.test("console-consumer: what Apache Kafka's tool prints", async () => {
  await using tools = await startTools();
  for (const [topic, partitions] of [["keyed-topic", 1], ["int-keys", 1]] as const) {
    await create(tools, topic, partitions);
  }
  await tools.replay("console-producer-keys");
  await tools.replay("console-producer-headers");
  await tools.replay("console-producer-property-flag");
  const { bootstrap: bootstrapServers, transport } = tools;
  await using producer = new Producer({ bootstrapServers, transport, keySerializer: integer() });
  for (const key of [1, 2, -7, 2147483647]) {
    producer.send({ topic: "int-keys", key, value: `value of ${key}` });
  }
  await producer.flush();
  for (
    const name of [
      ...["plain", "print-key-property-flag", "print-everything", "separators"],
      ...["partition-offset", "integer-keys", "integer-bad-size", "no-topic"],
    ]
  ) {
    await tools.replay(`console-consumer-${name}`);
  }
  await tools.replay("consumer-missing-server");
});

Deno.test("console-consumer goes on where its group is, and commits no more than it has printed", async () => {
  await using tools = await startTools();
  await create(tools, "t");
  await write(tools, "t", "k:1", "k:2", "k:3", "k:4", "k:5");
  const some = (count: number) =>
    tools.run(
      "console-consumer",
      ...[
        ...to(tools, "t"),
        "--group",
        "g",
        "--from-beginning",
        "--max-messages",
        `${count}`,
        ...HASTY,
      ],
    );
  assertEquals(await some(2), { code: 0, stdout: "1\n2\n", stderr: PROTOCOL + total(2) });
  assertEquals((await some(3)).stdout, "3\n4\n5\n");
});

Deno.test("console-consumer prints bytes as they are", async () => {
  await using tools = await startTools();
  await create(tools, "t");
  const { bootstrap: bootstrapServers, transport, env } = tools;
  await using producer = new Producer({ bootstrapServers, transport });
  await producer.send({ topic: "t", value: Uint8Array.of(0xff, 0x00, 0xfe) });
  const written: number[] = [];
  const args = [
    ...to(tools, "t"),
    "--partition",
    "0",
    "--from-beginning",
    "--max-messages",
    "1",
    ...HASTY,
  ];
  await runTool("console-consumer", args, {
    ...{ env, transport },
    stdoutBytes(bytes) {
      written.push(...bytes);
      return true;
    },
  });
  assertEquals(written, [0xff, 0x00, 0xfe, 0x0a]);
});

Deno.test("console-consumer reads topics by a pattern", async () => {
  await using tools = await startTools();
  for (const topic of ["in-1", "in-2", "not-in-1"]) {
    await create(tools, topic);
    await write(tools, topic, `k:${topic}`);
  }
  const { code, stdout } = await tools.run(
    "console-consumer",
    ...["--bootstrap-server", tools.bootstrap, "--include", "in-[0-9]", "--from-beginning"],
    ...["--max-messages", "2", ...HASTY],
  );
  assertEquals([code, stdout.split("\n").sort()], [0, ["", "in-1", "in-2"]]);
});

Deno.test("console-consumer ends when no record comes in time, with 0", async () => {
  await using tools = await startTools();
  await create(tools, "t");
  await write(tools, "t", "k:1");
  const { code, stdout, stderr } = await read(tools, "t", "--timeout-ms", "50");
  assertEquals([code, stdout], [0, "1\n"]);
  assertEquals(
    undated(stderr),
    `ERROR Error processing message, terminating consumer process:  ${LOGGER}\n` +
      `org.apache.kafka.common.errors.TimeoutException\n${total(1)}`,
  );
});

Deno.test("console-consumer that is told to stop says how much it has read, and ends with the signal's status", async () => {
  await using tools = await startTools();
  await create(tools, "t");
  await write(tools, "t", "k:1");
  const stop = new AbortController();
  const { env, transport } = tools;
  const args = [...to(tools, "t"), "--partition", "0", "--from-beginning", ...HASTY];
  let stdout = "";
  const { code, stdout: told, stderr } = await runTool(
    "console-consumer",
    [...args, "--enable-systest-events"],
    {
      ...{ env, transport, stopSignal: () => stop.signal },
      stdoutBytes(bytes) {
        stdout += new TextDecoder().decode(bytes);
        stop.abort(new StopRequest("SIGTERM"));
        return true;
      },
    },
  );
  assertEquals([code, stdout, told, stderr], [143, "1\n", "shutdown_complete\n", total(1)]);
});

Deno.test("console-consumer ends when nobody reads what it prints", async () => {
  await using tools = await startTools();
  await create(tools, "t");
  await write(tools, "t", "k:1");
  const { env, transport } = tools;
  const args = [...to(tools, "t"), "--partition", "0", "--from-beginning", ...HASTY];
  const done = await runTool("console-consumer", args, {
    ...{ env, transport },
    stdoutBytes: () => false,
  });
  assertEquals([done.code, done.stderr], [
    0,
    `Unable to write to standard out, closing consumer.\n${total(1)}`,
  ]);
});

Deno.test("a record that cannot be printed ends the tool, or is skipped", async () => {
  await using tools = await startTools();
  await create(tools, "t");
  await write(tools, "t", "a:1234", "b:12345", "c:5678");
  const args = [
    ...["--max-messages", "3", "--formatter-property", "print.key=true"],
    ...["--value-deserializer", "org.apache.kafka.common.serialization.IntegerDeserializer"],
  ];
  const problem = "org.apache.kafka.common.errors.SerializationException: " +
    "Size of data received by IntegerDeserializer is not 4\n";
  const ended = await read(tools, "t", ...args);
  assertEquals([ended.code, ended.stdout], [1, "a\t825373492\nb\t"]);
  assertEquals(
    undated(ended.stderr),
    `${total(2)}ERROR Unknown error when running consumer:  ${LOGGER}\n${problem}`,
  );
  const skipped = await read(tools, "t", ...args, "--skip-message-on-error");
  assertEquals([skipped.code, skipped.stdout], [0, "a\t825373492\nb\tc\t892745528\n"]);
  assertEquals(
    undated(skipped.stderr),
    `ERROR Error processing message, skipping this message:  ${LOGGER}\n${problem}${total(3)}`,
  );
});

Deno.test("console-consumer leaves out what is not committed, when it is told to", async () => {
  await using tools = await startTools();
  await create(tools, "t");
  const { bootstrap: bootstrapServers, transport } = tools;
  await using producer = new Producer({ bootstrapServers, transport, transactionalId: "x" });
  await producer.initTransactions();
  for (const end of ["abortTransaction", "commitTransaction"] as const) {
    producer.beginTransaction();
    await producer.send({ topic: "t", value: end });
    await producer[end]();
  }
  const level = async (name: string, count: string) =>
    (await read(tools, "t", "--isolation-level", name, "--max-messages", count)).stdout;
  assertEquals(await level("read_committed", "1"), "commitTransaction\n");
  assertEquals(await level("read_uncommitted", "2"), "abortTransaction\ncommitTransaction\n");
});

Deno.test("console-consumer prints the offsets that groups have committed", async () => {
  await using tools = await startTools();
  await create(tools, "t");
  await write(tools, "t", "k:1");
  const args = [
    ...to(tools, "t"),
    "--group",
    "g",
    "--from-beginning",
    "--max-messages",
    "1",
    ...HASTY,
  ];
  await tools.run("console-consumer", ...args);
  const { code, stdout } = await read(
    tools,
    "__consumer_offsets",
    ...["--formatter", "org.apache.kafka.tools.consumer.OffsetsMessageFormatter"],
    ...["--timeout-ms", "50"],
  );
  assertEquals(code, 0);
  assertMatch(
    stdout,
    /^\{"key":\{"type":1,"data":\{"group":"g","topic":"t","partition":0\}\},"value":\{"version":\d,"data":\{"offset":1,/,
  );
});

Deno.test("console-consumer: what is wrong is told as Apache Kafka tells it", async () => {
  await using tools = await startTools();
  await create(tools, "t");
  const unknown = `ERROR Unknown error when running consumer:  ${LOGGER}\n`;
  const cases: readonly (readonly [string[], string])[] = [
    [
      ["--partition", "x"],
      "Exception in thread \"main\" joptsimple.OptionArgumentConversionException: Cannot parse argument 'x' of option partition\n",
    ],
    [
      ["--command-config", "none"],
      'Exception in thread "main" java.nio.file.NoSuchFileException: none\n',
    ],
    [
      ["--isolation-level", "serializable", "--partition", "0"],
      `${unknown}org.apache.kafka.common.config.ConfigException: Invalid value serializable for configuration isolation.level: ` +
      "String must be one of: read_committed, read_uncommitted\n",
    ],
    [
      ["--max-messages", "many", "--partition", "0"],
      `${
        total(0)
      }${unknown}joptsimple.OptionArgumentConversionException: Cannot parse argument 'many' of option max-messages\n`,
    ],
  ];
  for (const [args, text] of cases) {
    const { code, stdout, stderr } = await tools.run(
      "console-consumer",
      ...[...to(tools, "t"), ...args],
    );
    const seen = undated(stderr);
    assert(seen.startsWith(text), seen);
    assertEquals([code, stdout], [1, ""]);
  }
  const include = ["--bootstrap-server", tools.bootstrap, "--include", "("];
  const { code, stderr } = await tools.run("console-consumer", ...include);
  assertEquals([code, undated(stderr)], [
    1,
    `${PROTOCOL}${unknown}java.util.regex.PatternSyntaxException: Unclosed group near index 1\n(\n`,
  ]);
  const empty = await tools.run("console-consumer", ...to(tools, ""));
  assertStringIncludes(
    empty.stderr,
    "java.lang.IllegalArgumentException: Topic collection to subscribe to cannot contain null or empty topic\n",
  );
});

Deno.test("console-consumer prints as many records as it is asked for, none among them", async () => {
  await using tools = await startTools();
  await create(tools, "t");
  const done = await read(tools, "t", "--max-messages", "0");
  assertEquals(done, { code: 0, stdout: "", stderr: total(0) });
});
