/**
 * Moving a log to another log directory.
 *
 * @module
 */

import { LogUnavailableError } from "../errors.ts";
import {
  logDeleteDirName,
  logDirName,
  type TopicPartition,
  topicPartitionKey,
  uniqueId,
} from "../file/file_names.ts";
import { parentPath } from "../file/paths.ts";
import type { PartitionLog } from "../log/partition_log.ts";
import { catchUp, copyToFutureLog, type MoveQuota } from "./log_copy.ts";
import { createLog } from "./log_creation.ts";
import { asyncDelete, scheduleDeletion } from "./log_deletion.ts";
import { trySucceeds } from "./log_directories.ts";
import { type ManagerState, writeCheckpoint } from "./manager_state.ts";
import { markReplaced, unmarkReplaced } from "./replaced_log.ts";

/** How a log is moved. */
export interface MoveLogOptions {
  /** Bounds how quickly it is copied, in slices of 1 MiB; several moves may share it. Default: no limit. */
  readonly quota?: MoveQuota;
  /** Ends the move; the copy stays, and a later move to the same directory goes on with it. */
  readonly signal?: AbortSignal;
}

/** Copies a log to another directory while it is in use, and lets the copy take its place; see `LogManager.moveLog`. */
export async function moveLog(
  state: ManagerState,
  topicPartition: TopicPartition,
  path: string,
  options: MoveLogOptions,
): Promise<PartitionLog> {
  const { env: { clock }, registry } = state;
  const key = topicPartitionKey(topicPartition);
  const current = registry.get(topicPartition, false);
  if (current === undefined) throw new LogUnavailableError(`No such log to move: ${key}`);
  if (parentPath(current.directory) === path) return current;
  const leftover = registry.get(topicPartition, true);
  if (leftover !== undefined && parentPath(leftover.directory) !== path) {
    asyncDelete(state, topicPartition, { isFuture: true });
  }
  registry.prefer(topicPartition, path);
  const future = registry.get(topicPartition, true) ?? createLog(state, topicPartition, {
    isNew: true,
    isFuture: true,
    ...(current.topicId === undefined ? {} : { topicId: current.topicId }),
  });
  const copy = { clock, ...options };
  await copyToFutureLog(current, future, copy);
  // The bulk is made durable while the log still serves; the rest, appended meanwhile, is little.
  await future.flush(true);
  await copyToFutureLog(current, future, copy);
  // What was appended since that resolved: nothing can come in between from here on.
  catchUp(current, future);
  replaceCurrentWithFutureLog(state, topicPartition);
  return future;
}

/** Lets the future log take the current one's place, whose directory is deleted later. */
export function replaceCurrentWithFutureLog(
  state: ManagerState,
  topicPartition: TopicPartition,
): void {
  const { env, registry, cleaner } = state;
  const key = topicPartitionKey(topicPartition);
  const source = registry.get(topicPartition, false);
  const target = registry.get(topicPartition, true);
  if (source === undefined) {
    throw new LogUnavailableError(`The current replica is offline: ${key}`);
  }
  if (target === undefined) {
    throw new LogUnavailableError(`The future replica is offline: ${key}`);
  }
  cleaner?.abortAndPauseCleaning(topicPartition);
  try {
    const sourceDir = parentPath(source.directory);
    const targetDir = parentPath(target.directory);
    // What was flushed must not be at a power cut's mercy for having been moved.
    if (target.recoveryPoint < Math.min(source.recoveryPoint, target.logEndOffset)) {
      target.flushSync();
    }
    markReplaced(env.fileSystem, source.directory);
    try {
      target.renameDir(logDirName(topicPartition), true);
    } catch (error) {
      // The target's disk has failed, and the source serves on. Should its disk fail as well, it is offline.
      trySucceeds(() => unmarkReplaced(env.fileSystem, source.directory));
      throw error;
    }
    target.updateHighWatermark(source.highWatermark);
    registry.future.delete(key);
    registry.current.set(key, target);
    cleaner?.alterCheckpointDir(topicPartition, sourceDir, targetDir);
    try {
      source.renameDir(logDeleteDirName(topicPartition, uniqueId(env.random)), false);
      scheduleDeletion(state, source);
    } catch (error) {
      // Its directory is offline, and it is in no map any more that would let it be closed.
      source.closeHandlers();
      throw error;
    }
    writeCheckpoint(state, "recovery point", sourceDir, targetDir);
    writeCheckpoint(state, "log start offset", sourceDir, targetDir);
  } finally {
    cleaner?.resumeCleaning([topicPartition]);
  }
  env.logger.write("info", "Replaced current log with future log", {
    partition: key,
    directory: target.directory,
  });
}
