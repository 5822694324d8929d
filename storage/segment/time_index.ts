/**
 * `.timeindex`: up to which offset a segment's records are no newer than a timestamp. Entries of 12 bytes, big-endian:
 * ```text
 * 0 timestamp       int64  largest one among the records up to the offset
 * 8 relative offset int32  last offset of the batch that has it, minus the segment's base offset
 * ```
 * A record with a larger timestamp than an entry's lies behind the entry's offset. Both grow from entry to entry. When a
 * segment is rolled or closed the largest timestamp of all is added, so that the age of the segment is the last entry.
 *
 * @module
 */

import { CorruptRecordError, StorageError } from "../errors.ts";
import { NO_TIMESTAMP } from "../record/record_batch.ts";
import { IndexFile, type IndexOptions } from "./index_file.ts";
import { floorSlotByInt32, floorSlotByInt64, int64At } from "./index_search.ts";
import {
  MAX_RELATIVE_OFFSET,
  SegmentOffsetOverflowError,
} from "./segment_offset_overflow_error.ts";
import type { TimestampOffset } from "./timestamp_offset.ts";

const ENTRY_SIZE = 12;
const OFFSET = 8;
const TWO_32 = 0x1_0000_0000;

/** The time index of one segment; Kafka's `TimeIndex`. */
export class TimeIndex extends IndexFile {
  /** Opens the index; the file is read when it is first needed. */
  constructor(options: IndexOptions) {
    super(options, ENTRY_SIZE, true);
  }

  /** Whether no more entries may be added but the last one, which is kept for the roll. */
  override get isFull(): boolean {
    return this.entries >= this.maxEntries - 1;
  }

  /** The newest entry; timestamp -1 at the base offset when there is none. */
  get lastEntry(): TimestampOffset {
    return this.#entryOrNone(this.entries - 1);
  }

  /**
   * The newest entry of an index that is not in memory, without reading the others.
   *
   * @returns `undefined` when only {@linkcode TimeIndex.lastEntry} can tell
   */
  lastEntryInFile(): TimestampOffset | undefined {
    const view = this.peekLastEntry();
    if (view === undefined) return undefined;
    const timestamp = int64At(view, 0);
    const relative = view.getInt32(OFFSET);
    return Number.isSafeInteger(timestamp) && timestamp >= 0 && relative >= 0
      ? { timestamp, offset: this.baseOffset + relative }
      : undefined;
  }

  /**
   * Entry number `n`.
   *
   * @throws {StorageError} when there is none
   */
  entry(n: number): TimestampOffset {
    this.ensureEntry(n);
    return this.#entryOrNone(n);
  }

  /**
   * Finds the last entry that is not newer than a timestamp: what is newer lies behind its offset.
   *
   * @returns timestamp -1 at the base offset when all entries are newer
   */
  lookup(targetTimestamp: number): TimestampOffset {
    const view = this.view ?? this.load();
    return this.#entryOrNone(floorSlotByInt64(view, this.count, ENTRY_SIZE, 0, targetTimestamp));
  }

  /**
   * Adds an entry, unless its timestamp is no larger than that of the last entry.
   *
   * @param offset no smaller than that of the last entry
   * @param skipFullCheck use the slot that is kept for the roll
   * @throws {SegmentOffsetOverflowError} when the offset cannot be stored
   * @throws {StorageError} when the index is full, or timestamp or offset go back
   */
  maybeAppend(timestamp: number, offset: number, skipFullCheck = false): void {
    if (!skipFullCheck) this.ensureNotFull(this.isFull);
    const last = this.lastEntry;
    if (this.count > 0 && (offset < last.offset || timestamp < last.timestamp)) {
      throw new StorageError(
        "UNKNOWN_SERVER_ERROR",
        `Attempt to append an entry before the last one (${last.timestamp} at ${last.offset}) to ${this.path}: ` +
          `${timestamp} at ${offset}`,
      );
    }
    if (timestamp <= last.timestamp) return;
    const relative = offset - this.baseOffset;
    if (relative < 0 || relative > MAX_RELATIVE_OFFSET) {
      throw new SegmentOffsetOverflowError(this.baseOffset, offset, this.path);
    }
    const at = this.extend();
    const view = this.view!;
    view.setInt32(at, Math.floor(timestamp / TWO_32));
    view.setUint32(at + 4, timestamp % TWO_32);
    view.setInt32(at + OFFSET, relative);
    this.writeOutIfDue();
  }

  /** Drops the entries at and above `offset`. */
  truncateTo(offset: number): void {
    const view = this.load();
    const target = offset - 1 - this.baseOffset;
    this.truncateToEntries(floorSlotByInt32(view, this.count, ENTRY_SIZE, OFFSET, target) + 1);
  }

  /** Drops all entries. */
  truncate(): void {
    this.truncateToEntries(0);
  }

  /** See {@linkcode IndexFile.sanityCheck}. */
  override sanityCheck(): void {
    const view = this.load();
    if (this.length % ENTRY_SIZE !== 0) {
      throw new CorruptRecordError(
        `Time index file ${this.path} is corrupt, its size is no multiple of ${ENTRY_SIZE}: ${this.length}`,
      );
    }
    let lastTimestamp = NO_TIMESTAMP;
    let lastOffset = -1;
    for (let at = 0; at < this.count * ENTRY_SIZE; at += ENTRY_SIZE) {
      const timestamp = int64At(view, at);
      const offset = view.getInt32(at + OFFSET);
      if (timestamp <= lastTimestamp || offset < Math.max(lastOffset, 0)) {
        throw new CorruptRecordError(
          `Corrupt time index found, entries of ${this.path} do not grow at entry: ${
            at / ENTRY_SIZE
          }`,
        );
      }
      lastTimestamp = timestamp;
      lastOffset = offset;
    }
    if (!Number.isSafeInteger(lastTimestamp)) {
      throw new CorruptRecordError(
        `Corrupt time index found, last timestamp of ${this.path} is no safe integer: ${lastTimestamp}`,
      );
    }
  }

  #entryOrNone(slot: number): TimestampOffset {
    if (slot < 0) return { timestamp: NO_TIMESTAMP, offset: this.baseOffset };
    const view = this.view!;
    const at = slot * ENTRY_SIZE;
    return { timestamp: int64At(view, at), offset: this.baseOffset + view.getInt32(at + OFFSET) };
  }
}
