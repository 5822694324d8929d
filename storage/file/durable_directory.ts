/**
 * Directories whose names must not be taken by a power cut.
 *
 * @module
 */

import type { FileSystem } from "./file_system.ts";
import { parentPath } from "./paths.ts";

/**
 * Makes a directory, and those above it that are missing. What is made survives a power cut when this returns.
 *
 * @returns whether it was made: `false` when there is something of that name
 */
export function makeDurableDirectory(fileSystem: FileSystem, path: string): boolean {
  if (fileSystem.stat(path) !== undefined) return false;
  const parents: string[] = [];
  for (let made = path;;) {
    const parent = parentPath(made);
    parents.push(parent);
    if (parent === made || parent === "." || fileSystem.stat(parent) !== undefined) break;
    made = parent;
  }
  fileSystem.makeDirectory(path);
  // From the top down: a name is of no use without those above it.
  for (const parent of parents.reverse()) fileSystem.flushDirectory(parent);
  return true;
}
