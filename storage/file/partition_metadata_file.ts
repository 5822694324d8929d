/**
 * The id of the topic that a partition's directory belongs to.
 *
 * @module
 */

import { CorruptRecordError, StorageError } from "../errors.ts";
import { parseInt32 } from "./checkpoint_file.ts";
import { PARTITION_METADATA_FILE } from "./file_names.ts";
import type { FileSystem, LogFile } from "./file_system.ts";
import { joinPath, parentPath } from "./paths.ts";
import { linesOf, readTextFile, writeTextFile } from "./text_file.ts";
import { canonicalUuid, ZERO_UUID } from "../bytes/uuid.ts";

/** What the file says. */
export interface PartitionMetadata {
  /** Version of the format. */
  readonly version: number;
  /** See {@linkcode randomUuid}. */
  readonly topicId: string;
}

/** Version that is written; later ones are read as this one, so that a downgrade works. */
const CURRENT_VERSION = 0;

/**
 * The file `partition.metadata`: `version: 0`, and on a second line, without an end, `topic_id: ID`. As
 * `org.apache.kafka.storage.internals.checkpoint.PartitionMetadataFile`: an id is recorded first and written with the
 * first flush.
 */
export class PartitionMetadataFile {
  readonly #fileSystem: FileSystem;
  #path: string;
  #dirtyTopicId: string | undefined;

  /** The file need not be there. */
  constructor(fileSystem: FileSystem, path: string) {
    this.#fileSystem = fileSystem;
    this.#path = path;
  }

  /** The file in a partition's directory. */
  static in(fileSystem: FileSystem, directory: string): PartitionMetadataFile {
    return new PartitionMetadataFile(fileSystem, joinPath(directory, PARTITION_METADATA_FILE));
  }

  /** Where the file is. */
  get path(): string {
    return this.#path;
  }

  /** Whether it is there. */
  get exists(): boolean {
    return this.#fileSystem.stat(this.#path) !== undefined;
  }

  /**
   * Takes the topic's id down, to be written by {@linkcode PartitionMetadataFile.maybeFlush}.
   *
   * @throws {StorageError} `INCONSISTENT_TOPIC_ID`, when another id waits to be written
   */
  record(topicId: string): void {
    const id = canonicalUuid(topicId);
    if (this.#dirtyTopicId !== undefined && this.#dirtyTopicId !== id) {
      throw new StorageError(
        "INCONSISTENT_TOPIC_ID",
        `Topic id differs from the one recorded before, ${this.#dirtyTopicId}: ${id}`,
      );
    }
    this.#dirtyTopicId = id;
  }

  /** Whether an id waits to be written. */
  get isDirty(): boolean {
    return this.#dirtyTopicId !== undefined;
  }

  /** Writes the id when one waits for it; atomic, and durable once it returns. */
  maybeFlush(): void {
    if (this.#dirtyTopicId === undefined) return;
    writeTextFile(this.#fileSystem, this.#path, textOf(this.#dirtyTopicId));
    this.#dirtyTopicId = undefined;
  }

  /**
   * Does what {@linkcode PartitionMetadataFile.maybeFlush} does for several files at a time, and the event loop goes on meanwhile. What
   * somebody else writes, or forgets, in that time is left to him.
   *
   * @param onError told of each file that could not be written; the others are
   */
  static async flushAll(
    files: Iterable<PartitionMetadataFile>,
    onError: (file: PartitionMetadataFile, error: unknown) => void,
  ): Promise<void> {
    let left = [...files].filter((file) => file.isDirty);
    // Step by step, and not each file at its own pace: a disk does flushes together, and has whoever changes names meanwhile wait.
    const each = async (step: (file: PartitionMetadataFile) => void | Promise<void>) => {
      const done = await Promise.all(left.map(async (file) => {
        try {
          await step(file);
          return true;
        } catch (error) {
          onError(file, error);
          return false;
        }
      }));
      left = left.filter((file, i) => done[i] && file.isDirty);
    };
    const temporaries = new Map<PartitionMetadataFile, LogFile>();
    try {
      await each((file) => {
        const temporary = file.#fileSystem.open(`${file.#path}.tmp`, { create: true });
        temporaries.set(file, temporary);
        temporary.truncate(0);
        temporary.write(0, new TextEncoder().encode(textOf(file.#dirtyTopicId!)));
      });
      await each((file) => temporaries.get(file)!.flush());
      await each((file) => temporaries.get(file)!.rename(file.#path));
    } finally {
      for (const temporary of temporaries.values()) temporary.close();
    }
    await each((file) => file.#fileSystem.flushDirectoryAsync(parentPath(file.#path)));
    for (const file of left) file.#dirtyTopicId = undefined;
  }

  /** What waits to be written need not be any more: the directory is about to go. */
  forget(): void {
    this.#dirtyTopicId = undefined;
  }

  /** The directory was moved to `directory`, with the file in it. */
  updateDirectory(directory: string): void {
    this.#path = joinPath(directory, PARTITION_METADATA_FILE);
  }

  /**
   * What the file says.
   *
   * @throws {CorruptRecordError} when it is missing or damaged
   */
  read(): PartitionMetadata {
    const lines = linesOf(readTextFile(this.#fileSystem, this.#path) ?? "");
    const version = parseInt32(this.#value(lines, 0));
    if (version === undefined) throw this.#malformed(lines, 0);
    if (version < CURRENT_VERSION) {
      throw new CorruptRecordError(
        `Unrecognised version of partition metadata file ${this.#path}: ${version}`,
      );
    }
    const text = this.#value(lines, 1);
    let topicId: string;
    try {
      topicId = canonicalUuid(text);
    } catch (cause) {
      throw this.#malformed(lines, 1, cause);
    }
    if (topicId === ZERO_UUID) {
      throw new CorruptRecordError(
        `Invalid topic id in partition metadata file ${this.#path}: zero`,
      );
    }
    return { version, topicId };
  }

  /** Removes the file; fine when it is not there. */
  delete(): void {
    this.#fileSystem.remove(this.#path);
  }

  #value(lines: readonly string[], index: number): string {
    const parts = (lines[index] ?? "").split(/:\s+/);
    if (parts.length !== 2) throw this.#malformed(lines, index);
    return parts[1]!;
  }

  #malformed(lines: readonly string[], index: number, cause?: unknown): CorruptRecordError {
    const line = lines[index];
    return new CorruptRecordError(
      `Malformed partition metadata file ${this.#path}, line ${index + 1}: ` +
        (line === undefined ? "missing" : line.slice(0, 200)),
      cause === undefined ? {} : { cause },
    );
  }
}

function textOf(topicId: string): string {
  return `version: ${CURRENT_VERSION}\ntopic_id: ${topicId}`;
}
