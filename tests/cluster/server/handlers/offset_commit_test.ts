import { assertEquals, assertThrows } from "@std/assert";
import { KafkaError } from "../../../../client/protocol/error_codes.ts";
import { offsetCommitHandler } from "../../../../cluster/server/handlers/offset_commit.ts";
import { call, callOnError } from "../../../support/handler_call.ts";
import { imageOf } from "../../../support/metadata_image.ts";
import { TestOffsetsRuntime } from "../../../support/offsets_shard.ts";
import { topicIdOf } from "../../../support/replicas.ts";

function setUp() {
  const groups = new TestOffsetsRuntime();
  const image = imageOf({ topics: { t: [{}, {}] } });
  const handler = offsetCommitHandler({ groups, image: () => image });
  return { groups, handler, offset: () => groups.harness.shard.offsets.offset("g", "t", 1) };
}

const partitions = (...indexes: number[]) =>
  indexes.map((partitionIndex) => ({ partitionIndex, committedOffset: 5 }));

Deno.test("every version commits, by the topic's name or its id", () => {
  for (let version = 2; version <= 10; version++) {
    const { handler, offset } = setUp();
    const topic = version >= 10 ? { topicId: topicIdOf("t") } : { name: "t" };
    const answer = call(handler, version, {
      groupId: "g",
      topics: [{ ...topic, partitions: partitions(1) }],
    });
    if (typeof answer !== "object") throw new Error(answer);
    assertEquals(answer.topics[0]!.partitions, [{ partitionIndex: 1, errorCode: 0 }]);
    assertEquals([offset()!.offset, offset()!.topicId], [5, topicIdOf("t")]);
  }
});

Deno.test("partitions that there are not have an error, the others are committed", () => {
  const { handler, offset } = setUp();
  const answer = call(handler, 9, {
    groupId: "g",
    topics: [
      { name: "t", partitions: partitions(1, 7) },
      { name: "none", partitions: partitions(0) },
    ],
  });
  if (typeof answer !== "object") throw new Error(answer);
  assertEquals(answer.topics.map(({ name, partitions }) => [name, partitions]), [
    ["t", [{ partitionIndex: 7, errorCode: 3 }, { partitionIndex: 1, errorCode: 0 }]],
    ["none", [{ partitionIndex: 0, errorCode: 3 }]],
  ]);
  assertEquals(offset()!.offset, 5);
});

Deno.test("a coordinator that is not here is told for every partition", () => {
  const { handler, groups } = setUp();
  groups.refusal = "NOT_COORDINATOR";
  const request = { groupId: "g", topics: [{ name: "t", partitions: partitions(0, 1) }] };
  assertThrows(() => call(handler, 9, request), KafkaError);
  const answer = callOnError(handler, 9, request, "NOT_COORDINATOR");
  if (typeof answer !== "object") throw new Error(answer);
  assertEquals(answer.topics[0]!.partitions.map(({ errorCode }) => errorCode), [16, 16]);
});

Deno.test("an old client's retention is kept with the offset", () => {
  const { handler, groups, offset } = setUp();
  const topics = [{ name: "t", partitions: partitions(1) }];
  call(handler, 4, { groupId: "g", retentionTimeMs: 1000, topics });
  assertEquals(offset()!.expireTimestamp, groups.harness.now.wallMs + 1000);
});
