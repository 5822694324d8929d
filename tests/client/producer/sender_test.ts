import { assert, assertEquals, assertRejects } from "@std/assert";
import { errorCode, type ErrorName, KafkaError } from "../../../client/protocol/error_codes.ts";
import { Producer } from "../../../client/producer/producer.ts";
import type { ProducerOptions } from "../../../client/producer/producer_options.ts";
import { produce } from "../../../client/protocol/messages/produce.ts";
import { ScriptedNodes } from "../../support/scripted_nodes.ts";
import { manualEnv } from "../../support/manual_env.ts";
import { ProducedBroker } from "../../support/produced.ts";

const signal = (): { signal: AbortSignal } => ({ signal: AbortSignal.timeout(10_000) });

const values = (count: number): string[] => Array.from({ length: count }, (_, i) => `value-${i}`);

/** Sends values in batches of some records, several at a time. Returns their offsets. */
async function sendAll(
  broker: ProducedBroker,
  all: readonly string[],
  options: ProducerOptions<string, string> = {},
): Promise<readonly number[]> {
  const producer = broker.producer({ batchSize: 150, ...options });
  const sent = all.map((value) => producer.send({ topic: "orders", partition: 0, value }));
  const offsets = (await Promise.all(sent)).map(({ offset }) => offset);
  await producer.close();
  return offsets;
}

Deno.test("answers that are lost cost neither records nor order, and double none", async () => {
  await using broker = await ProducedBroker.start();
  await broker.topic("orders");
  broker.broker.faults.drop({ api: "Produce", when: "after", times: 5 });
  const all = values(100);
  assertEquals(await sendAll(broker, all), all.map((_, i) => i));
  assertEquals(await broker.values("orders"), all);
});

Deno.test("requests that are lost cost neither records nor order", async () => {
  await using broker = await ProducedBroker.start();
  await broker.topic("orders");
  broker.broker.faults.drop({ api: "Produce", times: 7 });
  const all = values(100);
  assertEquals(await sendAll(broker, all), all.map((_, i) => i));
  assertEquals(await broker.values("orders"), all);
});

const passing: readonly ErrorName[] = [
  "NOT_LEADER_OR_FOLLOWER",
  "LEADER_NOT_AVAILABLE",
  "UNKNOWN_TOPIC_OR_PARTITION",
  "REQUEST_TIMED_OUT",
  "NOT_ENOUGH_REPLICAS",
  "NOT_ENOUGH_REPLICAS_AFTER_APPEND",
  "KAFKA_STORAGE_ERROR",
  "CORRUPT_MESSAGE",
];
for (const error of passing) {
  Deno.test(`after ${error} a batch is sent again, in order`, async () => {
    await using broker = await ProducedBroker.start();
    await broker.topic("orders");
    broker.broker.faults.answer(error, { api: "Produce", times: 3 });
    const all = values(60);
    assertEquals(await sendAll(broker, all), all.map((_, i) => i));
    assertEquals(await broker.values("orders"), all);
  });
}

Deno.test("a producer whose place in the sequence the broker has lost goes on with the next epoch", async () => {
  await using broker = await ProducedBroker.start();
  await broker.topic("orders");
  const producer = broker.producer();
  await producer.send({ topic: "orders", value: "a" });
  broker.broker.faults.answer("OUT_OF_ORDER_SEQUENCE_NUMBER", { api: "Produce" });
  assertEquals((await producer.send({ topic: "orders", value: "b" })).offset, 1);
  assertEquals((await producer.send({ topic: "orders", value: "c" })).offset, 2);
  const batches = await broker.batches("orders");
  assertEquals(batches.map((batch) => [batch.producerEpoch, batch.baseSequence]), [
    [0, 0],
    [1, 0],
    [1, 1],
  ]);
});

Deno.test("batches behind one that failed are numbered anew, and none is lost", async () => {
  await using broker = await ProducedBroker.start();
  await broker.topic("orders");
  // Two of these do not fit into the room that the least batch has.
  const large = values(5).map((value) => value.padEnd(60));
  const producer = broker.producer({ batchSize: 1 });
  await producer.send({ topic: "orders", value: "first" });
  broker.broker.faults.answer("INVALID_RECORD", { api: "Produce" });
  const [failed, ...others] = await Promise.allSettled(
    large.map((value) => producer.send({ topic: "orders", value })),
  );
  assertEquals(failed!.status, "rejected");
  assertEquals(others.map(({ status }) => status), Array(4).fill("fulfilled"));
  assertEquals(await broker.values("orders"), ["first", ...large.slice(1)]);
});

