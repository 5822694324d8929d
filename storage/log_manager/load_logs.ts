/**
 * Finding and loading the logs of all directories.
 *
 * @module
 */

import { LogDirError, LogUnavailableError } from "../errors.ts";
import {
  logDeleteDirName,
  logStrayDirName,
  type ParsedLogDirName,
  parseTopicPartitionName,
  topicPartitionKey,
  uniqueId,
} from "../file/file_names.ts";
import { joinPath, parentPath } from "../file/paths.ts";
import type { LogConfig } from "../log/config/log_config.ts";
import { PartitionLog } from "../log/partition_log.ts";
import { settleInterruptedMoves, supersededLog } from "./interrupted_moves.ts";
import type { LogDirectory } from "./log_directory.ts";
import {
  type DirectoryJobs,
  loadInSlices,
  type LoadJob,
  type LoadLogsProgress,
  runInSlices,
} from "./log_loading.ts";
import { commonLogOptions, type ManagerState } from "./manager_state.ts";

/** How logs are loaded. */
export interface LoadLogsOptions {
  /** Whether a log that was found does not belong here any more. */
  readonly isStray: (log: PartitionLog) => boolean;
  readonly onProgress: (progress: LoadLogsProgress) => void;
  readonly signal: AbortSignal | undefined;
}

/** What the checkpoints say of a log. */
interface CheckpointedOffsets {
  readonly recoveryPoint: number;
  readonly logStartOffset: number;
  readonly highWatermark: number;
}

/** A directory that tiered storage keeps beside the logs. */
const REMOTE_INDEX_CACHE = "remote-log-index-cache";
/** KRaft's own log, which its own engine opens. */
const METADATA_TOPIC = "__cluster_metadata";

/** Loads all logs, and gives way to the event loop meanwhile. */
export async function loadLogs(state: ManagerState, options: LoadLogsOptions): Promise<void> {
  const { env: { clock, logger }, directories, registry, configs } = state;
  const start = clock.monotonic();
  const configsByTopic = new Map<string, LogConfig>();
  const jobs: DirectoryJobs[] = [];
  for (const directory of directories.live) {
    const found = directories.guard(
      directory,
      () => jobsOf(state, directory, configsByTopic, options),
    );
    if (found !== undefined) jobs.push({ directory: directory.path, jobs: found });
  }
  await runInSlices(
    loadInSlices(jobs, configs.manager.recoveryThreadsPerDataDir),
    clock,
    (progress) => {
      if (progress.done) {
        logger.write("info", "Completed load of log", {
          directory: progress.directory,
          log: progress.log,
          completed: progress.totalLogs - progress.remainingLogs,
          of: progress.totalLogs,
        });
      }
      options.onProgress(progress);
    },
    options.signal,
  );
  settleInterruptedMoves(state);
  const { live } = directories;
  for (const directory of live) directory.loadCompleted = true;
  logger.write("info", "Loaded logs", {
    logs: registry.all.length,
    ms: Math.round(clock.monotonic() - start),
    uncleanLogDirs: live.filter((dir) => !dir.hadCleanShutdown).map(({ path }) => path),
  });
}

/** Takes the directory's mark of a clean stop away, and lists its logs. */
function jobsOf(
  state: ManagerState,
  directory: LogDirectory,
  configsByTopic: Map<string, LogConfig>,
  options: LoadLogsOptions,
): (() => LoadJob)[] {
  const { fileSystem, logger } = state.env;
  directory.takeCleanShutdownMark();
  // A process that was killed may have left logs whose names are not on the disk yet: no flush of what is in them would help.
  if (!directory.hadCleanShutdown) fileSystem.flushDirectory(directory.path);
  const recoveryPoints = directory.readCheckpoint("recovery point");
  const logStartOffsets = directory.readCheckpoint("log start offset");
  const highWatermarks = directory.readCheckpoint("high watermark");
  const jobs: (() => LoadJob)[] = [];
  for (const { name, isDirectory } of fileSystem.list(directory.path)) {
    if (!isDirectory || name === REMOTE_INDEX_CACHE) continue;
    const parsed = parseTopicPartitionName(name);
    if (parsed === undefined) {
      throw new LogUnavailableError(
        `Found directory ${joinPath(directory.path, name)}, which is not in the form of ` +
          `topic-partition or topic-partition.uniqueId-delete (if marked for deletion): ${name}`,
      );
    }
    if (parsed.topicPartition.topic === METADATA_TOPIC) continue;
    const key = topicPartitionKey(parsed.topicPartition);
    const offsets = {
      recoveryPoint: recoveryPoints.get(key) ?? 0,
      logStartOffset: logStartOffsets.get(key) ?? 0,
      highWatermark: highWatermarks.get(key) ?? 0,
    };
    jobs.push(() => ({
      name,
      work: loadFound(state, directory, name, parsed, configsByTopic, offsets, options),
    }));
  }
  const fields = { directory: directory.path, logs: jobs.length };
  if (jobs.length === 0) logger.write("info", "No logs found to be loaded", fields);
  else if (directory.hadCleanShutdown) {
    logger.write("info", "Skipping recovery of logs since clean shutdown file was found", fields);
  } else {
    logger.write("info", "Recovering logs since no clean shutdown file was found", fields);
  }
  return jobs;
}

