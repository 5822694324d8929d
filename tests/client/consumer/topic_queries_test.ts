import { assert, assertEquals, assertRejects } from "@std/assert";
import { errorCode, KafkaError } from "../../../client/protocol/error_codes.ts";
import { metadata } from "../../../client/protocol/messages/metadata.ts";
import { ScriptedCluster, topicId } from "../../support/scripted_cluster.ts";
import { consumerOf } from "../../support/scripted_consumer.ts";

Deno.test("a topic that is being made is asked about again; one that is not there has no partitions", async () => {
  await using cluster = await ScriptedCluster.start(0);
  cluster.topic("t", topicId(1), 0, 0);
  cluster.script(metadata, () => null);
  cluster.script(metadata, () => ({
    brokers: [{ nodeId: 0, host: "127.0.0.1", port: 9000 }],
    topics: [{ name: "t", errorCode: errorCode("LEADER_NOT_AVAILABLE") }],
  }));
  await using consumer = consumerOf(cluster);
  assertEquals((await consumer.partitionsFor("t")).length, 2);
  assert(cluster.isPlayed);
  assertEquals(await consumer.partitionsFor("nowhere"), []);
});

Deno.test("what a consumer reads is known already", async () => {
  await using cluster = await ScriptedCluster.start(0);
  cluster.topic("t", topicId(1), 0);
  await using consumer = consumerOf(cluster);
  consumer.assign([{ topic: "t", partition: 0 }]);
  await consumer.position({ topic: "t", partition: 0 });
  const { length } = cluster.of(metadata);
  assertEquals((await consumer.partitionsFor("t")).length, 1);
  assertEquals(cluster.of(metadata).length, length);
});

Deno.test("all topics come by name, and nothing of it is kept", async () => {
  await using cluster = await ScriptedCluster.start(0);
  cluster.topic("a", topicId(1), 0);
  cluster.topic("b", topicId(2), 0);
  await using consumer = consumerOf(cluster);
  const topics = await consumer.listTopics();
  assertEquals([...topics].map(([name, topic]) => [name, topic.topicId]), [
    ["a", topicId(1)],
    ["b", topicId(2)],
  ]);
});

Deno.test("an answer that does not come is given up", async () => {
  await using cluster = await ScriptedCluster.start(0);
  cluster.script(metadata, () => null, 10_000);
  await using consumer = consumerOf(cluster);
  const error = await assertRejects(() => consumer.listTopics({ timeoutMs: 30 }), KafkaError);
  assertEquals([error.code, error.message], [
    "REQUEST_TIMED_OUT",
    "Timeout expired while fetching topic metadata",
  ]);
  const signal = AbortSignal.abort(new Error("enough"));
  await assertRejects(() => consumer.listTopics({ signal }), Error, "enough");
});