Deno.test("an error that will not pass is told at once", async () => {
  await using broker = await ProducedBroker.start();
  await broker.topic("orders");
  const producer = broker.producer();
  broker.broker.faults.answer("TOPIC_AUTHORIZATION_FAILED", { api: "Produce" });
  await assertRejects(
    () => producer.send({ topic: "orders", value: "a" }),
    KafkaError,
    "Not authorized to access topics: [orders]",
  );
  assertEquals(producer.metrics()["record-error-total"], 1);
  assertEquals((await producer.send({ topic: "orders", value: "b" })).offset, 0);
});

Deno.test("retries end, and then the last error is told", async () => {
  await using broker = await ProducedBroker.start();
  await broker.topic("orders");
  const fault = broker.broker.faults.answer("NOT_ENOUGH_REPLICAS", {
    api: "Produce",
    times: Infinity,
  });
  const producer = broker.producer({ retries: 3 });
  const error = await assertRejects(
    () => producer.send({ topic: "orders", value: "a" }),
    KafkaError,
  );
  assertEquals([error.code, fault.hits], ["NOT_ENOUGH_REPLICAS", 4]);
  assertEquals(producer.metrics()["record-retry-total"], 3);
});

Deno.test("a batch that is too large for the broker is cut up", async () => {
  await using broker = await ProducedBroker.start();
  await broker.topic("orders", 1, { "max.message.bytes": "600" });
  const all = Array.from({ length: 40 }, (_, i) => `${i}-${"x".repeat(40)}`);
  const producer = broker.producer({ batchSize: 5000, lingerMs: 60_000 });
  const sent = all.map((value) => producer.send({ topic: "orders", value }));
  await producer.flush(signal());
  assertEquals((await Promise.all(sent)).map(({ offset }) => offset), all.map((_, i) => i));
  assertEquals(await broker.values("orders"), all);
  assert(producer.metrics()["batch-split-total"] > 1);
  assertEquals(producer.metrics()["buffer-available-bytes"], 33_554_432);
  // The sequence goes on where the parts have ended.
  assertEquals((await sendMore(producer)).offset, 40);
});

async function sendMore(producer: ReturnType<ProducedBroker["producer"]>) {
  const sent = producer.send({ topic: "orders", value: "more" });
  await producer.flush();
  return await sent;
}

Deno.test("a single record that is too large for the broker fails, and the next is written", async () => {
  await using broker = await ProducedBroker.start();
  await broker.topic("orders", 1, { "max.message.bytes": "300" });
  const producer = broker.producer();
  const error = await assertRejects(
    () => producer.send({ topic: "orders", value: "x".repeat(400) }),
    KafkaError,
  );
  assertEquals(error.code, "MESSAGE_TOO_LARGE");
  assertEquals((await producer.send({ topic: "orders", value: "small" })).offset, 0);
});

Deno.test("records that are not delivered in time are given up as Java gives them up", async () => {
  await using broker = await ProducedBroker.start();
  await broker.topic("orders");
  const env = manualEnv();
  const producer = broker.producer({
    env,
    deliveryTimeoutMs: 1000,
    requestTimeoutMs: 900,
    lingerMs: 100,
  });
  await producer.partitionsFor("orders");
  const fault = broker.broker.faults.delay(new Promise(() => {}), { api: "Produce", times: 10 });
  const sent = [
    producer.send({ topic: "orders", value: "a" }),
    producer.send({ topic: "orders", value: "b" }),
  ];
  const failed = Promise.allSettled(sent);
  await env.clock.advance(100);
  await broker.broker.requests.waitFor({ api: "Produce" }, signal());
  await env.clock.advance(900);
  const [first] = await failed;
  assertEquals(
    (first as PromiseRejectedResult).reason.message,
    "Expiring 2 record(s) for orders-0:1000 ms has passed since batch creation. " +
      "The request has not been sent, or no server response has been received yet.",
  );
  assertEquals((first as PromiseRejectedResult).reason.code, "REQUEST_TIMED_OUT");
  fault.cancel();
});

