/**
 * The topic id of a log, kept in `partition.metadata` of its directory (KIP-516).
 *
 * @module
 */

import type { Env } from "../env.ts";
import { StorageError } from "../errors.ts";
import { type TopicPartition, topicPartitionKey } from "../file/file_names.ts";
import { PartitionMetadataFile } from "../file/partition_metadata_file.ts";

/**
 * The id in the file, or else the one given, which is then written to the file: it must be there before any record is.
 *
 * @throws {StorageError} `INCONSISTENT_TOPIC_ID` when the file has another one
 */
export function initializeTopicId(
  env: Env,
  directory: string,
  topicPartition: TopicPartition,
  topicId: string | undefined,
): string | undefined {
  const file = PartitionMetadataFile.in(env.fileSystem, directory);
  if (!file.exists) {
    if (topicId !== undefined) {
      file.record(topicId);
      file.maybeFlush();
    }
    return topicId;
  }
  const known = file.read().topicId;
  checkSameTopicId(topicPartition, known, topicId);
  return known;
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
