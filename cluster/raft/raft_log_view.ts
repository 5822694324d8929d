/**
 * What the state machine sees of the metadata log, and what follows from that for replicas that compare theirs.
 *
 * @module
 */

import type { OffsetAndEpoch } from "./offset_and_epoch.ts";
import { BOOTSTRAP_SNAPSHOT_ID } from "./snapshot_path.ts";

/** The log and its snapshots, to look at. */
export interface RaftLogView {
  /** First offset that can be read. */
  readonly startOffset: number;
  /** Offset that the next record gets. */
  readonly endOffset: number;
  /** Below it, records are committed. */
  readonly highWatermark: number;
  /** Epoch of the last record, or of the snapshot that the log begins behind. */
  readonly lastEpoch: number;
  /** The largest epoch in the log up to `epoch`, and where it ends; the log's end when there is none. */
  endOffsetForEpoch(epoch: number): OffsetAndEpoch;
  /** Its snapshots. */
  readonly snapshots: {
    /** The oldest. */
    readonly earliest: OffsetAndEpoch | undefined;
    /** The newest. */
    readonly latest: OffsetAndEpoch | undefined;
    /** Bytes of one; `undefined` when there is none of that name. */
    size(id: OffsetAndEpoch): number | undefined;
  };
}

/** How the end of another replica's log fits to this one (Kafka's `ValidOffsetAndEpoch`). */
export type LogMatch =
  /** What follows can be sent. */
  | { readonly kind: "valid" }
  /** The other log must be truncated; this is the end of the last epoch that both may have. */
  | { readonly kind: "diverging"; readonly end: OffsetAndEpoch }
  /** What follows is gone here; the snapshot has it. */
  | { readonly kind: "snapshot"; readonly id: OffsetAndEpoch };

const VALID: LogMatch = { kind: "valid" };

/** Compares the end of another replica's log with this log. */
export function matchLog(log: RaftLogView, end: OffsetAndEpoch): LogMatch {
  const { latest, earliest } = log.snapshots;
  const isBootstrap = latest !== undefined && latest.offset === BOOTSTRAP_SNAPSHOT_ID.offset &&
    latest.epoch === BOOTSTRAP_SNAPSHOT_ID.epoch;
  if (end.offset === 0 && latest !== undefined && !isBootstrap) {
    return { kind: "snapshot", id: latest };
  }
  if (log.startOffset === 0 && end.offset === 0) return VALID;
  if (earliest !== undefined && latest !== undefined) {
    const isGone = end.offset < log.startOffset ||
      end.offset === log.startOffset && end.epoch !== earliest.epoch ||
      end.epoch < earliest.epoch;
    if (isGone) return { kind: "snapshot", id: latest };
  }
  const ours = log.endOffsetForEpoch(end.epoch);
  const agrees = ours.epoch === end.epoch && end.offset <= ours.offset;
  return agrees ? VALID : { kind: "diverging", end: ours };
}

/** To which offset this log is truncated when the leader's log parts from it at `leaders`. */
export function truncationOffset(log: RaftLogView, leaders: OffsetAndEpoch): number {
  if (leaders.epoch === 0) return Math.min(leaders.offset, log.endOffset);
  const ours = log.endOffsetForEpoch(leaders.epoch);
  return ours.epoch === leaders.epoch ? Math.min(ours.offset, leaders.offset) : ours.offset;
}
