/**
 * Writing the control records of a quorum; `storage/record/control_message.ts` specifies the bytes, and reads them.
 *
 * @module
 */

import { ByteWriter } from "../../storage/bytes/byte_writer.ts";
import { uuidToBytes } from "../../storage/bytes/uuid.ts";
import type { VotersRecord } from "../../storage/record/control_message.ts";
import { controlRecordKey } from "../../storage/record/control_record.ts";
import { RecordBatchBuilder } from "../../storage/record/record_batch_builder.ts";

/** A control record to be written. All are of version 0, the one that Kafka writes. */
export interface ControlMessage {
  /** What it is about. */
  readonly type:
    | "LEADER_CHANGE"
    | "SNAPSHOT_HEADER"
    | "SNAPSHOT_FOOTER"
    | "KRAFT_VERSION"
    | "KRAFT_VOTERS";
  /** The record's value. */
  readonly value: Uint8Array;
}

const utf8 = new TextEncoder();
const VERSION = 0;

function encoded(write: (writer: ByteWriter) => void): Uint8Array {
  const writer = new ByteWriter(64);
  writer.writeInt16(VERSION);
  write(writer);
  writer.writeUnsignedVarint(0); // tagged fields
  return writer.bytes().slice();
}

function writeString(writer: ByteWriter, text: string): void {
  const bytes = utf8.encode(text);
  writer.writeUnsignedVarint(bytes.length + 1);
  writer.writeBytes(bytes);
}

function writeVoterIds(writer: ByteWriter, ids: readonly number[]): void {
  writer.writeUnsignedVarint(ids.length + 1);
  for (const id of ids) {
    writer.writeInt32(id);
    writer.writeUnsignedVarint(0);
  }
}

/** Tells who leads a new epoch; the first record of that epoch. */
export function leaderChangeMessage(
  leaderId: number,
  voters: readonly number[],
  grantingVoters: readonly number[],
): ControlMessage {
  const value = encoded((writer) => {
    writer.writeInt32(leaderId);
    writeVoterIds(writer, voters);
    writeVoterIds(writer, grantingVoters);
  });
  return { type: "LEADER_CHANGE", value };
}

/** Opens a snapshot. */
export function snapshotHeaderMessage(lastContainedLogTimestamp: number): ControlMessage {
  const value = encoded((writer) => writer.writeInt64(lastContainedLogTimestamp));
  return { type: "SNAPSHOT_HEADER", value };
}

/** Closes a snapshot. */
export function snapshotFooterMessage(): ControlMessage {
  return { type: "SNAPSHOT_FOOTER", value: encoded(() => {}) };
}

/** Tells the version of the quorum's protocol from here on. */
export function kraftVersionMessage(kraftVersion: number): ControlMessage {
  return { type: "KRAFT_VERSION", value: encoded((writer) => writer.writeInt16(kraftVersion)) };
}

/** Tells the voters from here on. */
export function votersMessage(record: VotersRecord): ControlMessage {
  const value = encoded((writer) => {
    writer.writeUnsignedVarint(record.voters.length + 1);
    for (const voter of record.voters) {
      writer.writeInt32(voter.voterId);
      writer.writeBytes(uuidToBytes(voter.voterDirectoryId));
      writer.writeUnsignedVarint(voter.endpoints.length + 1);
      for (const { name, host, port } of voter.endpoints) {
        writeString(writer, name);
        writeString(writer, host);
        writer.writeInt16(port);
        writer.writeUnsignedVarint(0);
      }
      writer.writeInt16(voter.kRaftVersionFeature.minSupportedVersion);
      writer.writeInt16(voter.kRaftVersionFeature.maxSupportedVersion);
      writer.writeUnsignedVarint(0); // of the version range
      writer.writeUnsignedVarint(0); // of the voter
    }
  });
  return { type: "KRAFT_VOTERS", value };
}

/** Where a batch goes, and when it was made. */
export interface BatchPlace {
  /** Offset of its first record. */
  readonly baseOffset: number;
  /** Epoch of the leader. */
  readonly epoch: number;
  /** Ms since the epoch. */
  readonly timestamp: number;
}

/** A control batch of these records, in memory of its own. */
export function buildControlBatch(
  messages: readonly ControlMessage[],
  { baseOffset, epoch, timestamp }: BatchPlace,
): Uint8Array {
  const builder = new RecordBatchBuilder({
    baseOffset,
    partitionLeaderEpoch: epoch,
    isControlBatch: true,
  });
  for (const { type, value } of messages) {
    builder.append(timestamp, controlRecordKey(type), value);
  }
  return builder.build();
}
