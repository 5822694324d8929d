/**
 * How far each log is clean: `cleaner-offset-checkpoint` in each log directory. Losing it costs work, no data: a log
 * that is not listed counts as dirty from its start.
 *
 * @module
 */

import type { Env } from "../env.ts";
import { CorruptRecordError, LogDirError } from "../errors.ts";
import {
  CLEANER_OFFSET_CHECKPOINT_FILE,
  type TopicPartition,
  topicPartitionKey,
} from "../file/file_names.ts";
import { OffsetCheckpointFile, type TopicPartitionOffset } from "../file/offset_checkpoint_file.ts";
import { joinPath } from "../file/paths.ts";

/** The checkpoints of several log directories. */
export class CleanerCheckpoints {
  readonly #env: Env;
  readonly #files = new Map<string, OffsetCheckpointFile>();
  readonly #isIn: (directory: string, key: string) => boolean;
  readonly #onLogDirFailure: (directory: string, error: LogDirError) => void;

  /**
   * @param isIn whether a log directory holds a log of that name (`topic-partition`); others do not count, and are dropped from
   *   the files. A log that left its directory when that failed may still be listed there once it is back
   * @param onLogDirFailure told of a directory whose file cannot be read or written
   */
  constructor(
    env: Env,
    logDirectories: Iterable<string>,
    isIn: (directory: string, key: string) => boolean,
    onLogDirFailure: (directory: string, error: LogDirError) => void,
  ) {
    this.#env = env;
    this.#isIn = isIn;
    this.#onLogDirFailure = onLogDirFailure;
    for (const directory of logDirectories) this.addLogDirectory(directory);
  }

  /** Takes a log directory in. */
  addLogDirectory(directory: string): void {
    const path = joinPath(directory, CLEANER_OFFSET_CHECKPOINT_FILE);
    this.#files.set(directory, new OffsetCheckpointFile(this.#env.fileSystem, path));
  }

  /** Leaves a log directory alone from now on. */
  removeLogDirectory(directory: string): void {
    this.#files.delete(directory);
  }

  /** The offsets of all log directories, by `topic-partition`. */
  all(): Map<string, number> {
    const offsets = new Map<string, number>();
    for (const directory of this.#files.keys()) {
      for (const [key, { offset }] of this.#read(directory)) {
        if (this.#isIn(directory, key)) offsets.set(key, offset);
      }
    }
    return offsets;
  }

  /** The offset of one log in one directory. */
  get(directory: string, topicPartition: TopicPartition): number | undefined {
    return this.#read(directory).get(topicPartitionKey(topicPartition))?.offset;
  }

  /** Sets the offset of one log, or removes it, and drops logs that are gone. */
  update(directory: string, topicPartition: TopicPartition, offset: number | undefined): void {
    const entries = this.#read(directory);
    const key = topicPartitionKey(topicPartition);
    this.#drop(directory, entries);
    if (offset === undefined) entries.delete(key);
    else entries.set(key, { topicPartition, offset });
    this.#write(directory, entries);
  }

  /** Drops the logs that are gone. */
  dropGone(directory: string): void {
    const entries = this.#read(directory);
    if (this.#drop(directory, entries)) this.#write(directory, entries);
  }

  /** Returns whether there were any. */
  #drop(directory: string, entries: Map<string, TopicPartitionOffset>): boolean {
    const gone = [...entries.keys()].filter((key) => !this.#isIn(directory, key));
    for (const key of gone) entries.delete(key);
    return gone.length > 0;
  }

  /** Lowers the offset of one log to `offset` if it is above that: the records there are gone. */
  maybeTruncate(directory: string, topicPartition: TopicPartition, offset: number): void {
    const entries = this.#read(directory);
    const key = topicPartitionKey(topicPartition);
    if ((entries.get(key)?.offset ?? 0) <= offset) return;
    entries.set(key, { topicPartition, offset });
    this.#write(directory, entries);
  }

  /** Takes the offset of one log from one directory's file to another's. */
  move(topicPartition: TopicPartition, from: string, to: string): void {
    const offset = this.get(from, topicPartition);
    if (offset === undefined) return;
    this.update(from, topicPartition, undefined);
    this.update(to, topicPartition, offset);
  }

  #read(directory: string): Map<string, TopicPartitionOffset> {
    const file = this.#files.get(directory);
    if (file === undefined) return new Map();
    try {
      return file.read();
    } catch (error) {
      if (error instanceof CorruptRecordError) {
        this.#env.logger.write("warn", "Cleaner checkpoint is damaged, logs count as dirty", {
          path: file.path,
          error,
        });
      } else this.#failed(directory, error);
      return new Map();
    }
  }

  #write(directory: string, entries: Map<string, TopicPartitionOffset>): void {
    try {
      this.#files.get(directory)?.write(entries.values());
    } catch (error) {
      this.#failed(directory, error);
    }
  }

  #failed(directory: string, error: unknown): void {
    if (!(error instanceof LogDirError)) throw error;
    this.#env.logger.write("error", "Failed to access cleaner checkpoint", { directory, error });
    this.#onLogDirFailure(directory, error);
  }
}
