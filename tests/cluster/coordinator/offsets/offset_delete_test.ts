import { assertEquals } from "@std/assert";
import { KafkaError } from "../../../../client/protocol/error_codes.ts";
import {
  deleteAllOffsets,
  type DeletedOffsets,
  deleteOffsets,
  deleteTopicOffsets,
  offsetTombstone,
} from "../../../../cluster/coordinator/offsets/offset_delete.ts";
import {
  commit,
  commitInTransaction,
  commitTopic,
  idOf,
  offsetsHarness,
} from "../../../support/offsets_shard.ts";

function setUp() {
  const harness = offsetsHarness();
  commit(harness, "g", [commitTopic("t", 0, 5), commitTopic("u", 1, 6)]);
  commitInTransaction(harness, 7, "g", [commitTopic("t", 0, 9), commitTopic("t", 3, 9)]);
  const before = harness.log.length;
  return {
    harness,
    appended: () => harness.records.slice(before),
    remove: (groupId: string, name: string, ...partitions: number[]) =>
      harness.run<DeletedOffsets[]>(({ offsets }, reply, out) =>
        deleteOffsets(
          offsets,
          groupId,
          [{ name, partitions: partitions.map((partitionIndex) => ({ partitionIndex })) }],
          reply,
          out,
        )
      ),
  };
}

Deno.test("an offset is forgotten, and with it those of transactions that have not ended", () => {
  const { harness, appended, remove } = setUp();
  const { response } = remove("g", "t", 0, 1, 3);
  assertEquals(response[0]!.partitions.map(({ errorCode }) => errorCode), [0, 0, 0]);
  assertEquals(appended(), [offsetTombstone("g", "t", 0), offsetTombstone("g", "t", 3)]);
  const { offsets } = harness.shard;
  assertEquals([offsets.offset("g", "t", 0), offsets.hasPending("g")], [undefined, false]);
  harness.endTransaction({ producerId: 7, producerEpoch: 0 }, true);
  assertEquals(offsets.offset("g", "t", 0), undefined);
});

Deno.test("offsets of topics that members consume stay", () => {
  const { harness, appended, remove } = setUp();
  harness.shard.group("g").subscribed.add("t");
  assertEquals(remove("g", "t", 0).response[0]!.partitions[0]!.errorCode, 86);
  assertEquals(appended(), []);
});

Deno.test("a group that there is not has nothing to be forgotten", () => {
  const { harness, remove } = setUp();
  assertEquals(remove("h", "t", 0).error, "GROUP_ID_NOT_FOUND");
  harness.shard.group("g").error = new KafkaError("NON_EMPTY_GROUP");
  assertEquals(remove("g", "t", 0).error, "NON_EMPTY_GROUP");
});

Deno.test("with a group all its offsets go, each with one record", () => {
  const { harness, appended } = setUp();
  harness.call<void>(({ offsets }, reply, out) => {
    deleteAllOffsets(offsets, "g", out);
    out.answer(reply, undefined);
  });
  assertEquals(appended(), [
    offsetTombstone("g", "t", 0),
    offsetTombstone("g", "u", 1),
    offsetTombstone("g", "t", 3),
  ]);
  assertEquals([harness.shard.offsets.size, harness.shard.offsets.hasPending("g")], [0, false]);
});

Deno.test("with a topic go the offsets of it, and not those of a later topic of its name", () => {
  const { harness, appended } = setUp();
  const gone = (id: string) =>
    harness.call<void>(({ offsets }, reply, out) => {
      deleteTopicOffsets(offsets, [{ name: "u", id }], out);
      out.answer(reply, undefined);
    });
  gone(idOf("another"));
  assertEquals(appended(), []);
  gone(idOf("u"));
  assertEquals(appended(), [offsetTombstone("g", "u", 1)]);
});
