/**
 * Truncating logs, out of the cleaner's way.
 *
 * @module
 */

import { LogDirError } from "../errors.ts";
import type { TopicPartition } from "../file/file_names.ts";
import { parentPath } from "../file/paths.ts";
import type { PartitionLog } from "../log/partition_log.ts";
import { guardLog, type ManagerState, writeCheckpoint } from "./manager_state.ts";

/** Truncates logs, with their copies on the way to another directory, and writes the recovery points of their directories. */
export function truncateLogs(
  state: ManagerState,
  offsets: Iterable<readonly [TopicPartition, number]>,
  isFuture: boolean,
): void {
  const affected = new Set<string>();
  for (const [topicPartition, offset] of offsets) {
    const log = state.registry.get(topicPartition, isFuture);
    if (log === undefined) continue;
    // A log that was moved can be clean up into its active segment. Kafka lets the cleaner's checkpoint stand
    // then, and what is appended below it later goes uncleaned until it is overtaken.
    const stopsCleaner = !isFuture &&
      (log.config.compact || offset < log.activeSegment.baseOffset);
    withoutCleaning(state, stopsCleaner ? log : undefined, () => {
      if (truncating(state, log, () => log.truncateTo(offset))) {
        affected.add(parentPath(log.directory));
      }
    });
    const copy = isFuture ? undefined : state.registry.get(topicPartition, true);
    // At once: later it would not show, if the log has grown again in the same leader epoch.
    if (copy !== undefined && guardLog(state, copy, () => copy.truncateTo(offset))) {
      affected.add(parentPath(copy.directory));
    }
  }
  if (affected.size > 0) writeCheckpoint(state, "recovery point", ...affected);
}

/** Deletes all records of a log, and starts it at another offset. */
export function truncateLogFully(
  state: ManagerState,
  topicPartition: TopicPartition,
  newOffset: number,
  logStartOffset: number,
  isFuture: boolean,
): void {
  const log = state.registry.get(topicPartition, isFuture);
  if (log === undefined) return;
  withoutCleaning(state, isFuture ? undefined : log, () => {
    truncating(state, log, () => log.truncateFullyAndStartAt(newOffset, logStartOffset));
  });
  const affected = [parentPath(log.directory)];
  const copy = isFuture ? undefined : state.registry.get(topicPartition, true);
  if (copy !== undefined) {
    guardLog(state, copy, () => copy.truncateFullyAndStartAt(newOffset, logStartOffset));
    affected.push(parentPath(copy.directory));
  }
  writeCheckpoint(state, "recovery point", ...affected);
}

/** Truncates a log. One whose truncation fails half-way is of no use until it is loaded anew: its directory goes offline. */
function truncating<T>({ directories }: ManagerState, log: PartitionLog, truncate: () => T): T {
  try {
    return truncate();
  } catch (error) {
    if (error instanceof LogDirError) directories.fail(parentPath(log.directory), error);
    throw error;
  }
}

/** Does something that the cleaner must not meet, and takes the cleaner's checkpoint back to the active segment. */
function withoutCleaning(
  { cleaner }: ManagerState,
  log: PartitionLog | undefined,
  work: () => void,
): void {
  if (log === undefined || cleaner === undefined) return work();
  const { topicPartition } = log;
  cleaner.abortAndPauseCleaning(topicPartition);
  try {
    work();
    const directory = parentPath(log.directory);
    cleaner.maybeTruncateCheckpoint(directory, topicPartition, log.activeSegment.baseOffset);
  } finally {
    cleaner.resumeCleaning([topicPartition]);
  }
}
