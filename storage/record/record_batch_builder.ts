/**
 * Writing record batches of magic 2.
 *
 * @module
 */

import { writeInt16, writeInt32, writeInt64 } from "../bytes/byte_writer.ts";
import { crc32c } from "../bytes/crc32c.ts";
import { sizeOfVarint, sizeOfVarlong, writeVarint, writeVarlong } from "../bytes/varint.ts";
import { InvalidRecordError } from "../errors.ts";
import { compress } from "./compression.ts";
import { compressionTypeId } from "./compression_type.ts";
import type { RecordHeader } from "./record.ts";
import {
  BATCH_ATTRIBUTE,
  BATCH_FIELD,
  type Compression,
  CURRENT_MAGIC,
  ensureTimestampType,
  LOG_OVERHEAD,
  NO_PARTITION_LEADER_EPOCH,
  NO_PRODUCER_EPOCH,
  NO_PRODUCER_ID,
  NO_SEQUENCE,
  NO_TIMESTAMP,
  RECORD_BATCH_OVERHEAD,
  type TimestampType,
} from "./record_batch.ts";
import type { RecordCursor } from "./record_cursor.ts";

/** A record to be written. */
export interface NewRecord {
  /** The key; null or left out for none. */
  readonly key?: Uint8Array | null;
  /** The value; null or left out for none. */
  readonly value?: Uint8Array | null;
  /** Names and values beside it. */
  readonly headers?: readonly RecordHeader[];
  /** Ms since the epoch. Default: -1, none. */
  readonly timestamp?: number;
  /** Its offset. Default: one more than the record's before it. */
  readonly offset?: number;
}

/** What a batch's header says beyond what follows from its records. */
export interface RecordBatchOptions {
  /** Offset of the first record. Default: 0. */
  readonly baseOffset?: number;
  /** Codec and level. Default: none. */
  readonly compression?: Compression;
  /** Whose clock. Default: CreateTime. */
  readonly timestampType?: TimestampType;
  /** With LogAppendTime: the time. Default: -1. */
  readonly logAppendTime?: number;
  /** Idempotent producer's id. Default: -1, none. */
  readonly producerId?: number;
  /** Its epoch. Default: -1. */
  readonly producerEpoch?: number;
  /** Sequence of the first record. Default: -1. */
  readonly baseSequence?: number;
  /** Part of a transaction. Default: false. */
  readonly isTransactional?: boolean;
  /** Holds control records. Default: false. */
  readonly isControlBatch?: boolean;
  /** Epoch of the leader. Default: -1. */
  readonly partitionLeaderEpoch?: number;
  /** When tombstones in it may go; set by the cleaner. Default: none. */
  readonly deleteHorizonMs?: number;
  /** Largest timestamp, instead of the records'. */
  readonly maxTimestamp?: number;
  /** Size in bytes from which {@linkcode RecordBatchBuilder.hasRoomFor} says no. Default: no limit. */
  readonly writeLimit?: number;
}

const NO_OPTIONS: RecordBatchOptions = {};
const INITIAL_CAPACITY = 1024;
const MAX_INT32 = 0x7fff_ffff;
// Length, attributes, timestamp and offset deltas, key and value lengths, header count at their longest.
const MAX_RECORD_OVERHEAD = 5 + 1 + 10 + 5 + 5 + 5 + 5;

// With less than this in key, value and headers, a record's length most likely takes one byte.
const LIKELY_SHORT = 54;

const utf8 = new TextEncoder();

/** Copies all of `source` to `at`. Below some tens of bytes a loop beats the call of `set`. */
function copy(target: Uint8Array, at: number, source: Uint8Array): void {
  const length = source.length;
  if (length > 24) {
    target.set(source, at);
    return;
  }
  for (let i = 0; i < length; i++) target[(at + i) | 0] = source[i]!;
}

function sizeOfBytes(bytes: Uint8Array | null): number {
  return bytes === null ? 1 : sizeOfVarint(bytes.length) + bytes.length;
}

function writeBytes(target: Uint8Array, at: number, bytes: Uint8Array | null): number {
  if (bytes === null) {
    target[at] = 1; // -1
    return (at + 1) | 0;
  }
  const length = bytes.length | 0;
  const behind = writeVarint(target, at, length) | 0;
  copy(target, behind, bytes);
  return (behind + length) | 0;
}

function writeHeaders(
  target: Uint8Array,
  at: number,
  headers: readonly RecordHeader[],
): number {
  at = writeVarint(target, at, headers.length);
  for (const { key, value } of headers) {
    at = writeBytes(target, at, utf8.encode(key));
    at = writeBytes(target, at, value);
  }
  return at;
}

