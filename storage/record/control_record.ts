/**
 * Control records: what the log says to those that read it rather than to their users. They stand alone in a batch with the control bit
 * set. Big-endian:
 * ```text
 * key    version int16 (0), type int16
 * value  of ABORT and COMMIT: version int16 (0), coordinatorEpoch int32
 *        of the other types: a message of the protocol's flexible encoding (see control_message.ts)
 * ```
 *
 * @module
 */

import { readInt16, readInt32 } from "../bytes/byte_reader.ts";
import { writeInt16, writeInt32 } from "../bytes/byte_writer.ts";
import { CorruptRecordError, InvalidRecordError } from "../errors.ts";
import type { Record } from "./record.ts";
import { NO_PARTITION_LEADER_EPOCH } from "./record_batch.ts";
import { RecordBatchBuilder } from "./record_batch_builder.ts";

/** What a control record is about; `UNKNOWN` for a type of a later version, to be passed over. */
export type ControlRecordType =
  | "ABORT"
  | "COMMIT"
  | "LEADER_CHANGE"
  | "SNAPSHOT_HEADER"
  | "SNAPSHOT_FOOTER"
  | "KRAFT_VERSION"
  | "KRAFT_VOTERS"
  | "UNKNOWN";

/** The id in the key of a control record, by type. */
export const CONTROL_RECORD_TYPE_ID = {
  ABORT: 0,
  COMMIT: 1,
  LEADER_CHANGE: 2,
  SNAPSHOT_HEADER: 3,
  SNAPSHOT_FOOTER: 4,
  KRAFT_VERSION: 5,
  KRAFT_VOTERS: 6,
} as const;

const TYPES = Object.keys(CONTROL_RECORD_TYPE_ID) as ControlRecordType[];
const KEY_SIZE = 4;
const MARKER_VALUE_SIZE = 6;

/** The type that has the id `id`. */
export function controlRecordTypeForId(id: number): ControlRecordType {
  return TYPES[id] ?? "UNKNOWN";
}

/** A control record's key. */
export interface ControlRecordKey {
  /** Version of the key's format. */
  readonly version: number;
  /** Id of the type. */
  readonly typeId: number;
  /** The type. */
  readonly type: ControlRecordType;
}

/**
 * Reads a control record's key. A version above 0 is read as 0.
 *
 * @throws {CorruptRecordError} for no key, one of less than 4 bytes, or a negative version
 */
export function parseControlRecordKey(key: Uint8Array | null): ControlRecordKey {
  const length = key?.length ?? 0;
  if (key === null || length < KEY_SIZE) {
    throw new CorruptRecordError(
      `Invalid value size found for control record key, at least ${KEY_SIZE} bytes are needed: ${length}`,
    );
  }
  const version = readInt16(key, 0);
  if (version < 0) {
    throw new CorruptRecordError(`Invalid version found for control record: ${version}`);
  }
  const typeId = readInt16(key, 2);
  return { version, typeId, type: controlRecordTypeForId(typeId) };
}

/** The key of a control record of `type`. */
export function controlRecordKey(type: Exclude<ControlRecordType, "UNKNOWN">): Uint8Array {
  const key = new Uint8Array(KEY_SIZE);
  writeInt16(key, 2, CONTROL_RECORD_TYPE_ID[type]);
  return key;
}

/** The end of a transaction in this log. */
export interface EndTransactionMarker {
  /** How it ended. */
  readonly type: "COMMIT" | "ABORT";
  /** Epoch of the transaction coordinator that said so; a marker of an older one comes too late. */
  readonly coordinatorEpoch: number;
}

/**
 * Reads an end-of-transaction marker. A version above 0 is read as 0.
 *
 * @throws {CorruptRecordError} for another type, no value, one that is too short, or a negative version
 */
export function parseEndTransactionMarker(record: Record): EndTransactionMarker {
  const { type, typeId } = parseControlRecordKey(record.key);
  if (type !== "COMMIT" && type !== "ABORT") {
    throw new CorruptRecordError(
      `Invalid control record type for end transaction marker: ${type} (${typeId})`,
    );
  }
  const value = record.value;
  if (value === null || value.length < 2) {
    throw new CorruptRecordError(`End transaction marker is cut off, bytes: ${record.valueSize}`);
  }
  const version = readInt16(value, 0);
  if (version < 0) {
    throw new CorruptRecordError(`Invalid version found for end transaction marker: ${version}`);
  }
  if (value.length < MARKER_VALUE_SIZE) {
    throw new CorruptRecordError(`End transaction marker is cut off, bytes: ${value.length}`);
  }
  return { type, coordinatorEpoch: readInt32(value, 2) };
}

/** The value of an end-of-transaction marker. */
export function endTransactionMarkerValue(coordinatorEpoch: number): Uint8Array {
  const value = new Uint8Array(MARKER_VALUE_SIZE);
  writeInt32(value, 2, coordinatorEpoch);
  return value;
}

/** What {@linkcode buildEndTransactionMarker} needs to know. */
export interface EndTransactionMarkerOptions extends EndTransactionMarker {
  /** Offset of the marker. Default: 0. */
  readonly offset?: number;
  /** Ms since the epoch. */
  readonly timestamp: number;
  /** Id of the producer whose transaction it was. */
  readonly producerId: number;
  /** Its epoch. */
  readonly producerEpoch: number;
  /** Epoch of the leader. Default: -1. */
  readonly partitionLeaderEpoch?: number;
}

/**
 * A control batch of one end-of-transaction marker.
 *
 * @throws {InvalidRecordError} for a negative producer id or epoch
 */
export function buildEndTransactionMarker(options: EndTransactionMarkerOptions): Uint8Array {
  if (options.producerId < 0) {
    throw new InvalidRecordError(
      "INVALID_RECORD",
      `End transaction marker requires a valid producer id: ${options.producerId}`,
    );
  }
  const builder = new RecordBatchBuilder({
    baseOffset: options.offset ?? 0,
    producerId: options.producerId,
    producerEpoch: options.producerEpoch,
    isTransactional: true,
    isControlBatch: true,
    partitionLeaderEpoch: options.partitionLeaderEpoch ?? NO_PARTITION_LEADER_EPOCH,
  });
  const value = endTransactionMarkerValue(options.coordinatorEpoch);
  builder.append(options.timestamp, controlRecordKey(options.type), value);
  return builder.build();
}
