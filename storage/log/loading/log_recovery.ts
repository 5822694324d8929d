/**
 * Recovery: what was written after the last flush is read again, batch by batch, and what cannot be trusted is cut off.
 *
 * @module
 */

import { LogDirError, StorageError } from "../../errors.ts";
import type { Segment } from "../../segment/segment.ts";
import { SegmentOffsetOverflowError } from "../../segment/segment_offset_overflow_error.ts";
import type { LoadProgress } from "./load_progress.ts";
import { openAppendableSegment, writeLogLine } from "../log_state.ts";
import type { LoadingLog } from "./log_loader.ts";
import { ProducerStateManager } from "../producer/producer_state_manager.ts";
import { rebuildProducerState } from "./producer_state_rebuild.ts";
import { removeSegments, removeSnapshotsOf } from "../segment_deletion.ts";
import { salvageSegment } from "./segment_salvage.ts";

/** What recovery found out. */
export interface RecoveryOffsets {
  readonly recoveryPoint: number;
  readonly nextOffset: number;
}

/**
 * Re-checks the segments that reach beyond the recovery point, unless the log was closed cleanly, and makes sure that there is an active
 * segment (Kafka's `recoverLog`).
 */
export function* recoverLog(log: LoadingLog): Generator<LoadProgress, RecoveryOffsets> {
  if (!log.hadCleanShutdown) yield* recoverUnflushedSegments(log);
  const logEndOffset = removeAllWhenLogStartIsBeyondEnd(log);
  if (log.segments.isEmpty) {
    log.segments.add(
      openAppendableSegment(log.env, log.directory, log.logStartOffset, log.config),
    );
  }
  // The recovery point moves forward with a flush only: if it moved here, a crash before the next flush would leave
  // unflushed segments unchecked.
  if (log.hadCleanShutdown && logEndOffset !== undefined) {
    return { recoveryPoint: logEndOffset, nextOffset: logEndOffset };
  }
  const nextOffset = logEndOffset ?? log.segments.activeSegment.readNextOffset();
  return { recoveryPoint: Math.min(log.recoveryPoint, nextOffset), nextOffset };
}

function* recoverUnflushedSegments(log: LoadingLog): Generator<LoadProgress, void> {
  const unflushed = [...log.segments.values(log.recoveryPoint, Infinity)];
  for (let i = 0; i < unflushed.length; i++) {
    let segment = unflushed[i]!;
    writeLogLine(log, "info", "Recovering unflushed segment", {
      baseOffset: segment.baseOffset,
      recovered: i,
      unflushed: unflushed.length,
    });
    if (log.recovery === "salvage") {
      segment = yield* salvageSegment(log, segment);
    }
    // What is damaged before it says nothing about this segment: it must not be emptied for that.
    const producers = yield* producersBefore(log, segment);
    let truncatedBytes: number;
    try {
      truncatedBytes = yield* recoverWith(producers, log, segment);
    } catch (error) {
      if (!isBrokenContent(error)) throw error;
      const bytes = segment.size;
      truncatedBytes = segment.truncateTo(segment.baseOffset);
      writeLogLine(log, "warn", "Emptied a segment whose offsets cannot be", {
        baseOffset: segment.baseOffset,
        bytes,
        reason: error.message,
      });
    }
    yield { bytes: 0, segments: 1 };
    if (settleEnd(log, segment, truncatedBytes, unflushed.slice(i + 1))) return;
  }
}

/**
 * Cuts the log off at a segment that has lost its end: to corruption, or because it was not flushed before a power cut.
 *
 * @param later the segments behind it
 * @returns whether the log was cut off, and `later` is gone
 */
function settleEnd(
  log: LoadingLog,
  segment: Segment,
  truncatedBytes: number,
  later: readonly Segment[],
): boolean {
  const { baseOffset } = segment;
  const nextOffset = segment.readNextOffset();
  const expectedOffset = log.unflushed.endOf(baseOffset) ?? nextOffset;
  if (truncatedBytes === 0 && nextOffset >= expectedOffset) return false;
  const cuts = log.recovery === "kafka";
  if (truncatedBytes > 0 || later.length > 0) {
    const reason = truncatedBytes > 0
      ? "Corruption found in segment, truncating"
      : "The end of a segment was lost before it was flushed";
    writeLogLine(log, "warn", reason, {
      baseOffset,
      position: segment.size,
      truncatedBytes,
      nextOffset,
      expectedOffset,
      deletedSegments: cuts ? later.map((each) => each.baseOffset) : [],
      deletedBytes: cuts ? later.reduce((bytes, each) => bytes + each.size, 0) : 0,
    });
  }
  if (cuts && later.length > 0) {
    removeSegments(log, later, "log recovery");
    removeSnapshotsOf(log, later);
    // A power cut must not bring them back once it is forgotten that records are missing before them.
    log.env.fileSystem.flushDirectory(log.directory);
  }
  log.unflushed.forget([baseOffset]);
  return cuts;
}

function isBrokenContent(error: unknown): error is StorageError {
  return error instanceof StorageError && !(error instanceof LogDirError) &&
    !(error instanceof SegmentOffsetOverflowError);
}

/**
 * Rebuilds one segment's indexes and cuts it at the first invalid batch. Uses a producer state of its own, and leaves a
 * snapshot behind for the next segment.
 *
 * @returns the bytes that were cut off
 * @throws {CorruptRecordError} when a segment before it, of which the producer state must be made, is damaged
 */
export function* recoverSegment(
  log: LoadingLog,
  segment: Segment,
): Generator<LoadProgress, number> {
  return yield* recoverWith(yield* producersBefore(log, segment), log, segment);
}

/** The producer state at the beginning of a segment. */
function* producersBefore(
  log: LoadingLog,
  segment: Segment,
): Generator<LoadProgress, ProducerStateManager> {
  log.snapshotsMayHaveChanged = true;
  const producers = new ProducerStateManager({
    env: log.env,
    directory: log.directory,
    topicPartition: log.topicPartition,
    maxTransactionTimeoutMs: log.producers.maxTransactionTimeoutMs,
    producerIdExpirationMs: log.producers.producerIdExpirationMs,
  });
  yield* rebuildProducerState({
    env: log.env,
    producers,
    segments: log.segments,
    logStartOffset: log.logStartOffset,
    lastOffset: segment.baseOffset,
    reloadFromCleanShutdown: false,
  });
  return producers;
}

function* recoverWith(
  producers: ProducerStateManager,
  log: LoadingLog,
  segment: Segment,
): Generator<LoadProgress, number> {
  const recovery = segment.recover(producers, log.leaderEpochs);
  for (;;) {
    const step = recovery.next();
    if (step.done) {
      producers.takeSnapshot();
      log.recoveredProducers = producers;
      return step.value;
    }
    yield { bytes: step.value.bytes, segments: 0 };
  }
}

/** The log end offset; `undefined` when there is no segment, or none is left because all lie below the log start. */
function removeAllWhenLogStartIsBeyondEnd(log: LoadingLog): number | undefined {
  const last = log.segments.lastSegment;
  if (last === undefined) return undefined;
  const logEndOffset = last.readNextOffset();
  if (logEndOffset >= log.logStartOffset) return logEndOffset;
  writeLogLine(
    log,
    "warn",
    "Deleting all segments because the log end offset is below the log start offset",
    { logEndOffset, logStartOffset: log.logStartOffset },
  );
  const all = [...log.segments.values()];
  removeSegments(log, all, "log recovery");
  removeSnapshotsOf(log, all);
  log.leaderEpochs.clearAndFlush();
  log.producers.truncateFullyAndStartAt(log.logStartOffset);
  return undefined;
}
