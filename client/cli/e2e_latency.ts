/**
 * `seglog e2e-latency`: how long a record takes from a producer to a consumer. Flags and output are those of `kafka-e2e-latency.sh`.
 *
 * @module
 */

import type { LineOutput } from "../../storage/cli/tool.ts";
import type { Consumer } from "../consumer/consumer.ts";
import type { Producer } from "../producer/producer.ts";
import { doubleText } from "../serde/java_number_text.ts";
import { openAdmin } from "./admin_session.ts";
import { type ClientToolIo, runClientTool } from "./client_tool.ts";
import { type ClientConfigs, commandConfigs } from "./command_config.ts";
import { openConsumer } from "./consumer_session.ts";
import { e2eLatencyOptions } from "./e2e_latency_options.ts";
import { mismatch, type RecordSizes, sizedRecord } from "./e2e_latency_record.ts";
import {
  exceptionMessage,
  exceptionText,
  executionException,
  JavaException,
  stackText,
  thrown,
} from "./java_exception.ts";
import { fixedText } from "./java_format.ts";
import { openProducer } from "./producer_session.ts";

/** How long a record is waited for, ms. */
const POLL_TIMEOUT_MS = 60_000;
/** How soon a topic that was just made is looked for again, ms. */
const TOPIC_WAIT_MS = 100;
const NS_PER_MS = 1e6;
const SERIALIZER = "org.apache.kafka.common.serialization.ByteArraySerializer";
const DESERIALIZER = "org.apache.kafka.common.serialization.ByteArrayDeserializer";

/** `RuntimeException`, with a message or with a cause. */
function runtimeException(message: string, options?: ErrorOptions): JavaException {
  return new JavaException("java.lang.RuntimeException", message, options);
}

async function createTopic(
  io: ClientToolIo,
  output: LineOutput,
  configs: ClientConfigs,
  topic: string,
): Promise<void> {
  output.print(
    `Topic "${topic}" does not exist. Will create topic with 1 partition(s) and replication factor = 1`,
  );
  const { "bootstrap.servers": server, ...others } = configs;
  await using admin = openAdmin(io, output, { server, configs: others });
  try {
    const created = { name: topic, numPartitions: 1, replicationFactor: 1 };
    (await admin.createTopics([created])).all();
  } catch (error) {
    output.print(`Creation of topic ${topic} failed`);
    const cause = executionException(error);
    throw runtimeException(exceptionText(cause), { cause });
  }
}

/** Has the consumer read what comes from now on. */
async function readFromEnd(
  consumer: Consumer,
  topic: string,
  { env: { clock } }: ClientToolIo,
): Promise<void> {
  let partitions = await consumer.partitionsFor(topic);
  // A broker may not have heard yet of a topic that another one has made.
  for (let waitedMs = 0; partitions.length === 0; waitedMs += TOPIC_WAIT_MS) {
    if (waitedMs >= POLL_TIMEOUT_MS) throw runtimeException(`Topic ${topic} has no partitions`);
    await clock.sleep(TOPIC_WAIT_MS);
    partitions = await consumer.partitionsFor(topic);
  }
  const assigned = partitions.map(({ partition }) => ({ topic, partition }));
  consumer.assign(assigned);
  consumer.seekToEnd(assigned);
  for (const partition of assigned) await consumer.position(partition);
}

/** Sends records one by one, each when the one before has come back. Returns how long they took, ms. */
async function measure(
  producer: Producer<Uint8Array, Uint8Array>,
  consumer: Consumer,
  topic: string,
  numRecords: number,
  sizes: RecordSizes,
  { env: { clock, random } }: ClientToolIo,
  output: LineOutput,
): Promise<Float64Array> {
  const latencies = new Float64Array(numRecords);
  for (let i = 0; i < numRecords; i++) {
    const record = sizedRecord(random, sizes);
    const begin = clock.monotonic();
    try {
      await producer.send({ topic, ...record });
    } catch (error) {
      throw executionException(error);
    }
    const records = await consumer.poll(POLL_TIMEOUT_MS);
    const elapsed = latencies[i] = clock.monotonic() - begin;
    const problem = mismatch(record, records, POLL_TIMEOUT_MS);
    if (problem !== undefined) {
      await consumer.commitSync();
      throw runtimeException(problem);
    }
    if (i % 1000 !== 0) continue;
    output.print(`${i}\t${doubleText(Math.round(elapsed * NS_PER_MS) / 1000 / 1000)}`);
    output.flush();
  }
  return latencies;
}

/** The average and the percentiles. */
function resultLines(latencies: Float64Array): string[] {
  const sum = latencies.reduce((total, latency) => total + latency, 0);
  const sorted = latencies.toSorted();
  const [half, most, nearlyAll] = [0.5, 0.99, 0.999].map((part) =>
    Math.trunc(sorted[Math.trunc(sorted.length * part)]!)
  );
  return [
    `Avg latency: ${fixedText(sum / latencies.length, 4)} ms`,
    `Percentiles: 50th = ${half}, 99th = ${most}, 99.9th = ${nearlyAll}`,
  ];
}

/**
 * Runs the tool.
 *
 * @returns 0, or 1 after a failure or the usage text
 */
export function e2eLatencyTool(args: readonly string[], io: ClientToolIo): Promise<number> {
  return runClientTool(io, async (output) => {
    const options = e2eLatencyOptions(args, (line) => output.print(line));
    const topic = options.value("topic")!;
    const configs: ClientConfigs = {
      ...commandConfigs(io, options.value("command-config")),
      "bootstrap.servers": options.value("bootstrap-server")!,
    };
    await using consumer = openConsumer(io, output, {
      ...configs,
      "group.id": `test-group-${io.env.clock.now()}`,
      "enable.auto.commit": "false",
      "auto.offset.reset": "latest",
      "key.deserializer": DESERIALIZER,
      "value.deserializer": DESERIALIZER,
      // Nothing is to wait for more.
      "fetch.max.wait.ms": "0",
    });
    await using producer = openProducer(io, output, {
      ...configs,
      "linger.ms": "0",
      "max.block.ms": String(2n ** 63n - 1n),
      "acks": options.value("producer-acks")!,
      "key.serializer": SERIALIZER,
      "value.serializer": SERIALIZER,
    });
    if (!(await consumer.listTopics()).has(topic)) await createTopic(io, output, configs, topic);
    await readFromEnd(consumer, topic, io);
    const sizes = {
      key: options.integer("record-key-size")!,
      value: options.integer("record-size")!,
      headers: options.integer("num-headers")!,
      headerKey: options.integer("record-header-key-size")!,
      headerValue: options.integer("record-header-size")!,
    };
    const numRecords = options.integer("num-records")!;
    const latencies = await measure(producer, consumer, topic, numRecords, sizes, io, output);
    for (const line of resultLines(latencies)) output.print(line);
    await consumer.commitSync();
    return 0;
  }, (error, output) => {
    output.printError(exceptionMessage(error));
    const isTerse = error instanceof JavaException &&
      thrown(error).className.endsWith(".TerseException");
    if (!isTerse) output.printError(`${stackText(error)}\n`);
    return 1;
  });
}
