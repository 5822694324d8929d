import { assertEquals } from "@std/assert";
import { offsetFetchHandler } from "../../../../cluster/server/handlers/offset_fetch.ts";
import { call } from "../../../support/handler_call.ts";
import { imageOf } from "../../../support/metadata_image.ts";
import { commit, commitTopic, TestOffsetsRuntime } from "../../../support/offsets_shard.ts";
import { topicIdOf } from "../../../support/replicas.ts";

function setUp() {
  const groups = new TestOffsetsRuntime();
  const ofTopic = (partition: number, offset: number) => ({
    ...commitTopic("t", partition, offset, "note"),
    topicId: topicIdOf("t"),
  });
  commit(groups.harness, "g", [ofTopic(0, 5), commitTopic("gone", 0, 6)]);
  commit(groups.harness, "h", [ofTopic(1, 7)]);
  const image = imageOf({ topics: { t: [{}, {}] } });
  return { groups, handler: offsetFetchHandler({ groups, image: () => image }) };
}

Deno.test("versions of one group read its offsets, and from 2 on all of them", () => {
  for (let version = 1; version <= 7; version++) {
    const { handler } = setUp();
    const some = call(handler, version, {
      groupId: "g",
      topics: [{ name: "t", partitionIndexes: [0, 1] }],
    });
    if (typeof some !== "object") throw new Error(some);
    const [{ partitions }] = some.topics as [typeof some.topics[0]];
    assertEquals(
      partitions.map(({ committedOffset, metadata, errorCode }) => [
        committedOffset,
        metadata,
        errorCode,
      ]),
      [[5, "note", 0], [-1, "", 0]],
    );
    if (version < 2) continue;
    const all = call(handler, version, { groupId: "g", topics: null });
    if (typeof all !== "object") throw new Error(all);
    assertEquals(all.topics.map(({ name }) => name), ["t", "gone"]);
  }
});

Deno.test("later versions ask for several groups, each of which has its own answer", () => {
  for (const version of [8, 9]) {
    const { handler } = setUp();
    const answer = call(handler, version, {
      groups: ["g", "h", "none"].map((groupId) => ({
        groupId,
        memberId: null,
        memberEpoch: -1,
        topics: [{ name: "t", partitionIndexes: [0, 1] }],
      })),
    });
    if (typeof answer !== "object") throw new Error(answer);
    assertEquals(
      answer.groups.map(({ groupId, topics }) => [
        groupId,
        ...topics[0]!.partitions.map(({ committedOffset }) => committedOffset),
      ]),
      [["g", 5, -1], ["h", -1, 7], ["none", -1, -1]],
    );
  }
});

Deno.test("by ids: unknown ones have an error, and topics that are gone are not told", () => {
  const { handler } = setUp();
  const ask = (topics: { topicId: string; partitionIndexes: number[] }[] | null) => {
    const answer = call(handler, 10, {
      groups: [{ groupId: "g", memberId: null, memberEpoch: -1, topics }],
    });
    if (typeof answer !== "object") throw new Error(answer);
    return answer.groups[0]!.topics.map(({ topicId, partitions }) => [
      topicId,
      partitions[0]!.committedOffset,
      partitions[0]!.errorCode,
    ]);
  };
  const other = topicIdOf("other");
  assertEquals(
    ask([
      { topicId: other, partitionIndexes: [0] },
      { topicId: topicIdOf("t"), partitionIndexes: [0] },
    ]),
    [[topicIdOf("t"), 5, 0], [other, -1, 100]],
  );
  assertEquals(ask(null), [[topicIdOf("t"), 5, 0]]);
});

Deno.test("an error is the group's, and before version 2 each partition's", () => {
  const { handler, groups } = setUp();
  groups.refusal = "COORDINATOR_NOT_AVAILABLE";
  const asked = { groupId: "g", topics: [{ name: "t", partitionIndexes: [0] }] };
  const first = call(handler, 1, asked), seventh = call(handler, 7, asked);
  if (typeof first !== "object" || typeof seventh !== "object") throw new Error();
  // Older consumers do not know that the coordinator may be unavailable.
  assertEquals(first.topics[0]!.partitions[0]!.errorCode, 16);
  assertEquals([seventh.topics, seventh.errorCode], [[], 16]);
  const ninth = call(handler, 9, {
    groups: [{ groupId: "g", memberId: null, memberEpoch: -1, topics: null }],
  });
  if (typeof ninth !== "object") throw new Error();
  assertEquals([ninth.groups[0]!.topics, ninth.groups[0]!.errorCode], [[], 16]);
});
