/**
 * How far one listener of the metadata log has come, and bringing it further.
 *
 * @module
 */

import type { FileSystem } from "../../storage/file/file_system.ts";
import type { RecordBatch } from "../../storage/record/record_batch.ts";
import type { CommittedBatch, LeaderAndEpoch, RaftListener } from "./raft_listener.ts";
import type { RaftLog } from "./raft_log.ts";
import { batchValues, snapshotRecords } from "./snapshot_reader.ts";

/** A batch as listeners see it. */
export function committedBatch(batch: RecordBatch): CommittedBatch {
  return {
    baseOffset: batch.baseOffset,
    lastOffset: batch.lastOffset,
    epoch: batch.partitionLeaderEpoch,
    appendTimestamp: batch.maxTimestamp,
    sizeInBytes: batch.sizeInBytes,
    records: batch.isControlBatch ? [] : batchValues(batch),
  };
}

/** One listener. */
export class ListenerContext {
  /** The listener. */
  readonly listener: RaftListener;
  #nextOffset: number | undefined;
  #leader: LeaderAndEpoch = { leaderId: undefined, epoch: 0 };

  /** It has seen nothing. */
  constructor(listener: RaftListener) {
    this.listener = listener;
  }

  /** Offset of the next batch that it is to see; `undefined` before the first. */
  get nextOffset(): number | undefined {
    return this.#nextOffset;
  }

  /**
   * Gives the listener what is committed and it has not seen: from memory where that follows on what it has seen, else from
   * the latest snapshot and the log.
   *
   * @param fresh batches that have just been committed, in order
   */
  catchUp(log: RaftLog, fileSystem: FileSystem, fresh: readonly CommittedBatch[]): void {
    const { highWatermark } = log;
    const seen = this.#nextOffset;
    if (seen === undefined || seen < log.startOffset) {
      const latest = log.snapshots.latest;
      if (latest !== undefined && (seen ?? -1) < highWatermark) {
        this.listener.handleSnapshot(
          snapshotRecords(fileSystem, log.snapshots.path(latest)),
          latest,
        );
      }
      this.#nextOffset = latest?.offset ?? 0;
    }
    for (const batch of fresh) {
      if (batch.baseOffset === this.#nextOffset) this.#commit(batch);
    }
    if (this.#nextOffset! >= highWatermark) return;
    for (const batch of log.batches(this.#nextOffset!, highWatermark)) {
      this.#commit(committedBatch(batch));
    }
  }

  /**
   * Tells the listener who leads, when that is new to it.
   *
   * @param epochStartOffset where the epoch of this node begins, when it leads: it must have seen what is before
   */
  tellLeader(leader: LeaderAndEpoch, epochStartOffset: number | undefined): void {
    const isKnown = leader.epoch === this.#leader.epoch &&
      leader.leaderId === this.#leader.leaderId;
    if (isKnown) return;
    if (epochStartOffset !== undefined && !((this.#nextOffset ?? -1) > epochStartOffset)) return;
    this.#leader = leader;
    this.listener.handleLeaderChange(leader);
  }

  #commit(batch: CommittedBatch): void {
    this.listener.handleCommit(batch);
    this.#nextOffset = batch.lastOffset + 1;
  }
}
