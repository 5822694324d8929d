import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { KafkaError } from "../../../client/protocol/error_codes.ts";
import {
  BufferExhaustedError,
  IllegalProducerStateError,
} from "../../../client/producer/producer_errors.ts";
import { Producer } from "../../../client/producer/producer.ts";
import type { RecordMetadata } from "../../../client/producer/record_metadata.ts";
import { SerializationError } from "../../../client/serde/serialization_error.ts";
import { InvalidConfigError } from "../../../storage/errors.ts";
import { ProducedBroker } from "../../support/produced.ts";
import { manualEnv } from "../../support/manual_env.ts";

const signal = (): { signal: AbortSignal } => ({ signal: AbortSignal.timeout(10_000) });

Deno.test("a record is written, and its metadata tell where", async () => {
  await using broker = await ProducedBroker.start();
  await broker.topic("orders", 2);
  const producer = broker.producer();
  const metadata = await producer.send({
    topic: "orders",
    partition: 1,
    key: "k1",
    value: "hello",
    timestamp: 1_700_000_000_123,
    headers: [{ key: "h", value: new Uint8Array([7]) }],
  });
  assertEquals({ ...metadata }, {
    topic: "orders",
    partition: 1,
    offset: 0,
    timestamp: 1_700_000_000_123,
    serializedKeySize: 2,
    serializedValueSize: 5,
  });
  assertEquals(`${metadata}`, "orders-1@0");
  const [batch] = await broker.batches("orders", 1);
  const [record] = [...batch!.records()];
  assertEquals(record!.headers, [{ key: "h", value: new Uint8Array([7]) }]);
  assertEquals(await broker.written("orders", 1), [
    { offset: 0, key: "k1", value: "hello", timestamp: 1_700_000_000_123 },
  ]);
});

Deno.test("records of a partition keep their order, and each hears of its own offset", async () => {
  await using broker = await ProducedBroker.start();
  await broker.topic("orders");
  const producer = broker.producer({ batchSize: 200 });
  const values = Array.from({ length: 500 }, (_, i) => `value-${i}`);
  const offsets = await Promise.all(
    values.map(async (value) => (await producer.send({ topic: "orders", value })).offset),
  );
  assertEquals(offsets, values.map((_, i) => i));
  assertEquals(await broker.values("orders"), values);
  assert((await broker.batches("orders")).length > 10);
});

Deno.test("a callback hears of a record as a promise does", async () => {
  await using broker = await ProducedBroker.start();
  await broker.topic("orders");
  const producer = broker.producer();
  const heard: [RecordMetadata | null, Error | null][] = [];
  producer.send({ topic: "orders", value: "a" }, (...told) => heard.push(told));
  producer.send({ topic: "orders", partition: -2, value: "b" }, (...told) => heard.push(told));
  await producer.flush();
  assertEquals(heard.map(([metadata, error]) => [metadata?.offset, error?.message]), [
    [
      undefined,
      "Invalid partition: -2. Partition number should always be non-negative or null.",
    ],
    [0, undefined],
  ]);
});

Deno.test("records with the same key go to the partition that Java chooses", async () => {
  await using broker = await ProducedBroker.start();
  await broker.topic("orders", 10);
  const producer = broker.producer();
  const keys = ["a", "abc", "hello", "21", "foobar"];
  // murmur2 as Java computes it, without its sign.
  const hashes = [-1563381124, 479470107, 2132663229, -973932308, -790332482];
  for (const [index, key] of keys.entries()) {
    const { partition } = await producer.send({ topic: "orders", key, value: "v" });
    assertEquals(partition, (hashes[index]! & 0x7fff_ffff) % 10, key);
  }
});

Deno.test("records without a key stay with a partition until a batch is full, then go to another", async () => {
  await using broker = await ProducedBroker.start();
  await broker.topic("orders", 8);
  const producer = broker.producer({ lingerMs: 60_000, batchSize: 1000 });
  const sent = Array.from(
    { length: 200 },
    () => producer.send({ topic: "orders", value: "x".repeat(90) }),
  );
  await producer.flush();
  const partitions = (await Promise.all(sent)).map(({ partition }) => partition);
  let changes = 0;
  for (let i = 1; i < partitions.length; i++) {
    if (partitions[i] !== partitions[i - 1]) changes++;
  }
  assert(changes > 3 && changes < 30, `${partitions}`);
});

