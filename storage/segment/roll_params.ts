/**
 * When a segment is to be followed by a new one.
 *
 * @module
 */

/** What `Segment.shouldRoll` decides on, besides the segment itself; Kafka's `RollParams`. */
export interface RollParams {
  /** Longest time from the segment's first record to its last, ms. */
  readonly maxSegmentMs: number;
  /** Largest size of the data file, bytes. */
  readonly maxSegmentBytes: number;
  /** Largest timestamp among the records to append. */
  readonly maxTimestampInMessages: number;
  /** Last offset of the records to append. */
  readonly maxOffsetInMessages: number;
  /** Size of the records to append, bytes. */
  readonly messagesSize: number;
  /** Wall-clock time, ms; counts when the segment's first record has no timestamp. */
  readonly now: number;
}
