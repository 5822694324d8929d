import { assert, assertEquals, assertRejects } from "@std/assert";
import { topicError } from "../../../client/consumer/offset_fetcher.ts";
import { errorCode, KafkaError } from "../../../client/protocol/error_codes.ts";
import { listOffsets } from "../../../client/protocol/messages/list_offsets.ts";
import { metadata } from "../../../client/protocol/messages/metadata.ts";
import { batchOfRecords, tp } from "../../support/consumer_world.ts";
import { ScriptedCluster, topicId } from "../../support/scripted_cluster.ts";
import { consumerOf } from "../../support/scripted_consumer.ts";

async function setUp(...leaders: number[]) {
  const cluster = await ScriptedCluster.start(0, 1);
  const topic = cluster.topic("t", topicId(1), ...leaders);
  for (const partition of topic.partitions) {
    partition.records = batchOfRecords(["a", "b"], { partitionLeaderEpoch: 0 });
  }
  return { cluster, topic };
}

Deno.test("offsets of partitions of several nodes come together", async () => {
  const { cluster } = await setUp(0, 1);
  await using _ = cluster;
  await using consumer = consumerOf(cluster);
  assertEquals([...await consumer.endOffsets([tp("t"), tp("t", 1)])].length, 2);
  assertEquals(cluster.of(listOffsets).map(({ node }) => node).sort(), [0, 1]);
});

Deno.test("what one node cannot answer is asked again, the rest is not", async () => {
  const { cluster, topic } = await setUp(0, 1);
  await using _ = cluster;
  cluster.script(listOffsets, ({ topics }, { node }) => {
    if (node === 0) return undefined;
    Object.assign(topic.partitions[1]!, { leader: 0, leaderEpoch: 1 });
    return {
      topics: topics.map(({ name }) => ({
        name,
        partitions: [{ partitionIndex: 1, errorCode: errorCode("NOT_LEADER_OR_FOLLOWER") }],
      })),
    };
  }, 2);
  await using consumer = consumerOf(cluster);
  const ends = await consumer.endOffsets([tp("t"), tp("t", 1)]);
  assertEquals([ends.get(tp("t")), ends.get(tp("t", 1))], [2, 2]);
  const asked = cluster.of(listOffsets).map(({ request }) => request.topics[0]!.partitions.length);
  assertEquals(asked, [1, 1, 1]);
});

Deno.test("a connection that breaks is got over", async () => {
  const { cluster } = await setUp(0);
  await using _ = cluster;
  cluster.script(listOffsets, () => null, 2);
  await using consumer = consumerOf(cluster);
  assertEquals((await consumer.beginningOffsets([tp("t")])).get(tp("t")), 0);
});

Deno.test("what is not allowed is told at once", async () => {
  const { cluster } = await setUp(0);
  await using _ = cluster;
  const code = errorCode("TOPIC_AUTHORIZATION_FAILED");
  cluster.script(listOffsets, () => ({
    topics: [{ name: "t", partitions: [{ partitionIndex: 0, errorCode: code }] }],
  }));
  await using consumer = consumerOf(cluster);
  await assertRejects(() => consumer.endOffsets([tp("t")]), KafkaError, "[t]");
  cluster.script(metadata, () => ({
    brokers: [{ nodeId: 0, host: "127.0.0.1", port: 9000 }],
    topics: [{ name: "secret", errorCode: code }],
  }), 2);
  const error = await assertRejects(() => consumer.endOffsets([tp("secret")]), KafkaError);
  assertEquals(error.message, "Not authorized to access topics: [secret]");
});

Deno.test("the end of a partition that the consumer has is taken over for its lag", async () => {
  for (const isolationLevel of ["read_committed", "read_uncommitted"] as const) {
    const { cluster } = await setUp(0);
    await using _ = cluster;
    await using consumer = consumerOf(cluster, { isolationLevel });
    consumer.assign([tp("t")]);
    consumer.seek(tp("t"), 1);
    await consumer.beginningOffsets([tp("t")]);
    await consumer.endOffsets([tp("t")]);
    assertEquals(consumer.currentLag(tp("t")), 1);
    assertEquals(
      cluster.of(listOffsets)[0]!.request.isolationLevel,
      isolationLevel === "read_committed" ? 1 : 0,
    );
  }
});

Deno.test("a call may be aborted, and closing the consumer ends it", async () => {
  const { cluster } = await setUp(0);
  await using _ = cluster;
  const never = Promise.withResolvers<undefined>();
  cluster.script(listOffsets, () => never.promise, 2);
  const consumer = consumerOf(cluster);
  const aborting = new AbortController();
  const asking = consumer.endOffsets([tp("t")], { signal: aborting.signal });
  asking.catch(() => {});
  while (cluster.of(listOffsets).length === 0) await new Promise((resolve) => setTimeout(resolve));
  aborting.abort(new Error("enough"));
  await assertRejects(() => asking, Error, "enough");
  const other = consumer.endOffsets([tp("t")]);
  other.catch(() => {});
  await consumer.close();
  await assertRejects(() => other);
  never.resolve(undefined);
});

Deno.test("calls at the same time do not take each other's topics away", async () => {
  const { cluster } = await setUp(0);
  await using _ = cluster;
  cluster.topic("u", topicId(2), 1);
  await using consumer = consumerOf(cluster, { defaultApiTimeoutMs: 5000 });
  let asked = 0;
  // The first answer knows one topic alone, so that the two calls end one after the other.
  cluster.script(metadata, (request) => {
    const names = request.topics!.map(({ name }) => name);
    asked++;
    return names.includes("u") && asked < 3
      ? {
        ...cluster.metadata(request),
        topics: cluster.metadata({ ...request, topics: [{ name: "t", topicId: "" }] }).topics,
      }
      : undefined;
  }, Infinity);
  const [t, u] = await Promise.all([
    consumer.endOffsets([tp("t")]),
    consumer.endOffsets([tp("u")]),
  ]);
  assertEquals([t.get(tp("t")), u.get(tp("u"))], [2, 0]);
});

Deno.test("errors of topics are told in Kafka's words", () => {
  assertEquals(topicError("INVALID_TOPIC_EXCEPTION", "a b").message, "Invalid topics: [a b]");
  assert(topicError("TOPIC_AUTHORIZATION_FAILED", "t").message.endsWith("topics: [t]"));
});
