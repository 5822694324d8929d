/**
 * The mark of a log that is about to be replaced by its copy in another log directory.
 *
 * The copy gets the partition's name, and the log loses it, on two disks: a crash in between leaves the partition in both. Then the
 * one with the mark, an empty file in its directory, is the one that was replaced. Kafka has no such file and ignores it; with two
 * directories of one partition it does not start.
 *
 * @module
 */

import type { FileSystem } from "../file/file_system.ts";
import { joinPath } from "../file/paths.ts";

/** Name of the file. */
export const REPLACED_LOG_FILE = ".replaced-by-future-log";

/** Marks the log in a directory; durable when this returns. */
export function markReplaced(fileSystem: FileSystem, directory: string): void {
  fileSystem.open(joinPath(directory, REPLACED_LOG_FILE), { create: true }).close();
  fileSystem.flushDirectory(directory);
}

/** Whether the log in a directory has the mark. */
export function isMarkedReplaced(fileSystem: FileSystem, directory: string): boolean {
  return fileSystem.stat(joinPath(directory, REPLACED_LOG_FILE)) !== undefined;
}

/** Takes the mark off, durably: the log stays, and may grow beyond its copy. */
export function unmarkReplaced(fileSystem: FileSystem, directory: string): void {
  fileSystem.remove(joinPath(directory, REPLACED_LOG_FILE));
  fileSystem.flushDirectory(directory);
}
