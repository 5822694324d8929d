import { assertEquals, assertThrows } from "@std/assert";
import { errorCode, KafkaError } from "../../../client/protocol/error_codes.ts";
import { createTopics } from "../../../client/protocol/messages/create_topics.ts";
import { deleteTopics } from "../../../client/protocol/messages/delete_topics.ts";
import { adminWorld, scriptedAdmin } from "../../support/admin.ts";
import { ScriptedNodes } from "../../support/scripted_nodes.ts";

Deno.test("topics are made, and tell what they are made of", async () => {
  await using world = await adminWorld();
  const { admin } = world;
  const results = await admin.createTopics([
    { name: "orders", numPartitions: 3, replicationFactor: 1, configs: { "retention.ms": "5000" } },
    { name: "usual" },
    { name: "placed", replicasAssignments: new Map([[0, [1]], [1, [1]]]) },
    { name: "orders", numPartitions: 9 },
  ]);
  assertEquals(results.keys(), ["orders", "usual", "placed"]);
  const orders = results.get("orders");
  assertEquals([orders.numPartitions, orders.replicationFactor], [3, 1]);
  assertEquals(orders.config.get("retention.ms")?.value, "5000");
  assertEquals(orders.config.get("retention.ms")?.source, "DYNAMIC_TOPIC_CONFIG");
  assertEquals(results.get("placed").numPartitions, 2);
  const listings = await admin.listTopics();
  assertEquals(listings.get("orders")?.topicId, orders.topicId);
  assertEquals([...listings.keys()].toSorted(), ["orders", "placed", "usual"]);
});

Deno.test("each topic has its own error", async () => {
  await using world = await adminWorld();
  const { admin } = world;
  (await admin.createTopics([{ name: "orders" }])).all();
  const results = await admin.createTopics([
    { name: "orders" },
    { name: "a/b" },
    { name: "" },
    { name: "wide", replicationFactor: 3 },
    { name: "good" },
  ]);
  const errors = results.keys().map((key) => (results.error(key) as KafkaError)?.code);
  assertEquals(errors, [
    "TOPIC_ALREADY_EXISTS",
    "INVALID_TOPIC_EXCEPTION",
    "INVALID_REPLICATION_FACTOR",
    undefined,
    "INVALID_TOPIC_EXCEPTION",
  ]);
  assertEquals(results.error("orders")?.message, "Topic 'orders' already exists.");
  assertEquals(
    results.error("")?.message,
    "The given topic name '' cannot be represented in a request.",
  );
});

Deno.test("a topic that is only checked is not made", async () => {
  await using world = await adminWorld();
  (await world.admin.createTopics([{ name: "orders" }], { validateOnly: true })).all();
  assertEquals((await world.admin.listTopics()).size, 0);
});

Deno.test("what the broker does not tell of a new topic is not made up", async () => {
  await using nodes = await ScriptedNodes.start(1);
  await using admin = scriptedAdmin(nodes);
  nodes.on(createTopics, ({ topics }) => ({
    topics: topics.map(({ name }) => ({
      name,
      topicConfigErrorCode: name === "secret" ? errorCode("TOPIC_AUTHORIZATION_FAILED") : 0,
    })),
  }));
  const results = await admin.createTopics([{ name: "secret" }, { name: "old" }]);
  assertThrows(() => results.get("secret").config, KafkaError, "Topic authorization failed.");
  assertThrows(
    () => results.get("old").numPartitions,
    KafkaError,
    "Topic metadata and configs in CreateTopics response not supported",
  );
});

Deno.test("topics are deleted by name and by id", async () => {
  await using world = await adminWorld();
  const { admin } = world;
  const made = await admin.createTopics([{ name: "a" }, { name: "b" }]);
  (await admin.deleteTopics(["a"])).all();
  const { topicId } = made.get("b");
  (await admin.deleteTopics({ topicIds: [topicId] })).get(topicId);
  assertEquals((await admin.listTopics()).size, 0);
  const again = await admin.deleteTopics(["a"]);
  assertEquals((again.error("a") as KafkaError).code, "UNKNOWN_TOPIC_OR_PARTITION");
  const zero = "AAAAAAAAAAAAAAAAAAAAAA";
  assertEquals(
    (await admin.deleteTopics({ topicIds: [zero] })).error(zero)?.message,
    `The given topic ID '${zero}' cannot be represented in a request.`,
  );
});

Deno.test("an old controller is told names as it knows them", async () => {
  await using nodes = await ScriptedNodes.start(1);
  nodes.highest.set("DeleteTopics", 5);
  await using admin = scriptedAdmin(nodes);
  nodes.on(deleteTopics, ({ topicNames }) => ({
    responses: topicNames.map((name) => ({ name, errorCode: 0 })),
  }));
  (await admin.deleteTopics(["a"])).all();
  const refused = await admin.deleteTopics({ topicIds: ["1QAAAAAAAAAAAAAAAAAAAA"] });
  assertEquals(
    (refused.error("1QAAAAAAAAAAAAAAAAAAAA") as KafkaError).code,
    "UNSUPPORTED_VERSION",
  );
});

Deno.test("Kafka's own topics are listed only when they are wanted", async () => {
  await using world = await adminWorld();
  const { admin } = world;
  (await admin.createTopics([{ name: "orders" }])).all();
  await admin.alterConsumerGroupOffsets("g", [[{ topic: "orders", partition: 0 }, { offset: 0 }]]);
  assertEquals([...(await admin.listTopics()).keys()], ["orders"]);
  const all = await admin.listTopics({ listInternal: true });
  assertEquals(all.get("__consumer_offsets")?.isInternal, true);
});
