/**
 * What the names in `--files` stand for: a file is itself, a directory the data in it.
 *
 * @module
 */

import { INDEX_SUFFIX, LOG_SUFFIX, TIME_INDEX_SUFFIX } from "../../file/file_names.ts";
import type { FileSystem } from "../../file/file_system.ts";
import { javaPath } from "../java_text.ts";

/** The files to dump, and whether a directory brought them in. */
export interface FileList {
  readonly files: readonly string[];
  readonly hasDirectory: boolean;
}

function isSegmentFile(name: string, suffix: string): boolean {
  return name.endsWith(suffix) && /^\d{20}\.[a-z]+$/.test(name);
}

function filesIn(fileSystem: FileSystem, directory: string, suffixes: readonly string[]): string[] {
  const prefix = directory.endsWith("/") ? directory : `${directory}/`;
  const files: string[] = [];
  for (const entry of fileSystem.list(directory)) {
    const path = prefix + entry.name;
    if (entry.isDirectory) files.push(...filesIn(fileSystem, path, suffixes));
    else if (suffixes.some((suffix) => isSegmentFile(entry.name, suffix))) files.push(path);
  }
  return files;
}

/**
 * Replaces directories, of a partition or of a broker, by their segments in the order of offsets, or by their
 * indexes when only those are to be checked.
 *
 * @param checksIndexes whether indexes are wanted instead of data
 * @param fromOffset segments that end at or before it are left out
 */
export function listFiles(
  fileSystem: FileSystem,
  names: readonly string[],
  checksIndexes: boolean,
  fromOffset: number,
): FileList {
  const suffixes = checksIndexes ? [INDEX_SUFFIX, TIME_INDEX_SUFFIX] : [LOG_SUFFIX];
  const files: string[] = [];
  let hasDirectory = false;
  for (const name of names) {
    const path = javaPath(name);
    if (path === "" || fileSystem.stat(path)?.isDirectory !== true) {
      files.push(path);
      continue;
    }
    hasDirectory = true;
    const found = filesIn(fileSystem, path, suffixes);
    files.push(...found.filter((file, i) => !endsBefore(file, found[i + 1], fromOffset)));
  }
  return { files, hasDirectory };
}

function directoryOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
}

/** Whether the next segment of the same partition starts at or below `offset`. */
function endsBefore(path: string, next: string | undefined, offset: number): boolean {
  if (next === undefined || directoryOf(next) !== directoryOf(path)) return false;
  const base = /(\d{20})\.log$/.exec(next);
  return base !== null && Number(base[1]) <= offset;
}
