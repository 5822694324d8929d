/**
 * A place in the history of a log that leaders of several epochs have written.
 *
 * @module
 */

/** The offset behind what is meant, and the epoch of the last record before it. Names a snapshot, too. */
export interface OffsetAndEpoch {
  /** Offset behind the last record that belongs to it. */
  readonly offset: number;
  /** Epoch of the leader that wrote that record. */
  readonly epoch: number;
}

/** Which of two is later: the epoch counts first, because a later leader may have truncated. */
export function compareOffsetAndEpoch(a: OffsetAndEpoch, b: OffsetAndEpoch): number {
  return a.epoch - b.epoch || a.offset - b.offset;
}

/** For messages. */
export function offsetAndEpochText({ offset, epoch }: OffsetAndEpoch): string {
  return `offset ${offset}, epoch ${epoch}`;
}
