/**
 * A record batch of magic 2, the format of Kafka 0.11 and later. Big-endian:
 * ```text
 *  0 baseOffset           int64
 *  8 batchLength          int32  bytes from here to the end
 * 12 partitionLeaderEpoch int32
 * 16 magic                int8   2
 * 17 crc                  uint32 CRC-32C of all that follows
 * 21 attributes           int16  bits 0-2 codec, 3 LogAppendTime, 4 transactional, 5 control, 6 delete horizon
 * 23 lastOffsetDelta      int32
 * 27 baseTimestamp        int64  the delete horizon when bit 6 is set; deltas count from it all the same
 * 35 maxTimestamp         int64
 * 43 producerId           int64
 * 51 producerEpoch        int16
 * 53 baseSequence         int32
 * 57 recordCount          int32
 * 61 records              compressed as a whole when a codec is set
 * ```
 * Base offset and leader epoch stay outside the checksum, so that a log can set them in place.
 *
 * @module
 */

import { readInt16, readInt32, readInt64, readUint32 } from "../bytes/byte_reader.ts";
import { writeInt16, writeInt32, writeInt64 } from "../bytes/byte_writer.ts";
import { crc32c } from "../bytes/crc32c.ts";
import { CorruptRecordError, InvalidRecordError } from "../errors.ts";
import { decompress } from "./compression.ts";
import { compressionTypeForId } from "./compression_type.ts";
import type { CompressionType } from "./compression_type.ts";
import type { LegacyRecordBatch } from "./legacy_record_batch.ts";
import type { Record } from "./record.ts";
import { incrementSequence, RecordCursor, RecordIterator } from "./record_cursor.ts";

export type { Compression, CompressionType } from "./compression_type.ts";
export { decrementSequence, incrementSequence } from "./record_cursor.ts";

/** Whose clock a batch's timestamps come from; magic 0 has none. */
export type TimestampType = "CreateTime" | "LogAppendTime" | "NoTimestampType";

/** A record or batch without a timestamp. */
export const NO_TIMESTAMP: number = -1;
/** A batch of a producer that is not idempotent. */
export const NO_PRODUCER_ID: number = -1;
/** The epoch that goes with {@linkcode NO_PRODUCER_ID}. */
export const NO_PRODUCER_EPOCH: number = -1;
/** A batch without sequence numbers. */
export const NO_SEQUENCE: number = -1;
/** A batch that no leader has assigned an epoch to. */
export const NO_PARTITION_LEADER_EPOCH: number = -1;
/** Bytes of the offset and length fields in front of every batch, of any magic. */
export const LOG_OVERHEAD: number = 12;
/** Bytes of a magic 2 batch without records. */
export const RECORD_BATCH_OVERHEAD: number = 61;
/** Bytes from a batch's start that tell its magic. */
export const HEADER_SIZE_UP_TO_MAGIC: number = 17;
/** The magic that is written. */
export const CURRENT_MAGIC: number = 2;

/** Position of each field from the start of a magic 2 batch. */
export const BATCH_FIELD = {
  baseOffset: 0,
  length: 8,
  partitionLeaderEpoch: 12,
  magic: 16,
  crc: 17,
  attributes: 21,
  lastOffsetDelta: 23,
  baseTimestamp: 27,
  maxTimestamp: 35,
  producerId: 43,
  producerEpoch: 51,
  baseSequence: 53,
  recordCount: 57,
} as const;

/** Masks of the attributes field. */
export const BATCH_ATTRIBUTE = {
  compression: 0x07,
  logAppendTime: 0x08,
  transactional: 0x10,
  control: 0x20,
  deleteHorizon: 0x40,
} as const;

/**
 * Refuses the timestamp type that only magic 0 has.
 *
 * @throws {InvalidRecordError} for `NoTimestampType`
 */
export function ensureTimestampType(type: TimestampType): void {
  if (type === "NoTimestampType") {
    throw new InvalidRecordError("INVALID_RECORD", `Timestamp type must be given, not: ${type}`);
  }
}

/** Bounds on reading records. */
export interface RecordsLimits {
  /** Most bytes that the records may decompress to. Default: {@linkcode DEFAULT_MAX_DECOMPRESSED_BYTES}. */
  readonly maxBytes?: number;
}

/**
 * Most bytes that one batch may decompress to unless told otherwise: far above what a producer can put in one (its
 * `max.request.size` is 1 MiB and counts before compression), far below what would hurt.
 */
export const DEFAULT_MAX_DECOMPRESSED_BYTES: number = 128 * 1024 * 1024;

/** A batch of any format that a log may hold. */
export type AnyRecordBatch = RecordBatch | LegacyRecordBatch;

/**
 * A magic 2 batch inside `bytes`: a view, whose getters read the fields where they lie. As Kafka's `DefaultRecordBatch`.
 */
