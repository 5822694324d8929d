/**
 * Taking segments out of a log. They vanish from it at once; their files are renamed to `.deleted` and removed after
 * `file.delete.delay.ms`, so that a reader which has just found its place in one can still read it.
 *
 * @module
 */

import { DELETED_SUFFIX } from "../file/file_names.ts";
import type { Segment } from "../segment/segment.ts";
import type { DeletableFiles } from "./deferred_deletion.ts";
import { type LogState, writeLogLine } from "./log_state.ts";

/** The part of the state that a deletion needs; loading has no more than this. */
export type DeletionState = Pick<
  LogState,
  | "env"
  | "topicPartition"
  | "directory"
  | "config"
  | "segments"
  | "producers"
  | "deletion"
  | "unflushed"
>;

/**
 * Removes segments from the log, and their files later.
 *
 * @param reason why, for the operator
 */
export function removeSegments(
  state: DeletionState,
  segments: readonly Segment[],
  reason: string,
): void {
  if (segments.length === 0) return;
  writeLogLine(state, "info", "Deleting segments", {
    reason,
    baseOffsets: segments.map((segment) => segment.baseOffset),
    bytes: segments.reduce((bytes, segment) => bytes + segment.size, 0),
  });
  state.unflushed.forget(segments.map((segment) => segment.baseOffset));
  for (const segment of segments) {
    state.segments.remove(segment.baseOffset);
    segment.changeFileSuffixes("", DELETED_SUFFIX);
  }
  removeLater(state, segments);
}

/** Has the files of segments that are out of the log already, and renamed, removed after the delay. */
export function removeLater(state: DeletionState, segments: readonly Segment[]): void {
  const dueMs = state.env.clock.now() + state.config.fileDeleteDelayMs;
  for (const segment of segments) state.deletion.schedule(dueMs, segmentFiles(segment));
}

/** Removes the producer snapshots that stand at the beginning of segments which are gone. */
export function removeSnapshotsOf(state: DeletionState, segments: readonly Segment[]): void {
  const dueMs = state.env.clock.now() + state.config.fileDeleteDelayMs;
  for (const segment of segments) {
    const path = state.producers.removeAndMarkSnapshotForDeletion(segment.baseOffset);
    if (path !== undefined) state.deletion.schedule(dueMs, new SnapshotFile(state.env, path));
  }
}

function segmentFiles(segment: Segment): DeletableFiles {
  return {
    remove: () => segment.deleteIfExists(),
    close: () => segment.closeHandlers(),
    updateDirectory: (directory) => segment.updateParentDir(directory),
  };
}

class SnapshotFile implements DeletableFiles {
  readonly #env: LogState["env"];
  #path: string;

  constructor(env: LogState["env"], path: string) {
    this.#env = env;
    this.#path = path;
  }

  remove(): void {
    this.#env.fileSystem.remove(this.#path);
  }

  close(): void {}

  updateDirectory(directory: string): void {
    this.#path = directory + this.#path.slice(this.#path.lastIndexOf("/"));
  }
}
