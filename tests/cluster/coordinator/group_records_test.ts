import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  type GroupMetadataRecord,
  type GroupRecord,
  groupSerde,
  type OffsetCommitRecord,
} from "../../../cluster/coordinator/group_records.ts";
import { ProtocolError } from "../../../client/protocol/error_codes.ts";
import { encode, messageOf } from "../../../storage/message/message_codec.ts";
import { groupCoordinatorSchemas } from "../../../storage/message/schemas/group_coordinator.ts";
import { bytes } from "../../support/group_harness.ts";
import { SeededRandom } from "../../support/manual_env.ts";

const ZERO_UUID = "AAAAAAAAAAAAAAAAAAAAAA";

const offset: OffsetCommitRecord = {
  type: "offsetCommit",
  group: "g",
  topic: "t",
  partition: 3,
  value: {
    offset: 42,
    leaderEpoch: 7,
    metadata: "m",
    commitTimestamp: 1000,
    expireTimestamp: -1,
    topicId: ZERO_UUID,
  },
};

const group: GroupMetadataRecord = {
  type: "groupMetadata",
  group: "g",
  value: {
    protocolType: "consumer",
    generation: 5,
    protocol: "range",
    leader: "m1",
    currentStateTimestamp: 2000,
    members: [{
      memberId: "m1",
      groupInstanceId: "i1",
      clientId: "c",
      clientHost: "/127.0.0.1",
      rebalanceTimeout: 60_000,
      sessionTimeout: 10_000,
      subscription: bytes("subscription"),
      assignment: bytes("assignment"),
    }],
  },
};

/** A key or value by the name of its schema. */
function part(name: string, prefix: number, version: number, value: object): Uint8Array {
  const schema = groupCoordinatorSchemas().find((one) => one.name === name)!;
  return new Uint8Array([0, prefix, ...encode(messageOf<object>(schema), version, value)]);
}

function roundTrip(record: GroupRecord): GroupRecord | undefined {
  return groupSerde.decode(groupSerde.encodeKey(record), groupSerde.encodeValue(record));
}

Deno.test("records come back as they were written", () => {
  assertEquals(roundTrip(offset), offset);
  assertEquals(roundTrip(group), group);
});

Deno.test("tombstones have a key and no value", () => {
  for (const record of [{ ...offset, value: null }, { ...group, value: null }]) {
    assertEquals(groupSerde.encodeValue(record), null);
    assertEquals(roundTrip(record), record);
  }
});

Deno.test("an offset is written as version 4, and as version 1 when a client says when it expires", () => {
  assertEquals([...groupSerde.encodeValue(offset)!.subarray(0, 2)], [0, 4]);
  const expiring = { ...offset, value: { ...offset.value!, leaderEpoch: -1, expireTimestamp: 9 } };
  assertEquals([...groupSerde.encodeValue(expiring)!.subarray(0, 2)], [0, 1]);
  assertEquals(roundTrip(expiring), expiring);
  // What version 1 has no room for is left out.
  const dropped = { ...offset, value: { ...offset.value!, expireTimestamp: 9 } };
  assertEquals((roundTrip(dropped) as OffsetCommitRecord).value?.leaderEpoch, -1);
});

Deno.test("a group is written as version 3, with the key that Kafka writes", () => {
  assertEquals([...groupSerde.encodeKey(group)], [0, 2, 0, 1, 103]);
  assertEquals([...groupSerde.encodeValue(group)!.subarray(0, 2)], [0, 3]);
});

Deno.test("every version of a group's value is read, with the defaults of what it lacks", () => {
  const key = groupSerde.encodeKey(group);
  for (const version of [0, 1, 2, 3, 4]) {
    const value = part("GroupMetadataValue", version, version, group.value!);
    const decoded = groupSerde.decode(key, value) as GroupMetadataRecord;
    const [member] = group.value!.members;
    assertEquals(decoded.value, {
      ...group.value!,
      currentStateTimestamp: version >= 2 ? 2000 : -1,
      members: [{
        ...member!,
        groupInstanceId: version >= 3 ? "i1" : null,
        rebalanceTimeout: version >= 1 ? 60_000 : -1,
      }],
    });
  }
});