/** One directory of a partition: loaded, queued for deletion, or put aside. */
function* loadFound(
  state: ManagerState,
  parent: LogDirectory,
  name: string,
  { topicPartition, kind }: ParsedLogDirName,
  configsByTopic: Map<string, LogConfig>,
  offsets: CheckpointedOffsets,
  { isStray }: LoadLogsOptions,
): Generator<{ readonly bytes: number }, void> {
  const { env, directories, registry } = state;
  const directory = joinPath(parent.path, name);
  if (directories.liveAt(parent.path) === undefined) return;
  if (kind === "delete") {
    // Kafka loads it first, and recovers it after an unclean stop, only to delete it.
    queueForDeletion(state, parent.path, directory);
    return;
  }
  if (kind === "stray") {
    addStray(state, directory);
    return;
  }
  const { topic } = topicPartition;
  let config = configsByTopic.get(topic);
  if (config === undefined) configsByTopic.set(topic, config = state.configs.of(topic));
  let log: PartitionLog;
  try {
    log = yield* PartitionLog.load({
      ...commonLogOptions(state, directory, topicPartition, config),
      logStartOffset: offsets.logStartOffset,
      recoveryPoint: offsets.recoveryPoint,
      hadCleanShutdown: parent.hadCleanShutdown,
    });
  } catch (error) {
    if (!(error instanceof LogDirError)) throw error;
    env.logger.write("error", "Error while loading log", { directory, error });
    directories.fail(parent.path, error);
    return;
  }
  if (directories.liveAt(parent.path) === undefined) {
    // The directory failed while this log was being loaded.
    log.closeHandlers();
    return;
  }
  log.updateHighWatermark(offsets.highWatermark);
  if (isStray(log)) {
    log.renameDir(logStrayDirName(topicPartition, uniqueId(env.random)), false);
    log.close();
    addStray(state, log.directory);
    return;
  }
  const key = topicPartitionKey(topicPartition);
  const logs = registry.logs(kind === "future");
  const other = logs.get(key);
  if (other !== undefined) {
    const superseded = kind === "log" ? supersededLog(env.fileSystem, log, other) : undefined;
    if (superseded !== undefined) {
      if (superseded === other) logs.set(key, log);
      directories.guard(directories.liveAt(parentPath(superseded.directory)), () => {
        superseded.renameDir(logDeleteDirName(topicPartition, uniqueId(env.random)), false);
        superseded.closeHandlers();
        queueForDeletion(state, parentPath(superseded.directory), superseded.directory);
      });
      return;
    }
    log.closeHandlers();
    throw new LogUnavailableError(
      `Duplicate log directories for ${kind === "future" ? "future " : ""}${key} are found in ` +
        `both ${directory} and ${other.directory}. It is likely because a log directory failed ` +
        "while the log was being moved; delete the one in the directory that is known to have failed",
    );
  }
  logs.set(key, log);
}

/** Has a directory removed that is on its way out. */
function queueForDeletion(
  { env: { clock, fileSystem }, deletions }: ManagerState,
  parent: string,
  directory: string,
): void {
  deletions.add({
    directory,
    parent,
    since: clock.now(),
    remove: () => fileSystem.remove(directory),
    close: () => {},
  });
}

/** Lists a log that does not belong here. */
export function addStray({ env, registry }: ManagerState, directory: string): void {
  registry.strays.add(directory);
  env.logger.write("warn", "Stray log is kept aside and not served", { directory });
}
