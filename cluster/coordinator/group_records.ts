/**
 * The records of `__consumer_offsets`:
 *
 * ```text
 * key    int16 record type, and the message of that type
 * value  int16 version, and the message; none deletes what the key names
 * ```
 *
 * @module
 */

import { ProtocolError } from "../../client/protocol/error_codes.ts";
import {
  decodePrefix,
  type Draft,
  encodedSize,
  encodeInto,
  type Message,
  messageOf,
} from "../../storage/message/message_codec.ts";
import { includesVersion } from "../../storage/message/message_schema.ts";
import { groupCoordinatorSchemas } from "../../storage/message/schemas/group_coordinator.ts";
import type { CoordinatorSerde } from "./coordinator_shard.ts";

/** What is committed for a partition of a topic. */
export interface OffsetCommitValue {
  /** The next record to be consumed. */
  readonly offset: number;
  /** Leader epoch of the record before; -1 when it is not known. */
  readonly leaderEpoch: number;
  /** What the consumer noted. */
  readonly metadata: string;
  /** When, ms since the epoch. */
  readonly commitTimestamp: number;
  /** When it is forgotten, as old clients asked; -1 for when the broker thinks it is time. */
  readonly expireTimestamp: number;
  /** The topic's id; the zero id when it is not known. */
  readonly topicId: string;
}

/** An offset is committed, or forgotten. */
export interface OffsetCommitRecord {
  /** Tells the kind. */
  readonly type: "offsetCommit";
  /** The group. */
  readonly group: string;
  /** The topic. */
  readonly topic: string;
  /** The partition. */
  readonly partition: number;
  /** What is committed; `null` forgets it. */
  readonly value: OffsetCommitValue | null;
}

/** A member of a generation. */
export interface MemberMetadata {
  /** Its id. */
  readonly memberId: string;
  /** Its static id. */
  readonly groupInstanceId: string | null;
  /** What its client calls itself. */
  readonly clientId: string;
  /** Where its client is, as `/address`. */
  readonly clientHost: string;
  /** How long it may take to join again, ms; -1 in records of version 0. */
  readonly rebalanceTimeout: number;
  /** How long it may be silent, ms. */
  readonly sessionTimeout: number;
  /** Its metadata for the protocol in use. */
  readonly subscription: Uint8Array;
  /** What the leader assigned to it. */
  readonly assignment: Uint8Array;
}

/** The generation of a group. */
export interface GroupMetadataValue {
  /** Kind of the protocol; empty when there is none. */
  readonly protocolType: string;
  /** Number of the generation. */
  readonly generation: number;
  /** The protocol chosen. */
  readonly protocol: string | null;
  /** The member that assigns. */
  readonly leader: string | null;
  /** When the group came into its state, ms since the epoch; -1 when it is not known. */
  readonly currentStateTimestamp: number;
  /** The members. */
  readonly members: readonly MemberMetadata[];
}

/** A group has a new generation, or none any more. */
export interface GroupMetadataRecord {
  /** Tells the kind. */
  readonly type: "groupMetadata";
  /** The group. */
  readonly group: string;
  /** The generation; `null` forgets the group. */
  readonly value: GroupMetadataValue | null;
}

/** A record of another group protocol; it is kept as it is. */
export interface OtherGroupRecord {
  /** Tells the kind. */
  readonly type: "other";
  /** Kafka's number of the kind. */
  readonly recordType: number;
  /** The group. */
  readonly group: string;
  /** The key's bytes, with the record type. */
  readonly key: Uint8Array;
  /** The value's bytes, with the version. */
  readonly value: Uint8Array | null;
}

/** A record of `__consumer_offsets`. */
export type GroupRecord = OffsetCommitRecord | GroupMetadataRecord | OtherGroupRecord;

interface RecordType<K, V> {
  readonly key: Message<K>;
  readonly value: Message<V>;
}

interface OffsetKey {
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
}

const LEGACY_OFFSET_COMMIT = 0;
const OFFSET_COMMIT = 1;
const GROUP_METADATA = 2;
/** The only version that has the time an old client wants an offset to be forgotten. */
const OFFSET_VALUE_VERSION_WITH_EXPIRY = 1;
const OFFSET_VALUE_VERSION = 4;
const GROUP_VALUE_VERSION = 3;

const types = new Map<number, RecordType<unknown, unknown>>();

/** The messages of a record type; `undefined` for one that only later versions know. */
function typeOf<K, V>(id: number): RecordType<K, V> | undefined {
  let type = types.get(id);
  if (type === undefined) {
    const [key, value] = ["Key", "Value"].map((end) =>
      groupCoordinatorSchemas().find(({ apiKey, name }) => apiKey === id && name.endsWith(end))
    );
    if (key === undefined || value === undefined) return undefined;
    types.set(id, type = { key: messageOf(key), value: messageOf(value) });
  }
  return type as RecordType<K, V>;
}

