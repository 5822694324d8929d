import { assert, assertEquals } from "@std/assert";
import { errorName } from "../../../../client/protocol/error_codes.ts";
import { createTopics } from "../../../../client/protocol/messages/create_topics.ts";
import { describeProducers } from "../../../../client/protocol/messages/describe_producers.ts";
import { fetch } from "../../../../client/protocol/messages/fetch.ts";
import { getTelemetrySubscriptions } from "../../../../client/protocol/messages/get_telemetry_subscriptions.ts";
import { pushTelemetry } from "../../../../client/protocol/messages/push_telemetry.ts";
import { ZERO_UUID } from "../../../../storage/bytes/uuid.ts";
import { batchOf } from "../../../support/partition_log.ts";
import { type RunningBroker, runningBroker } from "./running_broker.ts";

async function create(broker: RunningBroker, name: string) {
  const { topics: [topic] } = await broker.client.call(createTopics, 7, {
    topics: [{ name, numPartitions: -1, replicationFactor: -1 }],
    timeoutMs: 1000,
  });
  return topic!;
}

Deno.test("num.partitions: a topic that is made without a number has so many partitions", async () => {
  await using broker = await runningBroker({ "num.partitions": "7" });
  assertEquals((await create(broker, "t")).numPartitions, 7);
});

Deno.test("default.replication.factor: a topic that is made without a number has so many replicas", async () => {
  for (const [factor, error] of [["1", "NONE"], ["2", "INVALID_REPLICATION_FACTOR"]] as const) {
    await using broker = await runningBroker({ "default.replication.factor": factor });
    assertEquals(errorName((await create(broker, "t")).errorCode), error);
  }
});

Deno.test("fetch.max.bytes: an answer has no more than that, whatever is asked for", async () => {
  for (const [limit, isAll] of [["57671680", true], ["2048", false]] as const) {
    await using broker = await runningBroker({ "fetch.max.bytes": limit });
    await broker.topic("t");
    for (let i = 0; i < 8; i++) await broker.write("t", 500);
    const topicId = broker.broker.metadata.topics.byName.get("t")!.id;
    const { responses } = await broker.client.call(fetch, 18, {
      maxWaitMs: 0,
      minBytes: 0,
      maxBytes: 1 << 30,
      topics: [{ topicId, partitions: [{ partition: 0, partitionMaxBytes: 1 << 30 }] }],
    });
    const { length } = responses[0]!.partitions[0]!.records as Uint8Array;
    assert(isAll ? length > 4000 : length > 1000 && length <= 2048, `${length}`);
  }
});

Deno.test("max.incremental.fetch.session.cache.slots: so many clients have a session, the others fetch in full", async () => {
  await using broker = await runningBroker({ "max.incremental.fetch.session.cache.slots": "2" });
  await broker.topic("t");
  const topicId = broker.broker.metadata.topics.byName.get("t")!.id;
  const hasSession = async () => {
    const { sessionId } = await broker.client.call(fetch, 18, {
      maxWaitMs: 0,
      minBytes: 0,
      maxBytes: 1000,
      sessionEpoch: 0,
      topics: [{ topicId, partitions: [{ partition: 0, partitionMaxBytes: 1000 }] }],
    });
    return sessionId !== 0;
  };
  assertEquals([await hasSession(), await hasSession(), await hasSession()], [true, true, false]);
});

Deno.test("telemetry.max.bytes: a client may push so much, and is told so", async () => {
  await using broker = await runningBroker({ "telemetry.max.bytes": "100" });
  const { client } = broker;
  const { clientInstanceId, subscriptionId, telemetryMaxBytes } = await client.call(
    getTelemetrySubscriptions,
    0,
    { clientInstanceId: ZERO_UUID },
  );
  assertEquals(telemetryMaxBytes, 100);
  const push = async (bytes: number) => {
    const { errorCode } = await client.call(pushTelemetry, 0, {
      clientInstanceId,
      subscriptionId,
      metrics: new Uint8Array(bytes),
    });
    await broker.pass(300_000);
    return errorName(errorCode);
  };
  assertEquals([await push(100), await push(101)], ["NONE", "TELEMETRY_TOO_LARGE"]);
});

async function producers(broker: RunningBroker): Promise<number> {
  const { topics } = await broker.client.call(describeProducers, 0, {
    topics: [{ name: "t", partitionIndexes: [0] }],
  });
  return topics[0]!.partitions[0]!.activeProducers.length;
}

function idempotent(broker: RunningBroker, producerId: number): Uint8Array {
  const timestamp = broker.env.clock.now();
  return batchOf(["v"], { producerId, producerEpoch: 0, baseSequence: 0, timestamp });
}

Deno.test("producer.id.expiration.ms: a running log forgets producers after the time that is set now", async () => {
  await using broker = await runningBroker({
    "producer.id.expiration.check.interval.ms": "1000",
    "log.initial.task.delay.ms": "0",
  });
  await broker.topic("t");
  await broker.send("t", idempotent(broker, 1));
  await broker.pass(60_000);
  assertEquals(await producers(broker), 1);
  await broker.setForAll("producer.id.expiration.ms", "30000");
  await broker.pass(1000);
  assertEquals(await producers(broker), 0);
  await broker.setForThis("producer.id.expiration.ms", "90000");
  await broker.send("t", idempotent(broker, 2));
  await broker.pass(60_000);
  assertEquals(await producers(broker), 1);
});

Deno.test("producer.id.expiration.check.interval.ms: silent producers are looked for that often", async () => {
  await using broker = await runningBroker({
    "producer.id.expiration.check.interval.ms": "100000",
    "producer.id.expiration.ms": "1000",
    "log.initial.task.delay.ms": "0",
  });
  await broker.pass(1);
  await broker.topic("t");
  await broker.send("t", idempotent(broker, 1));
  await broker.pass(90_000);
  assertEquals(await producers(broker), 1);
  await broker.pass(11_000);
  assertEquals(await producers(broker), 0);
  assert((await broker.send("t", idempotent(broker, 1))).baseOffset === 1);
});
