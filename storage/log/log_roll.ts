/**
 * Rolling: the active segment is sealed, and a new, empty one takes the appends.
 *
 * @module
 */

import { StorageError } from "../errors.ts";
import {
  DELETED_SUFFIX,
  logFileName,
  offsetIndexFileName,
  timeIndexFileName,
  topicPartitionKey,
  transactionIndexFileName,
} from "../file/file_names.ts";
import type { Segment } from "../segment/segment.ts";
import { type LogState, openAppendableSegment, writeLogLine } from "./log_state.ts";
import { removeLater } from "./segment_deletion.ts";

/**
 * Rolls the log. Takes a producer snapshot at the new base offset, so that recovery of the new segment need not read the ones
 * before it. Nothing is flushed here: what is below the new segment waits for the next flush.
 *
 * @param expectedNextOffset base offset of the new segment, if above the log end offset (a follower that skips a gap)
 * @returns the new active segment
 */
export function rollLog(state: LogState, expectedNextOffset = 0): Segment {
  const newSegment = rollSegment(state, expectedNextOffset);
  // The new base offset may be above what the producer state has seen (a gap): the snapshot is to be found
  // under the segment's name all the same.
  state.producers.updateMapEndOffset(newSegment.baseOffset);
  state.written = true;
  const snapshot = state.producers.takeSnapshot(false);
  if (snapshot !== undefined) state.unflushedSnapshots.add(snapshot);
  state.offsets.updateHighWatermarkWithLogEndOffset();
  return newSegment;
}

function rollSegment(state: LogState, expectedNextOffset: number): Segment {
  const { segments, offsets, directory, env } = state;
  const logEndOffset = offsets.logEndOffset;
  const newOffset = Math.max(expectedNextOffset, logEndOffset);
  const active = segments.activeSegment;
  const existing = segments.get(newOffset);
  if (existing !== undefined) {
    if (active.baseOffset !== newOffset || active.size !== 0) {
      throw rollError(state, expectedNextOffset, newOffset, "while it already exists");
    }
    // An index of a segment without records can be "full" when it may not hold a single entry (KAFKA-6388).
    writeLogLine(state, "warn", "Rolling an empty active segment: it is made anew", {
      baseOffset: newOffset,
    });
    return recreateActiveSegment(state, newOffset, active);
  }
  if (newOffset < active.baseOffset) {
    throw rollError(
      state,
      expectedNextOffset,
      newOffset,
      `lower than start offset of the active segment ${active.baseOffset}`,
    );
  }
  removeLeftovers(state, newOffset);
  active.onBecomeInactiveSegment();
  // Either way the names of this segment's files survive before there is a next one. With everything flushed
  // already, no flush will come back to it.
  if (offsets.recoveryPoint >= logEndOffset) env.fileSystem.flushDirectory(directory);
  else {
    // Not the log end offset: that lies behind the last record after a truncation to within a batch.
    state.unflushed.seal(active.baseOffset, active.readNextOffset(), offsets.recoveryPoint);
  }
  const segment = openAppendableSegment(env, directory, newOffset, state.config);
  segments.add(segment);
  state.unflushedNames = true;
  moveLogEnd(state, segment);
  writeLogLine(state, "info", "Rolled new log segment", { baseOffset: newOffset });
  return segment;
}

/**
 * Makes a new active segment first and deletes the old one then, so that the log always has one.
 *
 * @param newOffset base offset of the new segment; may be that of the old one
 */
export function recreateActiveSegment(
  state: LogState,
  newOffset: number,
  old: Segment,
): Segment {
  const sameName = newOffset === old.baseOffset;
  if (sameName) old.changeFileSuffixes("", DELETED_SUFFIX);
  const segment = openAppendableSegment(state.env, state.directory, newOffset, state.config);
  state.segments.add(segment);
  if (!sameName) {
    state.segments.remove(old.baseOffset);
    old.changeFileSuffixes("", DELETED_SUFFIX);
  }
  state.unflushedNames = true;
  removeLater(state, [old]);
  moveLogEnd(state, segment);
  return segment;
}

/** The next offset stays; where its record will go has changed. */
function moveLogEnd(state: LogState, segment: Segment): void {
  state.offsets.updateLogEndOffset({
    messageOffset: state.offsets.logEndOffset,
    segmentBaseOffset: segment.baseOffset,
    relativePositionInSegment: segment.size,
  });
}

/** Files of that base offset which no loaded segment owns, from an interrupted roll or a truncation. */
function removeLeftovers(state: LogState, baseOffset: number): void {
  const { fileSystem } = state.env;
  for (
    const nameOf of [
      logFileName,
      offsetIndexFileName,
      timeIndexFileName,
      transactionIndexFileName,
    ]
  ) {
    const path = `${state.directory}/${nameOf(baseOffset)}`;
    if (fileSystem.stat(path) === undefined) continue;
    writeLogLine(state, "warn", "Newly rolled segment file already exists; deleting it first", {
      path,
    });
    fileSystem.remove(path);
  }
}

function rollError(
  state: LogState,
  expectedNextOffset: number,
  newOffset: number,
  reason: string,
): StorageError {
  return new StorageError(
    "UNKNOWN_SERVER_ERROR",
    `Trying to roll a new log segment for topic partition ${
      topicPartitionKey(state.topicPartition)
    } with start offset ${newOffset} =max(provided offset = ${expectedNextOffset}, LEO = ${state.offsets.logEndOffset}) ${reason}`,
  );
}
