/**
 * What one cleaning has done: Kafka's `CleanerStats`.
 *
 * @module
 */

/** Counts and times of one cleaning. Times in ms since the epoch. */
export class CleanerStats {
  /** When it began. */
  readonly startTime: number;
  /** When the offset map was complete; -1 before. */
  mapCompleteTime: number = -1;
  /** When it ended; -1 before. */
  endTime: number = -1;
  /** Bytes read to be copied, and dropped or kept. */
  bytesRead = 0;
  /** Bytes kept. */
  bytesWritten = 0;
  /** Bytes read for the offset map. */
  mapBytesRead = 0;
  /** Records read for the offset map. */
  mapMessagesRead = 0;
  /** Records read to be copied, and dropped or kept. */
  messagesRead = 0;
  /** Records kept. */
  messagesWritten = 0;
  /** Records without a key, which a compacted log cannot keep. */
  invalidMessagesRead = 0;
  /** How full the offset map was, 0 to 1. */
  bufferUtilization = 0;

  /**
   * Starts to count.
   *
   * @param startTime now, ms since the epoch
   */
  constructor(startTime: number) {
    this.startTime = startTime;
  }

  /** Seconds from beginning to end, 0 before the end. */
  get elapsedSecs(): number {
    return this.endTime < 0 ? 0 : (this.endTime - this.startTime) / 1000;
  }

  /** Seconds for the offset map, 0 before it is complete. */
  get elapsedIndexSecs(): number {
    return this.mapCompleteTime < 0 ? 0 : (this.mapCompleteTime - this.startTime) / 1000;
  }

  /** Bytes kept per byte read, in percent. */
  get recopyPercent(): number {
    return 100 * this.bytesWritten / Math.max(this.bytesRead, 1);
  }
}