function sizeOfHeaders(headers: readonly RecordHeader[]): number {
  let size = 0;
  for (const { key, value } of headers) {
    const keySize = utf8.encode(key).length;
    size += sizeOfVarint(keySize) + keySize + sizeOfBytes(value);
  }
  return size;
}

/** Bytes that a record takes in a batch before compression. */
export function sizeOfRecord(
  offsetDelta: number,
  timestampDelta: number,
  key: Uint8Array | null,
  value: Uint8Array | null,
  headers?: readonly RecordHeader[],
): number {
  let size = 1 + sizeOfVarlong(timestampDelta) + sizeOfVarint(offsetDelta) + sizeOfBytes(key) +
    sizeOfBytes(value);
  size += headers === undefined ? 1 : sizeOfVarint(headers.length) + sizeOfHeaders(headers);
  return sizeOfVarint(size) + size;
}

/**
 * Builds batches, one after another, in the same memory. As Kafka's `MemoryRecordsBuilder`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { RecordBatch } from "./record_batch.ts";
 *
 * const builder = new RecordBatchBuilder({ baseOffset: 7 });
 * builder.append(1_000, null, new TextEncoder().encode("hello"));
 * const batch = new RecordBatch(builder.build());
 * assertEquals([...batch.records()].map((record) => record.offset), [7]);
 * ```
 */
export class RecordBatchBuilder {
  #options: RecordBatchOptions;
  #bytes = new Uint8Array(INITIAL_CAPACITY);
  #position = RECORD_BATCH_OVERHEAD;
  #count = 0;
  #baseOffset = 0;
  #baseTimestamp = NO_TIMESTAMP;
  #minTimestamp = Infinity;
  #maxTimestamp = NO_TIMESTAMP;
  #lacksKeys = false;
  /** Last offset minus base offset. */
  #lastDelta = -1;
  #built: Uint8Array | undefined;

  /**
   * Starts with no record.
   *
   * @param options what the header says
   */
  constructor(options: RecordBatchOptions = NO_OPTIONS) {
    this.#options = options;
    this.reset();
  }

  /**
   * Starts the next batch. What `build` returned before is overwritten from here on, unless it was compressed.
   *
   * @param options new options; those of the batch before when left out
   */
  reset(options: RecordBatchOptions = this.#options): void {
    this.#options = options;
    this.#position = RECORD_BATCH_OVERHEAD;
    this.#count = 0;
    this.#baseOffset = options.baseOffset ?? 0;
    this.#baseTimestamp = options.deleteHorizonMs ?? NO_TIMESTAMP;
    this.#minTimestamp = Infinity;
    this.#maxTimestamp = NO_TIMESTAMP;
    this.#lacksKeys = false;
    this.#lastDelta = -1;
    this.#built = undefined;
  }

  /** Records appended. */
  get count(): number {
    return this.#count;
  }

  /** What the header says. */
  get options(): RecordBatchOptions {
    return this.#options;
  }

  /** Smallest timestamp of the records, -1 when one has none; infinite without records. */
  get minTimestamp(): number {
    return this.#minTimestamp;
  }

  /** Largest timestamp of the records, -1 when none has one. */
  get maxTimestamp(): number {
    return this.#maxTimestamp;
  }

  /** Whether a record may be without a key. */
  get lacksKeys(): boolean {
    return this.#lacksKeys;
  }

  /** Offset that the next appended record gets. */
  get nextOffset(): number {
    return this.#baseOffset + this.#lastDelta + 1;
  }

  /** Bytes before compression, the header included; once built, the bytes that came out. */
  get estimatedSizeInBytes(): number {
    return this.#built?.length ?? this.#position;
  }

