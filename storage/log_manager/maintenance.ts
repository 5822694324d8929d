/**
 * The periodic work of a log manager.
 *
 * @module
 */

import { LogDirError } from "../errors.ts";
import { topicPartitionKey } from "../file/file_names.ts";
import { parentPath } from "../file/paths.ts";
import type { PartitionLog } from "../log/partition_log.ts";
import { deleteLogs } from "./log_deletion.ts";
import { runInSlices } from "./log_loading.ts";
import { guardLog, type ManagerState, writeCheckpoint } from "./manager_state.ts";
import type { PeriodicTasks } from "./periodic_tasks.ts";

/** How soon after a roll the segments before it are flushed, ms. */
const ROLLED_FLUSH_CHECK_MS = 1000;
/** How soon files are looked for whose time is up, at the latest, ms. */
const LONGEST_DELETION_PAUSE_MS = 1000;
/** Longest stretch of work, ms. */
const SLICE_MS = 8;

/** Starts all loops. Their periods are looked up each time, so that a change of configs takes effect. */
export function startTasks(state: ManagerState, tasks: PeriodicTasks): void {
  const { configs } = state;
  const { initialTaskDelayMs } = configs.manager;
  const start = (name: string, period: () => number, task: () => unknown) =>
    tasks.start(name, initialTaskDelayMs, async () => {
      await task();
      return period();
    });
  start("log retention", () => configs.manager.retentionCheckMs, () => cleanupLogs(state));
  start("log flusher", () => configs.manager.flushCheckMs, () => flushDirtyLogs(state));
  start(
    "recovery point checkpoint",
    () => configs.manager.flushRecoveryOffsetCheckpointMs,
    () => writeCheckpoint(state, "recovery point"),
  );
  start(
    "log start offset checkpoint",
    () => configs.manager.flushStartOffsetCheckpointMs,
    () => writeCheckpoint(state, "log start offset"),
  );
  start(
    "high watermark checkpoint",
    () => configs.manager.highWatermarkCheckpointMs,
    () => writeCheckpoint(state, "high watermark"),
  );
  start(
    "producer id expiration",
    () => configs.manager.producerIdExpirationCheckIntervalMs,
    () => removeExpiredProducers(state),
  );
  tasks.start("rolled segment flush", ROLLED_FLUSH_CHECK_MS, async () => {
    await flushRolledSegments(state);
    return ROLLED_FLUSH_CHECK_MS;
  });
  // Meanwhile a log may let go of files whose time is up sooner: file.delete.delay.ms is each topic's own, and may change.
  tasks.start(
    "log deletion",
    initialTaskDelayMs,
    async () =>
      Math.min(
        await runInSlices(deleteLogs(state), state.env.clock),
        LONGEST_DELETION_PAUSE_MS,
      ),
  );
}

/** Deletes what retention lets go, of logs that are not compacted; the cleaner sees to the others. */
export async function cleanupLogs(state: ManagerState): Promise<number> {
  const { env: { clock }, directories, registry, cleaner } = state;
  const logs = cleaner?.pauseCleaningForNonCompactedPartitions() ??
    [...registry.current.values()].filter((log) => !log.config.compact);
  let deleted = 0;
  let sliceStart = clock.monotonic();
  try {
    for (const log of logs) {
      deleted += guardLog(state, log, () => log.deleteOldSegments()) ?? 0;
      const future = registry.future.get(topicPartitionKey(log.topicPartition));
      if (future !== undefined) {
        deleted += guardLog(state, future, () => future.deleteOldSegments()) ?? 0;
      }
      if (clock.monotonic() - sliceStart > SLICE_MS) {
        await clock.sleep(0);
        sliceStart = clock.monotonic();
      }
    }
  } finally {
    cleaner?.resumeCleaning(logs.map((log) => log.topicPartition));
    directories.settle();
  }
  return deleted;
}

/** Flushes every log that was last flushed `flush.ms` ago, or longer. */
export async function flushDirtyLogs(state: ManagerState): Promise<void> {
  const now = state.env.clock.now();
  for (const log of state.registry.all) {
    if (log.isClosed || now - log.lastFlushTime < log.config.flushMs) continue;
    await guardFlush(state, log, () => log.flush(false));
  }
}

/** Flushes the segments that were full, so that recovery has less to read; the active ones wait for `flush.ms`. */
export async function flushRolledSegments(state: ManagerState): Promise<void> {
  for (const log of state.registry.all) {
    if (log.isClosed) continue;
    const due = log.flushDueOffset;
    if (due !== undefined) {
      await guardFlush(state, log, () => log.flushUptoOffsetExclusive(due));
    }
  }
}

async function guardFlush(
  { env, directories }: ManagerState,
  log: PartitionLog,
  flush: () => Promise<void>,
): Promise<void> {
  try {
    await flush();
  } catch (error) {
    // Deleted, or closed, meanwhile.
    if (log.isClosed) return;
    env.logger.write("error", "Error flushing log", { directory: log.directory, error });
    if (error instanceof LogDirError) directories.diskFailed(parentPath(log.directory), error);
  }
}

/** Forgets producers that have gone silent. */
export function removeExpiredProducers({ env, registry }: ManagerState): void {
  const now = env.clock.now();
  for (const log of registry.all) log.removeExpiredProducers(now);
}