Deno.test("a record may be too large for a request, or for the whole buffer", async () => {
  await using broker = await ProducedBroker.start();
  await broker.topic("orders");
  const producer = broker.producer({ maxRequestSize: 500 });
  const error = await assertRejects(
    () => producer.send({ topic: "orders", value: "x".repeat(500) }),
    KafkaError,
    "The message is 586 bytes when serialized which is larger than 500, which is the value of the max.request.size configuration.",
  );
  assertEquals(error.code, "MESSAGE_TOO_LARGE");
  const small = broker.producer({ bufferMemory: 400, batchSize: 100 });
  await assertRejects(
    () => small.send({ topic: "orders", value: "x".repeat(500) }),
    KafkaError,
    "larger than the total memory buffer you have configured with the buffer.memory configuration.",
  );
  assertEquals((await small.send({ topic: "orders", value: "x".repeat(200) })).offset, 0);
});

Deno.test("flush sends what would linger, and waits for it and for nothing that comes later", async () => {
  await using broker = await ProducedBroker.start();
  await broker.topic("orders");
  const producer = broker.producer({ lingerMs: 60_000 });
  const first = producer.send({ topic: "orders", value: "a" });
  await producer.flush(signal());
  assertEquals((await first).offset, 0);
  await producer.flush(signal());
  const later = producer.send({ topic: "orders", value: "b" });
  await producer.flush(signal());
  assertEquals((await later).offset, 1);
});

Deno.test("when memory is used up sends wait in line, and go on as it comes back", async () => {
  await using broker = await ProducedBroker.start();
  await broker.topic("orders");
  const producer = broker.producer({ bufferMemory: 4000, batchSize: 1000 });
  const values = Array.from({ length: 300 }, (_, i) => `${i}-${"x".repeat(100)}`);
  const sent = values.map((value) => producer.send({ topic: "orders", value }));
  assert(producer.metrics()["waiting-threads"] > 200);
  await producer.ready(signal());
  assertEquals(producer.metrics()["waiting-threads"], 0);
  await producer.flush(signal());
  assertEquals((await Promise.all(sent)).map(({ offset }) => offset), values.map((_, i) => i));
  assertEquals(await broker.values("orders"), values);
  assertEquals(producer.metrics()["buffer-available-bytes"], 4000);
});

Deno.test("a send ends with its signal: what waits is not sent, what is in a batch may be", async () => {
  await using broker = await ProducedBroker.start();
  await broker.topic("orders");
  const producer = broker.producer({ bufferMemory: 1000, batchSize: 1000 });
  await producer.partitionsFor("orders");
  const abort = new AbortController();
  const values = Array.from({ length: 10 }, (_, i) => `${i}-${"x".repeat(300)}`);
  const sent = values.map((value) => producer.send({ topic: "orders", value }, abort));
  const last = producer.send({ topic: "orders", value: "last" });
  assertEquals(producer.metrics()["waiting-threads"], 8);
  abort.abort(new Error("enough"));
  for (const each of sent) await assertRejects(() => each, Error, "enough");
  await assertRejects(
    () => producer.send({ topic: "orders", value: "late" }, abort),
    Error,
    "enough",
  );
  await last;
  await producer.flush(signal());
  const written = await broker.values("orders");
  assertEquals(written, [...values.slice(0, written.length - 1), "last"]);
  assertEquals(producer.metrics()["buffer-available-bytes"], 1000);
});

Deno.test("a send that is called back tells when more full batches wait than a request takes", async () => {
  await using broker = await ProducedBroker.start();
  await broker.topic("orders");
  const producer = broker.producer({ maxRequestSize: 4000, batchSize: 1000 });
  const errors: (Error | null)[] = [];
  const send = () =>
    producer.send(
      { topic: "orders", value: "x".repeat(900) },
      (_metadata, error) => errors.push(error),
    );
  assertEquals(send(), false, "the topic is not known yet");
  await producer.flush(signal());
  let sent = 1;
  while (send()) sent++;
  assertEquals(sent, 6);
  await producer.ready(signal());
  assertEquals(send(), true);
  await producer.flush(signal());
  assertEquals(errors, Array(8).fill(null));
});

