/**
 * The gentler recovery: where Kafka cuts the log off at the first corrupt batch, this leaves out the corrupt bytes and keeps
 * the valid batches behind them. The offsets that were lost become a gap, as compaction leaves them.
 *
 * @module
 */

import { CorruptRecordError } from "../../errors.ts";
import { batchAt, batchSizeAt } from "../../record/memory_records.ts";
import { type AnyRecordBatch, RecordBatch } from "../../record/record_batch.ts";
import type { Segment } from "../../segment/segment.ts";
import type { LoadProgress } from "./load_progress.ts";
import type { LoadingLog } from "./log_loader.ts";
import { writeLogLine } from "../log_state.ts";
import { removeSnapshotsOf } from "../segment_deletion.ts";
import { createNewCleanedSegment } from "../segment_split.ts";
import { replaceSegments } from "../segment_swap.ts";

/** A stretch of a segment's bytes. */
export interface ByteRange {
  /** First byte. */
  readonly start: number;
  /** Byte behind the last. */
  readonly end: number;
}

/** A stretch that holds no valid batch, and the offsets that may have been in it. */
export interface CorruptRange extends ByteRange {
  /** The first offset that is missing. */
  readonly firstOffset: number;
  /** The first offset that is there again; `undefined` when nothing valid follows. */
  readonly nextOffset: number | undefined;
}

/** Which bytes of a segment can be trusted. */
export interface SegmentRanges {
  readonly valid: readonly ByteRange[];
  readonly corrupt: readonly CorruptRange[];
}

/** Bytes that are looked at between two slices. */
const SLICE_BYTES = 4 * 1024 * 1024;

/**
 * Goes over the whole of a segment and sorts its bytes into valid batches and the rest. Behind a corrupt batch the
 * next valid one is looked for where its length field says, and then byte by byte: a place counts when it has a
 * header that makes sense, an offset above all before it, and the right checksum.
 */
export function* findValidRanges(segment: Segment): Generator<LoadProgress, SegmentRanges> {
  const window = new SegmentWindow(segment);
  const valid: { start: number; end: number }[] = [];
  const corrupt: CorruptRange[] = [];
  let expectedOffset = segment.baseOffset;
  let position = 0;
  let corruptStart = -1;
  let reported = 0;
  while (position < segment.size) {
    const batch = validBatchAt(window, position, segment, expectedOffset, corruptStart >= 0);
    if (batch !== undefined) {
      if (corruptStart >= 0) {
        corrupt.push({
          start: corruptStart,
          end: position,
          firstOffset: expectedOffset,
          nextOffset: batch.baseOffset,
        });
        corruptStart = -1;
      }
      const end = position + batch.sizeInBytes;
      const last = valid[valid.length - 1];
      if (last !== undefined && last.end === position) last.end = end;
      else valid.push({ start: position, end });
      expectedOffset = batch.nextOffset;
      position = end;
    } else {
      if (corruptStart < 0) {
        corruptStart = position;
        position = behindCorruptBatch(window, position, segment, expectedOffset) ?? position + 1;
      } else position++;
    }
    if (position - reported >= SLICE_BYTES) {
      yield { bytes: position - reported, segments: 0 };
      reported = position;
    }
  }
  if (corruptStart >= 0) {
    corrupt.push({
      start: corruptStart,
      end: segment.size,
      firstOffset: expectedOffset,
      nextOffset: undefined,
    });
  }
  return { valid, corrupt };
}

/**
 * Rewrites a segment without its corrupt bytes, when valid batches lie behind them; otherwise leaves it alone, for
 * the plain recovery to cut off its tail.
 *
 * @returns the segment that is in the log now
 */
export function* salvageSegment(
  log: LoadingLog,
  segment: Segment,
): Generator<LoadProgress, Segment> {
  const { valid, corrupt } = yield* findValidRanges(segment);
  const holes = corrupt.filter((range) => range.nextOffset !== undefined);
  if (holes.length === 0) return segment;
  const replacement = createNewCleanedSegment(log, segment.baseOffset);
  try {
    for (const range of valid) copyRange(segment, replacement, range);
    replacement.onBecomeInactiveSegment();
    replacement.flushSync();
    replacement.setLastModified(segment.lastModified);
    removeSnapshotsOf(log, replaceSegments(log, [replacement], [segment]));
  } catch (error) {
    replacement.deleteIfExists();
    throw error;
  }
  for (const range of corrupt) {
    writeLogLine(log, "warn", "Left out corrupt bytes of a segment and kept what is behind them", {
      baseOffset: segment.baseOffset,
      position: range.start,
      bytes: range.end - range.start,
      firstMissingOffset: range.firstOffset,
      nextOffset: range.nextOffset,
    });
  }
  return replacement;
}

