/**
 * The file of a snapshot that is being fetched from the leader. It has another name until all of it is there, is whole, and survives a power cut.
 *
 * @module
 */

import type { Env } from "../../storage/env.ts";
import { uniqueId } from "../../storage/file/file_names.ts";
import type { LogFile } from "../../storage/file/file_system.ts";
import { joinPath } from "../../storage/file/paths.ts";
import type { OffsetAndEpoch } from "./offset_and_epoch.ts";
import { PARTIAL_SNAPSHOT_SUFFIX, snapshotFileName, snapshotIdText } from "./snapshot_path.ts";
import { snapshotBatches } from "./snapshot_reader.ts";

/** One file: any number of parts, then {@linkcode SnapshotDownload.complete}. */
export class SnapshotDownload {
  /** The snapshot. */
  readonly id: OffsetAndEpoch;
  readonly #env: Env;
  readonly #directory: string;
  readonly #file: LogFile;
  #size = 0;
  #done = false;

  /** Begins the file. */
  constructor(env: Env, directory: string, id: OffsetAndEpoch) {
    this.id = id;
    this.#env = env;
    this.#directory = directory;
    const name = `${snapshotIdText(id)}-${uniqueId(env.random)}${PARTIAL_SNAPSHOT_SUFFIX}`;
    this.#file = env.fileSystem.open(joinPath(directory, name), { create: true });
  }

  /** Adds a part. */
  append(bytes: Uint8Array): void {
    this.#file.write(this.#size, bytes);
    this.#size += bytes.length;
  }

  /**
   * Gives the file its name.
   *
   * @throws {CorruptRecordError} when what was fetched is no snapshot
   */
  async complete(): Promise<void> {
    await this.#file.flush();
    for (const _ of snapshotBatches(this.#env.fileSystem, this.#file.path)) {
      // Being read is all that is asked of it.
    }
    this.#file.rename(joinPath(this.#directory, snapshotFileName(this.id)));
    this.#done = true;
    this.#file.close();
    this.#env.fileSystem.flushDirectory(this.#directory);
  }

  /** Removes what was fetched, unless the snapshot is complete. */
  close(): void {
    if (this.#done) return;
    this.#done = true;
    const { path } = this.#file;
    this.#file.close();
    this.#env.fileSystem.remove(path);
  }
}
