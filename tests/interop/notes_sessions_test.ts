import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { ClientToolIo } from "../../client/cli/client_tool.ts";
import { CLIENT_TOOLS } from "../../client/cli/tools.ts";
import { Consumer } from "../../client/consumer/consumer.ts";
import { Producer } from "../../client/producer/producer.ts";
import type { RecordMetadata } from "../../client/producer/record_metadata.ts";
import { KafkaError } from "../../client/protocol/error_codes.ts";
import { StopRequest } from "../../storage/cli/tool.ts";
import { STORAGE_TOOLS } from "../../storage/cli/tools.ts";
import { systemEnv } from "../../storage/system_env.ts";
import { type BrokerUnderTest, startBrokerUnderTest } from "./support/broker_under_test.ts";
import { CLI_NODE } from "./support/cli_transcripts.ts";

/** The sessions that study notes on Kafka show, word for word, with our tools and our clients: each prints and does what is written there. */

const SERIALIZATION = "org.apache.kafka.common.serialization";

/** Runs a command line as it is typed; gives its lines, and those of standard error. */
async function typed({ bootstrap }: BrokerUnderTest, line: string, io: Partial<ClientToolIo> = {}) {
  const [script, ...args] = line.replace("H:P", bootstrap).split(" ");
  const tool = [...CLIENT_TOOLS, ...STORAGE_TOOLS].find(({ name }) => `kafka-${name}` === script)!;
  const decoder = new TextDecoder();
  let [stdout, stderr] = ["", ""];
  const code = await tool.run(args, {
    env: systemEnv(),
    stdout: (text) => void (stdout += `${text}\n`),
    stderr: (text) => void (stderr += `${text}\n`),
    stdoutBytes(bytes) {
      stdout += decoder.decode(bytes, { stream: true });
      return true;
    },
    ...io,
  });
  return { code, lines: stdout.split("\n").slice(0, -1), errors: stderr.split("\n").slice(0, -1) };
}

/** A command that says nothing on standard error, and ends with 0. */
async function done(broker: BrokerUnderTest, line: string): Promise<string[]> {
  const { code, lines, errors } = await typed(broker, line);
  assertEquals([code, errors], [0, []], line);
  return lines;
}

async function createTopic(broker: BrokerUnderTest, topic: string, partitions: number) {
  const line = `kafka-topics --bootstrap-server H:P --create --topic ${topic} --partitions`;
  const lines = await done(broker, `${line} ${partitions}`);
  assertEquals(lines.at(-1), `Created topic ${topic}.`);
}

async function endOffset({ bootstrap }: BrokerUnderTest, topic: string): Promise<number> {
  await using consumer = new Consumer({ bootstrapServers: bootstrap });
  const partition = { topic, partition: 0 };
  return (await consumer.endOffsets([partition])).get(partition)!;
}

async function configsOfTopics(broker: BrokerUnderTest): Promise<void> {
  await createTopic(broker, "multipart-topic", 3);
  const configs =
    "kafka-configs --bootstrap-server H:P --entity-type topics --entity-name multipart-topic";
  const completed = ["Completed updating config for topic multipart-topic."];
  const byDefault =
    "  max.message.bytes=1048588 sensitive=false synonyms={DEFAULT_CONFIG:message.max.bytes=1048588}";
  const described = async () => {
    const [head, ...lines] = await done(broker, `${configs} --all --describe`);
    assertEquals(head, "All configs for topic multipart-topic are:");
    return lines.find((line) => line.startsWith("  max.message.bytes="));
  };
  assertEquals(await described(), byDefault);
  const alter = `${configs} --alter --add-config max.message.bytes=2088000`;
  assertEquals(await done(broker, alter), completed);
  const altered = "  max.message.bytes=2088000 sensitive=false " +
    "synonyms={DYNAMIC_TOPIC_CONFIG:max.message.bytes=2088000, DEFAULT_CONFIG:message.max.bytes=1048588}";
  assertEquals(await described(), altered);
  assertEquals(await done(broker, `${configs} --describe`), [
    "Dynamic configs for topic multipart-topic are:",
    altered,
  ]);
  const remove = `${configs} --alter --delete-config max.message.bytes`;
  assertEquals(await done(broker, remove), completed);
  assertEquals(await described(), byDefault);
}

