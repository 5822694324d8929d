/**
 * The beginning of the log moves: by retention, and by who asks for it.
 *
 * @module
 */

import { OffsetOutOfRangeError } from "../errors.ts";
import { topicPartitionKey } from "../file/file_names.ts";
import { rollLog } from "./log_roll.ts";
import { type LogState, writeLogLine } from "./log_state.ts";
import { findDeletableSegments } from "./retention.ts";
import { removeSegments, removeSnapshotsOf } from "./segment_deletion.ts";

/** Why the log start offset moves, as the operator reads it. */
export type LogStartOffsetIncrementReason =
  | "leader offset incremented"
  | "segment deletion"
  | "client delete records request"
  | "snapshot generated";

/**
 * Raises the log start offset, up to the high watermark. The records below are gone for readers at once; their segments go when
 * all of a segment is below.
 *
 * @returns whether it was raised
 * @throws {OffsetOutOfRangeError} above the high watermark
 */
export function incrementLogStartOffset(
  state: LogState,
  newLogStartOffset: number,
  reason: LogStartOffsetIncrementReason,
): boolean {
  const { offsets } = state;
  if (newLogStartOffset > offsets.highWatermark) {
    throw new OffsetOutOfRangeError(
      `Cannot increment the log start offset to ${newLogStartOffset} of partition ${
        topicPartitionKey(state.topicPartition)
      } since it is larger than the high watermark ${offsets.highWatermark}`,
    );
  }
  if (newLogStartOffset <= offsets.logStartOffset) return false;
  offsets.updateLogStartOffset(newLogStartOffset);
  writeLogLine(state, "info", "Incremented log start offset", {
    logStartOffset: newLogStartOffset,
    reason,
  });
  state.leaderEpochs.truncateFromStart(newLogStartOffset);
  state.producers.onLogStartOffsetIncremented(newLogStartOffset);
  offsets.maybeIncrementFirstUnstableOffset();
  return true;
}

/**
 * Deletes the segments that retention lets go: below the log start offset always; by size and age when
 * `cleanup.policy` has `delete`. When even the active segment has expired, a new one is rolled first.
 *
 * @returns how many segments were deleted
 */
export function deleteOldSegments(state: LogState): number {
  const { offsets, segments } = state;
  const all = [...segments.values()];
  const decision = findDeletableSegments({
    segments: all,
    config: state.config,
    now: state.env.clock.now(),
    logStartOffset: offsets.logStartOffset,
    logEndOffset: offsets.logEndOffset,
    highWatermark: offsets.highWatermark,
  });
  for (const { message, baseOffset, timestamp, usedFileTime } of decision.warnings) {
    writeLogLine(state, "warn", message, { baseOffset, timestamp, usedFileTime });
  }
  if (decision.deletions.length === 0) return 0;
  if (decision.includesActive) rollLog(state);
  for (const { message, baseOffset, reason } of decision.deletions) {
    writeLogLine(state, "info", message, { baseOffset, reason });
  }
  const deletable = all.slice(0, decision.deletions.length);
  const next = segments.higherSegment(deletable[deletable.length - 1]!.baseOffset)!;
  incrementLogStartOffset(state, next.baseOffset, "segment deletion");
  removeSegments(state, deletable, "retention");
  removeSnapshotsOf(state, deletable);
  state.unflushedNames = true;
  return deletable.length;
}
