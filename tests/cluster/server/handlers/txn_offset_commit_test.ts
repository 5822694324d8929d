import { assertEquals, assertRejects } from "@std/assert";
import { KafkaError } from "../../../../client/protocol/error_codes.ts";
import { txnOffsetCommitHandler } from "../../../../cluster/server/handlers/txn_offset_commit.ts";
import { callLater, callOnError } from "../../../support/handler_call.ts";
import { imageOf } from "../../../support/metadata_image.ts";
import { TestOffsetsRuntime } from "../../../support/offsets_shard.ts";

function setUp() {
  const groups = new TestOffsetsRuntime();
  const image = imageOf({ topics: { t: [{}] } });
  return { groups, handler: txnOffsetCommitHandler({ groups, image: () => image }) };
}

const request = {
  transactionalId: "tx",
  groupId: "g",
  producerId: 7,
  producerEpoch: 1,
  topics: [
    { name: "t", partitions: [{ partitionIndex: 0, committedOffset: 5 }] },
    { name: "none", partitions: [{ partitionIndex: 0, committedOffset: 5 }] },
  ],
};

Deno.test("every version commits once the transaction is verified, and tells what its client knows", async () => {
  for (let version = 0; version <= 5; version++) {
    const { groups, handler } = setUp();
    const answer = await callLater(handler, version, request);
    if (typeof answer !== "object") throw new Error(answer);
    assertEquals(answer.topics.map(({ partitions }) => partitions[0]!.errorCode), [3, 0]);
    assertEquals(groups.verified, [{
      transactionalId: "tx",
      producerId: 7,
      producerEpoch: 1,
      supportsEpochBump: version >= 5,
      supportsAbortableError: version >= 4,
    }]);
    const { offsets } = groups.harness.shard;
    assertEquals([offsets.hasPending("g", "t", 0), offsets.size], [true, 0]);
  }
});

Deno.test("a group has a name", async () => {
  const { handler } = setUp();
  await assertRejects(() => callLater(handler, 5, { ...request, groupId: "" }), KafkaError);
});

Deno.test("an error is told for each partition; old clients would not survive to hear of loading", () => {
  const { handler } = setUp();
  const told = [1, 2].map((version) => {
    const answer = callOnError(handler, version, request, "COORDINATOR_LOAD_IN_PROGRESS");
    if (typeof answer !== "object") throw new Error(answer);
    return answer.topics.map(({ partitions }) => partitions[0]!.errorCode);
  });
  assertEquals(told, [[15, 15], [14, 14]]);
});
