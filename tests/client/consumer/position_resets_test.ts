import { assert, assertEquals, assertRejects } from "@std/assert";
import { NoOffsetForPartitionError } from "../../../client/consumer/consumer_errors.ts";
import { errorCode, KafkaError } from "../../../client/protocol/error_codes.ts";
import { listOffsets } from "../../../client/protocol/messages/list_offsets.ts";
import { batchOfRecords, take, tp, values } from "../../support/consumer_world.ts";
import { ScriptedCluster, topicId } from "../../support/scripted_cluster.ts";
import { consumerOf } from "../../support/scripted_consumer.ts";

async function setUp(...leaders: number[]) {
  const cluster = await ScriptedCluster.start(0, 1);
  const topic = cluster.topic("t", topicId(1), ...leaders);
  for (const partition of topic.partitions) {
    partition.records = batchOfRecords(["a"], { baseOffset: 5, partitionLeaderEpoch: 0 });
    partition.start = 5;
  }
  return { cluster, topic };
}

Deno.test("each leader is asked once for its partitions", async () => {
  const { cluster } = await setUp(0, 1, 0);
  await using _ = cluster;
  await using consumer = consumerOf(cluster);
  consumer.assign([tp("t"), tp("t", 1), tp("t", 2)]);
  await take(consumer, 3);
  const asked = cluster.of(listOffsets);
  assertEquals(asked.map(({ node }) => node).sort(), [0, 1]);
  const { request } = asked.find(({ node }) => node === 0)!;
  assertEquals(request.topics[0]!.partitions, [
    { partitionIndex: 0, currentLeaderEpoch: 0, timestamp: -2 },
    { partitionIndex: 2, currentLeaderEpoch: 0, timestamp: -2 },
  ]);
});

Deno.test("a lookup that fails is made again: errors of partitions, and connections that break", async () => {
  const { cluster } = await setUp(0);
  await using _ = cluster;
  cluster.script(listOffsets, () => null);
  cluster.script(listOffsets, () => ({
    topics: [{
      name: "t",
      partitions: [{ partitionIndex: 0, errorCode: errorCode("LEADER_NOT_AVAILABLE") }],
    }],
  }));
  cluster.script(listOffsets, () => ({ topics: [] }));
  await using consumer = consumerOf(cluster);
  consumer.assign([tp("t")]);
  assertEquals(values(await take(consumer, 1)), ["a"]);
  assert(cluster.isPlayed);
});

Deno.test("a lookup that is not allowed is told", async () => {
  const { cluster } = await setUp(0);
  await using _ = cluster;
  cluster.script(listOffsets, () => ({
    topics: [{
      name: "t",
      partitions: [{ partitionIndex: 0, errorCode: errorCode("TOPIC_AUTHORIZATION_FAILED") }],
    }],
  }));
  await using consumer = consumerOf(cluster);
  consumer.assign([tp("t")]);
  const error = await assertRejects(() => take(consumer, 1), KafkaError);
  assertEquals(error.code, "TOPIC_AUTHORIZATION_FAILED");
  assertEquals(values(await take(consumer, 1)), ["a"]);
});

Deno.test("an answer that comes after a seek changes nothing", async () => {
  const { cluster } = await setUp(0);
  await using _ = cluster;
  const asked = Promise.withResolvers<void>();
  const answering = Promise.withResolvers<void>();
  cluster.script(listOffsets, async () => {
    asked.resolve();
    await answering.promise;
    return undefined;
  });
  await using consumer = consumerOf(cluster);
  consumer.assign([tp("t")]);
  await consumer.poll(0);
  await asked.promise;
  consumer.seekToEnd();
  consumer.seek(tp("t"), 6);
  answering.resolve();
  assertEquals((await consumer.poll(20)).count, 0);
  assertEquals(await consumer.position(tp("t")), 6);
});

Deno.test("seeking to the beginning without a policy is a reset like others", async () => {
  const { cluster } = await setUp(0);
  await using _ = cluster;
  await using consumer = consumerOf(cluster, { autoOffsetReset: "none" });
  consumer.assign([tp("t")]);
  await assertRejects(() => consumer.poll(100), NoOffsetForPartitionError);
  consumer.seekToBeginning();
  assertEquals(values(await take(consumer, 1)), ["a"]);
});

Deno.test("a partition without a leader is looked up once it has one", async () => {
  const { cluster, topic } = await setUp(0);
  await using _ = cluster;
  topic.partitions[0]!.leader = -1;
  await using consumer = consumerOf(cluster);
  consumer.assign([tp("t")]);
  assertEquals((await consumer.poll(20)).count, 0);
  assertEquals(cluster.of(listOffsets).length, 0);
  topic.partitions[0]!.leader = 0;
  topic.partitions[0]!.leaderEpoch = 1;
  assertEquals(values(await take(consumer, 1)), ["a"]);
});
