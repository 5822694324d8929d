/**
 * Messages of magic 0 (before Kafka 0.10) and 1 (before 0.11), which old logs may still hold. Big-endian:
 * ```text
 *  0 offset     int64
 *  8 size       int32  bytes from here to the end
 * 12 crc        uint32 CRC-32 (IEEE) of all that follows
 * 16 magic      int8   0 or 1
 * 17 attributes int8   bits 0-2 codec, bit 3 LogAppendTime (magic 1)
 * 18 timestamp  int64  magic 1 alone
 *    keyLength  int32  -1: no key
 *    key
 *    valueLength int32 -1: no value
 *    value
 * ```
 * A message stands for itself, or, with a codec set, wraps a compressed set of messages in its value. The wrapper
 * bears the offset of the last one inside. The inner offsets are absolute in magic 0, and count from 0 in magic 1; there
 * the wrapper's timestamp type holds for all of them, and its timestamp too when that is LogAppendTime.
 *
 * @module
 */

import { readInt32, readInt64, readUint32 } from "../bytes/byte_reader.ts";
import { writeInt32, writeInt64 } from "../bytes/byte_writer.ts";
import { crc32 } from "./crc32.ts";
import { CorruptRecordError, InvalidRecordError } from "../errors.ts";
import { decompress } from "./compression.ts";
import { compressionTypeForId } from "./compression_type.ts";
import { Record } from "./record.ts";
import {
  BATCH_ATTRIBUTE,
  type CompressionType,
  DEFAULT_MAX_DECOMPRESSED_BYTES,
  ensureTimestampType,
  LOG_OVERHEAD,
  NO_PARTITION_LEADER_EPOCH,
  NO_PRODUCER_EPOCH,
  NO_PRODUCER_ID,
  NO_SEQUENCE,
  NO_TIMESTAMP,
  type RecordsLimits,
  type TimestampType,
} from "./record_batch.ts";

/** Bytes of a magic 0 message behind the size field, without key and value. */
export const LEGACY_RECORD_OVERHEAD_V0 = 14;
/** As {@linkcode LEGACY_RECORD_OVERHEAD_V0}, of magic 1. */
export const LEGACY_RECORD_OVERHEAD_V1 = 22;

const CRC_AT = 12;
const MAGIC_AT = 16;
const ATTRIBUTES_AT = 17;
const TIMESTAMP_AT = 18;

/** Where key and value of the message at `start` lie; sizes are -1 for null. */
interface Layout {
  readonly keyAt: number;
  readonly keySize: number;
  readonly valueAt: number;
  readonly valueSize: number;
}

function layoutOf(bytes: Uint8Array, start: number, sizeInBytes: number): Layout {
  const magic = bytes[start + MAGIC_AT]!;
  const overhead = magic === 0 ? LEGACY_RECORD_OVERHEAD_V0 : LEGACY_RECORD_OVERHEAD_V1;
  const room = sizeInBytes - LOG_OVERHEAD - overhead;
  const keyAt = start + (magic === 0 ? TIMESTAMP_AT : TIMESTAMP_AT + 8) + 4;
  if (room < 0 || start + sizeInBytes > bytes.length) {
    throw new CorruptRecordError(`Legacy record of magic ${magic} is too small: ${sizeInBytes}`);
  }
  const keySize = Math.max(-1, readInt32(bytes, keyAt - 4));
  const keyBytes = Math.max(0, keySize);
  if (keyBytes > room) {
    throw new CorruptRecordError(`Key leads out of its legacy record, length: ${keySize}`);
  }
  const valueAt = keyAt + keyBytes + 4;
  const valueSize = Math.max(-1, readInt32(bytes, valueAt - 4));
  if (valueSize > room - keyBytes) {
    throw new CorruptRecordError(`Value leads out of its legacy record, length: ${valueSize}`);
  }
  return { keyAt, keySize, valueAt, valueSize };
}

/** A message that stands for itself, or came out of a wrapper. */
export class LegacyRecord extends Record {
  readonly #bytes: Uint8Array;
  readonly #start: number;

