/**
 * The values of the control records of a Raft quorum (KIP-595, KIP-630, KIP-853), in the protocol's flexible encoding: arrays and strings
 * are led by their length + 1 as an unsigned varint, and tagged fields end each structure.
 * ```text
 * LEADER_CHANGE    version int16, leaderId int32, voters [voterId int32], grantingVoters [voterId int32]
 * SNAPSHOT_HEADER  version int16, lastContainedLogTimestamp int64
 * SNAPSHOT_FOOTER  version int16
 * KRAFT_VERSION    version int16, kRaftVersion int16
 * KRAFT_VOTERS     version int16, voters [voterId int32, voterDirectoryId uuid,
 *                  endpoints [name string, host string, port uint16], minSupportedVersion int16, maxSupportedVersion int16]
 * ```
 * The objects have the fields of Kafka's JSON in its order.
 *
 * @module
 */

import { ByteReader } from "../bytes/byte_reader.ts";
import { CorruptRecordError } from "../errors.ts";
import { parseControlRecordKey } from "./control_record.ts";
import type { ControlRecordType } from "./control_record.ts";
import type { Record } from "./record.ts";

/** Who leads a new epoch. */
export interface LeaderChangeMessage {
  /** Version of the message. */
  readonly version: number;
  /** The new leader. */
  readonly leaderId: number;
  /** The quorum. */
  readonly voters: readonly { readonly voterId: number }[];
  /** Who voted for the leader. */
  readonly grantingVoters: readonly { readonly voterId: number }[];
}

/** The first record of a snapshot. */
export interface SnapshotHeaderRecord {
  /** Version of the message. */
  readonly version: number;
  /** Ms since the epoch. */
  readonly lastContainedLogTimestamp: number;
}

/** The last record of a snapshot. */
export interface SnapshotFooterRecord {
  /** Version of the message. */
  readonly version: number;
}

/** The version of the quorum's protocol from here on. */
export interface KRaftVersionRecord {
  /** Version of the message. */
  readonly version: number;
  /** The protocol's version. */
  readonly kRaftVersion: number;
}

/** One voter of a quorum. */
export interface Voter {
  /** Id of the node. */
  readonly voterId: number;
  /** 22 characters of base64url. */
  readonly voterDirectoryId: string;
  /** Where it listens. */
  readonly endpoints: readonly {
    readonly name: string;
    readonly host: string;
    readonly port: number;
  }[];
  /** The protocol versions that it can. */
  readonly kRaftVersionFeature: {
    readonly minSupportedVersion: number;
    readonly maxSupportedVersion: number;
  };
}

/** The voters of the quorum from here on. */
export interface VotersRecord {
  /** Version of the message. */
  readonly version: number;
  /** The quorum. */
  readonly voters: readonly Voter[];
}

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

function readArray<T>(reader: ByteReader, readElement: (reader: ByteReader) => T): T[] {
  const length = reader.readUnsignedVarint() - 1;
  // Every element takes a byte or more, so that a length can't ask for more memory than there is input.
  if (length < 0 || length > reader.remaining) {
    throw new CorruptRecordError(`Array leads out of its control record, length: ${length}`);
  }
  return Array.from({ length }, () => readElement(reader));
}

function readString(reader: ByteReader): string {
  return utf8.decode(reader.readBytes(reader.readUnsignedVarint() - 1));
}

function readUuid(reader: ByteReader): string {
  const text = btoa(String.fromCharCode(...reader.readBytes(16)));
  return text.slice(0, 22).replaceAll("+", "-").replaceAll("/", "_");
}

function skipTaggedFields(reader: ByteReader): void {
  const count = reader.readUnsignedVarint();
  for (let i = 0; i < count; i++) {
    reader.readUnsignedVarint();
    reader.readBytes(reader.readUnsignedVarint());
  }
}

function readVoterId(reader: ByteReader): { voterId: number } {
  const voterId = reader.readInt32();
  skipTaggedFields(reader);
  return { voterId };
}

function readVoter(reader: ByteReader): Voter {
  const voterId = reader.readInt32();
  const voterDirectoryId = readUuid(reader);
  const endpoints = readArray(reader, (reader) => {
    const endpoint = {
      name: readString(reader),
      host: readString(reader),
      port: reader.readUint16(),
    };
    skipTaggedFields(reader);
    return endpoint;
  });
  const kRaftVersionFeature = {
    minSupportedVersion: reader.readInt16(),
    maxSupportedVersion: reader.readInt16(),
  };
  skipTaggedFields(reader);
  skipTaggedFields(reader);
  return { voterId, voterDirectoryId, endpoints, kRaftVersionFeature };
}

function readerOf(record: Record, expected: ControlRecordType): ByteReader {
  const { type } = parseControlRecordKey(record.key);
  if (type !== expected) {
    throw new CorruptRecordError(
      `Expected a control record of type ${expected}, but found: ${type}`,
    );
  }
  const value = record.value;
  if (value === null) {
    throw new CorruptRecordError(`Control record has a null value, type: ${type}`);
  }
  return new ByteReader(value);
}

/**
 * Reads a change of leader.
 *
 * @throws {CorruptRecordError} for another type or a value that is cut off; so do the others
 */
export function parseLeaderChangeMessage(record: Record): LeaderChangeMessage {
  const reader = readerOf(record, "LEADER_CHANGE");
  return {
    version: reader.readInt16(),
    leaderId: reader.readInt32(),
    voters: readArray(reader, readVoterId),
    grantingVoters: readArray(reader, readVoterId),
  };
}

/** Reads the first record of a snapshot. */
export function parseSnapshotHeaderRecord(record: Record): SnapshotHeaderRecord {
  const reader = readerOf(record, "SNAPSHOT_HEADER");
  return { version: reader.readInt16(), lastContainedLogTimestamp: reader.readInt64() };
}

/** Reads the last record of a snapshot. */
export function parseSnapshotFooterRecord(record: Record): SnapshotFooterRecord {
  return { version: readerOf(record, "SNAPSHOT_FOOTER").readInt16() };
}

/** Reads a protocol version. */
export function parseKRaftVersionRecord(record: Record): KRaftVersionRecord {
  const reader = readerOf(record, "KRAFT_VERSION");
  return { version: reader.readInt16(), kRaftVersion: reader.readInt16() };
}

/** Reads a set of voters. */
export function parseVotersRecord(record: Record): VotersRecord {
  const reader = readerOf(record, "KRAFT_VOTERS");
  return { version: reader.readInt16(), voters: readArray(reader, readVoter) };
}