Deno.test("a send that has waited for memory for max.block.ms fails", async () => {
  await using broker = await ProducedBroker.start();
  await broker.topic("orders");
  const env = manualEnv();
  const producer = broker.producer({
    env,
    bufferMemory: 1000,
    batchSize: 1000,
    lingerMs: 60_000,
    maxBlockMs: 500,
  });
  broker.broker.faults.delay(new Promise(() => {}), { api: "Produce" });
  const value = "x".repeat(900);
  const first = producer.send({ topic: "orders", value });
  first.catch(() => {});
  await producer.partitionsFor("orders");
  const second = assertRejects(
    () => producer.send({ topic: "orders", value }),
    BufferExhaustedError,
    "Failed to allocate 1000 bytes within the configured max blocking time 500 ms. " +
      "Total memory: 1000 bytes. Available memory: 0 bytes. Poolable size: 1000 bytes",
  );
  await env.clock.advance(501);
  await second;
  assertEquals(producer.metrics()["buffer-exhausted-total"], 1);
});

Deno.test("a topic that does not come within max.block.ms is told as Java tells it", async () => {
  await using broker = await ProducedBroker.start({ "auto.create.topics.enable": "false" });
  await broker.topic("orders");
  const env = manualEnv();
  const producer = broker.producer({ env, maxBlockMs: 300 });
  const missing = assertRejects(
    () => producer.send({ topic: "nowhere", value: "a" }),
    KafkaError,
    "Topic nowhere not present in metadata after 300 ms.",
  );
  const beyond = assertRejects(
    () => producer.send({ topic: "orders", partition: 3, value: "a" }),
    KafkaError,
    "Partition 3 of topic orders with partition count 1 is not present in metadata after 300 ms.",
  );
  await producer.partitionsFor("orders");
  await env.clock.advance(400);
  const error = await missing;
  assertEquals([error.code, (error.cause as KafkaError).code], [
    "REQUEST_TIMED_OUT",
    "UNKNOWN_TOPIC_OR_PARTITION",
  ]);
  await beyond;
});

Deno.test("a topic that cannot be is refused at once, the second time without asking", async () => {
  await using broker = await ProducedBroker.start();
  const producer = broker.producer();
  for (const message of ["Invalid topics: [not a topic]", "not a topic"]) {
    const error = await assertRejects(
      () => producer.send({ topic: "not a topic", value: "a" }),
      KafkaError,
    );
    assertEquals([error.code, error.message], ["INVALID_TOPIC_EXCEPTION", message]);
  }
});

Deno.test("close sends what is left, and then nothing more is taken", async () => {
  await using broker = await ProducedBroker.start();
  const producer = broker.producer({ lingerMs: 60_000 });
  const sent = Array.from(
    { length: 10 },
    (_, i) => producer.send({ topic: "orders", partition: 0, value: `${i}` }),
  );
  await producer.close();
  assertEquals((await Promise.all(sent)).map(({ offset }) => offset), [
    0,
    1,
    2,
    3,
    4,
    5,
    6,
    7,
    8,
    9,
  ]);
  await assertRejects(
    () => producer.send({ topic: "orders", value: "late" }),
    IllegalProducerStateError,
    "Cannot perform operation after producer has been closed",
  );
  await producer.close();
});

Deno.test("close with a time-out gives up what could not be sent by then", async () => {
  await using broker = await ProducedBroker.start();
  await broker.topic("orders");
  const env = manualEnv();
  const producer = broker.producer({ env });
  await producer.partitionsFor("orders");
  broker.broker.faults.delay(new Promise(() => {}), { api: "Produce" });
  const stuck = assertRejects(
    () => producer.send({ topic: "orders", value: "a" }),
    Error,
    "Producer is closed forcefully.",
  );
  const closed = producer.close({ timeoutMs: 100 });
  await env.clock.advance(100);
  await closed;
  await stuck;
  assertEquals(env.clock.sleeping, 0);
  await assertRejects(() => producer.close({ timeoutMs: -1 }), RangeError);
});