async function configsOfBrokers(broker: BrokerUnderTest): Promise<void> {
  const configs = "kafka-configs --bootstrap-server H:P --entity-type brokers --entity-name 0";
  const [head, ...lines] = await done(broker, `${configs} --all --describe`);
  assertEquals(head, "All configs for broker 0 are:");
  const defaults = {
    "num.network.threads": "3",
    "queued.max.requests": "500",
    "log.segment.bytes": "1073741824",
    "log.retention.hours": "168",
    "log.cleaner.min.cleanable.ratio": "0.5",
    "log.cleaner.delete.retention.ms": "86400000",
    "log.segment.delete.delay.ms": "60000",
    "message.max.bytes": "1048588",
    "min.insync.replicas": "1",
    "replica.lag.time.max.ms": "30000",
    "replica.fetch.response.max.bytes": "10485760",
    "leader.imbalance.check.interval.seconds": "300",
    "controller.quorum.election.timeout.ms": "1000",
    "controller.quorum.append.linger.ms": "25",
    "offsets.topic.num.partitions": "50",
    "transaction.state.log.num.partitions": "50",
  };
  for (const [name, value] of Object.entries(defaults)) {
    const line = lines.find((line) => line.startsWith(`  ${name}=`));
    assert(
      /^ {2}[^ ]+=[^ ]+ sensitive=false synonyms=\{.*\}$/.test(line ?? ""),
      `${name}: ${line}`,
    );
    assertStringIncludes(line!, `DEFAULT_CONFIG:${name}=${value}`);
  }
  const completed = ["Completed updating config for broker 0."];
  const alter = `${configs} --alter --add-config log.cleaner.threads=2`;
  assertEquals(await done(broker, alter), completed);
  assertEquals(await done(broker, `${configs} --describe`), [
    "Dynamic configs for broker 0 are:",
    "  log.cleaner.threads=2 sensitive=false " +
    "synonyms={DYNAMIC_BROKER_CONFIG:log.cleaner.threads=2, DEFAULT_CONFIG:log.cleaner.threads=1}",
  ]);
  const remove = `${configs} --alter --delete-config log.cleaner.threads`;
  assertEquals(await done(broker, remove), completed);
}

async function linesOfTheLog(broker: BrokerUnderTest): Promise<void> {
  await createTopic(broker, "lines", 1);
  const value = (i: number) => JSON.stringify({ device: "sensor", reading: i }).padEnd(48);
  {
    await using producer = new Producer({ bootstrapServers: broker.bootstrap });
    for (let i = 0; i < 600; i++) {
      producer.send({ topic: "lines", value: value(i), timestamp: 1743388057301 }, () => {});
    }
  }
  const file = `${broker.logDir}/lines-0/00000000000000000000.log`;
  const lines = await done(
    broker,
    `kafka-dump-log --deep-iteration --files ${file} --print-data-log`,
  );
  assertEquals(lines.slice(0, 2), [`Dumping ${file}`, "Log starting offset: 0"]);
  assertEquals(
    lines.find((line) => line.startsWith("| offset: 574 ")),
    "| offset: 574 CreateTime: 1743388057301 keySize: -1 valueSize: 48 sequence: 574 headerKeys: [] " +
      `payload: ${value(574)}`,
  );
  assertEquals(lines.filter((line) => line.startsWith("| offset: ")).length, 600);
}

async function consoleConsumer(broker: BrokerUnderTest): Promise<void> {
  await createTopic(broker, "int-keys", 1);
  const keys = [1, 2, -7, 2147483647];
  {
    await using producer = new Producer<number, string>({
      bootstrapServers: broker.bootstrap,
      keySerializer: `${SERIALIZATION}.IntegerSerializer`,
      valueSerializer: `${SERIALIZATION}.StringSerializer`,
    });
    for (const key of keys) {
      await producer.send({ topic: "int-keys", key, value: `value of ${key}` });
    }
  }
  const line = "kafka-console-consumer --bootstrap-server H:P --topic int-keys --from-beginning " +
    "--group int-readers --property print.key=true --property print.value=true " +
    `--key-deserializer ${SERIALIZATION}.IntegerDeserializer`;
  // It goes on until somebody presses Ctrl-C.
  const pressed = new AbortController();
  let printed = "";
  const { code, lines, errors } = await typed(broker, line, {
    stopSignal: () => pressed.signal,
    stdoutBytes(bytes) {
      printed += new TextDecoder().decode(bytes);
      if (printed.split("\n").length > keys.length) pressed.abort(new StopRequest("SIGINT"));
      return true;
    },
  });
  assertEquals([code, printed], [130, keys.map((key) => `${key}\tvalue of ${key}\n`).join("")]);
  assertEquals(lines, [
    "Option --property is deprecated and will be removed in a future version. Use --formatter-property instead.",
  ]);
  assertEquals(errors.at(-1), "Processed a total of 4 messages");
  // The group has read everything, and committed it.
  const groups = await typed(
    broker,
    "kafka-consumer-groups --bootstrap-server H:P --describe --group int-readers",
  );
  const [group, topic, partition, current, end, lag] = groups.lines.at(-1)!.split(/\s+/);
  assertEquals([group, topic, partition, current, end, lag], [
    ...["int-readers", "int-keys", "0", "4", "4", "0"],
  ]);
  assertEquals((await typed(broker, `${line} --timeout-ms 200`)).lines.length, 1);
}

