/**
 * Whose a log's directory is: the id of its topic, kept in `partition.metadata` (KIP-516), and the directory's own name.
 *
 * Neither is flushed when a log is made, for that takes the disk longer than all the rest together. The id is on the disk before the
 * first record is written, so that records are never without; the name before a flush counts as one. The owner of many logs
 * has both done before that, for many at a time and without waiting: {@linkcode LogIdentity.settle}.
 *
 * @module
 */

import type { Env } from "../env.ts";
import { StorageError } from "../errors.ts";
import { type TopicPartition, topicPartitionKey } from "../file/file_names.ts";
import { PartitionMetadataFile } from "../file/partition_metadata_file.ts";
import { parentPath } from "../file/paths.ts";

/** What is known of a directory that is opened. */
export interface LogIdentityOptions {
  /** The world. */
  readonly env: Env;
  /** The log's directory. */
  readonly directory: string;
  /** The partition. */
  readonly topicPartition: TopicPartition;
  /** Id that the topic has, when that is known. */
  readonly topicId?: string;
  /** Whether `partition.metadata` is there. */
  readonly hasFile: boolean;
  /** The directory's name may not have been flushed. Default: `false`. */
  readonly isNameUnflushed?: boolean;
}

/** Whose a log's directory is, and whether a power cut could still take that. */
export class LogIdentity {
  readonly #env: Env;
  readonly #topicPartition: TopicPartition;
  readonly #file: PartitionMetadataFile;
  #directory: string;
  #topicId: string | undefined;
  #isNameUnflushed: boolean;

  /**
   * Reads the id, or takes down the one that is given, to be written later.
   *
   * @throws {StorageError} `INCONSISTENT_TOPIC_ID` when the file has another one
   * @throws {CorruptRecordError} when the file is damaged
   */
  constructor(options: LogIdentityOptions) {
    const { env, directory, topicPartition, topicId, hasFile } = options;
    this.#env = env;
    this.#topicPartition = topicPartition;
    this.#directory = directory;
    this.#isNameUnflushed = options.isNameUnflushed ?? false;
    this.#file = PartitionMetadataFile.in(env.fileSystem, directory);
    if (!hasFile) {
      if (topicId !== undefined) this.assign(topicId);
      return;
    }
    this.#topicId = this.#file.read().topicId;
    checkSameTopicId(topicPartition, this.#topicId, topicId);
  }

  /** The topic's id, when it is known. */
  get topicId(): string | undefined {
    return this.#topicId;
  }

  /** Whether a power cut could still take something. */
  get isSettled(): boolean {
    return !this.#isNameUnflushed && !this.#file.isDirty;
  }

  /**
   * Gives an id to a directory that has none.
   *
   * @throws {StorageError} `INCONSISTENT_TOPIC_ID` when it has another one
   */
  assign(topicId: string): void {
    if (this.#topicId !== undefined) {
      checkSameTopicId(this.#topicPartition, this.#topicId, topicId);
      return;
    }
    this.#file.record(topicId);
    this.#topicId = topicId;
  }

  /** Before a record is written: the id survives a power cut when this returns. */
  ensureIdDurable(): void {
    if (this.#file.isDirty) this.#file.maybeFlush();
  }

  /** Before what was flushed counts as that: all of it survives a power cut when this returns. */
  ensureDurable(): void {
    this.ensureIdDurable();
    if (!this.#isNameUnflushed) return;
    this.#env.fileSystem.flushDirectory(parentPath(this.#directory));
    this.#isNameUnflushed = false;
  }

  /**
   * Has many identities survive a power cut, side by side, while the event loop goes on. Whoever is written to meanwhile need not wait for
   * that, and does it by itself.
   *
   * @param onError told of each directory of which something could not be brought to the disk
   */
  static async settle(
    identities: readonly LogIdentity[],
    onError: (directory: string, error: unknown) => void,
  ): Promise<void> {
    const unnamed = identities.filter((identity) => identity.#isNameUnflushed);
    const parents = Map.groupBy(unnamed, (identity) => parentPath(identity.#directory));
    await Promise.all([
      PartitionMetadataFile.flushAll(
        identities.map((identity) => identity.#file),
        (file, error) => onError(parentPath(file.path), error),
      ),
      ...Array.from(parents, async ([parent, inParent]) => {
        try {
          await inParent[0]!.#env.fileSystem.flushDirectoryAsync(parent);
          // One that was moved meanwhile has the name that it got then flushed, or is about to go.
          for (const identity of inParent) identity.#isNameUnflushed = false;
        } catch (error) {
          onError(parent, error);
        }
      }),
    ]);
  }

  /** What is not on the disk need not get there any more. */
  forget(): void {
    this.#file.forget();
    this.#isNameUnflushed = false;
  }

  /**
   * The directory has another name.
   *
   * @param isGoing whether that is because it is to be removed: nothing of it must survive then
   * @param isNameUnflushed whether a power cut could take the new name
   */
  moved(directory: string, isGoing: boolean, isNameUnflushed: boolean): void {
    this.#directory = directory;
    this.#file.updateDirectory(directory);
    this.#isNameUnflushed = isNameUnflushed;
    if (isGoing) this.forget();
  }
}

/** @throws {StorageError} `INCONSISTENT_TOPIC_ID` when they differ */
export function checkSameTopicId(
  topicPartition: TopicPartition,
  known: string,
  topicId: string | undefined,
): void {
  if (topicId === undefined || topicId === known) return;
  throw new StorageError(
    "INCONSISTENT_TOPIC_ID",
    `Tried to assign topic ID ${topicId} to log for topic partition ${
      topicPartitionKey(topicPartition)
    }, but log already contained topic ID ${known}`,
  );
}
