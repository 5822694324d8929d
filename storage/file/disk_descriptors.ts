/**
 * Taking descriptors from the system, and what is done through those of directories.
 *
 * @module
 */

import { closeSync, constants, fsync, fsyncSync, openSync } from "node:fs";
import type { DescriptorCache } from "./descriptor_cache.ts";
import { diskError, errorCode } from "./system_error.ts";

/**
 * Opens a path. When the process has no more descriptors to give, the cache lets go of half of its own, once.
 *
 * @param action what an error says was tried
 * @throws {LogDirError} when the system refuses
 */
export function openDescriptor(
  descriptors: DescriptorCache,
  action: string,
  path: string,
  flags: number,
): number {
  try {
    return openSync(path, flags);
  } catch (error) {
    const code = errorCode(error);
    if (code !== "EMFILE" && code !== "ENFILE") throw diskError(action, path, error);
  }
  descriptors.trim(descriptors.size >> 1);
  try {
    return openSync(path, flags);
  } catch (error) {
    throw diskError(action, path, error);
  }
}

const ACTION = "flush directory";

function openDirectory(descriptors: DescriptorCache, path: string): number {
  return openDescriptor(descriptors, ACTION, path, constants.O_RDONLY | constants.O_DIRECTORY);
}

/**
 * `fsync` of a directory: its names survive a power cut. Windows has no such call, and needs none.
 *
 * @throws {LogDirError} when the disk fails
 */
export function flushDirectory(descriptors: DescriptorCache, path: string): void {
  if (Deno.build.os === "windows") return;
  const fd = openDirectory(descriptors, path);
  try {
    fsyncSync(fd);
  } catch (error) {
    throw diskError(ACTION, path, error);
  } finally {
    closeSync(fd);
  }
}

/** As {@linkcode flushDirectory}, on another thread. */
export async function flushDirectoryAsync(
  descriptors: DescriptorCache,
  path: string,
): Promise<void> {
  if (Deno.build.os === "windows") return;
  const fd = openDirectory(descriptors, path);
  try {
    await new Promise<void>((resolve, reject) =>
      fsync(fd, (error) => error ? reject(error) : resolve())
    );
  } catch (error) {
    throw diskError(ACTION, path, error);
  } finally {
    closeSync(fd);
  }
}