export class RecordBatch {
  /** The bytes that hold the batch, and maybe others around it. */
  readonly bytes: Uint8Array;
  /** Where in {@linkcode RecordBatch.bytes} the batch starts. */
  readonly start: number;

  /**
   * Does not look at the bytes: `batchAt` does.
   *
   * @param bytes what holds the batch
   * @param start where it starts
   */
  constructor(bytes: Uint8Array, start = 0) {
    this.bytes = bytes;
    this.start = start;
  }

  /** Offset of the first record as it was appended; compaction may have removed that record since. */
  get baseOffset(): number {
    return readInt64(this.bytes, this.start);
  }

  /** Offset of the last record as it was appended. */
  get lastOffset(): number {
    const offset = this.baseOffset + this.lastOffsetDelta;
    if (!Number.isSafeInteger(offset)) {
      throw new CorruptRecordError(`Last offset of a batch is not a safe integer: ${offset}`);
    }
    return offset;
  }

  /** The offset behind the batch. */
  get nextOffset(): number {
    return this.lastOffset + 1;
  }

  /** Bytes of the whole batch, by its length field. */
  get sizeInBytes(): number {
    return LOG_OVERHEAD + readInt32(this.bytes, this.start + BATCH_FIELD.length);
  }

  /** Epoch of the leader that appended it, -1 for none. */
  get partitionLeaderEpoch(): number {
    return readInt32(this.bytes, this.start + BATCH_FIELD.partitionLeaderEpoch);
  }

  /** The format: 2. */
  get magic(): number {
    return this.bytes[this.start + BATCH_FIELD.magic]! << 24 >> 24;
  }

  /** The stored checksum, unsigned. */
  get checksum(): number {
    return readUint32(this.bytes, this.start + BATCH_FIELD.crc);
  }

  /** The attribute bits. */
  get attributes(): number {
    return readInt16(this.bytes, this.start + BATCH_FIELD.attributes);
  }

  /** Distance from the base to the last offset, and from the base to the last sequence. */
  get lastOffsetDelta(): number {
    return readInt32(this.bytes, this.start + BATCH_FIELD.lastOffsetDelta);
  }

  /** What timestamp deltas count from. */
  get baseTimestamp(): number {
    return readInt64(this.bytes, this.start + BATCH_FIELD.baseTimestamp);
  }

  /** Largest timestamp of its records, or the time of append for LogAppendTime; -1 for none. */
  get maxTimestamp(): number {
    return readInt64(this.bytes, this.start + BATCH_FIELD.maxTimestamp);
  }

  /** Id of the idempotent producer, or -1. */
  get producerId(): number {
    return readInt64(this.bytes, this.start + BATCH_FIELD.producerId);
  }

  /** Its epoch, or -1. */
  get producerEpoch(): number {
    return readInt16(this.bytes, this.start + BATCH_FIELD.producerEpoch);
  }

  /** Sequence of the first record, or -1. */
  get baseSequence(): number {
    return readInt32(this.bytes, this.start + BATCH_FIELD.baseSequence);
  }

  /** Sequence of the last record, or -1. */
  get lastSequence(): number {
    const baseSequence = this.baseSequence;
    if (baseSequence === NO_SEQUENCE) return NO_SEQUENCE;
    return incrementSequence(baseSequence, this.lastOffsetDelta);
  }

  /** Records in the batch by its header, which is below the offsets it spans once it was compacted. */
  get count(): number {
    return readInt32(this.bytes, this.start + BATCH_FIELD.recordCount);
  }

  /** The codec. */
  get compressionType(): CompressionType {
    return compressionTypeForId(this.attributes & BATCH_ATTRIBUTE.compression);
  }

  /** Whether a codec is set. */
  get isCompressed(): boolean {
    return (this.attributes & BATCH_ATTRIBUTE.compression) !== 0;
  }

  /** Whose clock the timestamps come from. */
  get timestampType(): TimestampType {
    return (this.attributes & BATCH_ATTRIBUTE.logAppendTime) === 0 ? "CreateTime" : "LogAppendTime";
  }

  /** Whether it is part of a transaction. */
  get isTransactional(): boolean {
    return (this.attributes & BATCH_ATTRIBUTE.transactional) !== 0;
  }

  /** Whether it holds control records, which consumers are not shown. */
  get isControlBatch(): boolean {
    return (this.attributes & BATCH_ATTRIBUTE.control) !== 0;
  }

  /** Whether an idempotent producer wrote it. */
  get hasProducerId(): boolean {
    return this.producerId > NO_PRODUCER_ID;
  }

  /** When the tombstones and markers in it may go (KIP-534), once the cleaner has set it. */
  get deleteHorizonMs(): number | undefined {
    return (this.attributes & BATCH_ATTRIBUTE.deleteHorizon) === 0 ? undefined : this.baseTimestamp;
  }