  /**
   * Made by a {@linkcode LegacyRecordBatch}.
   *
   * @param bytes what holds the message
   * @param start where it starts
   * @param sizeInBytes its size with offset and size fields
   * @param offset its absolute offset
   * @param timestamp its effective timestamp
   * @throws {CorruptRecordError} when key or value lead out of it
   */
  constructor(
    bytes: Uint8Array,
    start: number,
    sizeInBytes: number,
    offset: number,
    timestamp: number,
  ) {
    const { keyAt, keySize, valueAt, valueSize } = layoutOf(bytes, start, sizeInBytes);
    const end = start + sizeInBytes;
    super(
      bytes,
      offset,
      timestamp,
      NO_SEQUENCE,
      sizeInBytes,
      keyAt,
      keySize,
      valueAt,
      valueSize,
      end,
      0,
    );
    this.#bytes = bytes;
    this.#start = start;
  }

  /** 0 or 1. */
  get magic(): number {
    return this.#bytes[this.#start + MAGIC_AT]!;
  }

  /** The stored checksum of the message, unsigned. */
  get checksum(): number {
    return readUint32(this.#bytes, this.#start + CRC_AT);
  }

  /** Whether it is right. */
  get isValid(): boolean {
    const end = this.#start + this.sizeInBytes;
    return this.checksum === crc32(this.#bytes, this.#start + MAGIC_AT, end);
  }
}

/** A magic 0 or 1 message seen as a batch of one, or of what it wraps. As Kafka's `AbstractLegacyRecordBatch`. */
export class LegacyRecordBatch {
  /** The bytes that hold the message, and maybe others around it. */
  readonly bytes: Uint8Array;
  /** Where in {@linkcode LegacyRecordBatch.bytes} it starts. */
  readonly start: number;

  /**
   * Does not look at the bytes: `batchAt` does.
   *
   * @param bytes what holds the message
   * @param start where it starts
   */
  constructor(bytes: Uint8Array, start = 0) {
    this.bytes = bytes;
    this.start = start;
  }

  /** Offset of the first record; a wrapper has to be decompressed for it. */
  get baseOffset(): number {
    if (!this.isCompressed) return this.lastOffset;
    const first = this.records().next();
    return first.done ? this.lastOffset : first.value.offset;
  }

  /** Offset of the last record. */
  get lastOffset(): number {
    return readInt64(this.bytes, this.start);
  }

  /** The offset behind the batch. */
  get nextOffset(): number {
    return this.lastOffset + 1;
  }

  /** As the offsets say. */
  get lastOffsetDelta(): number {
    return this.lastOffset - this.baseOffset;
  }

  /** Bytes of the whole message, by its size field. */
  get sizeInBytes(): number {
    return LOG_OVERHEAD + readInt32(this.bytes, this.start + 8);
  }

  /** -1: the format has none. */
  get partitionLeaderEpoch(): number {
    return NO_PARTITION_LEADER_EPOCH;
  }

  /** 0 or 1. */
  get magic(): number {
    return this.bytes[this.start + MAGIC_AT]! << 24 >> 24;
  }

  /** The stored checksum, unsigned. */
  get checksum(): number {
    return readUint32(this.bytes, this.start + CRC_AT);
  }

  /** The attribute bits. */
  get attributes(): number {
    return this.bytes[this.start + ATTRIBUTES_AT]!;
  }

  /** The timestamp of the message; a wrapper has the largest of what it wraps. */
  get maxTimestamp(): number {
    return this.magic === 0 ? NO_TIMESTAMP : readInt64(this.bytes, this.start + TIMESTAMP_AT);
  }

  /** -1: the format has none. */
  get producerId(): number {
    return NO_PRODUCER_ID;
  }

  /** -1: the format has none. */
  get producerEpoch(): number {
    return NO_PRODUCER_EPOCH;
  }

  /** -1: the format has none. */
  get baseSequence(): number {
    return NO_SEQUENCE;
  }

  /** -1: the format has none. */
  get lastSequence(): number {
    return NO_SEQUENCE;
  }

  /** `undefined`: the format does not tell. */
  get count(): number | undefined {
    return undefined;
  }

  /** The codec. */
  get compressionType(): CompressionType {
    return compressionTypeForId(this.attributes & BATCH_ATTRIBUTE.compression);
  }

  /** Whether it wraps other messages. */
  get isCompressed(): boolean {
    return (this.attributes & BATCH_ATTRIBUTE.compression) !== 0;
  }

  /** Whose clock the timestamp comes from; magic 0 has none. */
  get timestampType(): TimestampType {
    if (this.magic === 0) return "NoTimestampType";
    return (this.attributes & BATCH_ATTRIBUTE.logAppendTime) === 0 ? "CreateTime" : "LogAppendTime";
  }

  /** Never. */
  get isTransactional(): boolean {
    return false;
  }

  /** Never. */
  get isControlBatch(): boolean {
    return false;
  }

  /** Never. */
  get hasProducerId(): boolean {
    return false;
  }

  /** None. */
  get deleteHorizonMs(): number | undefined {
    return undefined;
  }

  #computeChecksum(): number {
    return crc32(this.bytes, this.start + MAGIC_AT, this.start + this.sizeInBytes);
  }

  #hasSaneSize(): boolean {
    const size = this.sizeInBytes;
    return size >= LOG_OVERHEAD + LEGACY_RECORD_OVERHEAD_V0 &&
      this.start + size <= this.bytes.length;
  }