Deno.test("an answer that does not come ends its connection, and the records go over another", async () => {
  await using broker = await ProducedBroker.start();
  await broker.topic("orders");
  const env = manualEnv();
  const producer = broker.producer({ env, requestTimeoutMs: 500 });
  await producer.partitionsFor("orders");
  const held = Promise.withResolvers<void>();
  broker.broker.faults.delay(held.promise, { api: "Produce" });
  const sent = producer.send({ topic: "orders", value: "a" });
  await env.clock.advance(0);
  await broker.broker.requests.waitFor({ api: "Produce" }, signal());
  for (let i = 0; i < 20; i++) await env.clock.advance(100);
  assertEquals((await sent).offset, 0);
  held.resolve();
});

Deno.test("with one request in flight a partition waits for each answer", async () => {
  await using broker = await ProducedBroker.start();
  await broker.topic("orders");
  broker.broker.faults.answer("NOT_ENOUGH_REPLICAS", { api: "Produce", times: 2 });
  const all = values(30).map((value) => value.padEnd(60));
  const offsets = await sendAll(broker, all, {
    enableIdempotence: false,
    maxInFlightRequestsPerConnection: 1,
    batchSize: 1,
  });
  assertEquals(offsets, all.map((_, i) => i));
  assertEquals(await broker.values("orders"), all);
});

Deno.test("one request carries batches of several partitions", async () => {
  await using broker = await ProducedBroker.start();
  await broker.topic("orders", 6);
  const producer = broker.producer({ lingerMs: 60_000 });
  const sent = values(6).map((value, partition) =>
    producer.send({ topic: "orders", partition, value })
  );
  await producer.flush(signal());
  await Promise.all(sent);
  assertEquals(producer.metrics()["request-total"], 1);
});

for (const compressionType of ["gzip", "snappy", "lz4", "zstd"] as const) {
  Deno.test(`batches are compressed with ${compressionType}, and filled for it`, async () => {
    await using broker = await ProducedBroker.start();
    await broker.topic("orders");
    const producer = broker.producer({ compressionType, batchSize: 2000, lingerMs: 60_000 });
    const all = Array.from({ length: 600 }, (_, i) => `${i}-${"abcdefgh".repeat(12)}`);
    for (const [index, value] of all.entries()) {
      producer.send({ topic: "orders", value }, () => {});
      if (index % 100 === 99) await producer.flush();
    }
    await producer.flush(signal());
    assertEquals(await broker.values("orders"), all);
    const batches = await broker.batches("orders");
    assertEquals(
      new Set(batches.map((batch) => batch.compressionType)),
      new Set([compressionType]),
    );
    const counts = batches.map(({ count }) => count);
    assert(Math.max(...counts.slice(6)) > counts[0]!, `later batches hold more: ${counts}`);
    assertEquals(producer.metrics()["buffer-available-bytes"], 33_554_432);
  });
}

Deno.test("a leader that an answer names is sent to at once, though metadata know nothing of its broker", async () => {
  await using nodes = await ScriptedNodes.start(1, 2);
  const { transport, bootstrapServers } = nodes;
  nodes.nodes = [1];
  nodes.topics = { orders: [1] };
  nodes.on(produce, ({ topicData: [topic] }, { node }) => ({
    responses: [{
      topicId: topic!.topicId,
      partitionResponses: [
        node === 2 ? { index: 0, baseOffset: 7 } : {
          index: 0,
          errorCode: errorCode("NOT_LEADER_OR_FOLLOWER"),
          currentLeader: { leaderId: 2, leaderEpoch: 6 },
        },
      ],
    }],
    nodeEndpoints: node === 2 ? [] : [{ nodeId: 2, host: "127.0.0.1", port: 9002, rack: null }],
  }));
  await using producer = new Producer<string, string>({
    bootstrapServers,
    transport,
    enableIdempotence: false,
    lingerMs: 0,
    retryBackoffMs: 60_000,
    retryBackoffMaxMs: 60_000,
  });
  const { offset } = await producer.send({ topic: "orders", partition: 0, value: "a" });
  assertEquals(offset, 7);
  assertEquals(nodes.of(produce).map(({ node }) => node), [1, 2]);
});
