import { assertEquals } from "@std/assert";
import { errorCode } from "../../../../client/protocol/error_codes.ts";
import { deleteTopics } from "../../../../client/protocol/messages/delete_topics.ts";
import { ZERO_UUID } from "../../../../storage/bytes/uuid.ts";
import { makeTopic, startBroker } from "../../../support/broker.ts";

// What the controller decides is in tests/cluster/controller/topic_deletion_test.ts.

Deno.test("topics are deleted by name in old versions, by name or id in new ones", async () => {
  await using started = await startBroker();
  const { client, broker } = started;
  for (let version = 1; version <= 5; version++) {
    await makeTopic(client, "t");
    const { responses } = await client.call(deleteTopics, version, {
      topicNames: ["t", "none"],
      timeoutMs: 1000,
    });
    const errors = new Map(responses.map((each) => [each.name, each.errorCode]));
    assertEquals([errors.get("t"), errors.get("none")], [
      0,
      errorCode("UNKNOWN_TOPIC_OR_PARTITION"),
    ]);
    assertEquals(broker.metadata.topics.byName.size, 0);
  }
  const topicId = await makeTopic(client, "t");
  await client.call(deleteTopics, 6, { topics: [{ name: null, topicId }], timeoutMs: 1000 });
  await makeTopic(client, "t");
  await client.call(deleteTopics, 6, {
    topics: [{ name: "t", topicId: ZERO_UUID }],
    timeoutMs: 1000,
  });
  assertEquals(broker.metadata.topics.byName.size, 0);
});

Deno.test("delete.topic.enable=false keeps all topics", async () => {
  await using started = await startBroker({ "delete.topic.enable": "false" });
  const { client, broker } = started;
  await makeTopic(client, "t");
  const errors: number[] = [];
  for (const version of [1, 5]) {
    const { responses } = await client.call(deleteTopics, version, {
      topicNames: ["t"],
      timeoutMs: 1000,
    });
    errors.push(responses[0]!.errorCode);
  }
  assertEquals(errors, [errorCode("INVALID_REQUEST"), errorCode("TOPIC_DELETION_DISABLED")]);
  assertEquals(broker.metadata.topics.byName.size, 1);
});
