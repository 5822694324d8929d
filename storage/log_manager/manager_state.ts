/**
 * What the rooms of the log manager share. {@linkcode LogManager} owns it; the functions around it each do one thing to it.
 *
 * @module
 */

import type { LogCleaner } from "../cleaner/log_cleaner.ts";
import type { Env } from "../env.ts";
import { parentPath } from "../file/paths.ts";
import type { TopicPartition } from "../file/file_names.ts";
import type { LogConfig } from "../log/config/log_config.ts";
import type { PartitionLog, PartitionLogOptions } from "../log/partition_log.ts";
import type { ProducerConfig } from "../log/producer/producer_state_manager.ts";
import type { LogConfigs } from "./log_configs.ts";
import type { CheckpointedLog, CheckpointName } from "./log_directory.ts";
import type { LogDirectories } from "./log_directories.ts";
import type { LogManagerConfig } from "./log_manager_config.ts";
import type { LogRegistry } from "./log_registry.ts";
import type { NewLogs } from "./new_logs.ts";
import type { PendingDeletions } from "./pending_deletions.ts";

/** The shared state of a log manager. */
export interface ManagerState {
  /** The world; its file system reports the errors of the disks. */
  readonly env: Env;
  readonly directories: LogDirectories;
  readonly registry: LogRegistry;
  readonly configs: LogConfigs;
  readonly deletions: PendingDeletions;
  readonly newLogs: NewLogs;
  /** There from the end of loading on, unless it is switched off. */
  cleaner: LogCleaner | undefined;
}

/** What is the same for every log that is opened. */
export function commonLogOptions(
  { env, configs: { manager } }: ManagerState,
  directory: string,
  topicPartition: TopicPartition,
  config: LogConfig,
): Omit<PartitionLogOptions, "hadCleanShutdown"> {
  return {
    env,
    directory,
    topicPartition,
    config,
    maxTransactionTimeoutMs: manager.maxTransactionTimeoutMs,
    ...producerConfig(manager),
  };
}

/** What every log is told of producers, and again when it changes. */
export function producerConfig(manager: LogManagerConfig): ProducerConfig {
  return {
    producerIdExpirationMs: manager.producerIdExpirationMs,
    transactionVerificationEnabled: manager.transactionPartitionVerificationEnable,
  };
}

/** What the checkpoints say of a log. */
export function checkpointed(log: PartitionLog): CheckpointedLog {
  return {
    topicPartition: log.topicPartition,
    recoveryPoint: log.recoveryPoint,
    logStartOffset: log.logStartOffset,
    highWatermark: log.highWatermark,
    firstSegmentOffset: log.segments.firstSegment?.baseOffset ?? log.logStartOffset,
  };
}

/** Writes a checkpoint of all directories that work, or of some. */
export function writeCheckpoint(
  { directories, registry }: ManagerState,
  name: CheckpointName,
  ...paths: readonly string[]
): void {
  const logs = registry.byDirectory();
  for (const directory of directories.live) {
    const { path } = directory;
    if (paths.length > 0 && !paths.includes(path)) continue;
    directories.guard(directory, () => {
      directory.writeCheckpoint(name, (logs.get(path) ?? []).map(checkpointed));
    });
  }
  directories.settle();
}

/** Does something with a log; an error of the disk takes its directory offline, and the result is `undefined`. */
export function guardLog<T>(
  { directories }: ManagerState,
  log: PartitionLog,
  work: () => T,
): T | undefined {
  return log.isClosed
    ? undefined
    : directories.guard(directories.liveAt(parentPath(log.directory)), work);
}
