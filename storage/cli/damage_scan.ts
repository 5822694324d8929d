/**
 * Walks over the batches of a damaged segment: tells what is wrong and where, and goes on at the next batch whose
 * checksum is right.
 *
 * @module
 */

import { readInt32, readInt64 } from "../bytes/byte_reader.ts";
import { StorageError } from "../errors.ts";
import {
  type AnyRecordBatch,
  BATCH_FIELD,
  HEADER_SIZE_UP_TO_MAGIC,
  LOG_OVERHEAD,
  RECORD_BATCH_OVERHEAD,
} from "../record/record_batch.ts";
import { LEGACY_RECORD_OVERHEAD_V0 } from "../record/legacy_record_batch.ts";
import type { SegmentReader } from "./segment_reader.ts";

/** Bytes that are no batch. */
export interface Damage {
  readonly kind: "damage";
  /** Where they start in the file. */
  readonly position: number;
  /** How many they are: up to the next sound batch, or the end. */
  readonly bytes: number;
  /** What is wrong with the first of them. */
  readonly reason: string;
}

/** A batch whose checksum is right; valid until the scan goes on. */
export interface SoundBatch {
  readonly kind: "batch";
  readonly position: number;
  readonly size: number;
  readonly batch: AnyRecordBatch;
}

/** A search for the next batch does not check more than this times the bytes that it walks over. */
const CHECK_BUDGET_FACTOR = 16;
const CHECK_BUDGET_BYTES = 64 * 1024 * 1024;

/** Whether the base offset, which no checksum guards, fits a number: the first 11 bits of one that does are zero. */
function hasPossibleOffset(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 0 && bytes[at + 1]! < 0x20;
}

/** Scans one file. */
class DamageScan {
  readonly #reader: SegmentReader;
  readonly #end: number;
  #sawLegacy = false;
  #checkBudget: number;

  constructor(reader: SegmentReader, end: number) {
    this.#reader = reader;
    this.#end = end;
    this.#checkBudget = CHECK_BUDGET_BYTES + CHECK_BUDGET_FACTOR * end;
  }

  *run(start: number): Generator<SoundBatch | Damage> {
    let position = start;
    while (position < this.#end) {
      const fault = this.#faultAt(position);
      if (fault === undefined) {
        const size = LOG_OVERHEAD + this.#reader.lengthAt(position);
        const batch = this.#reader.batchAt(position, size);
        if (batch.magic < 2) this.#sawLegacy = true;
        yield { kind: "batch", position, size, batch };
        position += size;
      } else {
        const next = this.#nextSound(position);
        const isHeader = next - position >= HEADER_SIZE_UP_TO_MAGIC;
        const reason = isHeader && this.#isZero(position, next) ? "zero bytes" : fault;
        yield { kind: "damage", position, bytes: next - position, reason };
        position = next;
      }
    }
  }

  /** What is wrong with the batch at `position`, or `undefined`. */
  #faultAt(position: number): string | undefined {
    const rest = this.#end - position;
    if (rest < HEADER_SIZE_UP_TO_MAGIC) return `cut off inside a batch header, bytes left: ${rest}`;
    const length = this.#reader.lengthAt(position);
    if (length < LEGACY_RECORD_OVERHEAD_V0) return `batch length is impossible: ${length}`;
    const size = LOG_OVERHEAD + length;
    if (size > rest) return `batch leads beyond the end of the file, size: ${size}, left: ${rest}`;
    const at = this.#reader.at(position, HEADER_SIZE_UP_TO_MAGIC);
    if (!hasPossibleOffset(this.#reader.bytes, at)) return "base offset is impossible";
    const magic = this.#reader.bytes[at + BATCH_FIELD.magic]! << 24 >> 24;
    if (magic < 0 || magic > 2) return `batch has an unknown magic: ${magic}`;
    if (magic === 2 && size < RECORD_BATCH_OVERHEAD) {
      return `batch is smaller than its header: ${size}`;
    }
    try {
      this.#reader.batchAt(position, size).ensureValid();
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
      return error.message;
    }
    return undefined;
  }

  /** Where the first sound batch behind `position` starts; the end when there is none. */
  #nextSound(position: number): number {
    const rest = this.#end - position;
    if (rest >= LOG_OVERHEAD) {
      // A flipped bit in the records leaves the length right.
      const behind = position + LOG_OVERHEAD + this.#reader.lengthAt(position);
      if (behind > position && behind < this.#end && this.#isSound(behind)) return behind;
    }
    const lastStart = this.#end - LOG_OVERHEAD - LEGACY_RECORD_OVERHEAD_V0;
    for (let from = position + 1; from <= lastStart; from++) {
      const at = this.#reader.at(from, RECORD_BATCH_OVERHEAD);
      const bytes = this.#reader.bytes;
      // As far as the window reaches, look for a byte that can be the magic.
      const last = Math.min(
        at + this.#reader.available(from) - HEADER_SIZE_UP_TO_MAGIC,
        at + lastStart - from,
      );
      let i = at;
      while (i <= last && !this.#canBeMagic(bytes[i + BATCH_FIELD.magic]!)) i++;
      from += i - at;
      if (i <= last && this.#looksLikeBatch(from) && this.#isSound(from)) return from;
    }
    return this.#end;
  }

  #canBeMagic(byte: number): boolean {
    return byte === 2 || (this.#sawLegacy && byte < 2);
  }

  /** Tells most of garbage from a batch without its checksum. */
  #looksLikeBatch(position: number): boolean {
    const at = this.#reader.at(position, RECORD_BATCH_OVERHEAD);
    const bytes = this.#reader.bytes;
    const length = readInt32(bytes, at + BATCH_FIELD.length);
    if (length < LEGACY_RECORD_OVERHEAD_V0 || length > this.#end - position - LOG_OVERHEAD) {
      return false;
    }
    if (!hasPossibleOffset(bytes, at)) return false;
    if (bytes[at + BATCH_FIELD.magic] !== 2) return true;
    if (length < RECORD_BATCH_OVERHEAD - LOG_OVERHEAD) return false;
    return readInt32(bytes, at + BATCH_FIELD.lastOffsetDelta) >= 0 &&
      readInt32(bytes, at + BATCH_FIELD.recordCount) >= 0 &&
      bytes[at + BATCH_FIELD.attributes] === 0;
  }

  #isSound(position: number): boolean {
    if (this.#end - position < HEADER_SIZE_UP_TO_MAGIC) return false;
    const length = this.#reader.lengthAt(position);
    if (length > this.#checkBudget) return false;
    this.#checkBudget -= Math.max(0, length);
    return this.#faultAt(position) === undefined;
  }

  #isZero(start: number, end: number): boolean {
    for (let position = start; position < end;) {
      const at = this.#reader.at(position, 1);
      const last = at + Math.min(this.#reader.available(position), end - position);
      if (last === at) return false;
      for (let i = at; i < last; i++) if (this.#reader.bytes[i] !== 0) return false;
      position += last - at;
    }
    return true;
  }
}

/**
 * The sound batches of a segment, and the damage between them, in the file's order. Never fails on content: any bytes
 * are either.
 *
 * @param reader an open segment
 * @param start where to start
 * @param end where to end
 */
export function scanForDamage(
  reader: SegmentReader,
  start = 0,
  end: number = reader.size,
): Generator<SoundBatch | Damage> {
  return new DamageScan(reader, end).run(start);
}

/** Base offset of a batch without decompressing it: a legacy wrapper gives its last one. */
export function shallowBaseOffset(batch: AnyRecordBatch): number {
  return readInt64(batch.bytes, batch.start);
}
