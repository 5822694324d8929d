/**
 * Where a follower cuts its log off, after the leader has said where theirs part (KIP-101, KIP-279, KIP-595). Pure.
 *
 * @module
 */

/** Where an epoch ends. */
export interface EpochEnd {
  /** The epoch; -1 for one that is not known. */
  readonly epoch: number;
  /** The first offset behind it; -1 for one that is not known. */
  readonly endOffset: number;
}

/** The follower's log, as far as it matters here. */
export interface FollowedLog {
  /** Offset behind its last record. */
  readonly logEndOffset: number;
  /** Where the largest epoch ends that is no larger than `epoch`; `undefined` when there is none. */
  endOffsetForEpoch(epoch: number): EpochEnd | undefined;
}

/**
 * The offset to truncate to.
 *
 * The leader names the largest epoch it knows up to the follower's last, and where that ends. A follower that has the epoch too keeps what both
 * have of it. One that has not keeps what it has of earlier epochs, and the next fetch asks about those.
 *
 * @param diverging what the leader has said
 * @param fetchOffset where the follower had wanted to go on: that is where to cut when the leader knows no such epoch
 */
export function truncationOffset(
  log: FollowedLog,
  diverging: EpochEnd,
  fetchOffset: number,
): number {
  const { logEndOffset } = log;
  if (diverging.endOffset < 0) return fetchOffset;
  const own = diverging.epoch < 0 ? undefined : log.endOffsetForEpoch(diverging.epoch);
  if (own === undefined) return Math.min(diverging.endOffset, logEndOffset);
  return own.epoch === diverging.epoch
    ? Math.min(own.endOffset, diverging.endOffset, logEndOffset)
    : Math.min(own.endOffset, logEndOffset);
}