  #computeChecksum(): number {
    return crc32c(this.bytes, this.start + BATCH_FIELD.attributes, this.start + this.sizeInBytes);
  }

  #hasSaneSize(): boolean {
    const size = this.sizeInBytes;
    return size >= RECORD_BATCH_OVERHEAD && this.start + size <= this.bytes.length;
  }

  /** Whether the size is possible and the checksum right. */
  get isValid(): boolean {
    return this.#hasSaneSize() && this.checksum === this.#computeChecksum();
  }

  /**
   * Refuses what {@linkcode RecordBatch.isValid} does.
   *
   * @throws {CorruptRecordError} with both checksums, or the size
   */
  ensureValid(): void {
    if (!this.#hasSaneSize()) {
      throw new CorruptRecordError(
        `Record batch is corrupt, at least ${RECORD_BATCH_OVERHEAD} and at most ` +
          `${this.bytes.length - this.start} bytes are possible, size: ${this.sizeInBytes}`,
      );
    }
    const computed = this.#computeChecksum();
    if (this.checksum !== computed) {
      throw new CorruptRecordError(
        `Record is corrupt (stored crc = ${this.checksum}, computed crc = ${computed})`,
      );
    }
  }

  /** Moves the batch so that its last record gets `offset`. */
  setLastOffset(offset: number): void {
    writeInt64(this.bytes, this.start, offset - this.lastOffsetDelta);
  }

  /** Sets the leader epoch. */
  setPartitionLeaderEpoch(epoch: number): void {
    writeInt32(this.bytes, this.start + BATCH_FIELD.partitionLeaderEpoch, epoch);
  }

  /**
   * Sets the timestamp type and the largest timestamp, and the checksum anew when that changes anything.
   *
   * @throws {InvalidRecordError} for `NoTimestampType`
   */
  setMaxTimestamp(type: TimestampType, timestamp: number): void {
    ensureTimestampType(type);
    if (this.timestampType === type && this.maxTimestamp === timestamp) return;
    const rest = this.attributes & 0xff & ~BATCH_ATTRIBUTE.logAppendTime;
    const attributes = type === "LogAppendTime" ? rest | BATCH_ATTRIBUTE.logAppendTime : rest;
    writeInt16(this.bytes, this.start + BATCH_FIELD.attributes, attributes);
    writeInt64(this.bytes, this.start + BATCH_FIELD.maxTimestamp, timestamp);
    writeInt32(this.bytes, this.start + BATCH_FIELD.crc, this.#computeChecksum());
  }

  /**
   * Walks over the records without an object for each; see {@linkcode RecordBatch.records}.
   *
   * @throws {CorruptRecordError} when they do not decompress, or not within the limit; the cursor throws it for broken records
   */
  cursor(limits?: RecordsLimits): RecordCursor {
    const count = this.count;
    const attributes = this.attributes;
    const recordsAt = this.start + RECORD_BATCH_OVERHEAD;
    let bytes = this.bytes;
    let from = recordsAt;
    let to = this.start + this.sizeInBytes;
    if (to > bytes.length || to < from) {
      throw new CorruptRecordError(
        `Record batch is not within its bytes, size: ${to - this.start}`,
      );
    }
    if ((attributes & BATCH_ATTRIBUTE.compression) !== 0 && count > 0) {
      const maxBytes = limits?.maxBytes ?? DEFAULT_MAX_DECOMPRESSED_BYTES;
      bytes = decompress(this.compressionType, bytes, from, to, maxBytes, CURRENT_MAGIC);
      from = 0;
      to = bytes.length;
    }
    return new RecordCursor(bytes, from, to, {
      baseOffset: this.baseOffset,
      baseTimestamp: this.baseTimestamp,
      logAppendTime: (attributes & BATCH_ATTRIBUTE.logAppendTime) === 0
        ? undefined
        : this.maxTimestamp,
      baseSequence: this.baseSequence,
      count,
    });
  }

  /**
   * The records, one after another as they are asked for. Does not check the checksum.
   *
   * @param limits bounds on decompression
   * @throws {CorruptRecordError} at once, or at the record that is broken
   */
  records(limits?: RecordsLimits): IterableIterator<Record> {
    return new RecordIterator(this.cursor(limits));
  }

  /** Iterates over {@linkcode RecordBatch.records}. */
  [Symbol.iterator](): IterableIterator<Record> {
    return this.records();
  }

  /** Offset of the first record that has the batch's largest timestamp; `undefined` when none has. */
  offsetOfMaxTimestamp(): number | undefined {
    const maxTimestamp = this.maxTimestamp;
    const cursor = this.cursor();
    while (cursor.advance()) {
      if (cursor.timestamp === maxTimestamp) return cursor.offset;
    }
    return undefined;
  }
}
