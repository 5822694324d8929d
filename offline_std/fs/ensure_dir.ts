import { mkdirSync, statSync } from "node:fs";
import { mkdir, stat } from "node:fs/promises";

/** Makes a directory, and those above it, unless it is there. */
export async function ensureDir(dir: string | URL): Promise<void> {
  try {
    await mkdir(dir, { recursive: true });
  } catch (error) {
    throw (error as { code?: string }).code === "EEXIST" ? notDirectory(await stat(dir)) : error;
  }
}

/** Makes a directory, and those above it, unless it is there. */
export function ensureDirSync(dir: string | URL): void {
  try {
    mkdirSync(dir, { recursive: true });
  } catch (error) {
    throw (error as { code?: string }).code === "EEXIST" ? notDirectory(statSync(dir)) : error;
  }
}

function notDirectory(info: { isFile(): boolean }): Error {
  const type = info.isFile() ? "file" : "symlink";
  return new Error(`Failed to ensure directory exists: expected 'dir', got '${type}'`);
}
