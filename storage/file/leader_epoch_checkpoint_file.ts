/**
 * The leader epochs of a partition and the offset each starts at.
 *
 * @module
 */

import { CheckpointFile, type EntryFormat, parseInt32, parseInteger } from "./checkpoint_file.ts";
import { LEADER_EPOCH_CHECKPOINT_FILE } from "./file_names.ts";
import type { FileSystem } from "./file_system.ts";
import { joinPath } from "./paths.ts";

/** A leader epoch. */
export interface EpochEntry {
  /** Number of the epoch; each new leader has a higher one. */
  readonly epoch: number;
  /** Offset of the first record that the leader of this epoch wrote. */
  readonly startOffset: number;
}

/** Version of the format. */
const CURRENT_VERSION = 0;

/** `epoch startOffset`. */
const format: EntryFormat<EpochEntry> = {
  format: ({ epoch, startOffset }) => `${epoch} ${startOffset}`,
  parse([epochText = "", startText = "", ...more]) {
    const epoch = parseInt32(epochText);
    const startOffset = parseInteger(startText);
    if (epoch === undefined || startOffset === undefined || more.length > 0) return;
    return { epoch, startOffset };
  },
};

/** As `org.apache.kafka.storage.internals.checkpoint.LeaderEpochCheckpointFile`. */
export class LeaderEpochCheckpointFile {
  readonly #checkpoint: CheckpointFile<EpochEntry>;

  /** The file need not be there. */
  constructor(fileSystem: FileSystem, path: string) {
    this.#checkpoint = new CheckpointFile(fileSystem, path, CURRENT_VERSION, format);
  }

  /** The checkpoint in a partition's directory. */
  static in(fileSystem: FileSystem, directory: string): LeaderEpochCheckpointFile {
    return new LeaderEpochCheckpointFile(
      fileSystem,
      joinPath(directory, LEADER_EPOCH_CHECKPOINT_FILE),
    );
  }

  /** Where the file is. */
  get path(): string {
    return this.#checkpoint.path;
  }

  /**
   * The entries as the file has them.
   *
   * @throws {CorruptRecordError} when the file is damaged
   */
  read(): EpochEntry[] {
    return this.#checkpoint.read();
  }

  /** Replaces all entries, atomically; durable once it returns. */
  write(entries: Iterable<EpochEntry>): void {
    this.#checkpoint.write([...entries]);
  }

  /** As {@linkcode LeaderEpochCheckpointFile.write}, but does nothing when the directory is gone; tells which. */
  writeIfDirExists(entries: Iterable<EpochEntry>): boolean {
    return this.#checkpoint.writeIfDirExists([...entries]);
  }
}
