/**
 * Copying a log into a future log in another log directory, in slices, until the copy has caught up.
 *
 * @module
 */

import type { Clock } from "../env.ts";
import type { PartitionLog } from "../log/partition_log.ts";
import { batchesIn } from "../record/memory_records.ts";
import {
  NO_PRODUCER_EPOCH,
  NO_PRODUCER_ID,
  NO_SEQUENCE,
  NO_TIMESTAMP,
} from "../record/record_batch.ts";
import { buildEmptyBatch } from "../record/record_batch_builder.ts";

/** Bytes copied at a time; a larger batch is copied whole. */
const SLICE_BYTES = 1024 * 1024;

/** Until a copy that has no room looks again, ms. */
const NO_ROOM_WAIT_MS = 100;

/** Bounds how quickly logs are copied, all that share it together. */
export interface MoveQuota {
  /** Whether nothing is to be copied at the moment. */
  isExceeded(): boolean;
  /** Takes note of bytes that were copied. */
  record(bytes: number): void;
}

/** How a copy goes on. */
export interface CopyOptions {
  readonly clock: Clock;
  /** Bounds it. Default: no limit. */
  readonly quota?: MoveQuota;
  /** Ends the copy; the future log stays and a later copy goes on with it. */
  readonly signal?: AbortSignal;
}

/**
 * Brings the future log to the end that the current one has when this resolves.
 *
 * @throws the signal's reason, when it aborts
 */
export async function copyToFutureLog(
  current: PartitionLog,
  future: PartitionLog,
  options: CopyOptions,
): Promise<void> {
  const { clock, quota, signal } = options;
  const buffer = new Uint8Array(SLICE_BYTES);
  for (;;) {
    signal?.throwIfAborted();
    if (future.logEndOffset < current.logEndOffset && quota?.isExceeded()) {
      await clock.sleep(NO_ROOM_WAIT_MS, signal);
      continue;
    }
    const copied = copySlice(current, future, buffer);
    if (copied === 0) return;
    quota?.record(copied);
    await clock.sleep(0, signal);
  }
}

/** Brings the future log to the end of the current one in one go; for the last few records. */
export function catchUp(current: PartitionLog, future: PartitionLog): void {
  const buffer = new Uint8Array(SLICE_BYTES);
  while (copySlice(current, future, buffer) > 0);
}

/**
 * Copies the next piece.
 *
 * @returns the bytes copied, 0 when the future log has all that the current one has
 */
export function copySlice(
  current: PartitionLog,
  future: PartitionLog,
  buffer: Uint8Array,
): number {
  align(current, future);
  const from = future.logEndOffset;
  if (from >= current.logEndOffset) {
    takeOffsetsOver(current, future);
    return 0;
  }
  // Truncated fully, a log may start below its first segment: nothing is there to read.
  const first = current.segments.firstSegment?.baseOffset ?? from;
  const data = current.read(Math.max(from, first), {
    maxBytes: buffer.length,
    isolation: "log_end",
  });
  if (data.size === 0) {
    // Nothing is left at the end of the log, but its offsets were given away: an empty batch keeps them, as the cleaner
    // would.
    const epoch = epochOf(current);
    const batch = buildEmptyBatch({
      baseOffset: from,
      lastOffset: current.logEndOffset - 1,
      maxTimestamp: NO_TIMESTAMP,
      timestampType: "CreateTime",
      producerId: NO_PRODUCER_ID,
      producerEpoch: NO_PRODUCER_EPOCH,
      baseSequence: NO_SEQUENCE,
      isTransactional: false,
      isControlBatch: false,
      partitionLeaderEpoch: epoch,
    });
    future.appendAsFollower(batch, epoch);
    return batch.length;
  }
  const target = data.size <= buffer.length ? buffer : new Uint8Array(data.size);
  const length = data.readInto(target, 0);
  let end = 0;
  let firstOffset: number | undefined;
  for (const batch of batchesIn(target, 0, length)) {
    firstOffset ??= batch.baseOffset;
    end += batch.sizeInBytes;
  }
  if (firstOffset !== undefined && firstOffset < from) {
    // The log starts in the middle of a batch. Only a copy that has just begun is there.
    future.truncateFullyAndStartAt(firstOffset);
  }
  future.appendAsFollower(target.subarray(0, end), epochOf(current));
  takeOffsetsOver(current, future);
  return end;
}

/** The epoch up to which batches are taken over: the current log's own. */
function epochOf(log: PartitionLog): number {
  return Math.max(log.leaderEpochCache.latestEpoch ?? 0, 0);
}

/** Undoes in the future log what the current one has undone: truncation, and deletion at its start. */
function align(current: PartitionLog, future: PartitionLog): void {
  if (future.logEndOffset < current.logStartOffset) {
    future.truncateFullyAndStartAt(current.logStartOffset);
  }
  let end = current.logEndOffset;
  const epoch = future.leaderEpochCache.latestEpoch;
  if (epoch !== undefined) {
    const shared = current.endOffsetForEpoch(epoch);
    if (shared !== undefined) end = Math.min(end, shared.endOffset);
  }
  if (future.logEndOffset > end) future.truncateTo(Math.max(end, future.logStartOffset));
}

function takeOffsetsOver(current: PartitionLog, future: PartitionLog): void {
  future.updateHighWatermark(Math.min(current.highWatermark, future.logEndOffset));
  const start = Math.min(current.logStartOffset, future.highWatermark);
  if (start > future.logStartOffset) {
    future.maybeIncrementLogStartOffset(start, "leader offset incremented");
  }
}
