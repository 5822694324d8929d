import { assertEquals, assertThrows } from "@std/assert";
import { KafkaError } from "../../../../client/protocol/error_codes.ts";
import {
  ForeignGroup,
  foreignGroupType,
} from "../../../../cluster/coordinator/group/foreign_group.ts";
import type { OtherGroupRecord } from "../../../../cluster/coordinator/group_records.ts";
import { bytes, errorOf, GroupHarness } from "../../../support/group_harness.ts";

function record(recordType: number, key: string, value: string | null = "v"): OtherGroupRecord {
  const data = new Uint8Array([0, recordType, ...bytes(key)]);
  return {
    type: "other",
    recordType,
    group: "g",
    key: data,
    value: value === null ? null : bytes(value),
  };
}

/** Groups with one of another protocol, as it is loaded. */
function loaded(...records: readonly OtherGroupRecord[]): GroupHarness {
  const groups = new GroupHarness();
  groups.harness.log.push(
    ...records.map((one) => ({ record: one, timestamp: 0, producer: undefined })),
  );
  groups.harness.crash();
  return groups;
}

// Keys that the serde can read: consumer metadata of `g`, its member `m`, share metadata of `g`.
const META = "\0\x01g";
const MEMBER = "\0\x01g\0\x01m";

Deno.test("a record's type tells the protocol of its group", () => {
  assertEquals([3, 5, 16, 10, 15, 17, 23, 2, 99].map(foreignGroupType), [
    "consumer",
    "consumer",
    "consumer",
    "share",
    "share",
    "streams",
    "streams",
    undefined,
    undefined,
  ]);
});

Deno.test("a group has members as long as their records are there", () => {
  const group = new ForeignGroup("g", "consumer");
  group.replay(record(3, META));
  assertEquals([group.state, group.isGone], ["Empty", false]);
  group.replay(record(5, MEMBER));
  group.replay(record(5, MEMBER, "again"));
  assertEquals(group.state, "Stable");
  group.replay(record(5, MEMBER, null));
  group.replay(record(5, MEMBER, null));
  assertEquals(group.state, "Empty");
  group.replay(record(3, META, null));
  assertEquals(group.isGone, true);
});

Deno.test("what makes it go is a tombstone for each of its records", () => {
  const group = new ForeignGroup("g", "consumer");
  group.replay(record(3, META));
  group.replay(record(5, MEMBER));
  assertEquals(group.tombstones(), [record(3, META, null), record(5, MEMBER, null)]);
});

Deno.test("offsets may be committed from outside while nobody is in it", () => {
  const group = new ForeignGroup("g", "consumer");
  group.validateOffsetCommit("", null, -1, false);
  assertThrows(() => group.validateOffsetCommit("m", null, 3, false), KafkaError);
  group.replay(record(5, MEMBER));
  assertThrows(() => group.validateOffsetCommit("", null, -1, false), KafkaError);
  group.validateOffsetCommit("", null, -1, true);
  group.areMembersDead = true;
  group.validateOffsetCommit("", null, -1, false);
});

Deno.test("offsets may be read from outside, do not expire, and may be in use by any member", () => {
  const group = new ForeignGroup("g", "consumer");
  group.validateOffsetFetch(null, -1);
  assertThrows(() => group.validateOffsetFetch("m", 1), KafkaError);
  group.validateOffsetDelete();
  assertEquals(group.offsetExpirationCondition(), undefined);
  assertEquals(group.isSubscribedToTopic(), false);
  group.replay(record(5, MEMBER));
  assertEquals(group.isSubscribedToTopic(), true);
  group.noteOffsetCommit();
});

Deno.test("a group of another protocol with members takes no classic ones, and is not deleted", () => {
  const groups = loaded(record(3, META), record(5, MEMBER));
  assertEquals(errorOf(groups.join()), "INCONSISTENT_GROUP_PROTOCOL");
  assertEquals(groups.heartbeat("m", 1), "UNKNOWN_MEMBER_ID");
  assertEquals(errorOf(groups.sync("m", 1)), "UNKNOWN_MEMBER_ID");
  assertEquals(groups.leave("m"), ["UNKNOWN_MEMBER_ID"]);
  assertEquals(groups.delete("g"), ["NON_EMPTY_GROUP"]);
  assertEquals(
    groups.shard.describeGroup("g", 6).errorMessage,
    "Group g is not a classic group.",
  );
});

Deno.test("when its members cannot be there any more, it goes when it is asked to", () => {
  const groups = loaded(record(3, META), record(5, MEMBER));
  groups.advance(45_000);
  assertEquals(groups.harness.records.length, 2);
  assertEquals(errorOf(groups.join()), "MEMBER_ID_REQUIRED");
  const deleted = loaded(record(3, META), record(5, MEMBER));
  deleted.advance(45_000);
  assertEquals(deleted.delete("g"), ["NONE"]);
  deleted.harness.reload();
  assertEquals(deleted.shard.listGroups([], []), []);
});

Deno.test("a share group never becomes a classic one", () => {
  const groups = loaded(record(11, META));
  assertEquals(errorOf(groups.join()), "INCONSISTENT_GROUP_PROTOCOL");
  assertEquals(groups.delete("g"), ["NONE"]);
});