  /** Whether the size is possible and the checksum right. */
  get isValid(): boolean {
    return this.#hasSaneSize() && this.checksum === this.#computeChecksum();
  }

  /**
   * Refuses what {@linkcode LegacyRecordBatch.isValid} does.
   *
   * @throws {CorruptRecordError} with both checksums, or the size
   */
  ensureValid(): void {
    if (!this.#hasSaneSize()) {
      throw new CorruptRecordError(
        `Record is corrupt (crc could not be retrieved as the record is too small, or not all there), size: ${this.sizeInBytes}`,
      );
    }
    const computed = this.#computeChecksum();
    if (this.checksum !== computed) {
      throw new CorruptRecordError(
        `Record is corrupt (stored crc = ${this.checksum}, computed crc = ${computed})`,
      );
    }
  }

  /** Sets the offset of the last record. */
  setLastOffset(offset: number): void {
    writeInt64(this.bytes, this.start, offset);
  }

  /**
   * Refuses.
   *
   * @throws {InvalidRecordError} always: the format has no room for an epoch
   */
  setPartitionLeaderEpoch(_epoch: number): void {
    throw new InvalidRecordError(
      "UNSUPPORTED_FOR_MESSAGE_FORMAT",
      `Partition leader epoch can't be stored in a message of magic: ${this.magic}`,
    );
  }

