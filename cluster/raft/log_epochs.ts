/**
 * The epochs of the metadata log: those of its records, and that of the snapshot that it begins behind.
 *
 * @module
 */

import { CorruptRecordError } from "../../storage/errors.ts";
import type { PartitionLog } from "../../storage/log/partition_log.ts";
import type { OffsetAndEpoch } from "./offset_and_epoch.ts";
import type { SnapshotFiles } from "./snapshot_files.ts";

/** What is looked at of the log. */
type Log = Pick<
  PartitionLog,
  "endOffsetForEpoch" | "leaderEpochCache" | "logEndOffset" | "logStartOffset"
>;
/** What is looked at of the snapshots. */
type Snapshots = Pick<SnapshotFiles, "earliest" | "latest">;

/**
 * Epoch of the last record, or of the snapshot behind which nothing is; 0 when there is nothing at all.
 *
 * @throws {CorruptRecordError} when no epoch of a record is known, and the log does not end with its latest snapshot
 */
export function lastEpoch(
  { leaderEpochCache, logEndOffset, logStartOffset }: Log,
  { latest }: Snapshots,
): number {
  const epoch = leaderEpochCache.latestEpoch;
  if (epoch !== undefined) return epoch;
  if (latest === undefined) return 0;
  // The epochs begin with the snapshot; the log, once it was opened again, with the segment that holds its place.
  if (latest.offset === logEndOffset) return latest.epoch;
  throw new CorruptRecordError(
    `Log doesn't have a last fetch epoch and there is a snapshot (offset ${latest.offset}, epoch ${latest.epoch}). ` +
      `Expected the snapshot's end offset to match the log's end offset (${logEndOffset}); the log start offset is ${logStartOffset}`,
  );
}

/** The largest epoch in the log up to `epoch`, and where it ends; the log's end when there is none. */
export function endOffsetForEpoch(log: Log, snapshots: Snapshots, epoch: number): OffsetAndEpoch {
  const found = log.endOffsetForEpoch(epoch);
  if (found === undefined) return { offset: log.logEndOffset, epoch: lastEpoch(log, snapshots) };
  const { earliest } = snapshots;
  // The log does not have that epoch, but the snapshot that it begins behind may.
  if (earliest?.offset === found.endOffset && found.epoch === epoch) return earliest;
  return { offset: found.endOffset, epoch: found.epoch };
}