async function synchronousSend(broker: BrokerUnderTest): Promise<void> {
  await createTopic(broker, "sync", 1);
  await using producer = new Producer({ bootstrapServers: broker.bootstrap });
  for (let i = 0; i < 3; i++) {
    const timestamp = 1743388057301 + i;
    const metadata = await producer.send({ topic: "sync", key: "k", value: "value", timestamp });
    const { topic, partition, offset, serializedKeySize, serializedValueSize } = metadata;
    assertEquals([topic, partition, offset, metadata.timestamp], ["sync", 0, i, timestamp]);
    assertEquals([serializedKeySize, serializedValueSize], [1, 5]);
    assert(Number.isInteger(metadata.checksum));
    assertEquals(await endOffset(broker, "sync"), i + 1);
  }
}

async function asynchronousSend(broker: BrokerUnderTest): Promise<void> {
  await createTopic(broker, "async", 1);
  await using producer = new Producer({ bootstrapServers: broker.bootstrap, lingerMs: 600_000 });
  const told: [RecordMetadata | null, Error | null][] = [];
  const callback = (...outcome: (typeof told)[number]) => void told.push(outcome);
  // The first record needs to know the topic; from then on they go into the buffer at once.
  await producer.partitionsFor("async");
  for (let i = 0; i < 3; i++) producer.send({ topic: "async", value: `${i}` }, callback);
  assertEquals([told, await endOffset(broker, "async")], [[], 0]);
  await producer.flush();
  assertEquals(await endOffset(broker, "async"), 3);
  assertEquals(told.map(([metadata, error]) => [metadata?.offset, error]), [
    [0, null],
    [1, null],
    [2, null],
  ]);
  producer.send({ topic: "async", value: "x".repeat(2_000_000) }, callback);
  const [metadata, error] = told.at(-1)!;
  assert(metadata === null && error instanceof KafkaError && error.code === "MESSAGE_TOO_LARGE");
}

async function keysAndPartitions(broker: BrokerUnderTest): Promise<void> {
  await createTopic(broker, "keyed", 3);
  await using producer = new Producer<number, string>({
    bootstrapServers: broker.bootstrap,
    keySerializer: `${SERIALIZATION}.IntegerSerializer`,
    // One batch holds no more than a record or two, so that those without a key go to all partitions.
    batchSize: 100,
  });
  const partitionsOf = async (key?: number) => {
    const sent = await Promise.all(Array.from({ length: 50 }, (_, i) => {
      const value = `value ${i}`.padEnd(60);
      return producer.send({ topic: "keyed", value, ...(key === undefined ? {} : { key }) });
    }));
    return new Set(sent.map(({ partition }) => partition));
  };
  assert((await partitionsOf()).size > 1);
  const byKey = await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map((key) => partitionsOf(key)));
  for (const partitions of byKey) assertEquals(partitions.size, 1);
  assert(new Set(byKey.flatMap((partitions) => [...partitions])).size > 1);
}

async function acknowledgements(broker: BrokerUnderTest): Promise<void> {
  for (const acks of ["0", "1", "all"] as const) {
    const topic = `acks-${acks}`;
    await createTopic(broker, topic, 1);
    {
      const { bootstrap: bootstrapServers } = broker;
      await using producer = new Producer({ bootstrapServers, acks });
      const { offset, hasOffset } = await producer.send({ topic, value: "v" });
      // Without an answer nobody knows where the record is.
      assertEquals([offset, hasOffset], acks === "0" ? [-1, false] : [0, true]);
    }
    const lines = `kafka-console-consumer --bootstrap-server H:P --topic ${topic} --partition 0 `;
    assertEquals(await typed(broker, `${lines}--from-beginning --max-messages 1`), {
      code: 0,
      lines: ["v"],
      errors: ["Processed a total of 1 messages"],
    });
  }
}

Deno.test("the notes' sessions: our tools and clients print and do what is written there", async (t) => {
  const directory = await Deno.makeTempDir();
  try {
    await using broker = await startBrokerUnderTest(directory, { properties: CLI_NODE });
    await t.step(
      "kafka-configs of a topic: describe, alter, delete",
      () => configsOfTopics(broker),
    );
    await t.step("kafka-configs of a broker", () => configsOfBrokers(broker));
    await t.step("kafka-dump-log", () => linesOfTheLog(broker));
    await t.step(
      "kafka-console-consumer with --group and integer keys",
      () => consoleConsumer(broker),
    );
    await t.step("a synchronous send", () => synchronousSend(broker));
    await t.step("an asynchronous send", () => asynchronousSend(broker));
    await t.step("sends with and without keys", () => keysAndPartitions(broker));
    await t.step("acks 0, 1 and all", () => acknowledgements(broker));
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