  /**
   * Sets the timestamp type and the timestamp, and the checksum anew when that changes anything.
   *
   * @throws {InvalidRecordError} for magic 0, which has no room for a timestamp, and for `NoTimestampType`
   */
  setMaxTimestamp(type: TimestampType, timestamp: number): void {
    if (this.magic === 0) {
      throw new InvalidRecordError(
        "UNSUPPORTED_FOR_MESSAGE_FORMAT",
        `Timestamp can't be stored in a message of magic: ${this.magic}`,
      );
    }
    ensureTimestampType(type);
    if (this.timestampType === type && this.maxTimestamp === timestamp) return;
    const rest = this.attributes & ~BATCH_ATTRIBUTE.logAppendTime;
    this.bytes[this.start + ATTRIBUTES_AT] = type === "LogAppendTime"
      ? rest | BATCH_ATTRIBUTE.logAppendTime
      : rest;
    writeInt64(this.bytes, this.start + TIMESTAMP_AT, timestamp);
    writeInt32(this.bytes, this.start + CRC_AT, this.#computeChecksum());
  }

  /**
   * The message itself, or the ones it wraps. Does not check the checksum.
   *
   * @param limits bounds on decompression
   * @throws {CorruptRecordError} for a wrapper that does not decompress within the limit, or holds nothing, another wrapper, or
   * offsets that can't be; for a key or value that leads out of its message
   */
  records(limits?: RecordsLimits): IterableIterator<LegacyRecord> {
    if (this.isCompressed) return this.#wrapped(limits).values();
    const { bytes, start, sizeInBytes, lastOffset, maxTimestamp } = this;
    return [new LegacyRecord(bytes, start, sizeInBytes, lastOffset, maxTimestamp)].values();
  }

  /** Iterates over {@linkcode LegacyRecordBatch.records}. */
  [Symbol.iterator](): IterableIterator<LegacyRecord> {
    return this.records();
  }

  /** Offset of the first record that has the batch's timestamp; `undefined` when none has, and for magic 0. */
  offsetOfMaxTimestamp(): number | undefined {
    if (this.magic === 0) return undefined;
    const maxTimestamp = this.maxTimestamp;
    for (const record of this.records()) {
      if (record.timestamp === maxTimestamp) return record.offset;
    }
    return undefined;
  }

  #wrapped(limits?: RecordsLimits): LegacyRecord[] {
    const type = this.compressionType;
    if (type === "zstd") {
      throw new CorruptRecordError(`Codec is not possible in magic ${this.magic}: ${type}`);
    }
    const wrapper = layoutOf(this.bytes, this.start, this.sizeInBytes);
    if (wrapper.valueSize < 0) {
      throw new CorruptRecordError(`Compressed message set has a null value, magic: ${this.magic}`);
    }
    const maxBytes = limits?.maxBytes ?? DEFAULT_MAX_DECOMPRESSED_BYTES;
    const end = wrapper.valueAt + wrapper.valueSize;
    const set = decompress(type, this.bytes, wrapper.valueAt, end, maxBytes, this.magic);
    const starts = innerMessages(set);
    if (starts.length === 0) {
      throw new CorruptRecordError(`Compressed message set is empty, bytes: ${set.length}`);
    }
    const base = this.#baseOfInnerOffsets(readInt64(set, starts[starts.length - 1]!));
    const appendTime = this.timestampType === "LogAppendTime" ? this.maxTimestamp : undefined;
    return starts.map((at) => {
      const magic = set[at + MAGIC_AT]!;
      const timestamp = magic === 0
        ? NO_TIMESTAMP
        : appendTime ?? readInt64(set, at + TIMESTAMP_AT);
      const size = LOG_OVERHEAD + readInt32(set, at + 8);
      return new LegacyRecord(set, at, size, base + readInt64(set, at), timestamp);
    });
  }

  #baseOfInnerOffsets(lastInnerOffset: number): number {
    // librdkafka once sent wrappers whose own offset is 0.
    if (this.magic === 0 || this.lastOffset === 0) return 0;
    if (this.lastOffset < lastInnerOffset) {
      throw new CorruptRecordError(
        `Wrapper offset ${this.lastOffset} is less than the last inner offset: ${lastInnerOffset}`,
      );
    }
    return this.lastOffset - lastInnerOffset;
  }
}

/** Where the messages of a decompressed set start. A last one that is cut off is left out. */
function innerMessages(set: Uint8Array): number[] {
  const starts: number[] = [];
  let at = 0;
  while (set.length - at >= LOG_OVERHEAD) {
    const size = readInt32(set, at + 8);
    if (size < LEGACY_RECORD_OVERHEAD_V0) {
      throw new CorruptRecordError(
        `Record size is less than the minimum record overhead (${LEGACY_RECORD_OVERHEAD_V0}): ${size}`,
      );
    }
    if (size > set.length - at - LOG_OVERHEAD) break;
    const magic = set[at + MAGIC_AT]!;
    if (magic > 1) throw new CorruptRecordError(`Invalid magic of an inner message: ${magic}`);
    if ((set[at + ATTRIBUTES_AT]! & BATCH_ATTRIBUTE.compression) !== 0) {
      throw new CorruptRecordError(`Inner messages must not be compressed, at position: ${at}`);
    }
    starts.push(at);
    at += LOG_OVERHEAD + size;
  }
  return starts;
}
