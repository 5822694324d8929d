/**
 * Splitting a segment whose offsets do not fit into its indexes: they hold offsets relative to the base offset in 31 bits. Brokers
 * before Kafka 2.0 could write such segments when they compacted (KAFKA-6264).
 *
 * @module
 */

import { CorruptRecordError } from "../errors.ts";
import { CLEANED_SUFFIX } from "../file/file_names.ts";
import { Segment } from "../segment/segment.ts";
import { writeLogLine } from "./log_state.ts";
import { type DeletionState, removeSnapshotsOf } from "./segment_deletion.ts";
import { replaceSegments } from "./segment_swap.ts";

/** Makes an empty segment that is to replace others; whatever an interrupted attempt has left is removed. */
export function createNewCleanedSegment(
  state: Pick<DeletionState, "env" | "directory" | "config">,
  baseOffset: number,
): Segment {
  const options = {
    env: state.env,
    directory: state.directory,
    baseOffset,
    config: state.config,
    fileSuffix: CLEANED_SUFFIX,
  };
  Segment.deleteIfExists(state.env, state.directory, baseOffset, CLEANED_SUFFIX);
  return Segment.open(options);
}

/**
 * Puts two or more segments with the same records in the place of one whose offsets overflow.
 *
 * @returns the new segments
 */
export function splitOverflowedSegment(state: DeletionState, segment: Segment): Segment[] {
  writeLogLine(state, "info", "Splitting overflowed segment", { baseOffset: segment.baseOffset });
  const parts: Segment[] = [];
  try {
    copyWithoutOverflow(state, segment, parts);
    for (const part of parts) {
      part.onBecomeInactiveSegment();
      part.flushSync();
      part.setLastModified(segment.lastModified);
    }
    removeSnapshotsOf(state, replaceSegments(state, parts, [segment]));
    return parts;
  } catch (error) {
    for (const part of parts) part.deleteIfExists();
    throw error;
  }
}

/** Each part takes as many batches as its indexes can tell apart. What is torn or corrupt ends the copy, as it ends a recovery. */
function copyWithoutOverflow(state: DeletionState, source: Segment, parts: Segment[]): void {
  let position = 0;
  let reason = "the last batch is torn";
  try {
    for (;;) {
      const first = source.batches(position).next();
      if (first.done) break;
      const part = createNewCleanedSegment(state, first.value.baseOffset);
      parts.push(part);
      const appended = part.appendFromFile(source.log, position);
      if (appended === 0) {
        parts.pop()!.deleteIfExists();
        throw new CorruptRecordError(
          `A batch spans more than 2^31 offsets, at position: ${position}`,
        );
      }
      position += appended;
    }
  } catch (error) {
    if (!(error instanceof CorruptRecordError)) throw error;
    reason = error.message;
    position = parts.reduce((bytes, part) => bytes + part.size, 0);
  }
  if (position < source.size) {
    writeLogLine(state, "warn", "Cutting invalid bytes off the end of an overflowed segment", {
      baseOffset: source.baseOffset,
      position,
      bytes: source.size - position,
      reason,
    });
  }
}
