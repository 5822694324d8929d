/**
 * One offset for each partition of a log directory: recovery points, log start offsets, high watermarks, and how far the
 * cleaner came.
 *
 * @module
 */

import { CheckpointFile, type EntryFormat, parseInt32, parseInteger } from "./checkpoint_file.ts";
import { type TopicPartition, topicPartitionKey } from "./file_names.ts";
import type { FileSystem } from "./file_system.ts";

/** An offset of a partition. */
export interface TopicPartitionOffset {
  /** Whose it is. */
  readonly topicPartition: TopicPartition;
  /** What it means depends on the file. */
  readonly offset: number;
}

/** Version of the format. */
const CURRENT_VERSION = 0;

/** `topic partition offset`. */
const format: EntryFormat<TopicPartitionOffset> = {
  format: ({ topicPartition: { topic, partition }, offset }) => `${topic} ${partition} ${offset}`,
  parse([topic, partitionText = "", offsetText = "", ...more]) {
    const partition = parseInt32(partitionText);
    const offset = parseInteger(offsetText);
    if (!topic || partition === undefined || offset === undefined || more.length > 0) return;
    return { topicPartition: { topic, partition }, offset };
  },
};

/** As `org.apache.kafka.storage.internals.checkpoint.OffsetCheckpointFile`. */
export class OffsetCheckpointFile {
  readonly #checkpoint: CheckpointFile<TopicPartitionOffset>;

  /** The file need not be there. */
  constructor(fileSystem: FileSystem, path: string) {
    this.#checkpoint = new CheckpointFile(fileSystem, path, CURRENT_VERSION, format);
  }

  /** Where the file is. */
  get path(): string {
    return this.#checkpoint.path;
  }

  /**
   * The offsets by `topic-partition`; of a partition that has several the last counts.
   *
   * @throws {CorruptRecordError} when the file is damaged
   */
  read(): Map<string, TopicPartitionOffset> {
    return new Map(
      this.#checkpoint.read().map((entry) => [topicPartitionKey(entry.topicPartition), entry]),
    );
  }

  /** Replaces all offsets, atomically; durable once it returns. */
  write(entries: Iterable<TopicPartitionOffset>): void {
    this.#checkpoint.write([...entries]);
  }

  /** As {@linkcode OffsetCheckpointFile.write}, but leaves the file alone when this object has written just that before. */
  writeIfChanged(entries: Iterable<TopicPartitionOffset>): void {
    this.#checkpoint.writeIfChanged([...entries]);
  }
}

/** The offsets of several log directories, each read when it is first asked for. */
export class LazyOffsetCheckpoints {
  readonly #files: ReadonlyMap<string, OffsetCheckpointFile>;
  readonly #read = new Map<string, Map<string, TopicPartitionOffset>>();

  /**
   * Reads nothing yet.
   *
   * @param files the checkpoint of each log directory
   */
  constructor(files: ReadonlyMap<string, OffsetCheckpointFile>) {
    this.#files = files;
  }

  /**
   * The offset of a partition in a log directory.
   *
   * @throws {RangeError} when the directory has no checkpoint
   */
  fetch(logDirectory: string, topicPartition: TopicPartition): number | undefined {
    let offsets = this.#read.get(logDirectory);
    if (offsets === undefined) {
      const file = this.#files.get(logDirectory);
      if (file === undefined) {
        throw new RangeError(`No checkpoint file for the log directory: ${logDirectory}`);
      }
      offsets = file.read();
      this.#read.set(logDirectory, offsets);
    }
    return offsets.get(topicPartitionKey(topicPartition))?.offset;
  }
}
