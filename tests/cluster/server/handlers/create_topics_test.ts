import { assertEquals } from "@std/assert";
import { errorCode } from "../../../../client/protocol/error_codes.ts";
import { createTopics } from "../../../../client/protocol/messages/create_topics.ts";
import { createTopicsHandler } from "../../../../cluster/server/handlers/create_topics.ts";
import { startBroker } from "../../../support/broker.ts";

// What the controller decides is in tests/cluster/controller/topic_creation_test.ts.

Deno.test("each topic is answered, from the first version on", async () => {
  await using started = await startBroker();
  for (let version = 2; version <= 7; version++) {
    const { topics } = await started.client.call(createTopics, version, {
      topics: [
        { name: `topic-${version}`, numPartitions: 2, replicationFactor: 1 },
        { name: "..", numPartitions: 2, replicationFactor: 1 },
      ],
      timeoutMs: 1000,
    });
    assertEquals(topics.map((topic) => topic.errorCode), [0, errorCode("INVALID_TOPIC_EXCEPTION")]);
  }
  assertEquals(started.broker.metadata.topics.byName.size, 6);
});

Deno.test("from version 5 on the configs of the topic are told", async () => {
  await using started = await startBroker();
  const { topics: [topic] } = await started.client.call(createTopics, 7, {
    topics: [{
      name: "t",
      numPartitions: 1,
      replicationFactor: 1,
      configs: [{ name: "retention.ms", value: "77" }],
    }],
    timeoutMs: 1000,
  });
  const config = topic!.configs!.find(({ name }) => name === "retention.ms");
  assertEquals([config?.value, config?.configSource], ["77", 1]);
  assertEquals([topic!.numPartitions, topic!.replicationFactor], [1, 1]);
});

Deno.test("an error of the whole request is the error of each topic", () => {
  const controller = {
    submit: () => {
      throw new Error("not asked");
    },
  };
  // deno-lint-ignore no-explicit-any
  const handler = createTopicsHandler({ controller: controller as any });
  const request = { topics: [{ name: "a" }, { name: "b" }] };
  // deno-lint-ignore no-explicit-any
  const { topics } = handler.onError(request as any, "NOT_CONTROLLER") as any;
  assertEquals(topics.map((topic: { errorCode: number }) => topic.errorCode), [41, 41]);
});
