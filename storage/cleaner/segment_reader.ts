/**
 * Reads a segment piece by piece through one buffer, which grows for a batch that is larger.
 *
 * @module
 */

import { CorruptRecordError } from "../errors.ts";
import { LegacyRecordBatch } from "../record/legacy_record_batch.ts";
import { batchSizeAt } from "../record/memory_records.ts";
import { type AnyRecordBatch, RecordBatch } from "../record/record_batch.ts";
import type { Segment } from "../segment/segment.ts";

/** A window on a segment's bytes. */
export class SegmentReader {
  readonly #initialSize: number;
  #buffer: Uint8Array<ArrayBuffer>;
  #limit = 0;
  #at = 0;

  /** @param bufferSize bytes read at once, unless one batch has more */
  constructor(bufferSize: number) {
    this.#initialSize = bufferSize;
    this.#buffer = new Uint8Array(bufferSize);
  }

  /** Bytes read at once now. */
  get bufferSize(): number {
    return this.#buffer.length;
  }

  /** Bytes of the window that {@linkcode nextBatch} has gone through. */
  get consumed(): number {
    return this.#at;
  }

  /**
   * Moves the window to `position`, and makes sure that it holds the whole batch there.
   *
   * @param end position in the segment behind what may be read
   * @returns bytes read
   * @throws {CorruptRecordError} when no batch can be there
   */
  fill(segment: Segment, position: number, end: number): number {
    const available = end - position;
    const wanted = Math.min(this.#buffer.length, available);
    this.#limit = segment.readInto(position, this.#buffer, 0, wanted);
    this.#at = 0;
    const size = batchSizeAt(this.#buffer, 0, this.#limit);
    if (size === undefined || size > available) {
      throw new CorruptRecordError(
        `Log segment may be corrupt, base offset ${segment.baseOffset}, position ${position}, ` +
          `batch size ${size ?? "unknown"} > bytes left: ${available}`,
      );
    }
    if (size > this.#limit) {
      // Larger than max.message.bytes of now is possible: that may have been lowered since, or a compressed batch has grown.
      if (size > this.#buffer.length) this.#buffer = new Uint8Array(size);
      this.#limit = segment.readInto(position, this.#buffer, 0, size);
      if (this.#limit < size) {
        throw new CorruptRecordError(
          `Log segment ends early, base offset ${segment.baseOffset}, position: ${position}`,
        );
      }
    }
    return this.#limit;
  }

  /**
   * The next whole batch in the window; a view, good until the next {@linkcode fill}.
   *
   * @throws {CorruptRecordError} when what comes next is no batch
   */
  nextBatch(): AnyRecordBatch | undefined {
    const at = this.#at;
    const size = batchSizeAt(this.#buffer, at, this.#limit);
    if (size === undefined || size > this.#limit - at) return undefined;
    this.#at = at + size;
    return this.#buffer[at + 16] === 2
      ? new RecordBatch(this.#buffer, at)
      : new LegacyRecordBatch(this.#buffer, at);
  }

  /** Gives back memory that a large batch took. */
  restore(): void {
    if (this.#buffer.length > this.#initialSize) this.#buffer = new Uint8Array(this.#initialSize);
  }
}
