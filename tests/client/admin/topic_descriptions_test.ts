import { assertEquals } from "@std/assert";
import type { KafkaError } from "../../../client/protocol/error_codes.ts";
import { describeCluster } from "../../../client/protocol/messages/describe_cluster.ts";
import { describeTopicPartitions } from "../../../client/protocol/messages/describe_topic_partitions.ts";
import { adminWorld, scriptedAdmin } from "../../support/admin.ts";
import { ScriptedNodes } from "../../support/scripted_nodes.ts";

Deno.test("topics are described by name and by id, each with its own error", async () => {
  await using world = await adminWorld();
  const { admin } = world;
  const made = await admin.createTopics([{ name: "a", numPartitions: 2 }]);
  const byName = await admin.describeTopics(["a", "nope", ""]);
  const topic = byName.get("a");
  assertEquals(topic.partitions.map(({ partition, leader }) => [partition, leader?.id]), [
    [0, 1],
    [1, 1],
  ]);
  assertEquals((byName.error("nope") as KafkaError).code, "UNKNOWN_TOPIC_OR_PARTITION");
  assertEquals((byName.error("") as KafkaError).code, "INVALID_TOPIC_EXCEPTION");
  const unknown = "1QAAAAAAAAAAAAAAAAAAAA";
  const { topicId } = made.get("a");
  const byId = await admin.describeTopics({ topicIds: [topicId, unknown] });
  assertEquals([byId.get(topicId).name, byId.get(topicId).partitions.length], ["a", 2]);
  assertEquals(byId.error(unknown)?.message, `TopicId ${unknown} not found.`);
});

Deno.test("partitions that do not fit one answer are asked for one after the other", async () => {
  await using world = await adminWorld();
  const { admin, broker } = world;
  (await admin.createTopics([
    { name: "a", numPartitions: 5 },
    { name: "b", numPartitions: 1 },
    { name: "c", numPartitions: 4 },
  ])).all();
  const results = await admin.describeTopics(["c", "nope", "a", "b"], {
    partitionSizeLimitPerResponse: 2,
  });
  assertEquals(["a", "b", "c"].map((name) => results.get(name).partitions.length), [5, 1, 4]);
  assertEquals(results.get("a").partitions.map(({ partition }) => partition), [0, 1, 2, 3, 4]);
  assertEquals((results.error("nope") as KafkaError).code, "UNKNOWN_TOPIC_OR_PARTITION");
  assertEquals(
    broker.requests.matching({ api: "DescribeTopicPartitions" }).length > 3,
    true,
  );
});

Deno.test("what the client may do is told when it is asked for", async () => {
  await using world = await adminWorld();
  const { admin } = world;
  (await admin.createTopics([{ name: "a" }])).all();
  const [asked, not] = [
    await admin.describeTopics(["a"], { includeAuthorizedOperations: true }),
    await admin.describeTopics(["a"]),
  ];
  assertEquals(asked.get("a").authorizedOperations?.has("READ"), true);
  assertEquals(not.get("a").authorizedOperations, undefined);
});

Deno.test("an old broker is asked by Metadata", async () => {
  await using nodes = await ScriptedNodes.start(1);
  nodes.topics = { a: [1, -1] };
  nodes.highest.set("DescribeTopicPartitions", -1).set("DescribeCluster", -1);
  await using admin = scriptedAdmin(nodes);
  const results = await admin.describeTopics(["a", "nope"]);
  assertEquals(results.get("a").partitions.map(({ leader }) => leader?.id ?? null), [1, null]);
  assertEquals(results.get("a").partitions[0]!.elr, null);
  assertEquals((results.error("nope") as KafkaError).code, "UNKNOWN_TOPIC_OR_PARTITION");
});

Deno.test("a broker that tells nothing new is not asked for ever", async () => {
  await using nodes = await ScriptedNodes.start(1);
  nodes.on(describeCluster, () => ({ clusterId: "c", brokers: [] }));
  nodes.on(describeTopicPartitions, () => ({
    topics: [],
    nextCursor: { topicName: "a", partitionIndex: 0 },
  }));
  await using admin = scriptedAdmin(nodes);
  assertEquals(
    (await admin.describeTopics(["a"])).error("a")?.message,
    "The answer tells nothing new of the topics",
  );
});
