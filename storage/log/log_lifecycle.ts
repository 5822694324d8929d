/**
 * The end of an open log: closing, moving, deleting.
 *
 * @module
 */

import { LeaderEpochCheckpointFile } from "../file/leader_epoch_checkpoint_file.ts";
import { flushLogSync } from "./log_flush.ts";
import type { LogState } from "./log_state.ts";

/**
 * Brings everything to the disk, with a producer snapshot at the log end so that the next opening has nothing to
 * read, and releases the files. A log that nobody wrote to is left as it was.
 */
export function closeLog(state: LogState): void {
  if (state.written) {
    state.leaderEpochs.flush();
    // The last time index entry is written now, so that the flush takes it along.
    state.segments.activeSegment.onBecomeInactiveSegment();
    state.unflushedNames = true;
    flushLogSync(state, true);
    state.unflushed.clear();
  }
  state.identity.ensureDurable();
  state.producers.takeSnapshot();
  state.segments.close();
  // Nobody reads any more: what was put aside for those who did can go.
  state.deletion.deletePending(Infinity);
}

/**
 * Moves the directory beside its old place.
 *
 * @param reinitialize `false` when it is moved in order to be deleted
 * @param flushed `false` when whoever moves many of them flushes the directory that they are in himself
 */
export function renameLogDirectory(
  state: LogState,
  name: string,
  reinitialize: boolean,
  flushed: boolean,
): void {
  const { fileSystem } = state.env;
  const parent = state.directory.slice(0, state.directory.lastIndexOf("/"));
  const directory = `${parent}/${name}`;
  if (directory === state.directory) return;
  // A log that serves on under the new name must not be at the mercy of what is still to be flushed.
  if (reinitialize) state.identity.ensureIdDurable();
  fileSystem.rename(state.directory, directory);
  if (flushed) fileSystem.flushDirectory(parent);
  state.directory = directory;
  state.identity.moved(directory, !reinitialize, !flushed);
  state.segments.updateParentDir(directory);
  state.producers.updateParentDir(directory);
  state.deletion.updateDirectory(directory);
  state.unflushed.updateDirectory(directory);
  state.unflushedSnapshots.clear();
  if (reinitialize) {
    const checkpoint = LeaderEpochCheckpointFile.in(fileSystem, directory);
    state.leaderEpochs = state.leaderEpochs.withCheckpoint(checkpoint);
  } else state.leaderEpochs.clear();
}

/** Removes the directory with all in it. */
export function deleteLog(state: LogState): void {
  state.leaderEpochs.clear();
  state.identity.forget();
  state.segments.closeHandlers();
  state.segments.clear();
  state.deletion.close();
  state.env.fileSystem.remove(state.directory);
}