/** Bytes that are copied at once, unless one batch is larger. */
const COPY_BYTES = 1024 * 1024;

function copyRange(source: Segment, target: Segment, range: ByteRange): void {
  const window = new SegmentWindow(source);
  let start = range.start;
  while (start < range.end) {
    let end = start;
    let lastOffset = -1;
    while (end < range.end) {
      const batch = window.batchAt(end)!;
      if (end > start && end + batch.sizeInBytes - start > COPY_BYTES) break;
      lastOffset = batch.lastOffset;
      end += batch.sizeInBytes;
    }
    const bytes = new Uint8Array(end - start);
    source.readInto(start, bytes, 0, bytes.length);
    target.append(lastOffset, bytes);
    start = end;
  }
}

function validBatchAt(
  window: SegmentWindow,
  position: number,
  segment: Segment,
  expectedOffset: number,
  searching: boolean,
): AnyRecordBatch | undefined {
  // A search meets arbitrary bytes: without a look at the magic first, it would read most of the
  // file at every byte.
  if (searching && !window.looksLikeHeader(position)) return undefined;
  try {
    const batch = window.batchAt(position);
    if (batch === undefined || batch.baseOffset < expectedOffset) return undefined;
    if (batch.lastOffset < batch.baseOffset) return undefined;
    if (batch.lastOffset - segment.baseOffset > 0x7fff_ffff) return undefined;
    return batch.isValid ? batch : undefined;
  } catch (error) {
    if (error instanceof CorruptRecordError) return undefined;
    throw error;
  }
}

/** Where the next batch begins if the length of the corrupt one at `position` is right: a valid batch must be there. */
function behindCorruptBatch(
  window: SegmentWindow,
  position: number,
  segment: Segment,
  expectedOffset: number,
): number | undefined {
  const size = window.sizeAt(position);
  if (size === undefined || position + size >= segment.size) return undefined;
  const next = position + size;
  return validBatchAt(window, next, segment, expectedOffset, true) === undefined ? undefined : next;
}

/** The bytes of a segment around a position that moves forward. */
class SegmentWindow {
  readonly #segment: Segment;
  #bytes = new Uint8Array(COPY_BYTES);
  #start = 0;
  #length = 0;

  constructor(segment: Segment) {
    this.#segment = segment;
  }

  /** The batch at `position`, or `undefined` when the segment ends before it does. */
  batchAt(position: number): AnyRecordBatch | undefined {
    const size = this.sizeAt(position);
    if (size === undefined || !this.#ensure(position, size)) return undefined;
    const at = position - this.#start;
    return batchAt(this.#bytes.subarray(0, at + size), at);
  }

  /** Size that the header at `position` tells, or `undefined` when it makes no sense or does not fit. */
  sizeAt(position: number): number | undefined {
    if (!this.#ensure(position, 17)) return undefined;
    try {
      const size = batchSizeAt(this.#bytes, position - this.#start, this.#length);
      return size === undefined || position + size > this.#segment.size ? undefined : size;
    } catch (error) {
      if (error instanceof CorruptRecordError) return undefined;
      throw error;
    }
  }

  /** Whether the fields of a magic 2 header at `position` have values that they can have. */
  looksLikeHeader(position: number): boolean {
    if (!this.#ensure(position, 61)) return false;
    const at = position - this.#start;
    const bytes = this.#bytes;
    // Magic 2; no unknown attributes; offset, length and counts are not negative.
    if (bytes[at + 16] !== 2 || bytes[at + 21] !== 0 || (bytes[at + 22]! & 0x80) !== 0) {
      return false;
    }
    if (((bytes[at]! | bytes[at + 8]! | bytes[at + 23]! | bytes[at + 57]!) & 0x80) !== 0) {
      return false;
    }
    try {
      new RecordBatch(bytes, at).lastOffset;
      return true;
    } catch (error) {
      if (error instanceof CorruptRecordError) return false;
      throw error;
    }
  }

  #ensure(position: number, length: number): boolean {
    if (position >= this.#start && position + length <= this.#start + this.#length) return true;
    if (position + length > this.#segment.size) return false;
    if (length > this.#bytes.length) this.#bytes = new Uint8Array(length);
    this.#start = position;
    const wanted = Math.min(this.#bytes.length, this.#segment.size - position);
    this.#length = this.#segment.readInto(position, this.#bytes, 0, wanted);
    return this.#length >= length;
  }
}