/** A message behind the two bytes that tell what it is. */
function prefixed<T>(
  prefix: number,
  message: Message<T>,
  version: number,
  value: Draft<T>,
): Uint8Array {
  const bytes = new Uint8Array(2 + encodedSize(message, version, value));
  bytes[0] = prefix >> 8;
  bytes[1] = prefix;
  encodeInto(message, version, value, bytes, 2);
  return bytes;
}

function prefixOf(bytes: Uint8Array, part: string): number {
  if (bytes.length < 2) throw new ProtocolError(`Could not read version from ${part}'s buffer.`);
  return (bytes[0]! << 24 | bytes[1]! << 16) >> 16;
}

/** A structure without what only later versions know of it: that is of no use here, and views on the bytes. */
function known<T extends object>(struct: T): T {
  if ((struct as Draft<object>).unknownTaggedFields === undefined) return struct;
  return { ...struct, unknownTaggedFields: undefined };
}

function decodeValue<T extends object>(
  message: Message<T>,
  type: number,
  bytes: Uint8Array | null,
): T | null {
  if (bytes === null) return null;
  const version = prefixOf(bytes, "value");
  if (!includesVersion(message.schema.validVersions, version)) {
    throw new ProtocolError(`Found an unknown record version ${version} for ${type} type`);
  }
  return known(decodePrefix(message, version, bytes, 2).value);
}

function decodeOffset(type: number, key: Uint8Array, value: Uint8Array | null): OffsetCommitRecord {
  const { group, topic, partition } =
    decodePrefix(typeOf<OffsetKey, unknown>(type)!.key, 0, key, 2).value;
  // Keys of the first type are as those of the second, and their values are its version 0.
  const message = typeOf<OffsetKey, OffsetCommitValue>(OFFSET_COMMIT)!.value;
  return {
    type: "offsetCommit",
    group,
    topic,
    partition,
    value: decodeValue(message, type, value),
  };
}

function decodeGroup(key: Uint8Array, value: Uint8Array | null): GroupMetadataRecord {
  const type = typeOf<{ group: string }, GroupMetadataValue>(GROUP_METADATA)!;
  const { group } = decodePrefix(type.key, 0, key, 2).value;
  const decoded = decodeValue(type.value, GROUP_METADATA, value);
  if (decoded === null) return { type: "groupMetadata", group, value: null };
  // They outlive the buffer that they were read into.
  const members = decoded.members.map((member) => ({
    ...known(member),
    subscription: member.subscription.slice(),
    assignment: member.assignment.slice(),
  }));
  return { type: "groupMetadata", group, value: { ...decoded, members } };
}

function encodeKey(record: GroupRecord): Uint8Array {
  switch (record.type) {
    case "offsetCommit": {
      const { group, topic, partition } = record;
      const { key } = typeOf<OffsetKey, unknown>(OFFSET_COMMIT)!;
      return prefixed(OFFSET_COMMIT, key, 0, { group, topic, partition });
    }
    case "groupMetadata": {
      const { key } = typeOf<{ group: string }, unknown>(GROUP_METADATA)!;
      return prefixed(GROUP_METADATA, key, 0, { group: record.group });
    }
    case "other":
      return record.key;
  }
}

function encodeValue(record: GroupRecord): Uint8Array | null {
  if (record.type === "other" || record.value === null) return record.value as Uint8Array | null;
  if (record.type === "groupMetadata") {
    const type = typeOf<unknown, GroupMetadataValue>(GROUP_METADATA)!;
    return prefixed(GROUP_VALUE_VERSION, type.value, GROUP_VALUE_VERSION, record.value);
  }
  const { value } = typeOf<unknown, OffsetCommitValue>(OFFSET_COMMIT)!;
  const version = record.value.expireTimestamp === -1
    ? OFFSET_VALUE_VERSION
    : OFFSET_VALUE_VERSION_WITH_EXPIRY;
  return prefixed(version, value, version, record.value);
}

/** How the records of groups look in `__consumer_offsets`. */
export const groupSerde: CoordinatorSerde<GroupRecord> = {
  encodeKey,
  encodeValue,
  decode(key, value) {
    const recordType = prefixOf(key, "key");
    if (recordType === LEGACY_OFFSET_COMMIT || recordType === OFFSET_COMMIT) {
      return decodeOffset(recordType, key, value);
    }
    if (recordType === GROUP_METADATA) return decodeGroup(key, value);
    const type = typeOf<{ groupId: string }, unknown>(recordType);
    if (type === undefined) return undefined;
    const { groupId } = decodePrefix(type.key, 0, key, 2).value;
    return {
      type: "other",
      recordType,
      group: groupId,
      key: key.slice(),
      value: value?.slice() ?? null,
    };
  },
};
