/**
 * One log directory: its lock, whose it is, how it was left, and its checkpoint files.
 *
 * @module
 */

import type { Env } from "../env.ts";
import { CorruptRecordError, LogUnavailableError } from "../errors.ts";
import { CleanShutdownFile } from "../file/clean_shutdown_file.ts";
import { makeDurableDirectory } from "../file/durable_directory.ts";
import {
  CLEANER_OFFSET_CHECKPOINT_FILE,
  LOG_START_OFFSET_CHECKPOINT_FILE,
  RECOVERY_POINT_CHECKPOINT_FILE,
  REPLICATION_OFFSET_CHECKPOINT_FILE,
  type TopicPartition,
  topicPartitionKey,
} from "../file/file_names.ts";
import type { DirectoryLock } from "../file/file_system.ts";
import { type MetaProperties, MetaPropertiesFile } from "../file/meta_properties_file.ts";
import { OffsetCheckpointFile, type TopicPartitionOffset } from "../file/offset_checkpoint_file.ts";
import { joinPath } from "../file/paths.ts";

/** The checkpoint files of a log directory that hold one offset for each log. */
export type CheckpointName =
  | "recovery point"
  | "log start offset"
  | "high watermark"
  | "cleaner offset";

const FILES: Readonly<Record<CheckpointName, string>> = {
  "recovery point": RECOVERY_POINT_CHECKPOINT_FILE,
  "log start offset": LOG_START_OFFSET_CHECKPOINT_FILE,
  "high watermark": REPLICATION_OFFSET_CHECKPOINT_FILE,
  "cleaner offset": CLEANER_OFFSET_CHECKPOINT_FILE,
};

/** What a checkpoint says of a log. */
export interface CheckpointedLog {
  readonly topicPartition: TopicPartition;
  readonly recoveryPoint: number;
  readonly logStartOffset: number;
  readonly highWatermark: number;
  /** Up to where it was cleaned; only where one log has its own cleaner. */
  readonly cleanerOffset?: number | undefined;
  /** Base offset of its first segment: a log start offset that is no higher needs no writing down. */
  readonly firstSegmentOffset: number;
}

/** A log directory that this process has taken, or is about to. */
export class LogDirectory {
  /** Where it is. */
  readonly path: string;
  /** Whether the last stop was a clean one; known once the mark was taken. */
  hadCleanShutdown = false;
  /** Whether every log in it has been loaded, and so recovered where needed. */
  loadCompleted = false;
  /** What its `meta.properties` says; `undefined` without that file. */
  metaProperties: MetaProperties | undefined;
  readonly #env: Env;
  readonly #checkpoints: Readonly<Record<CheckpointName, OffsetCheckpointFile>>;
  readonly #cleanShutdown: CleanShutdownFile;
  #lock: DirectoryLock | undefined;
  #brokerEpoch: number | undefined;