Deno.test("every version of an offset's value is read, under either key", () => {
  const { group, topic, partition } = offset;
  for (const [name, type] of [["LegacyOffsetCommitKey", 0], ["OffsetCommitKey", 1]] as const) {
    const key = part(name, type, 0, { group, topic, partition });
    for (const version of [0, 1, 2, 3, 4]) {
      const value = part("OffsetCommitValue", version, version, offset.value!);
      const decoded = groupSerde.decode(key, value) as OffsetCommitRecord;
      assertEquals(decoded, {
        ...offset,
        value: { ...offset.value!, leaderEpoch: version >= 3 ? 7 : -1 },
      });
    }
  }
});

Deno.test("a record of another group protocol keeps its bytes, and tells its group", () => {
  const key = part("ConsumerGroupMetadataKey", 3, 0, { groupId: "modern" });
  const value = part("ConsumerGroupMetadataValue", 0, 0, { epoch: 4, metadataHash: 1 });
  const record = groupSerde.decode(key, value)!;
  assertEquals(record, { type: "other", recordType: 3, group: "modern", key, value });
  assertEquals(groupSerde.encodeKey(record), key);
  assertEquals(groupSerde.encodeValue(record), value);
  const tombstone = groupSerde.decode(key, null)!;
  assertEquals(groupSerde.encodeValue(tombstone), null);
});

Deno.test("a type from the future is passed over", () => {
  assertEquals(groupSerde.decode(new Uint8Array([0, 99, 1, 2]), bytes("x")), undefined);
});

Deno.test("damage is a clear error", () => {
  const key = groupSerde.encodeKey(offset);
  const value = groupSerde.encodeValue(offset)!;
  const cases: readonly (readonly [Uint8Array, Uint8Array])[] = [
    [key.subarray(0, 1), value],
    [key.subarray(0, key.length - 1), value],
    [key, value.subarray(0, 1)],
    [key, value.subarray(0, value.length - 1)],
  ];
  for (const [k, v] of cases) assertThrows(() => groupSerde.decode(k, v), ProtocolError);
  assertThrows(
    () => groupSerde.decode(key, new Uint8Array([0, 9, 1])),
    ProtocolError,
    "Found an unknown record version 9 for 1 type",
  );
});

Deno.test("a group does not keep the buffer that it was read from", () => {
  const value = groupSerde.encodeValue(group)!;
  const decoded = groupSerde.decode(groupSerde.encodeKey(group), value) as GroupMetadataRecord;
  value.fill(0);
  assertEquals(decoded.value?.members[0]?.assignment, bytes("assignment"));
  assertEquals(decoded.value?.members[0]?.subscription, bytes("subscription"));
});

Deno.test("whatever is in the topic, a record is read, passed over, or refused", () => {
  const random = new SeededRandom(7);
  const other = part("ConsumerGroupMemberMetadataKey", 5, 0, { groupId: "g", memberId: "m" });
  const keys = [groupSerde.encodeKey(offset), groupSerde.encodeKey(group), other];
  const values = [groupSerde.encodeValue(offset)!, groupSerde.encodeValue(group)!];
  let refused = 0;
  for (let i = 0; i < 5000; i++) {
    const [key, value] = [random.pick(keys).slice(), random.pick(values).slice()];
    for (const bytes of [key, value]) {
      if (random.chance(0.5)) bytes[random.below(bytes.length)] = random.below(256);
    }
    const end = random.chance(0.3) ? random.below(value.length) : value.length;
    try {
      groupSerde.decode(key, value.subarray(0, end));
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      refused++;
    }
  }
  assert(refused > 1000 && refused < 5000, `${refused} refused`);
});
