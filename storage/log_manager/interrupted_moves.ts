/**
 * Settling what a crash, or a failed disk, has left of moves between log directories.
 *
 * @module
 */

import type { FileSystem } from "../file/file_system.ts";
import { parentPath } from "../file/paths.ts";
import type { PartitionLog } from "../log/partition_log.ts";
import { guardLog, type ManagerState, writeCheckpoint } from "./manager_state.ts";
import { isMarkedReplaced, unmarkReplaced } from "./replaced_log.ts";

/**
 * Of two logs of one partition the one that has no more to say: the other was taking its place when the crash came; or it never
 * had a record, as when its making failed with its disk, and the partition was made in the next directory.
 */
export function supersededLog(
  fileSystem: FileSystem,
  a: PartitionLog,
  b: PartitionLog,
): PartitionLog | undefined {
  const marked = [a, b].filter(({ directory }) => isMarkedReplaced(fileSystem, directory));
  if (marked.length === 1) return marked[0];
  if (a.topicId !== undefined && b.topicId !== undefined && a.topicId !== b.topicId) return;
  return [a, b].find(({ logEndOffset }) => logEndOffset === 0);
}

/** Takes the mark off logs whose copy did not come to take their place, and brings copies in line with their logs. */
export function settleInterruptedMoves(state: ManagerState): void {
  const { registry } = state;
  for (const log of registry.current.values()) {
    if (hadCleanShutdown(state, log)) continue;
    guardLog(state, log, () => {
      const { fileSystem } = state.env;
      if (isMarkedReplaced(fileSystem, log.directory)) unmarkReplaced(fileSystem, log.directory);
    });
  }
  const truncated = new Set<string>();
  for (const [key, future] of registry.future) {
    const current = registry.current.get(key);
    if (current === undefined) continue;
    if (hadCleanShutdown(state, current) && hadCleanShutdown(state, future)) continue;
    // A power cut may have taken from one what it has left to the other, or brought back what was truncated. New
    // records will get the same offsets, in the same leader epoch: then nothing would tell them apart.
    const trusted = Math.min(current.recoveryPoint, future.recoveryPoint);
    if (future.logEndOffset <= trusted) continue;
    guardLog(state, future, () => future.truncateTo(trusted));
    truncated.add(parentPath(future.directory));
  }
  if (truncated.size > 0) writeCheckpoint(state, "recovery point", ...truncated);
}

/** Whether a log's directory was stopped cleanly; so counts one that has failed since. */
function hadCleanShutdown({ directories }: ManagerState, log: PartitionLog): boolean {
  return directories.liveAt(parentPath(log.directory))?.hadCleanShutdown ?? true;
}