Deno.test("acks 0 tells no offset, acks 1 and all do", async () => {
  await using broker = await ProducedBroker.start();
  await broker.topic("orders");
  for (const [acks, offset] of [["0", -1], ["1", 1], ["all", 2]] as const) {
    const producer = broker.producer({ acks });
    const metadata = await producer.send({ topic: "orders", value: acks });
    assertEquals([metadata.offset, metadata.hasOffset], [offset, offset >= 0]);
    await producer.close();
    if (acks === "0") {
      await broker.broker.requests.waitFor({ api: "Produce" }, signal());
    }
  }
  assertEquals(await broker.values("orders"), ["0", "1", "all"]);
});

Deno.test("serializers make bytes of keys and values, and their failures are told", async () => {
  await using broker = await ProducedBroker.start();
  await broker.topic("orders");
  await using producer = new Producer<number, { id: number }>({
    bootstrapServers: broker.broker.bootstrapServers,
    transport: broker.transport,
    env: broker.env,
    lingerMs: 0,
    keySerializer: { serialize: (key, topic) => new TextEncoder().encode(`${topic}:${key}`) },
    valueSerializer: {
      serialize({ id }) {
        if (id < 0) throw new RangeError("negative");
        return new TextEncoder().encode(`#${id}`);
      },
    },
  });
  await producer.send({ topic: "orders", key: 5, value: { id: 7 } });
  await producer.send({ topic: "orders", key: null, value: null });
  await assertRejects(
    () => producer.send({ topic: "orders", key: 1, value: { id: -1 } }),
    Error,
    "Can't serialize the value of a record: negative",
  );
  const written = await broker.written("orders");
  assertEquals(written.map(({ key, value }) => [key, value]), [["orders:5", "#7"], [null, null]]);
});

Deno.test("serializers are found by the names of Kafka's classes, with their configs", async () => {
  await using broker = await ProducedBroker.start();
  await broker.topic("orders");
  const names = "org.apache.kafka.common.serialization.";
  const client = {
    bootstrapServers: broker.broker.bootstrapServers,
    transport: broker.transport,
    env: broker.env,
  };
  await using producer = new Producer<number, string>({
    ...client,
    "key.serializer": `${names}IntegerSerializer`,
    "value.serializer": `${names}StringSerializer`,
    "value.serializer.encoding": "ISO-8859-1",
  });
  await producer.send({ topic: "orders", key: 258, value: "ä" });
  const [batch] = await broker.batches("orders");
  const [record] = [...batch!.records()];
  assertEquals([record!.key, record!.value], [
    new Uint8Array([0, 0, 1, 2]),
    new Uint8Array([0xe4]),
  ]);
  for (const key of ["text", 0.5, 2 ** 31] as unknown as number[]) {
    await assertRejects(
      () => producer.send({ topic: "orders", key, value: "" }),
      SerializationError,
    );
  }
  assertThrows(
    () => new Producer({ ...client, valueSerializer: "com.example.Mine" }),
    InvalidConfigError,
    "Invalid value com.example.Mine for configuration value.serializer: Class com.example.Mine could not be found.",
  );
});

Deno.test("a partition of one's own choice must be one", async () => {
  await using broker = await ProducedBroker.start();
  await broker.topic("orders", 3);
  const chosen = [2, 1, -1];
  const producer = broker.producer({ partitionerClass: { partition: () => chosen.shift()! } });
  assertEquals((await producer.send({ topic: "orders", value: "a" })).partition, 2);
  assertEquals((await producer.send({ topic: "orders", value: "a" })).partition, 1);
  await assertRejects(
    () => producer.send({ topic: "orders", value: "a" }),
    RangeError,
    "The partitioner generated an invalid partition number: -1. Partition number should always be non-negative.",
  );
});

Deno.test("transactional calls need a transactional.id", async () => {
  await using broker = await ProducedBroker.start();
  const idempotent = broker.producer();
  await assertRejects(
    () => idempotent.initTransactions(),
    IllegalProducerStateError,
    "Transactional method invoked on a non-transactional producer.",
  );
  const plain = broker.producer({ enableIdempotence: false });
  assertThrows(
    () => plain.beginTransaction(),
    IllegalProducerStateError,
    "Cannot use transactional methods without enabling transactions by setting the transactional.id configuration property",
  );
});
