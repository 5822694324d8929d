/**
 * An offset that a segment cannot hold.
 *
 * @module
 */

import { StorageError } from "../errors.ts";

/** Largest distance of an offset from its segment's base offset: the indexes store it as an int32. */
export const MAX_RELATIVE_OFFSET = 0x7fff_ffff;

/**
 * An offset lies below the base offset of a segment, or more than 2^31 - 1 above it. Kafka's
 * `LogSegmentOffsetOverflowException`: a loader that meets it splits the segment.
 */
export class SegmentOffsetOverflowError extends StorageError {
  /** Base offset of the segment. */
  readonly baseOffset: number;
  /** The offset that does not fit. */
  readonly offset: number;

  /** @param path data file of the segment */
  constructor(baseOffset: number, offset: number, path: string) {
    super(
      "UNKNOWN_SERVER_ERROR",
      `Detected offset overflow at offset ${offset} in segment with base offset ${baseOffset}: ${path}`,
    );
    this.baseOffset = baseOffset;
    this.offset = offset;
  }
}
