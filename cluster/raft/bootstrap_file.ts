/**
 * `bootstrap.checkpoint` in a log directory: the metadata records with which an empty metadata log begins. Its format is that of a
 * snapshot (`snapshot_reader.ts`) of epoch 0, with a header that says no more than the time 0.
 *
 * @module
 */

import type { Env } from "../../storage/env.ts";
import type { FileSystem } from "../../storage/file/file_system.ts";
import { joinPath } from "../../storage/file/paths.ts";
import { BOOTSTRAP_SNAPSHOT_ID } from "./snapshot_path.ts";
import { snapshotRecords } from "./snapshot_reader.ts";
import { SnapshotWriter } from "./snapshot_writer.ts";

/** Name of the file. */
export const BOOTSTRAP_FILE = "bootstrap.checkpoint";

/**
 * The records of the file, framed; `undefined` when it is not there.
 *
 * @throws {CorruptRecordError} when it is damaged or cut off
 */
export function readBootstrapFile(
  fileSystem: FileSystem,
  directory: string,
): Uint8Array[] | undefined {
  const path = joinPath(directory, BOOTSTRAP_FILE);
  if (fileSystem.stat(path) === undefined) return undefined;
  return [...snapshotRecords(fileSystem, path)];
}

/** Writes the file; durable once this returns. */
export function writeBootstrapFile(
  env: Env,
  directory: string,
  records: Iterable<Uint8Array>,
): void {
  const writer = new SnapshotWriter({
    env,
    directory,
    id: BOOTSTRAP_SNAPSHOT_ID,
    fileName: BOOTSTRAP_FILE,
    lastContainedLogTimestamp: 0,
  });
  try {
    writer.append(records);
    writer.freezeSync();
  } finally {
    writer.close();
  }
}