  constructor(env: Env, path: string) {
    this.path = path;
    this.#env = env;
    const checkpoint = (name: CheckpointName) =>
      new OffsetCheckpointFile(env.fileSystem, joinPath(path, FILES[name]));
    this.#checkpoints = {
      "recovery point": checkpoint("recovery point"),
      "log start offset": checkpoint("log start offset"),
      "high watermark": checkpoint("high watermark"),
      "cleaner offset": checkpoint("cleaner offset"),
    };
    this.#cleanShutdown = new CleanShutdownFile(env.fileSystem, path);
  }

  /** Id of the directory, when it has one. */
  get directoryId(): string | undefined {
    return this.metaProperties?.directoryId;
  }

  /** Makes the directory when it is missing. */
  create(): void {
    const { fileSystem, logger } = this.#env;
    if (makeDurableDirectory(fileSystem, this.path)) {
      logger.write("info", "Log directory not found, created it", { directory: this.path });
    } else if (!fileSystem.stat(this.path)!.isDirectory) {
      throw new LogUnavailableError(`Not a readable log directory: ${this.path}`);
    }
  }

  /**
   * Takes `.lock`.
   *
   * @throws {LogUnavailableError} when another process, or another log of this one, has the directory
   */
  lock(): void {
    this.#lock ??= this.#env.fileSystem.lock(this.path);
  }

  /** Gives `.lock` back; fine when it is not held. */
  unlock(): void {
    this.#lock?.release();
    this.#lock = undefined;
  }

  /** Reads `meta.properties`. */
  readMetaProperties(): MetaProperties | undefined {
    this.metaProperties = new MetaPropertiesFile(this.#env.fileSystem, this.path).read();
    return this.metaProperties;
  }

  /** Writes `meta.properties`. */
  writeMetaProperties(properties: MetaProperties): void {
    new MetaPropertiesFile(this.#env.fileSystem, this.path)
      .write(properties, this.#env.clock.now());
    this.metaProperties = properties;
  }

  /** The broker epoch in the mark of the last clean stop. Ask before {@linkcode LogDirectory.takeCleanShutdownMark}. */
  readBrokerEpoch(): number | undefined {
    return this.#cleanShutdown.exists ? this.#cleanShutdown.read() : undefined;
  }

  /** Notes whether the last stop was clean and removes the mark, so that a crash from here on shows. */
  takeCleanShutdownMark(): void {
    this.hadCleanShutdown = this.#cleanShutdown.exists;
    if (!this.hadCleanShutdown) return;
    this.#brokerEpoch = this.#cleanShutdown.read();
    this.#cleanShutdown.delete();
  }

  /** Marks the stop as clean. Everything must have been flushed and closed before. */
  markCleanShutdown(brokerEpoch: number = this.#brokerEpoch ?? -1): void {
    this.#cleanShutdown.write(brokerEpoch);
  }

  /**
   * The offsets of a checkpoint by `topic-partition`. A damaged file counts as empty, and is told in the log: what it
   * holds can be found again, at the price of a longer recovery, or of records that had been deleted.
   */
  readCheckpoint(name: CheckpointName): Map<string, number> {
    const checkpoint = this.#checkpoints[name];
    try {
      const offsets = new Map<string, number>();
      for (const [key, { offset }] of checkpoint.read()) offsets.set(key, offset);
      return offsets;
    } catch (error) {
      if (!(error instanceof CorruptRecordError)) throw error;
      this.#env.logger.write("warn", "Checkpoint is damaged and counts as empty", {
        file: checkpoint.path,
        error: error.message,
      });
      return new Map();
    }
  }

  /** Replaces a checkpoint: these are all logs of the directory. */
  writeCheckpoint(name: CheckpointName, logs: readonly CheckpointedLog[]): void {
    // What lies below a log's start was perhaps never flushed: who takes it for recovered must know that it is gone.
    if (name === "recovery point" && logs.some(hasLaterStart)) {
      this.writeCheckpoint("log start offset", logs);
    }
    const entries: TopicPartitionOffset[] = [];
    for (const log of logs) {
      const offset = checkpointedOffset(name, log);
      if (offset !== undefined) entries.push({ topicPartition: log.topicPartition, offset });
    }
    this.#checkpoints[name].writeIfChanged(entries);
  }

  /** Updates a checkpoint for one log and leaves the others as they are. */
  updateCheckpoint(name: CheckpointName, log: CheckpointedLog): void {
    const checkpoint = this.#checkpoints[name];
    let entries: Map<string, TopicPartitionOffset>;
    try {
      entries = checkpoint.read();
    } catch (error) {
      if (!(error instanceof CorruptRecordError)) throw error;
      entries = new Map();
    }
    const key = topicPartitionKey(log.topicPartition);
    const offset = checkpointedOffset(name, log);
    if (entries.get(key)?.offset === offset) return;
    if (offset === undefined) entries.delete(key);
    else entries.set(key, { topicPartition: log.topicPartition, offset });
    checkpoint.write(entries.values());
  }
}

/** Whether a log starts behind the first of its segments. */
function hasLaterStart({ logStartOffset, firstSegmentOffset }: CheckpointedLog): boolean {
  return logStartOffset > firstSegmentOffset;
}

function checkpointedOffset(name: CheckpointName, log: CheckpointedLog): number | undefined {
  switch (name) {
    case "recovery point":
      return log.recoveryPoint;
    case "high watermark":
      return log.highWatermark;
    case "cleaner offset":
      return log.cleanerOffset;
    case "log start offset":
      return hasLaterStart(log) ? log.logStartOffset : undefined;
  }
}
