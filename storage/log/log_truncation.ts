/**
 * Truncation: the log loses its end, or everything.
 *
 * @module
 */

import { OffsetOutOfRangeError } from "../errors.ts";
import { topicPartitionKey } from "../file/file_names.ts";
import { drain } from "./loading/load_progress.ts";
import { recreateActiveSegment } from "./log_roll.ts";
import { type LogState, writeLogLine } from "./log_state.ts";
import { rebuildProducerState } from "./loading/producer_state_rebuild.ts";
import { removeSegments, removeSnapshotsOf } from "./segment_deletion.ts";

/**
 * Truncates the log so that its last offset is below `targetOffset`. A batch that holds the target goes as a whole, so the
 * end may be lower than asked for: the log end offset is the target all the same.
 *
 * @returns whether there was anything to truncate
 * @throws {OffsetOutOfRangeError} below 0
 */
export function truncateLog(state: LogState, targetOffset: number): boolean {
  const { offsets, segments, leaderEpochs } = state;
  if (targetOffset < 0) {
    throw new OffsetOutOfRangeError(
      `Cannot truncate partition ${topicPartitionKey(state.topicPartition)} to a negative offset ` +
        `(${targetOffset}).`,
    );
  }
  if (targetOffset < offsets.highWatermark) {
    writeLogLine(state, "warn", "Truncating below the high watermark", {
      targetOffset,
      highWatermark: offsets.highWatermark,
    });
  }
  if (targetOffset >= offsets.logEndOffset) {
    // A leader that wrote nothing before it lost its office has left an epoch at the log end; the next leader's
    // epoch begins there as well.
    leaderEpochs.truncateFromEnd(offsets.logEndOffset);
    return false;
  }
  writeLogLine(state, "info", "Truncating", { targetOffset, logEndOffset: offsets.logEndOffset });
  if (segments.firstSegment!.baseOffset > targetOffset) {
    truncateFully(state, targetOffset, targetOffset);
    return true;
  }
  const beyond = [...segments.values()].filter((segment) => segment.baseOffset > targetOffset);
  for (const segment of beyond.toReversed()) {
    // From the end on, and each before the next: a power cut leaves no gap.
    removeSegments(state, [segment], "truncation");
    state.env.fileSystem.flushDirectory(state.directory);
  }
  const active = segments.activeSegment;
  state.written = true;
  state.unflushed.forget([active.baseOffset]);
  active.truncateTo(targetOffset);
  // No later flush comes back to this segment if the next record begins another one, and a power cut would bring back what was cut off.
  active.flushSync();
  offsets.updateLogEndOffset({
    messageOffset: targetOffset,
    segmentBaseOffset: active.baseOffset,
    relativePositionInSegment: active.size,
  });
  removeSnapshotsOf(state, beyond);
  leaderEpochs.truncateFromEnd(targetOffset);
  offsets.resetLogStartOffset(Math.min(targetOffset, offsets.logStartOffset));
  rebuildProducers(state, targetOffset);
  offsets.updateHighWatermarkWithLogEndOffset();
  offsets.maybeIncrementFirstUnstableOffset();
  return true;
}

/**
 * Deletes everything and starts again.
 *
 * @param newOffset the offset that the next record gets
 * @param logStartOffset the first offset that readers may ask for
 */
export function truncateFully(state: LogState, newOffset: number, logStartOffset: number): void {
  const { offsets, segments } = state;
  const all = [...segments.values()];
  state.written = true;
  removeSegments(state, all.slice(0, -1), "truncation of the whole log");
  state.unflushed.forget([newOffset, segments.activeSegment.baseOffset]);
  const segment = recreateActiveSegment(state, newOffset, all[all.length - 1]!);
  offsets.updateLogEndOffset({
    messageOffset: newOffset,
    segmentBaseOffset: segment.baseOffset,
    relativePositionInSegment: segment.size,
  });
  state.leaderEpochs.clearAndFlush();
  state.producers.truncateFullyAndStartAt(newOffset);
  offsets.resetLogStartOffset(logStartOffset);
  rebuildProducers(state, newOffset);
  offsets.updateHighWatermark(newOffset);
}

function rebuildProducers(state: LogState, lastOffset: number): void {
  drain(rebuildProducerState({
    env: state.env,
    producers: state.producers,
    segments: state.segments,
    logStartOffset: state.offsets.logStartOffset,
    lastOffset,
    reloadFromCleanShutdown: false,
  }));
}
