import { assertEquals, assertThrows } from "@std/assert";
import { KafkaError } from "../../../../client/protocol/error_codes.ts";
import { offsetDeleteHandler } from "../../../../cluster/server/handlers/offset_delete.ts";
import { call, callOnError } from "../../../support/handler_call.ts";
import { imageOf } from "../../../support/metadata_image.ts";
import { commit, commitTopic, TestOffsetsRuntime } from "../../../support/offsets_shard.ts";

function setUp() {
  const groups = new TestOffsetsRuntime();
  commit(groups.harness, "g", [commitTopic("t", 0, 5)]);
  const image = imageOf({ topics: { t: [{}] } });
  return { groups, handler: offsetDeleteHandler({ groups, image: () => image }) };
}

const topics = [
  { name: "t", partitions: [{ partitionIndex: 0 }, { partitionIndex: 4 }] },
  { name: "none", partitions: [{ partitionIndex: 0 }] },
];

Deno.test("offsets are forgotten, and partitions that there are not have an error", () => {
  const { groups, handler } = setUp();
  const answer = call(handler, 0, { groupId: "g", topics });
  if (typeof answer !== "object") throw new Error(answer);
  assertEquals(answer.errorCode, 0);
  assertEquals(answer.topics, [
    {
      name: "t",
      partitions: [{ partitionIndex: 4, errorCode: 3 }, { partitionIndex: 0, errorCode: 0 }],
    },
    { name: "none", partitions: [{ partitionIndex: 0, errorCode: 3 }] },
  ]);
  assertEquals(groups.harness.shard.offsets.size, 0);
});

Deno.test("a group that there is not, or has no name, is an error of the whole", () => {
  const { handler } = setUp();
  assertThrows(() => call(handler, 0, { groupId: "", topics }), KafkaError, "group");
  assertThrows(() => call(handler, 0, { groupId: "h", topics }), KafkaError, "h not found");
  const answer = callOnError(handler, 0, { groupId: "h", topics }, "GROUP_ID_NOT_FOUND");
  if (typeof answer !== "object") throw new Error(answer);
  assertEquals([answer.errorCode, answer.topics], [69, []]);
});
