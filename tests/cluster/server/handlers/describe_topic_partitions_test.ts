import { assertEquals, assertThrows } from "@std/assert";
import { errorCode, KafkaError } from "../../../../client/protocol/error_codes.ts";
import type {
  DescribeTopicPartitionsRequest,
  DescribeTopicPartitionsResponse,
} from "../../../../client/protocol/messages/describe_topic_partitions.ts";
import type { Draft } from "../../../../storage/message/message_codec.ts";
import type { MetadataImage } from "../../../../cluster/controller/metadata_image.ts";
import { describeTopicPartitionsHandler } from "../../../../cluster/server/handlers/describe_topic_partitions.ts";
import { call } from "../../../support/handler_call.ts";
import { imageOf } from "../../../support/metadata_image.ts";
import { topicIdOf } from "../../../support/replicas.ts";

const three = imageOf({ topics: { c: [{}, {}], a: [{}, {}, {}], b: [{}] } });

function ask(
  request: Draft<DescribeTopicPartitionsRequest>,
  { image = three, limit = 2000 }: { image?: MetadataImage; limit?: number } = {},
): DescribeTopicPartitionsResponse {
  const handler = describeTopicPartitionsHandler({
    image: () => image,
    maxPartitions: () => limit,
  });
  return call(handler, 0, request) as DescribeTopicPartitionsResponse;
}

const named = (...names: string[]) => names.map((name) => ({ name }));
const shape = ({ topics, nextCursor }: DescribeTopicPartitionsResponse) => ({
  topics: topics.map(({ name, partitions }) => [name, ...partitions.map((p) => p.partitionIndex)]),
  next: nextCursor && [nextCursor.topicName, nextCursor.partitionIndex],
});

Deno.test("all topics are told by their names, with all that is known of their partitions", () => {
  assertEquals(shape(ask({})), {
    topics: [["a", 0, 1, 2], ["b", 0], ["c", 0, 1]],
    next: null,
  });
  const { topics: [topic] } = ask({ topics: named("b") });
  assertEquals(topic, {
    errorCode: 0,
    name: "b",
    topicId: topicIdOf("b"),
    isInternal: false,
    partitions: [{
      errorCode: 0,
      partitionIndex: 0,
      leaderId: 1,
      leaderEpoch: 3,
      replicaNodes: [1],
      isrNodes: [1],
      eligibleLeaderReplicas: [],
      lastKnownElr: [],
      offlineReplicas: [],
    }],
    topicAuthorizedOperations: 3576,
  });
});

Deno.test("an answer has as many partitions as asked for, and says where the rest begins", () => {
  assertEquals(shape(ask({ responsePartitionLimit: 2 })), {
    topics: [["a", 0, 1]],
    next: ["a", 2],
  });
  assertEquals(shape(ask({ responsePartitionLimit: 3 })), {
    topics: [["a", 0, 1, 2]],
    next: ["b", 0],
  });
  assertEquals(shape(ask({ responsePartitionLimit: 5 })), {
    topics: [["a", 0, 1, 2], ["b", 0], ["c", 0]],
    next: ["c", 1],
  });
});

Deno.test("the broker's limit holds whatever is asked for, and at least one partition is told", () => {
  assertEquals(shape(ask({}, { limit: 1 })), { topics: [["a", 0]], next: ["a", 1] });
  assertEquals(shape(ask({ responsePartitionLimit: -5 })), { topics: [["a", 0]], next: ["a", 1] });
});

Deno.test("going from cursor to cursor tells every partition once", () => {
  const told: string[] = [];
  let cursor: DescribeTopicPartitionsRequest["cursor"] = null;
  do {
    const answer = ask({ responsePartitionLimit: 2, cursor });
    for (const { name, partitions } of answer.topics) {
      for (const { partitionIndex } of partitions) told.push(`${name}-${partitionIndex}`);
    }
    cursor = answer.nextCursor;
  } while (cursor !== null);
  assertEquals(told, ["a-0", "a-1", "a-2", "b-0", "c-0", "c-1"]);
});

Deno.test("a cursor of a topic that is gone goes on with the next one", () => {
  const cursor = { topicName: "aa", partitionIndex: 7 };
  assertEquals(shape(ask({ cursor })).topics, [["b", 0], ["c", 0, 1]]);
});

Deno.test("topics that there are not are told, and take no room", () => {
  const { topics, nextCursor } = ask({
    topics: named("b", "no", "a b", "b"),
    responsePartitionLimit: 2,
  });
  assertEquals(topics.map(({ name, errorCode }) => [name, errorCode]), [
    ["a b", errorCode("INVALID_TOPIC_EXCEPTION")],
    ["b", 0],
    ["no", errorCode("UNKNOWN_TOPIC_OR_PARTITION")],
  ]);
  assertEquals(nextCursor, null);
});

Deno.test("eligible leaders and replicas that are away are told", () => {
  const image = imageOf({
    brokers: [{ brokerId: 1 }, { brokerId: 2, fenced: true }],
    topics: {
      t: [{
        replicas: [1, 2],
        isr: [1],
        eligibleLeaderReplicas: [2],
        lastKnownElr: [2],
      }, { replicas: [9] }],
    },
  });
  const [first, second] = ask({}, { image }).topics[0]!.partitions;
  assertEquals(first!.eligibleLeaderReplicas, [2]);
  assertEquals(first!.lastKnownElr, [2]);
  assertEquals(first!.offlineReplicas, [2]);
  assertEquals(second!.leaderId, -1);
  assertEquals(second!.errorCode, 0);
});

Deno.test("a cursor that is not one of the request is refused", () => {
  const refused = (request: Draft<DescribeTopicPartitionsRequest>) =>
    assertThrows(() => ask(request), KafkaError).message;
  assertEquals(
    refused({ topics: named("b"), cursor: { topicName: "c", partitionIndex: 0 } }),
    "DescribeTopicPartitionsRequest topic list should contain the cursor topic: c",
  );
  assertEquals(
    refused({ cursor: { topicName: "c", partitionIndex: -1 } }),
    "DescribeTopicPartitionsRequest cursor partition must be valid: Cursor(topicName='c', partitionIndex=-1)",
  );
});
