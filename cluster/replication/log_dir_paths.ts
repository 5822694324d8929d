/**
 * Log directories as the config has them, and as clients know them.
 *
 * @module
 */

import type { FileSystem } from "../../storage/file/file_system.ts";
import { normalizePath } from "../../storage/log_manager/log_directories.ts";

/** What clients are told: the path from the root, where the file system knows it. */
export function absoluteLogDir(fileSystem: FileSystem, path: string): string {
  return fileSystem.absolutePath?.(path) ?? path;
}

/** The directory that a client means; a path that is none of ours stays as it is. */
export function configuredLogDir(
  fileSystem: FileSystem,
  logDirs: readonly string[],
  path: string,
): string {
  const absolute = (path: string) => normalizePath(absoluteLogDir(fileSystem, path));
  const wanted = absolute(path);
  return normalizePath(logDirs.find((each) => absolute(each) === wanted) ?? path);
}
