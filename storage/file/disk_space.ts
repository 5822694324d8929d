/**
 * The room on the volumes of the machine.
 *
 * @module
 */

import { statfsSync } from "node:fs";
import type { VolumeSpace } from "./file_system.ts";
import { diskError } from "./system_error.ts";

/**
 * The room on the volume that holds a path.
 *
 * @throws {LogDirError} when there is nothing at the path
 */
export function diskSpace(path: string): VolumeSpace {
  try {
    const { bsize, blocks, bavail } = statfsSync(path);
    return { totalBytes: bsize * blocks, usableBytes: bsize * bavail };
  } catch (error) {
    throw diskError("stat", path, error);
  }
}
