/**
 * Pairs that the indexes answer with.
 *
 * @module
 */

/** A timestamp, ms since the epoch, -1 for none, and the offset that goes with it. */
export interface TimestampOffset {
  /** ms since the epoch, -1 for none. */
  readonly timestamp: number;
  /** The offset. */
  readonly offset: number;
}

/** The record that a search by timestamp found. */
export interface TimestampAndOffset extends TimestampOffset {
  /** Epoch of the leader that appended its batch; missing when the batch has none. */
  readonly leaderEpoch?: number;
}

/** An offset, and the byte in the segment's data file where a batch starts. */
export interface OffsetPosition {
  /** The offset. */
  readonly offset: number;
  /** The byte, from the start of the file. */
  readonly position: number;
}

/** Where a batch is: Kafka's `LogOffsetPosition`. */
export interface LogOffsetPosition extends OffsetPosition {
  /** Bytes of the batch; `offset` is its base offset. */
  readonly size: number;
}
