/**
 * The offsets that bound a log, and what always holds between them:
 *
 *     log start offset <= last stable offset <= high watermark <= log end offset
 *     recovery point <= log end offset
 *
 * @module
 */

import { OffsetOutOfRangeError } from "../errors.ts";
import {
  isMessageOffsetOnly,
  type LogOffsetMetadata,
  messageOffsetOnly,
} from "./log_offset_metadata.ts";
import type { ProducerStateManager } from "./producer/producer_state_manager.ts";

/** What {@linkcode LogOffsets} starts from. */
export interface LogOffsetsOptions {
  readonly logStartOffset: number;
  readonly logEnd: LogOffsetMetadata;
  readonly recoveryPoint: number;
  /** Tells which transactions are open. */
  readonly producers: ProducerStateManager;
  /** Finds the place of an offset; offset-only when the log does not hold it. */
  readonly locate: (offset: number) => LogOffsetMetadata;
}

/** A flush under way: what it may mark as flushed when it is done. */
export interface FlushInProgress {
  /** The recovery point that the flush earns; a truncation meanwhile lowers it. */
  target: number;
}

/** The offsets of one log. Positions are looked up when a read first needs them, and remembered. */
export class LogOffsets {
  readonly #producers: ProducerStateManager;
  readonly #locate: (offset: number) => LogOffsetMetadata;
  readonly #flushes = new Set<FlushInProgress>();
  #logStartOffset: number;
  #logEnd: LogOffsetMetadata;
  #recoveryPoint: number;
  #highWatermark: LogOffsetMetadata;
  #firstUnstable: LogOffsetMetadata | undefined;
  /** Told of every high watermark that is set. */
  onHighWatermarkUpdated: ((highWatermark: number) => void) | undefined;

  constructor(options: LogOffsetsOptions) {
    this.#producers = options.producers;
    this.#locate = options.locate;
    this.#logStartOffset = options.logStartOffset;
    this.#logEnd = options.logEnd;
    this.#recoveryPoint = options.recoveryPoint;
    this.#highWatermark = messageOffsetOnly(options.logStartOffset);
    this.updateLogStartOffset(options.logStartOffset);
    this.maybeIncrementFirstUnstableOffset();
  }

  /** The first offset that readers may ask for. */
  get logStartOffset(): number {
    return this.#logStartOffset;
  }

  /** The offset that the next record gets. */
  get logEndOffset(): number {
    return this.#logEnd.messageOffset;
  }

  /** The log end offset with its place. */
  get logEnd(): LogOffsetMetadata {
    return this.#logEnd;
  }

  /** Everything below survives a power cut; recovery starts here. */
  get recoveryPoint(): number {
    return this.#recoveryPoint;
  }

  /** Everything below is on all in-sync replicas. */
  get highWatermark(): number {
    return this.#highWatermark.messageOffset;
  }

  /** Start of the earliest transaction that is open, or decided above the high watermark. */
  get firstUnstableOffset(): number | undefined {
    return this.#firstUnstable?.messageOffset;
  }

  /** Every transaction that touches offsets below is decided, and they are below the high watermark. */
  get lastStableOffset(): number {
    const unstable = this.#firstUnstable;
    const highWatermark = this.#highWatermark.messageOffset;
    return unstable !== undefined && unstable.messageOffset < highWatermark
      ? unstable.messageOffset
      : highWatermark;
  }

