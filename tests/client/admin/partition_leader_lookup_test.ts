import { assertEquals } from "@std/assert";
import {
  errorCode,
  type ErrorName,
  type KafkaError,
} from "../../../client/protocol/error_codes.ts";
import { listOffsets } from "../../../client/protocol/messages/list_offsets.ts";
import { metadata } from "../../../client/protocol/messages/metadata.ts";
import { scriptedAdmin } from "../../support/admin.ts";
import { ScriptedNodes } from "../../support/scripted_nodes.ts";

const p0 = { topic: "orders", partition: 0 };

async function errorFor(
  topicError: ErrorName,
  partitionError: ErrorName = "NONE",
): Promise<KafkaError> {
  await using nodes = await ScriptedNodes.start(1);
  nodes.topics = { orders: [1] };
  nodes.on(metadata, ({ topics }) => {
    const answer = nodes.metadata(topics!.map(({ name }) => name!));
    return {
      ...answer,
      topics: (answer.topics ?? []).map((topic) => ({
        ...topic,
        errorCode: errorCode(topicError),
        partitions: [{
          partitionIndex: 0,
          errorCode: errorCode(partitionError),
          leaderId: 1,
          replicaNodes: [],
          isrNodes: [],
        }],
      })),
    };
  });
  await using admin = scriptedAdmin(nodes);
  return (await admin.listOffsets([[p0, "latest"]], { timeoutMs: 30 })).error(p0) as KafkaError;
}

const TEXTS: readonly (readonly [ErrorName, string])[] = [
  [
    "UNKNOWN_TOPIC_OR_PARTITION",
    "Failed to fetch metadata for partition orders-0 because metadata for topic `orders` could not be found",
  ],
  [
    "TOPIC_AUTHORIZATION_FAILED",
    "Failed to fetch metadata for partition orders-0 due to topic authorization failure",
  ],
  [
    "INVALID_TOPIC_EXCEPTION",
    "Failed to fetch metadata for partition orders-0 due to invalid topic `orders`",
  ],
  [
    "UNKNOWN_SERVER_ERROR",
    "Failed to fetch metadata for partition orders-0 due to unexpected error for topic `orders`",
  ],
];

for (const [error, text] of TEXTS) {
  Deno.test(`a lookup says what is wrong with a topic: ${error}`, async () => {
    const { code, message } = await errorFor(error);
    assertEquals([code, message], [error, text]);
  });
}

Deno.test("errors that pass are waited for", async () => {
  assertEquals((await errorFor("LEADER_NOT_AVAILABLE")).code, "REQUEST_TIMED_OUT");
  assertEquals((await errorFor("NONE", "LEADER_NOT_AVAILABLE")).code, "REQUEST_TIMED_OUT");
});

Deno.test("a lookup says what is wrong with a partition", async () => {
  const { code, message } = await errorFor("NONE", "UNKNOWN_SERVER_ERROR");
  assertEquals([code, message], [
    "UNKNOWN_SERVER_ERROR",
    "Unexpected error during metadata lookup for orders-0",
  ]);
});

Deno.test("topics are looked up without making them", async () => {
  await using nodes = await ScriptedNodes.start(1);
  nodes.topics = { orders: [1] };
  nodes.on(listOffsets, () => ({
    topics: [{ name: "orders", partitions: [{ partitionIndex: 0, errorCode: 0, offset: 0 }] }],
  }));
  await using admin = scriptedAdmin(nodes);
  await admin.listOffsets([[p0, "latest"]]);
  const { request } = nodes.of(metadata).at(-1)!;
  assertEquals([request.topics!.length, request.allowAutoTopicCreation], [1, false]);
});
