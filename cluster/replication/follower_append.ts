/**
 * What a follower does with records that the leader has sent.
 *
 * @module
 */

import { assert } from "@std/assert";
import type { LogAppendInfo } from "../../storage/log/append/log_append_info.ts";
import { UnexpectedAppendOffsetError } from "../../storage/log/append/unexpected_append_offset_error.ts";
import type { PartitionLog } from "../../storage/log/partition_log.ts";
import type { LogManager } from "../../storage/log_manager.ts";

/** What has been fetched of a partition. */
export interface FetchedRecords {
  /** Where they were asked for. */
  readonly fetchOffset: number;
  /** Epoch of the leader that was asked: batches of later ones are left out, as this replica may have to truncate before. */
  readonly leaderEpoch: number;
  /** Batches. */
  readonly records: Uint8Array;
  /** The leader's high watermark. */
  readonly highWatermark: number;
  /** The leader's log start offset. */
  readonly logStartOffset: number;
}

/** What has become of them. */
export interface FollowerAppend {
  /** What the log did. */
  readonly info: LogAppendInfo;
  /** Whether the high watermark has moved. */
  readonly highWatermarkMoved: boolean;
}

/**
 * Appends to the log of a follower, and takes over what the leader says is committed and is gone.
 *
 * @throws {CorruptRecordError} {@linkcode InvalidRecordError} for records that are damaged
 * @throws {LogDirError} when the disk fails
 */
export function appendFetched(
  log: PartitionLog,
  logManager: Pick<LogManager, "truncateFullyAndStartAt">,
  fetched: FetchedRecords,
): FollowerAppend {
  assert(fetched.fetchOffset === log.logEndOffset, "records are fetched for the end of the log");
  const info = append(log, logManager, fetched);
  // A leader that has just begun may know less than this log: what was committed stays so.
  const committed = Math.min(fetched.highWatermark, log.logEndOffset);
  const moved = log.maybeIncrementHighWatermark(committed) !== undefined;
  log.maybeIncrementLogStartOffset(fetched.logStartOffset);
  return { info, highWatermarkMoved: moved };
}

/**
 * The leader's log may start in the middle of a batch, after records were deleted. A follower that has nothing yet is given that batch whole, and
 * so starts its log where the batch does.
 */
function append(
  log: PartitionLog,
  logManager: Pick<LogManager, "truncateFullyAndStartAt">,
  { records, leaderEpoch }: FetchedRecords,
): LogAppendInfo {
  try {
    return log.appendAsFollower(records, leaderEpoch);
  } catch (error) {
    if (!(error instanceof UnexpectedAppendOffsetError)) throw error;
    const { logEndOffset, logStartOffset } = log;
    const isWithinFirst = logEndOffset === logStartOffset && error.firstOffset < logEndOffset &&
      error.lastOffset >= logEndOffset;
    if (!isWithinFirst) throw error;
    logManager.truncateFullyAndStartAt(log.topicPartition, error.firstOffset);
    return log.appendAsFollower(records, leaderEpoch);
  }
}
