/**
 * Settling moves between log directories that a crash has cut short, when all logs are loaded.
 *
 * @module
 */

import type { FileSystem } from "../file/file_system.ts";
import { parentPath } from "../file/paths.ts";
import type { PartitionLog } from "../log/partition_log.ts";
import { guardLog, type ManagerState, writeCheckpoint } from "./manager_state.ts";
import { isMarkedReplaced, unmarkReplaced } from "./replaced_log.ts";

/** Of two logs of one partition the one whose place the other was taking when the crash came. */
export function replacedLog(
  fileSystem: FileSystem,
  a: PartitionLog,
  b: PartitionLog,
): PartitionLog | undefined {
  const marked = [a, b].filter(({ directory }) => isMarkedReplaced(fileSystem, directory));
  return marked.length === 1 ? marked[0] : undefined;
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
