/**
 * Walking over the records of a batch.
 *
 * A record (magic 2), every number a zigzag varint but the attributes:
 * ```text
 * length         bytes that follow
 * attributes     int8, no bit in use
 * timestampDelta varlong, to the batch's base timestamp
 * offsetDelta    to the batch's base offset
 * keyLength      -1: no key
 * key
 * valueLength    -1: no value
 * value
 * headerCount
 * headers        each: nameLength, name (UTF-8), valueLength (-1: null), value
 * ```
 *
 * @module
 */

import { readVarint, readVarlong, varintEnd } from "../bytes/varint.ts";
import { CorruptRecordError } from "../errors.ts";
import { Record } from "./record.ts";

/** What all records of a batch share. */
export interface RecordContext {
  /** Added to each offset delta. */
  readonly baseOffset: number;
  /** Added to each timestamp delta. */
  readonly baseTimestamp: number;
  /** The timestamp of every record instead (LogAppendTime); `undefined` for the producer's own. */
  readonly logAppendTime: number | undefined;
  /** Sequence of the first record, or -1. */
  readonly baseSequence: number;
  /** How many records there must be. */
  readonly count: number;
}

/** Sequences run from 0 to 2^31 - 1 and start again. */
export function incrementSequence(sequence: number, increment: number): number {
  const sum = sequence + increment;
  return sum > 0x7fff_ffff ? sum - 0x8000_0000 : sum;
}

/** The reverse of {@linkcode incrementSequence}. */
export function decrementSequence(sequence: number, decrement: number): number {
  const difference = sequence - decrement;
  return difference < 0 ? difference + 0x8000_0000 : difference;
}

/**
 * Moves over the records of one batch without making an object for each: after {@linkcode RecordCursor.advance} has returned
 * true, the fields are those of the record it stands on. Every length is checked, so that key, value and headers can
 * be taken without a check.
 */
export class RecordCursor {
  /** Where the records lie: the batch's bytes or what they decompress to. */
  readonly bytes: Uint8Array;
  /** As {@linkcode Record.offset}. */
  offset: number = -1;
  /** As {@linkcode Record.timestamp}. */
  timestamp: number = -1;
  /** Distance to the batch's base offset. */
  offsetDelta: number = -1;
  /** As {@linkcode Record.sizeInBytes}. */
  sizeInBytes: number = 0;
  /** Position of the key's length; from here to {@linkcode RecordCursor.end} nothing depends on the batch. */
  keyLengthAt: number = 0;
  /** Position behind the record. */
  end: number = 0;
  /** Position of the key in {@linkcode RecordCursor.bytes}. */
  keyAt: number = 0;
  /** Length of the key, -1 for none. */
  keySize: number = -1;
  /** Position of the value in {@linkcode RecordCursor.bytes}. */
  valueAt: number = 0;
  /** Length of the value, -1 for none. */
  valueSize: number = -1;
  /** Position of the first header. */
  headersAt: number = 0;
  /** Number of headers. */
  headerCount: number = 0;

  #left: number;
  readonly #limit: number;
  readonly #baseOffset: number;
  readonly #baseTimestamp: number;
  readonly #fixedTimestamp: boolean;
  readonly #baseSequence: number;

  /**
   * Stands before the first record.
   *
   * @param bytes where the records lie
   * @param start position of the first
   * @param end position behind the last
   * @param context what they share
   * @throws {CorruptRecordError} for a negative count
   */
  constructor(bytes: Uint8Array, start: number, end: number, context: RecordContext) {
    if (context.count < 0) {
      throw new CorruptRecordError(
        `Found invalid record count in magic v2 batch: ${context.count}`,
      );
    }
    if (!Number.isSafeInteger(context.baseOffset + 0x7fff_ffff)) {
      throw new CorruptRecordError(`Base offset leaves no room for deltas: ${context.baseOffset}`);
    }
    this.bytes = bytes;
    this.end = start;
    this.#limit = end;
    this.#left = context.count;
    this.#baseOffset = context.baseOffset;
    this.#fixedTimestamp = context.logAppendTime !== undefined;
    this.#baseTimestamp = context.logAppendTime ?? context.baseTimestamp;
    this.#baseSequence = context.baseSequence;
  }

  /** Records not yet reached. */
  get remaining(): number {
    return this.#left;
  }

  /** As {@linkcode Record.sequence}. */
  get sequence(): number {
    return this.#baseSequence < 0 ? -1 : incrementSequence(this.#baseSequence, this.offsetDelta);
  }