  /** Whether one more record keeps the batch, counted before compression, within the write limit; the first always does. */
  hasRoomFor(
    timestamp: number,
    key: Uint8Array | null,
    value: Uint8Array | null,
    headers?: readonly RecordHeader[],
  ): boolean {
    if (this.#count === 0) return true;
    const offsetDelta = this.#lastDelta + 1;
    const size = sizeOfRecord(offsetDelta, timestamp - this.#baseTimestamp, key, value, headers);
    return this.#position + size <= (this.#options.writeLimit ?? MAX_INT32);
  }

  /** Sets the producer's part of the header, which may be known only after the records. */
  setProducerState(
    producerId: number,
    producerEpoch: number,
    baseSequence: number,
    isTransactional: boolean,
  ): void {
    this.#options = {
      ...this.#options,
      producerId,
      producerEpoch,
      baseSequence,
      isTransactional,
    };
    this.#built = undefined;
  }

  /** Makes the batch span offsets up to `offset`, whose record compaction has removed. */
  overrideLastOffset(offset: number): void {
    this.#lastDelta = this.#offsetDelta(offset);
  }

  /**
   * Adds a record, its offset one more than that of the record before it.
   *
   * @param timestamp ms since the epoch, or -1
   * @param key the key; null for none
   * @param value the value; null for none
   * @param headers names and values beside it
   * @throws {InvalidRecordError} for a timestamp below -1, and beyond 2^31 - 1 bytes
   */
  append(
    timestamp: number,
    key: Uint8Array | null,
    value: Uint8Array | null,
    headers?: readonly RecordHeader[],
  ): void {
    const offsetDelta = (this.#lastDelta + 1) | 0;
    if (offsetDelta < 0) this.#offsetDelta(this.nextOffset); // It says what is wrong.
    this.#append(offsetDelta, timestamp, key, value, headers);
  }

  /**
   * Adds a record with an offset, which must be above that of the record before it.
   *
   * @throws {InvalidRecordError} when it is not, or is more than 2^31 - 1 above the base offset; as {@linkcode RecordBatchBuilder.append}
   */
  appendWithOffset(
    offset: number,
    timestamp: number,
    key: Uint8Array | null,
    value: Uint8Array | null,
    headers?: readonly RecordHeader[],
  ): void {
    this.#append(this.#offsetDelta(offset), timestamp, key, value, headers);
  }

  /**
   * Adds a copy of the record that `cursor` stands on: key, value and headers go over as they are stored.
   *
   * @param offset its offset here
   * @param timestamp its timestamp here
   */
  appendCopy(
    cursor: RecordCursor,
    offset: number = cursor.offset,
    timestamp: number = cursor.timestamp,
  ): void {
    const offsetDelta = this.#offsetDelta(offset);
    const { bytes, keyLengthAt, end } = cursor;
    if (cursor.keySize < 0) this.#lacksKeys = true;
    const timestampDelta = this.#timestampDelta(timestamp);
    const tail = end - keyLengthAt;
    const body = 1 + sizeOfVarlong(timestampDelta) + sizeOfVarint(offsetDelta) + tail;
    if (this.#position + body + 5 > this.#bytes.length) this.#grow(body + 5);
    const target = this.#bytes;
    let at = this.#writePrefix(body, timestampDelta, offsetDelta);
    if (tail > 64) {
      target.set(bytes.subarray(keyLengthAt, end), at);
      at += tail;
    } else {
      for (let i = keyLengthAt; i < end; i++) target[at++] = bytes[i]!;
    }
    this.#written(at, offsetDelta, timestamp);
  }

  #append(
    offsetDelta: number,
    timestamp: number,
    key: Uint8Array | null,
    value: Uint8Array | null,
    headers: readonly RecordHeader[] | undefined,
  ): void {
    const timestampDelta = this.#timestampDelta(timestamp);
    const keySize = key === null ? 0 : key.length;
    const payload = keySize + (value === null ? 0 : value.length) +
      (headers === undefined || headers.length === 0 ? 0 : sizeOfHeaders(headers));
    // Positions are int32 (`| 0`), so that the engine compiles to integer arithmetic without checks for overflow.
    const start = this.#position | 0;
    let target = this.#bytes;
    if (start + payload + MAX_RECORD_OVERHEAD > target.length) {
      target = this.#grow(payload + MAX_RECORD_OVERHEAD);
    }
    // The length comes first, but is known last: room is left for one of the size that it most likely has.
    const room = payload < LIKELY_SHORT ? 1 : 2;
    let at = (start + room) | 0;
    target[at] = 0; // attributes
    at = (at + 1) | 0;
    const shortTime = timestampDelta | 0;
    if (shortTime === timestampDelta) at = writeVarint(target, at, shortTime) | 0;
    else at = writeVarlong(target, at, timestampDelta) | 0;
    at = writeVarint(target, at, offsetDelta | 0) | 0;
    if (key === null) {
      this.#lacksKeys = true;
      target[at] = 1; // -1
      at = (at + 1) | 0;
    } else {
      at = writeBytes(target, at, key) | 0;
    }
    at = writeBytes(target, at, value) | 0;
    if (headers === undefined) {
      target[at] = 0;
      at = (at + 1) | 0;
    } else {
      at = writeHeaders(target, at, headers) | 0;
    }
    const body = (at - start - room) | 0;
    const sizeOfLength = sizeOfVarint(body);
    if (sizeOfLength !== room) {
      target.copyWithin(start + sizeOfLength, start + room, at);
      at = (at + sizeOfLength - room) | 0;
    }
    writeVarint(target, start, body);
    this.#written(at, offsetDelta, timestamp);
  }

  #timestampDelta(timestamp: number): number {
    if (timestamp < NO_TIMESTAMP || !Number.isSafeInteger(timestamp)) {
      throw new InvalidRecordError("INVALID_TIMESTAMP", `Invalid timestamp: ${timestamp}`);
    }
    if (this.#count === 0 && this.#options.deleteHorizonMs === undefined) {
      this.#baseTimestamp = timestamp;
    }
    return timestamp - this.#baseTimestamp;
  }

  /** The delta of an offset that may come next. */
  #offsetDelta(offset: number): number {
    const delta = offset - this.#baseOffset;
    if (delta <= this.#lastDelta && this.#count > 0 || !(delta >= 0)) {
      throw new InvalidRecordError(
        "INVALID_RECORD",
        `Offsets must increase, last offset ${this.nextOffset - 1}, offset: ${offset}`,
      );
    }
    if (delta > MAX_INT32) {
      throw new InvalidRecordError(
        "INVALID_RECORD",
        `Maximum offset delta exceeded, base offset ${this.#baseOffset}, offset: ${offset}`,
      );
    }
    return delta;
  }

