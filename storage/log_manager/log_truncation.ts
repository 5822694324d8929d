/**
 * Truncating logs, out of the cleaner's way.
 *
 * @module
 */

import type { TopicPartition } from "../file/file_names.ts";
import { parentPath } from "../file/paths.ts";
import type { PartitionLog } from "../log/partition_log.ts";
import { type ManagerState, writeCheckpoint } from "./manager_state.ts";

/** Truncates logs, and writes the recovery points of their directories. */
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
      if (log.truncateTo(offset)) affected.add(parentPath(log.directory));
    });
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
    log.truncateFullyAndStartAt(newOffset, logStartOffset);
  });
  writeCheckpoint(state, "recovery point", parentPath(log.directory));
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