  /**
   * Moves to the next record.
   *
   * @returns false when there is none
   * @throws {CorruptRecordError} when a length leads out of the record or the batch, or bytes are left behind the last record
   */
  advance(): boolean {
    if (this.#left === 0) return false;
    const bytes = this.bytes;
    const limitOfBatch = this.#limit;
    const start = this.end;
    let at = start;

    // One- and two-byte varints, which most are, are read in line. Past the end of the array a byte is undefined
    // and not below 0x80, so that the called readers see it.
    let byte = bytes[at]!;
    let size: number;
    if (byte < 0x80) {
      size = (byte >>> 1) ^ -(byte & 1);
      at++;
    } else if (bytes[at + 1]! < 0x80) {
      size = ((byte & 0x7f) | (bytes[at + 1]! << 7)) >>> 1 ^ -(byte & 1);
      at += 2;
    } else {
      size = readVarint(bytes, at, limitOfBatch);
      at = varintEnd;
    }
    const limit = at + size;
    if (size < 0 || limit > limitOfBatch) {
      throw new CorruptRecordError(
        `Record length leads out of the batch, ${limitOfBatch - at} bytes left, length: ${size}`,
      );
    }

    at++; // attributes
    byte = bytes[at]!;
    let timestampDelta: number;
    if (byte < 0x80) {
      timestampDelta = (byte >>> 1) ^ -(byte & 1);
      at++;
    } else {
      timestampDelta = readVarlong(bytes, at, limit);
      at = varintEnd;
    }
    if (Math.abs(this.#baseTimestamp + timestampDelta) > Number.MAX_SAFE_INTEGER) {
      throw new CorruptRecordError(`Timestamp is not a safe integer, delta: ${timestampDelta}`);
    }

    byte = bytes[at]!;
    let offsetDelta: number;
    if (byte < 0x80) {
      offsetDelta = (byte >>> 1) ^ -(byte & 1);
      at++;
    } else if (bytes[at + 1]! < 0x80) {
      offsetDelta = ((byte & 0x7f) | (bytes[at + 1]! << 7)) >>> 1 ^ -(byte & 1);
      at += 2;
    } else {
      offsetDelta = readVarint(bytes, at, limit);
      at = varintEnd;
    }

    this.keyLengthAt = at;
    byte = bytes[at]!;
    let keySize: number;
    if (byte < 0x80) {
      keySize = (byte >>> 1) ^ -(byte & 1);
      at++;
    } else {
      keySize = readVarint(bytes, at, limit);
      at = varintEnd;
    }
    this.keyAt = at;
    if (keySize > 0) at += keySize;

    byte = bytes[at]!;
    let valueSize: number;
    if (byte < 0x80) {
      valueSize = (byte >>> 1) ^ -(byte & 1);
      at++;
    } else if (bytes[at + 1]! < 0x80) {
      valueSize = ((byte & 0x7f) | (bytes[at + 1]! << 7)) >>> 1 ^ -(byte & 1);
      at += 2;
    } else {
      valueSize = readVarint(bytes, at, limit);
      at = varintEnd;
    }
    this.valueAt = at;
    if (valueSize > 0) at += valueSize;

    byte = bytes[at]!;
    let headerCount: number;
    if (byte < 0x80) {
      headerCount = (byte >>> 1) ^ -(byte & 1);
      at++;
    } else {
      headerCount = readVarint(bytes, at, limit);
      at = varintEnd;
    }
    this.headersAt = at;
    if (headerCount !== 0) at = skipHeaders(bytes, at, limit, headerCount);
    if (at !== limit) {
      throw new CorruptRecordError(
        `Record length does not match its content, length ${size}, content: ${size + at - limit}`,
      );
    }

    this.keySize = keySize < 0 ? -1 : keySize;
    this.valueSize = valueSize < 0 ? -1 : valueSize;
    this.headerCount = headerCount;
    this.sizeInBytes = limit - start;
    this.offsetDelta = offsetDelta;
    this.offset = this.#baseOffset + offsetDelta;
    this.timestamp = this.#fixedTimestamp
      ? this.#baseTimestamp
      : this.#baseTimestamp + timestampDelta;
    this.end = limit;
    if (--this.#left === 0 && limit !== limitOfBatch) {
      throw new CorruptRecordError(
        `Bytes left in the batch behind its last record: ${limitOfBatch - limit}`,
      );
    }
    return true;
  }

  /** The record that the cursor stands on. */
  record(): Record {
    return new Record(
      this.bytes,
      this.offset,
      this.timestamp,
      this.sequence,
      this.sizeInBytes,
      this.keyAt,
      this.keySize,
      this.valueAt,
      this.valueSize,
      this.headersAt,
      this.headerCount,
    );
  }
}

/** Walks over `count` headers from `at`. Returns the position behind them. */
function skipHeaders(bytes: Uint8Array, at: number, limit: number, count: number): number {
  if (count < 0 || count > limit - at) {
    throw new CorruptRecordError(`Found invalid number of record headers: ${count}`);
  }
  for (let i = 0; i < count; i++) {
    const keySize = readVarint(bytes, at, limit);
    if (keySize < 0) throw new CorruptRecordError(`Invalid header key size: ${keySize}`);
    at = varintEnd + keySize;
    const valueSize = readVarint(bytes, at, limit);
    at = varintEnd + (valueSize > 0 ? valueSize : 0);
    if (at > limit) {
      throw new CorruptRecordError(`Header leads out of its record, bytes beyond: ${at - limit}`);
    }
  }
  return at;
}

/** The records under a cursor, as objects. */
export class RecordIterator implements IterableIterator<Record> {
  readonly #cursor: RecordCursor;

  /**
   * Goes on from where `cursor` stands.
   *
   * @param cursor what to walk with; nobody else should
   */
  constructor(cursor: RecordCursor) {
    this.#cursor = cursor;
  }

  /** The next record. */
  next(): IteratorResult<Record> {
    const cursor = this.#cursor;
    if (!cursor.advance()) return { done: true, value: undefined };
    return { done: false, value: cursor.record() };
  }

  /** Itself. */
  [Symbol.iterator](): this {
    return this;
  }
}