  /** Makes room for `length` more bytes. */
  #grow(length: number): Uint8Array<ArrayBuffer> {
    const needed = this.#position + length;
    if (needed > MAX_INT32) {
      throw new InvalidRecordError(
        "RECORD_LIST_TOO_LARGE",
        `Batch exceeds 2^31 - 1 bytes: ${needed}`,
      );
    }
    const grown = new Uint8Array(Math.min(Math.max(needed, this.#bytes.length * 2), MAX_INT32));
    grown.set(this.#bytes.subarray(0, this.#position));
    this.#bytes = grown;
    return grown;
  }

  #writePrefix(body: number, timestampDelta: number, offsetDelta: number): number {
    const target = this.#bytes;
    let at = writeVarint(target, this.#position, body);
    target[at++] = 0; // attributes
    at = writeVarlong(target, at, timestampDelta);
    return writeVarint(target, at, offsetDelta);
  }

  #written(end: number, offsetDelta: number, timestamp: number): void {
    this.#position = end;
    this.#lastDelta = offsetDelta;
    this.#count = (this.#count + 1) | 0;
    if (timestamp < this.#minTimestamp) this.#minTimestamp = timestamp;
    if (timestamp > this.#maxTimestamp) this.#maxTimestamp = timestamp;
    this.#built = undefined;
  }

  /**
   * Writes the header and returns the batch: a view on the builder's memory, good until the next append or reset. Empty
   * when no record was appended.
   *
   * @throws {InvalidRecordError} for a transactional batch without producer id, a producer id without epoch or, unless the
   * batch is a control batch, without sequence
   */
  build(): Uint8Array {
    if (this.#built !== undefined) return this.#built;
    if (this.#count === 0) return new Uint8Array(0);
    const options = this.#options;
    checkProducerState(options);
    const compression = options.compression;
    let batch: Uint8Array;
    if (compression === undefined || compression.type === "none") {
      batch = this.#bytes.subarray(0, this.#position);
    } else {
      const records = this.#bytes.subarray(RECORD_BATCH_OVERHEAD, this.#position);
      const compressed = compress(compression, records);
      batch = new Uint8Array(RECORD_BATCH_OVERHEAD + compressed.length);
      batch.set(compressed, RECORD_BATCH_OVERHEAD);
    }
    writeBatchHeader(batch, options, {
      baseOffset: this.#baseOffset,
      lastOffset: this.nextOffset - 1,
      baseTimestamp: this.#baseTimestamp,
      maxTimestamp: options.maxTimestamp ??
        (options.timestampType === "LogAppendTime"
          ? options.logAppendTime ?? NO_TIMESTAMP
          : this.#maxTimestamp),
      count: this.#count,
    });
    this.#built = batch;
    return batch;
  }
}

function checkProducerState(options: RecordBatchOptions): void {
  const producerId = options.producerId ?? NO_PRODUCER_ID;
  if (producerId === NO_PRODUCER_ID) {
    if (options.isTransactional === true) {
      throw new InvalidRecordError(
        "INVALID_RECORD",
        `Cannot write transactional records without a valid producer id: ${producerId}`,
      );
    }
    return;
  }
  const producerEpoch = options.producerEpoch ?? NO_PRODUCER_EPOCH;
  if (producerEpoch < 0) {
    throw new InvalidRecordError("INVALID_RECORD", `Invalid producer epoch: ${producerEpoch}`);
  }
  const baseSequence = options.baseSequence ?? NO_SEQUENCE;
  if (baseSequence < 0 && options.isControlBatch !== true) {
    throw new InvalidRecordError("INVALID_RECORD", `Invalid sequence number: ${baseSequence}`);
  }
}

/** The part of the header that follows from the records. */
interface BatchExtent {
  readonly baseOffset: number;
  readonly lastOffset: number;
  readonly baseTimestamp: number;
  readonly maxTimestamp: number;
  readonly count: number;
}

function writeBatchHeader(
  batch: Uint8Array,
  options: RecordBatchOptions,
  extent: BatchExtent,
): void {
  ensureTimestampType(options.timestampType ?? "CreateTime");
  let attributes = compressionTypeId(options.compression?.type ?? "none");
  if (options.timestampType === "LogAppendTime") attributes |= BATCH_ATTRIBUTE.logAppendTime;
  if (options.isTransactional === true) attributes |= BATCH_ATTRIBUTE.transactional;
  if (options.isControlBatch === true) attributes |= BATCH_ATTRIBUTE.control;
  if (options.deleteHorizonMs !== undefined) attributes |= BATCH_ATTRIBUTE.deleteHorizon;

  writeInt64(batch, BATCH_FIELD.baseOffset, extent.baseOffset);
  writeInt32(batch, BATCH_FIELD.length, batch.length - LOG_OVERHEAD);
  const epoch = options.partitionLeaderEpoch ?? NO_PARTITION_LEADER_EPOCH;
  writeInt32(batch, BATCH_FIELD.partitionLeaderEpoch, epoch);
  batch[BATCH_FIELD.magic] = CURRENT_MAGIC;
  writeInt16(batch, BATCH_FIELD.attributes, attributes);
  writeInt32(batch, BATCH_FIELD.lastOffsetDelta, extent.lastOffset - extent.baseOffset);
  writeInt64(batch, BATCH_FIELD.baseTimestamp, extent.baseTimestamp);
  writeInt64(batch, BATCH_FIELD.maxTimestamp, extent.maxTimestamp);
  writeInt64(batch, BATCH_FIELD.producerId, options.producerId ?? NO_PRODUCER_ID);
  writeInt16(batch, BATCH_FIELD.producerEpoch, options.producerEpoch ?? NO_PRODUCER_EPOCH);
  writeInt32(batch, BATCH_FIELD.baseSequence, options.baseSequence ?? NO_SEQUENCE);
  writeInt32(batch, BATCH_FIELD.recordCount, extent.count);
  writeInt32(batch, BATCH_FIELD.crc, crc32c(batch, BATCH_FIELD.attributes));
}

/**
 * A batch of `records` in memory of its own.
 *
 * @param records at least one, else the result is empty
 * @param options what the header says
 * @throws {InvalidRecordError} as {@linkcode RecordBatchBuilder}
 */
export function buildBatch(
  records: readonly NewRecord[],
  options?: RecordBatchOptions,
): Uint8Array {
  const builder = new RecordBatchBuilder(options);
  for (const record of records) {
    builder.appendWithOffset(
      record.offset ?? builder.nextOffset,
      record.timestamp ?? NO_TIMESTAMP,
      record.key ?? null,
      record.value ?? null,
      record.headers,
    );
  }
  return builder.build();
}

/** What is left of a batch whose records are all gone. */
export interface EmptyBatchHeader {
  /** Offset of the first record that was in it. */
  readonly baseOffset: number;
  /** Offset of the last record that was in it. */
  readonly lastOffset: number;
  /** Its largest timestamp, which stays. */
  readonly maxTimestamp: number;
  /** Whose clock. */
  readonly timestampType: TimestampType;
  /** Producer id, or -1. */
  readonly producerId: number;
  /** Producer epoch, or -1. */
  readonly producerEpoch: number;
  /** Sequence of the first record that was in it, or -1. */
  readonly baseSequence: number;
  /** Whether it was part of a transaction. */
  readonly isTransactional: boolean;
  /** Whether it was a control batch. */
  readonly isControlBatch: boolean;
  /** Epoch of the leader, or -1. */
  readonly partitionLeaderEpoch: number;
}

/** A batch without records, which the cleaner keeps for what its header says about the producer or the leader epoch. */
export function buildEmptyBatch(header: EmptyBatchHeader): Uint8Array {
  const batch = new Uint8Array(RECORD_BATCH_OVERHEAD);
  writeBatchHeader(batch, header, {
    baseOffset: header.baseOffset,
    lastOffset: header.lastOffset,
    baseTimestamp: NO_TIMESTAMP,
    maxTimestamp: header.maxTimestamp,
    count: 0,
  });
  return batch;
}
