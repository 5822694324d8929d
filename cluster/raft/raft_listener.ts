/**
 * What follows the metadata log: it is told of every committed batch in order, once.
 *
 * @module
 */

import type { OffsetAndEpoch } from "./offset_and_epoch.ts";

/** One batch below the high watermark. A control batch of the quorum has no records, but moves the offset on. */
export interface CommittedBatch {
  /** Offset of the first record. */
  readonly baseOffset: number;
  /** Offset of the last record. */
  readonly lastOffset: number;
  /** Epoch of the leader that wrote it. */
  readonly epoch: number;
  /** When the leader wrote it, ms since the epoch. */
  readonly appendTimestamp: number;
  /** Bytes it takes in the log. */
  readonly sizeInBytes: number;
  /** The values: framed metadata records. Empty for a control batch. */
  readonly records: readonly Uint8Array[];
}

/** Who leads, as far as is known. */
export interface LeaderAndEpoch {
  /** The leader; `undefined` while there is none. */
  readonly leaderId: number | undefined;
  /** The epoch. */
  readonly epoch: number;
}

/** Follows the metadata log. Calls come one after the other, in the order of the log; what a listener throws reaches the caller. */
export interface RaftListener {
  /** Takes the next batch. */
  handleCommit(batch: CommittedBatch): void;
  /**
   * Takes a snapshot: what the listener had before is void, and the next batch begins at `id.offset`. The snapshot of offset 0 is the one
   * that formatting writes; it holds no committed state.
   *
   * @param records framed metadata records, read as they are asked for
   * @param id where the snapshot ends
   */
  handleSnapshot(records: Iterable<Uint8Array>, id: OffsetAndEpoch): void;
  /** Takes a change of leader. That this node leads is told once everything before its epoch has been taken. */
  handleLeaderChange(leader: LeaderAndEpoch): void;
}
