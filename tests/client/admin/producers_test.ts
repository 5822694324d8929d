import { assertEquals, assertRejects } from "@std/assert";
import { Producer } from "../../../client/producer/producer.ts";
import { errorCode, type ErrorName, KafkaError } from "../../../client/protocol/error_codes.ts";
import { describeProducers } from "../../../client/protocol/messages/describe_producers.ts";
import { writeTxnMarkers } from "../../../client/protocol/messages/write_txn_markers.ts";
import { adminWorld, scriptedAdmin } from "../../support/admin.ts";
import { ScriptedNodes } from "../../support/scripted_nodes.ts";

const p0 = { topic: "orders", partition: 0 };
const spec = { topicPartition: p0, producerId: 7, producerEpoch: 1, coordinatorEpoch: -1 };

Deno.test("the producers of a partition are described, and a transaction that hangs is aborted", async () => {
  await using world = await adminWorld();
  const { admin, broker: { bootstrapServers }, transport } = world;
  (await admin.createTopics([{ name: "orders" }])).all();
  await using producer = new Producer({ bootstrapServers, transport, transactionalId: "copier" });
  await producer.initTransactions();
  producer.beginTransaction();
  await producer.send({ ...p0, value: "x" });
  const [state] = (await admin.describeProducers([p0])).get(p0).activeProducers;
  assertEquals([state!.lastSequence, state!.currentTransactionStartOffset], [0, 0]);
  const { producerId, producerEpoch } = state!;
  await admin.abortTransaction({
    topicPartition: p0,
    producerId,
    producerEpoch,
    coordinatorEpoch: 0,
  });
  const [after] = (await admin.describeProducers([p0], { brokerId: 1 })).get(p0).activeProducers;
  assertEquals([after!.currentTransactionStartOffset, after!.coordinatorEpoch], [undefined, 0]);
});

async function described(
  error: ErrorName,
  options: { readonly brokerId?: number } = {},
): Promise<{ error: KafkaError | undefined; asked: number[] }> {
  await using nodes = await ScriptedNodes.start(1, 2);
  nodes.topics = { orders: [1] };
  nodes.on(describeProducers, ({ topics }) => {
    const isFirst = nodes.of(describeProducers).length === 1;
    if (isFirst) nodes.topics = { orders: [2] };
    return {
      topics: topics.map(({ name, partitionIndexes }) => ({
        name,
        partitions: partitionIndexes.map((partitionIndex) => ({
          partitionIndex,
          errorCode: isFirst ? errorCode(error) : 0,
          errorMessage: null,
          activeProducers: [],
        })),
      })),
    };
  });
  await using admin = scriptedAdmin(nodes);
  const results = await admin.describeProducers([p0], options);
  return {
    error: results.error(p0) as KafkaError | undefined,
    asked: nodes.of(describeProducers).map(({ node }) => node),
  };
}

Deno.test("a leader that has moved is looked up again, unless the broker was named", async () => {
  assertEquals((await described("NOT_LEADER_OR_FOLLOWER")).asked, [1, 2]);
  const { error, asked } = await described("NOT_LEADER_OR_FOLLOWER", { brokerId: 1 });
  assertEquals(asked, [1]);
  assertEquals(
    error?.message,
    "Failed to describe active producers for partition orders-0 on brokerId 1",
  );
});

Deno.test("a partition that is not there yet is asked for again, other errors are told in Kafka's words", async () => {
  assertEquals((await described("UNKNOWN_TOPIC_OR_PARTITION")).asked, [1, 1]);
  const texts = [
    [
      "INVALID_TOPIC_EXCEPTION",
      "Failed to fetch metadata for partition orders-0 due to invalid topic error: The request attempted to perform an operation on an invalid topic.",
    ],
    [
      "TOPIC_AUTHORIZATION_FAILED",
      "Failed to describe active producers for partition orders-0 due to authorization failure on topic `orders`",
    ],
    [
      "KAFKA_STORAGE_ERROR",
      "Failed to describe active producers for partition orders-0 due to unexpected error",
    ],
  ] as const;
  for (const [name, text] of texts) assertEquals((await described(name)).error?.message, text);
});

async function aborted(...errors: ErrorName[]): Promise<number[]> {
  await using nodes = await ScriptedNodes.start(1, 2);
  nodes.topics = { orders: [1] };
  nodes.on(writeTxnMarkers, ({ markers: [marker] }) => {
    nodes.topics = { orders: [2] };
    const error = errors[nodes.of(writeTxnMarkers).length - 1]!;
    return {
      markers: [{
        producerId: marker!.producerId,
        topics: [{
          name: "orders",
          partitions: [{ partitionIndex: 0, errorCode: errorCode(error) }],
        }],
      }],
    };
  });
  await using admin = scriptedAdmin(nodes);
  await admin.abortTransaction(spec);
  return nodes.of(writeTxnMarkers).map(({ node }) => node);
}

Deno.test("an abort follows the leader, and tells what is wrong in Kafka's words", async () => {
  assertEquals(await aborted("NOT_LEADER_OR_FOLLOWER", "NONE"), [1, 2]);
  const what =
    "WriteTxnMarkers request with AbortTransactionSpec(topicPartition=orders-0, producerId=7, producerEpoch=1, coordinatorEpoch=-1) failed";
  const texts = [
    ["CLUSTER_AUTHORIZATION_FAILED", "due to cluster authorization error"],
    ["INVALID_PRODUCER_EPOCH", "due an invalid producer epoch"],
    [
      "TRANSACTION_COORDINATOR_FENCED",
      "since the provided coordinator epoch -1 has been fenced by the active coordinator",
    ],
    ["CORRUPT_MESSAGE", "due to unexpected error: This message has failed its CRC checksum"],
  ] as const;
  for (const [name, text] of texts) {
    await assertRejects(() => aborted(name), KafkaError, `${what} ${text}`);
  }
});

Deno.test("an answer about another producer is refused", async () => {
  await using nodes = await ScriptedNodes.start(1);
  nodes.topics = { orders: [1] };
  nodes.on(writeTxnMarkers, () => ({ markers: [] }));
  await using admin = scriptedAdmin(nodes);
  await assertRejects(
    () => admin.abortTransaction(spec),
    KafkaError,
    "expected to find exactly one entry with producerId 7",
  );
});