  /** Sets the end of the log; the recovery point never stays above it. */
  updateLogEndOffset(logEnd: LogOffsetMetadata): void {
    if (logEnd.messageOffset < this.#logEnd.messageOffset) {
      for (const flush of this.#flushes) {
        flush.target = Math.min(flush.target, logEnd.messageOffset);
      }
    }
    this.#logEnd = logEnd;
    if (this.#recoveryPoint > logEnd.messageOffset) this.#recoveryPoint = logEnd.messageOffset;
  }

  /** Sets the log start offset, up or down; high watermark and recovery point never stay below it. */
  updateLogStartOffset(offset: number): void {
    this.#logStartOffset = offset;
    if (this.highWatermark < offset) this.updateHighWatermark(offset);
    if (this.#recoveryPoint < offset) this.#recoveryPoint = offset;
  }

  /** Sets the log start offset after a truncation, which settles the other offsets itself. */
  resetLogStartOffset(offset: number): void {
    this.#logStartOffset = offset;
  }

  /** Starts a flush of what is below `offset`; {@linkcode LogOffsets.markFlushed} or {@linkcode LogOffsets.flushFailed} ends it. */
  flushStarted(offset: number): FlushInProgress {
    const flush = { target: offset };
    this.#flushes.add(flush);
    return flush;
  }

  /** Raises the recovery point to what a flush has earned. Returns whether that is news. */
  markFlushed(flush: FlushInProgress): boolean {
    this.#flushes.delete(flush);
    if (flush.target <= this.#recoveryPoint) return false;
    this.#recoveryPoint = flush.target;
    return true;
  }

  /** Ends a flush that earned nothing. */
  flushFailed(flush: FlushInProgress): void {
    this.#flushes.delete(flush);
  }

  /**
   * Sets the high watermark, kept between log start and log end.
   *
   * @returns the high watermark that was set
   */
  updateHighWatermark(highWatermark: number): number {
    const clamped = highWatermark < this.#logStartOffset
      ? messageOffsetOnly(this.#logStartOffset)
      : highWatermark >= this.#logEnd.messageOffset
      ? this.#logEnd
      : messageOffsetOnly(highWatermark);
    this.#setHighWatermark(clamped);
    return clamped.messageOffset;
  }

  /**
   * Raises the high watermark as a leader does.
   *
   * @returns the old one when it was raised, `undefined` when it was that high already
   * @throws {OffsetOutOfRangeError} above the log end offset
   */
  maybeIncrementHighWatermark(highWatermark: number): number | undefined {
    const end = this.#logEnd;
    if (highWatermark > end.messageOffset) {
      throw new OffsetOutOfRangeError(
        `High watermark ${highWatermark} update exceeds current log end offset ${end.messageOffset}`,
      );
    }
    const old = this.#highWatermark.messageOffset;
    if (highWatermark < old) return undefined;
    if (highWatermark === old) {
      // A roll moves the same offset to a newer segment: take the new place over, it is no news.
      if (highWatermark === end.messageOffset) this.#highWatermark = end;
      return undefined;
    }
    this.#setHighWatermark(
      highWatermark === end.messageOffset ? end : messageOffsetOnly(highWatermark),
    );
    return old;
  }

  /**
   * Sets the high watermark as a follower does, clamped.
   *
   * @returns the new one, or `undefined` when nothing changed
   */
  maybeUpdateHighWatermark(highWatermark: number): number | undefined {
    const old = this.#highWatermark.messageOffset;
    const now = this.updateHighWatermark(highWatermark);
    return now === old ? undefined : now;
  }

  /** Brings the high watermark back to the log end, or its place up to date, after the end has moved. */
  updateHighWatermarkWithLogEndOffset(): void {
    if (this.highWatermark >= this.#logEnd.messageOffset) this.#setHighWatermark(this.#logEnd);
  }

  /** Takes the first unstable offset over from the producer state; never below the log start. */
  maybeIncrementFirstUnstableOffset(): void {
    const unstable = this.#producers.firstUnstableOffset();
    if (unstable === undefined) {
      this.#firstUnstable = undefined;
      return;
    }
    const offset = Math.max(unstable, this.#logStartOffset);
    if (this.#firstUnstable?.messageOffset !== offset) {
      this.#firstUnstable = messageOffsetOnly(offset);
    }
  }

  /** Forgets looked-up places: the files below were rewritten. */
  forgetPositions(): void {
    if (this.#highWatermark !== this.#logEnd) {
      this.#highWatermark = messageOffsetOnly(this.#highWatermark.messageOffset);
    }
    if (this.#firstUnstable !== undefined) {
      this.#firstUnstable = messageOffsetOnly(this.#firstUnstable.messageOffset);
    }
  }

  /** The high watermark with its place. */
  fetchHighWatermarkMetadata(): LogOffsetMetadata {
    if (isMessageOffsetOnly(this.#highWatermark)) {
      this.#highWatermark = this.#locate(this.#highWatermark.messageOffset);
    }
    return this.#highWatermark;
  }

  /** The last stable offset with its place. */
  fetchLastStableOffsetMetadata(): LogOffsetMetadata {
    const unstable = this.#firstUnstable;
    if (unstable === undefined || unstable.messageOffset >= this.#highWatermark.messageOffset) {
      return this.fetchHighWatermarkMetadata();
    }
    if (!isMessageOffsetOnly(unstable)) return unstable;
    return this.#firstUnstable = this.#locate(unstable.messageOffset);
  }

  #setHighWatermark(highWatermark: LogOffsetMetadata): void {
    this.#highWatermark = highWatermark;
    this.#producers.onHighWatermarkUpdated(highWatermark.messageOffset);
    this.onHighWatermarkUpdated?.(highWatermark.messageOffset);
    this.maybeIncrementFirstUnstableOffset();
  }
}
