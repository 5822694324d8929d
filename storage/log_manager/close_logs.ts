/**
 * The end of a log manager.
 *
 * @module
 */

import type { PartitionLog } from "../log/partition_log.ts";
import type { LogDirectory } from "./log_directory.ts";
import { trySucceeds } from "./log_directories.ts";
import { checkpointed, type ManagerState } from "./manager_state.ts";

/** Flushes and closes all logs, writes the checkpoints, and marks the directories as cleanly stopped. */
export async function closeLogs(
  state: ManagerState,
  brokerEpoch: number | undefined,
): Promise<void> {
  const { directories, registry } = state;
  try {
    const logs = registry.byDirectory();
    // The directories are disks of their own: they are flushed side by side.
    await Promise.all(
      directories.live.map((directory) =>
        closeDirectory(state, directory, logs.get(directory.path) ?? [], brokerEpoch)
      ),
    );
  } finally {
    releaseEverything(state);
  }
}

async function closeDirectory(
  { env, directories, configs }: ManagerState,
  directory: LogDirectory,
  logs: readonly PartitionLog[],
  brokerEpoch: number | undefined,
): Promise<void> {
  let closedWell = true;
  const left = logs.values();
  const closeSome = async () => {
    for (const log of left) {
      try {
        await log.flush(true);
        log.close();
      } catch (error) {
        closedWell = false;
        env.logger.write("warn", "Error while closing log", { directory: log.directory, error });
      }
    }
  };
  // Each takes the next log that is left, so that a disk has several flushes to do at a time.
  const atOnce = Math.min(configs.manager.recoveryThreadsPerDataDir, logs.length);
  await Promise.all(Array.from({ length: atOnce }, closeSome));
  // Logs that were not loaded have not been recovered.
  if (!closedWell || !(directory.hadCleanShutdown || directory.loadCompleted)) return;
  directories.guard(directory, () => {
    const checkpoints = logs.map(checkpointed);
    directory.writeCheckpoint("recovery point", checkpoints);
    directory.writeCheckpoint("log start offset", checkpoints);
    directory.writeCheckpoint("high watermark", checkpoints);
    directory.markCleanShutdown(brokerEpoch);
  });
}

/** After a start that failed: what was stopped cleanly, and was not changed since, is so still; nothing else is marked. */
export function abandonLogs(state: ManagerState): void {
  const { directories, registry } = state;
  const logs = registry.byDirectory();
  for (const directory of directories.live) {
    if (!directory.hadCleanShutdown) continue;
    const own = logs.get(directory.path) ?? [];
    if (own.every((log) => trySucceeds(() => log.close()))) {
      trySucceeds(() => directory.markCleanShutdown());
    }
  }
  releaseEverything(state);
}

function releaseEverything({ directories, registry, deletions }: ManagerState): void {
  for (const log of registry.all) trySucceeds(() => log.closeHandlers());
  trySucceeds(() => deletions.close());
  directories.release();
}
