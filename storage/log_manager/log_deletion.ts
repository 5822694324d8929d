/**
 * Deleting partitions: first the name, then, a while later, the files.
 *
 * @module
 */

import { LogDirError } from "../errors.ts";
import {
  logDeleteDirName,
  logStrayDirName,
  type TopicPartition,
  topicPartitionKey,
  uniqueId,
} from "../file/file_names.ts";
import { parentPath } from "../file/paths.ts";
import type { PartitionLog } from "../log/partition_log.ts";
import { addStray } from "./load_logs.ts";
import { guardLog, type ManagerState, writeCheckpoint } from "./manager_state.ts";

/** How a partition is deleted. */
export interface AsyncDeleteOptions {
  /** Delete the future log. */
  readonly isFuture?: boolean;
  /** Put it aside as `-stray` and keep it. */
  readonly isStray?: boolean;
  /**
   * Have the directory's name gone for good when the call returns, and from the checkpoints. `false` for one of many, after the last of
   * which {@linkcode settleDeletions} is called. Default: `true`.
   */
  readonly checkpoint?: boolean;
}

/** Renames a log's directory, to be removed later; see `LogManager.asyncDelete`. */
export function asyncDelete(
  state: ManagerState,
  topicPartition: TopicPartition,
  options: AsyncDeleteOptions,
): PartitionLog | undefined {
  const { env, directories, registry, cleaner, deletions } = state;
  const { isFuture = false, isStray = false, checkpoint = true } = options;
  const key = topicPartitionKey(topicPartition);
  const log = registry.get(topicPartition, isFuture);
  if (log === undefined) {
    const offline = directories.offlinePaths;
    if (offline.length === 0) return undefined;
    throw new LogDirError(
      offline[0]!,
      `Failed to delete ${isFuture ? "future log" : "log"} for ${key}: it may be in one of the ` +
        `offline directories ${offline.join(", ")}`,
    );
  }
  registry.logs(isFuture).delete(key);
  const parent = parentPath(log.directory);
  if (!isFuture) cleaner?.abortCleaning(topicPartition);
  const id = uniqueId(env.random);
  deletions.unflushed.add(parent);
  if (isStray) {
    log.renameDir(logStrayDirName(topicPartition, id), false, false);
    log.close();
    addStray(state, log.directory);
  } else {
    log.renameDir(logDeleteDirName(topicPartition, id), false, false);
    scheduleDeletion(state, log);
  }
  if (checkpoint) settleDeletions(state);
  return log;
}

/** After deletions: a power cut does not undo them any more, and the checkpoints do not have them. */
export function settleDeletions(state: ManagerState): void {
  const { env: { fileSystem }, directories, cleaner, deletions } = state;
  const parents = [...deletions.unflushed];
  if (parents.length === 0) return;
  deletions.unflushed.clear();
  for (const parent of parents) {
    directories.guard(directories.liveAt(parent), () => fileSystem.flushDirectory(parent));
    cleaner?.dropFromCheckpoint(parent);
  }
  writeCheckpoint(state, "recovery point", ...parents);
  writeCheckpoint(state, "log start offset", ...parents);
}

/** Queues a log whose directory was renamed to `-delete`. It stays open for who is reading from it. */
export function scheduleDeletion({ env, deletions }: ManagerState, log: PartitionLog): void {
  const { directory } = log;
  deletions.add({
    directory,
    parent: parentPath(directory),
    since: env.clock.now(),
    remove: () => log.delete(),
    close: () => log.closeHandlers(),
  });
  env.logger.write("info", "Log is scheduled for deletion", {
    partition: topicPartitionKey(log.topicPartition),
    directory,
  });
}

/** Deletes the current and future logs of several partitions, with one writing of the checkpoints. */
export function asyncDeleteAll(
  state: ManagerState,
  topicPartitions: Iterable<TopicPartition>,
  isStray: boolean,
  onError: (topicPartition: TopicPartition, error: unknown) => void,
): void {
  for (const topicPartition of topicPartitions) {
    for (const isFuture of [false, true]) {
      if (state.registry.get(topicPartition, isFuture) === undefined) continue;
      try {
        asyncDelete(state, topicPartition, { isFuture, isStray, checkpoint: false });
      } catch (error) {
        onError(topicPartition, error);
      }
    }
  }
  settleDeletions(state);
}

/** Removes what has waited for `file.delete.delay.ms`, a directory a step. Returns ms until there is more to do. */
export function* deleteLogs(state: ManagerState): Generator<void, number> {
  const { env: { clock, logger }, directories, registry, configs, deletions } = state;
  const now = clock.now();
  const delayMs = configs.defaults.fileDeleteDelayMs;
  const dueInMs = yield* deletions.removeDue(now, delayMs, ({ directory }, error) => {
    if (error === undefined) logger.write("info", "Deleted log", { directory });
    else logger.write("error", "Failed to delete log", { directory, error });
  });
  let next = dueInMs ?? Math.max(delayMs, 1);
  for (const log of registry.all) {
    guardLog(state, log, () => log.deletePendingFiles(now));
    const due = log.nextPendingFileDueMs;
    if (due !== undefined) next = Math.min(next, Math.max(1, due - now));
  }
  directories.settle();
  return next;
}
