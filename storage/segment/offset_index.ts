/**
 * `.index`: where in a segment's data an offset is to be looked for. Entries of 8 bytes, big-endian:
 * ```text
 * 0 relative offset int32  last offset of a batch, minus the segment's base offset
 * 4 position        int32  where that batch starts in the data file
 * ```
 * Both grow from entry to entry. Sparse: an offset is found by reading on from the entry before it.
 *
 * @module
 */

import { CorruptRecordError, StorageError } from "../errors.ts";
import { IndexFile, type IndexOptions } from "./index_file.ts";
import { floorSlotByInt32 } from "./index_search.ts";
import {
  MAX_RELATIVE_OFFSET,
  SegmentOffsetOverflowError,
} from "./segment_offset_overflow_error.ts";
import type { OffsetPosition } from "./timestamp_offset.ts";

const ENTRY_SIZE = 8;
const POSITION = 4;

/** The offset index of one segment; Kafka's `OffsetIndex`. */
export class OffsetIndex extends IndexFile {
  /** Opens the index; the file is read when it is first needed. */
  constructor(options: IndexOptions) {
    super(options, ENTRY_SIZE, true);
  }

  /**
   * Finds where to start looking for an offset.
   *
   * @returns the last entry at or below `targetOffset`; the base offset at position 0 when all are above it
   */
  lookup(targetOffset: number): OffsetPosition {
    const slot = this.slotFor(targetOffset);
    return slot < 0 ? { offset: this.baseOffset, position: 0 } : this.#entryAt(slot);
  }

  /** The position alone of {@linkcode OffsetIndex.lookup}; allocates nothing. */
  lookupPosition(targetOffset: number): number {
    const slot = this.slotFor(targetOffset);
    return slot < 0 ? 0 : this.view!.getInt32(slot * ENTRY_SIZE + POSITION);
  }

  /** Number of the last entry at or below `targetOffset`; -1 when all are above it. */
  slotFor(targetOffset: number): number {
    const view = this.view ?? this.load();
    const target = targetOffset - this.baseOffset;
    return floorSlotByInt32(view, this.count, ENTRY_SIZE, 0, target);
  }

  /**
   * Position of entry number `n`.
   *
   * @param otherwise what to give when there is no such entry
   */
  positionAt(n: number, otherwise: number): number {
    const view = this.view ?? this.load();
    return n >= 0 && n < this.count ? view.getInt32(n * ENTRY_SIZE + POSITION) : otherwise;
  }

  /**
   * Finds an offset that is surely beyond a range of bytes; not the smallest such offset.
   *
   * @param position where the range starts
   * @param fetchSize its bytes
   * @returns the first entry at or behind the range's end, `undefined` when there is none
   */
  fetchUpperBoundOffset(position: number, fetchSize: number): OffsetPosition | undefined {
    const view = this.view ?? this.load();
    const end = position + fetchSize;
    const slot = floorSlotByInt32(view, this.count, ENTRY_SIZE, POSITION, end - 1) + 1;
    return slot < this.count ? this.#entryAt(slot) : undefined;
  }

  /**
   * Entry number `n`.
   *
   * @throws {StorageError} when there is none
   */
  entry(n: number): OffsetPosition {
    this.ensureEntry(n);
    return this.#entryAt(n);
  }

  /** Offset of the last entry, the base offset when there is none. */
  get lastOffset(): number {
    const entries = this.entries;
    return entries === 0 ? this.baseOffset : this.#offsetAt(entries - 1);
  }

  /** Whether the offset can be stored relative to the base offset. */
  canAppendOffset(offset: number): boolean {
    const relative = offset - this.baseOffset;
    return relative >= 0 && relative <= MAX_RELATIVE_OFFSET;
  }

  /**
   * Adds an entry.
   *
   * @param offset larger than that of the last entry
   * @param position where the batch that ends with the offset starts
   * @throws {SegmentOffsetOverflowError} when the offset cannot be stored
   * @throws {StorageError} when the index is full or the offset is not larger
   */
  append(offset: number, position: number): void {
    this.ensureNotFull(this.isFull);
    if (this.count > 0 && offset <= this.lastOffset) {
      throw new StorageError(
        "UNKNOWN_SERVER_ERROR",
        `Attempt to append an offset no larger than the last one (${this.lastOffset}) to ${this.path}: ${offset}`,
      );
    }
    if (!this.canAppendOffset(offset)) {
      throw new SegmentOffsetOverflowError(this.baseOffset, offset, this.path);
    }
    const at = this.extend();
    const view = this.view!;
    view.setInt32(at, offset - this.baseOffset);
    view.setInt32(at + POSITION, position);
    this.writeOutIfDue();
  }

  /** Drops the entries at and above `offset`. */
  truncateTo(offset: number): void {
    this.truncateToEntries(this.slotFor(offset - 1) + 1);
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
        `Index file ${this.path} is corrupt, its size is no multiple of ${ENTRY_SIZE}: ${this.length}`,
      );
    }
    let lastOffset = -1;
    let lastPosition = -1;
    for (let at = 0; at < this.count * ENTRY_SIZE; at += ENTRY_SIZE) {
      const offset = view.getInt32(at);
      const position = view.getInt32(at + POSITION);
      if (offset <= lastOffset || position <= lastPosition) {
        throw new CorruptRecordError(
          `Corrupt index found, entries of ${this.path} do not grow at entry: ${at / ENTRY_SIZE}`,
        );
      }
      lastOffset = offset;
      lastPosition = position;
    }
  }

  #offsetAt(slot: number): number {
    return this.baseOffset + this.view!.getInt32(slot * ENTRY_SIZE);
  }

  #entryAt(slot: number): OffsetPosition {
    return {
      offset: this.#offsetAt(slot),
      position: this.view!.getInt32(slot * ENTRY_SIZE + POSITION),
    };
  }
}
