import { assertEquals, assertThrows } from "@std/assert";
import { KafkaError } from "../../../../client/protocol/error_codes.ts";
import {
  fetchOffsets,
  type FetchTopic,
  type OffsetFetch,
} from "../../../../cluster/coordinator/offsets/offset_fetch.ts";
import { ZERO_UUID } from "../../../../storage/bytes/uuid.ts";
import {
  commit,
  commitInTransaction,
  commitTopic,
  idOf,
  offsetsHarness,
} from "../../../support/offsets_shard.ts";

function setUp() {
  const harness = offsetsHarness();
  commit(harness, "g", [commitTopic("t", 0, 5, "note"), commitTopic("t", 1, 6)]);
  const fetch = (topics: readonly FetchTopic[] | null, more: Partial<OffsetFetch> = {}) =>
    fetchOffsets(harness.shard.offsets, {
      groupId: "g",
      memberId: null,
      memberEpoch: -1,
      requireStable: false,
      topics,
      ...more,
    }).map(({ name, partitions }) => [
      name,
      ...partitions.map((each) => [each.partitionIndex, each.committedOffset, each.errorCode]),
    ]);
  return { harness, fetch };
}

const t = (topicId: string, ...partitionIndexes: number[]): FetchTopic => ({
  name: "t",
  topicId,
  partitionIndexes,
});

Deno.test("offsets are read, and -1 where there is none", () => {
  const { fetch } = setUp();
  assertEquals(fetch([t(ZERO_UUID, 1, 2)]), [["t", [1, 6, 0], [2, -1, 0]]]);
  assertEquals(fetch(null), [["t", [0, 5, 0], [1, 6, 0]]]);
});

Deno.test("what was committed for another topic of that name is none", () => {
  const { fetch } = setUp();
  assertEquals(fetch([t(idOf("t"), 0), t(idOf("other"), 0)]), [["t", [0, 5, 0]], ["t", [
    0,
    -1,
    0,
  ]]]);
});

Deno.test("a group that there is not, or is gone, has no offsets", () => {
  const { harness, fetch } = setUp();
  assertEquals(fetch([t(ZERO_UUID, 0)], { groupId: "h" }), [["t", [0, -1, 0]]]);
  assertEquals(fetch(null, { groupId: "h" }), []);
  harness.shard.group("g").error = new KafkaError("GROUP_ID_NOT_FOUND");
  assertEquals(fetch([t(ZERO_UUID, 0)]), [["t", [0, -1, 0]]]);
  harness.shard.group("g").error = new KafkaError("STALE_MEMBER_EPOCH");
  assertThrows(() => fetch(null), KafkaError);
});

Deno.test("who wants what is stable is told of transactions that have not ended", () => {
  const { harness, fetch } = setUp();
  commitInTransaction(harness, 7, "g", [commitTopic("t", 0, 9)]);
  const stable = { requireStable: true };
  assertEquals(fetch([t(ZERO_UUID, 0, 1)]), [["t", [0, 5, 0], [1, 6, 0]]]);
  assertEquals(fetch([t(ZERO_UUID, 0, 1)], stable), [["t", [0, -1, 88], [1, 6, 0]]]);
  assertEquals(fetch(null, stable), [["t", [0, -1, 88], [1, 6, 0]]]);
  harness.endTransaction({ producerId: 7, producerEpoch: 0 }, true);
  assertEquals(fetch([t(ZERO_UUID, 0, 1)], stable), [["t", [0, 9, 0], [1, 6, 0]]]);
});
