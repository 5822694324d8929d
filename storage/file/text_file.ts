/**
 * Small text files: read whole, replaced whole.
 *
 * @module
 */

import { CorruptRecordError } from "../errors.ts";
import { type FileSystem, readWholeFile } from "./file_system.ts";
import { parentPath } from "./paths.ts";

/** A small file that is larger is not one of ours. */
const SIZE_LIMIT = 256 * 1024 * 1024;

/** The bytes of a small file, or `undefined` when it is not there. */
export function readSmallFile(
  fileSystem: FileSystem,
  path: string,
): Uint8Array<ArrayBuffer> | undefined {
  const stat = fileSystem.stat(path);
  if (stat === undefined) return undefined;
  if (stat.size > SIZE_LIMIT) {
    throw new CorruptRecordError(`File is too large to be what its name says: ${path}`);
  }
  return readWholeFile(fileSystem, path);
}

/**
 * The text of a small file, or `undefined` when it is not there.
 *
 * @throws {CorruptRecordError} when it is not UTF-8
 */
export function readTextFile(fileSystem: FileSystem, path: string): string | undefined {
  const bytes = readSmallFile(fileSystem, path);
  if (bytes === undefined) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new CorruptRecordError(`File is not UTF-8 text: ${path}`, { cause });
  }
}

/** The lines of a text; the last one may lack its end, as in Java's `BufferedReader`. */
export function linesOf(text: string): string[] {
  const lines = text.split(/\r\n|\n|\r/);
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

/**
 * Puts a text in place of what is there. After a crash at any point the file is the old one or the new one, and once this
 * returns it is the new one: it is written to `PATH.tmp`, flushed, renamed, and the directory flushed.
 */
export function writeTextFile(fileSystem: FileSystem, path: string, text: string): void {
  const bytes = new TextEncoder().encode(text);
  const file = fileSystem.open(`${path}.tmp`, { create: true });
  try {
    file.truncate(0);
    file.write(0, bytes);
    file.flushSync();
    file.rename(path);
  } finally {
    file.close();
  }
  fileSystem.flushDirectory(parentPath(path));
}
