import { assert, assertEquals, assertRejects } from "@std/assert";
import { errorCode } from "../../../client/protocol/error_codes.ts";
import { NetworkError } from "../../../client/network/transport.ts";
import { fetch } from "../../../client/protocol/messages/fetch.ts";
import { listOffsets } from "../../../client/protocol/messages/list_offsets.ts";
import { metadata } from "../../../client/protocol/messages/metadata.ts";
import { produce } from "../../../client/protocol/messages/produce.ts";
import { Broker } from "../../../cluster/server/broker.ts";
import { LogUnavailableError } from "../../../storage/errors.ts";
import { batchesIn } from "../../../storage/record/memory_records.ts";
import { buildBatch } from "../../../storage/record/record_batch_builder.ts";
import { brokerEnv, makeTopic, startBroker } from "../../support/broker.ts";
import { bytesOf, textOf } from "../../support/partition_log.ts";
import { TestClient } from "../../support/test_client.ts";

/** Produces records to partition 0. Returns the code of the error and the offset. */
async function send(client: TestClient, topicId: string, ...values: string[]): Promise<number[]> {
  const timestamp = 1_700_000_000_000;
  const records = buildBatch(values.map((value) => ({ value: bytesOf(value), timestamp })));
  const { responses } = await client.call(produce, 13, {
    acks: -1,
    timeoutMs: 1000,
    topicData: [{ topicId, partitionData: [{ index: 0, records }] }],
  });
  const { errorCode, baseOffset } = responses[0]!.partitionResponses[0]!;
  return [errorCode, baseOffset];
}

async function read(client: TestClient, topicId: string, maxWaitMs = 0): Promise<string[]> {
  const { responses } = await client.call(fetch, 18, {
    maxWaitMs,
    minBytes: 1,
    maxBytes: 1 << 20,
    topics: [{ topicId, partitions: [{ partition: 0, partitionMaxBytes: 1 << 20 }] }],
  });
  const { records } = responses[0]!.partitions[0]!;
  return [...batchesIn(records as Uint8Array)].flatMap((batch) =>
    [...batch.records()].map(({ offset, value }) => `${offset}=${textOf(value)}`)
  );
}

Deno.test("records are produced and fetched", async () => {
  await using started = await startBroker();
  const { client } = started;
  const topicId = await makeTopic(client, "events");
  assertEquals(await send(client, topicId, "a", "b"), [0, 0]);
  assertEquals(await send(client, topicId, "c"), [0, 2]);
  assertEquals(await read(client, topicId), ["0=a", "1=b", "2=c"]);
});

Deno.test("a fetch that waits is woken by the append", async () => {
  await using started = await startBroker();
  const { client, transport, broker } = started;
  const topicId = await makeTopic(client, "events");
  using other = await TestClient.connect(transport, broker.address);
  const waiting = read(other, topicId, 60_000);
  assertEquals(await send(client, topicId, "now"), [0, 0]);
  assertEquals(await waiting, ["0=now"]);
});

Deno.test("topics, configs, records and producer ids are there after a restart, clean or not", async () => {
  const env = brokerEnv();
  const first = await startBroker({}, { env });
  const topicId = await makeTopic(first.client, "events", 2, { "retention.ms": "-1" });
  await send(first.client, topicId, "a");
  const { clusterId } = first.broker;
  await first[Symbol.asyncDispose]();
  await using second = await startBroker({}, { env });
  assertEquals(second.broker.clusterId, clusterId);
  assertEquals(second.broker.metadata.topics.byName.get("events")!.id, topicId);
  assertEquals([...second.broker.metadata.configs.of(2, "events")], [["retention.ms", "-1"]]);
  assertEquals(await read(second.client, topicId), ["0=a"]);
  assertEquals(await send(second.client, topicId, "b"), [0, 1]);
});

Deno.test("a topic that somebody asks for is made with the defaults", async () => {
  await using started = await startBroker({ "num.partitions": "2" });
  const { client } = started;
  const ask = async () => {
    const answer = await client.call(metadata, 12, {
      topics: [{ name: "wanted" }],
      allowAutoTopicCreation: true,
    });
    return answer.topics[0]!;
  };
  assert((await ask()).errorCode !== 0);
  let found = await ask();
  for (let i = 0; i < 1000 && found.errorCode !== 0; i++) found = await ask();
  assertEquals(found.partitions.map(({ leaderId }) => leaderId), [1, 1]);
});

Deno.test("without auto.create.topics.enable nobody makes topics by asking", async () => {
  await using started = await startBroker({ "auto.create.topics.enable": "false" });
  const answer = await started.client.call(metadata, 12, {
    topics: [{ name: "wanted" }],
    allowAutoTopicCreation: true,
  });
  assertEquals(answer.topics[0]!.errorCode, errorCode("UNKNOWN_TOPIC_OR_PARTITION"));
  assertEquals(started.broker.metadata.topics.byName.size, 0);
});

Deno.test("offsets are listed from both ends and by time", async () => {
  await using started = await startBroker();
  const { client } = started;
  const topicId = await makeTopic(client, "events");
  await send(client, topicId, "a", "b");
  const offsets: number[] = [];
  for (const timestamp of [-2, -1, 1_700_000_000_000, 1_800_000_000_000]) {
    const answer = await client.call(listOffsets, 10, {
      topics: [{ name: "events", partitions: [{ partitionIndex: 0, timestamp }] }],
    });
    offsets.push(answer.topics[0]!.partitions[0]!.offset);
  }
  assertEquals(offsets, [0, 2, 0, -1]);
});

Deno.test("stopping answers a fetch that waits, and leaves nothing behind", async () => {
  const started = await startBroker();
  const { client, broker } = started;
  const topicId = await makeTopic(client, "events");
  const waiting = read(client, topicId, 60_000).catch(() => [] as string[]);
  for (let i = 0; i < 50; i++) await Promise.resolve();
  await broker.shutdown();
  assertEquals(await waiting, []);
  await started[Symbol.asyncDispose]();
});

Deno.test("a directory has one broker at a time, and a port one listener", async () => {
  await using started = await startBroker();
  await assertRejects(
    () => startBroker({}, { env: started.env }),
    LogUnavailableError,
  );
  const env = brokerEnv();
  const { transport, broker } = started;
  const error = await assertRejects(
    () => Broker.start({ env, transport, dir: "/other", port: broker.address.port }),
    NetworkError,
  );
  assertEquals(error.kind, "address-in-use");
  // What was opened before is closed again.
  await (await Broker.start({ env, transport, dir: "/other", port: 0 })).shutdown();
});

Deno.test("a hundred brokers come and go in one process", async () => {
  for (let i = 0; i < 100; i++) {
    await using started = await startBroker();
    const topicId = await makeTopic(started.client, "t");
    assertEquals(await send(started.client, topicId, `${i}`), [0, 0]);
  }
});
