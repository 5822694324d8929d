/**
 * Making a log: choosing its directory, and trying the next when a disk refuses.
 *
 * @module
 */

import { LogDirError, LogUnavailableError } from "../errors.ts";
import {
  logDirName,
  logFutureDirName,
  type TopicPartition,
  topicPartitionKey,
  uniqueId,
} from "../file/file_names.ts";
import { joinPath, parentPath } from "../file/paths.ts";
import { overriddenConfigsAsLoggableString } from "../log/config/log_config.ts";
import { PartitionLog } from "../log/partition_log.ts";
import { trySucceeds } from "./log_directories.ts";
import type { LogDirectory } from "./log_directory.ts";
import { commonLogOptions, type ManagerState } from "./manager_state.ts";

/** Which log is asked for. */
export interface GetOrCreateLogOptions {
  /** The partition never existed here: it may be made although a directory is offline that could hold it. */
  readonly isNew?: boolean;
  /** The log that is to take the partition's place, in the directory preferred for it. */
  readonly isFuture?: boolean;
  /** Id of the topic, kept in `partition.metadata`. */
  readonly topicId?: string;
  /** Id of the directory to make it in; of no effect when one is preferred. */
  readonly targetLogDirectoryId?: string;
}

/** Makes a log that is not there. */
export function createLog(
  state: ManagerState,
  topicPartition: TopicPartition,
  options: GetOrCreateLogOptions,
): PartitionLog {
  const { env, directories, registry, configs, newLogs } = state;
  const { isNew = false, isFuture = false } = options;
  const key = topicPartitionKey(topicPartition);
  const offline = directories.offlinePaths;
  if (!isNew && offline.length > 0) {
    throw new LogDirError(
      offline[0]!,
      `Can not create log for ${key} because log directories are offline: ${offline.join(", ")}`,
    );
  }
  const candidates = candidateDirs(state, topicPartition, options);
  const name = isFuture
    ? logFutureDirName(topicPartition, uniqueId(env.random))
    : logDirName(topicPartition);
  const config = configs.of(topicPartition.topic);
  let failure: LogDirError | undefined;
  for (const path of candidates) {
    const parent = directories.liveAt(path);
    if (parent === undefined) continue;
    try {
      const log = openNew(state, parent, name, topicPartition, options.topicId);
      registry.logs(isFuture).set(key, log);
      registry.preferred.delete(key);
      newLogs.add(log);
      env.logger.write("info", "Created log for partition", {
        partition: key,
        directory: log.directory,
        properties: overriddenConfigsAsLoggableString(Object.fromEntries(config.originals)),
      });
      return log;
    } catch (error) {
      if (!(error instanceof LogDirError)) throw error;
      failure = error;
      directories.diskFailed(path, error);
    }
  }
  throw new LogDirError(
    candidates[0] ?? "",
    `No log directories available. Tried ${candidates.join(", ")}`,
    failure === undefined ? {} : { cause: failure, isDiskFull: failure.isDiskFull },
  );
}

function candidateDirs(
  { directories, registry }: ManagerState,
  topicPartition: TopicPartition,
  { isFuture = false, targetLogDirectoryId }: GetOrCreateLogOptions,
): string[] {
  const key = topicPartitionKey(topicPartition);
  const { live } = directories;
  const preferred = registry.preferred.get(key) ??
    (targetLogDirectoryId === undefined
      ? undefined
      : live.find(({ directoryId }) => directoryId === targetLogDirectoryId)?.path);
  if (isFuture) {
    if (preferred === undefined) {
      throw new LogUnavailableError(
        `Can not create the future log without having a preferred log directory: ${key}`,
      );
    }
    const current = registry.get(topicPartition, false);
    if (current !== undefined && parentPath(current.directory) === preferred) {
      throw new LogUnavailableError(
        `Can not create the future log in the current log directory of this partition: ${key}`,
      );
    }
  }
  return preferred === undefined ? registry.nextLogDirs(live.map(({ path }) => path)) : [preferred];
}

function openNew(
  state: ManagerState,
  parent: LogDirectory,
  name: string,
  topicPartition: TopicPartition,
  topicId: string | undefined,
): PartitionLog {
  const { fileSystem } = state.env;
  const directory = joinPath(parent.path, name);
  const isNew = fileSystem.stat(directory) === undefined;
  try {
    fileSystem.makeDirectory(directory);
    const config = state.configs.of(topicPartition.topic);
    return PartitionLog.open({
      ...commonLogOptions(state, directory, topicPartition, config),
      hadCleanShutdown: true,
      isNew,
      isNameUnflushed: true,
      ...(topicId === undefined ? {} : { topicId }),
    });
  } catch (error) {
    // Were it left, the partition would be in two directories once the disk works again.
    if (isNew) trySucceeds(() => fileSystem.remove(directory));
    throw error;
  }
}
