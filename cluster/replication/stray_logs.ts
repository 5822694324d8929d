/**
 * Logs that were left behind by a topic that is gone, or has moved elsewhere.
 *
 * @module
 */

import type { TopicPartition } from "../../storage/file/file_names.ts";

/** What is looked at of a log. */
export interface FoundLog {
  /** The partition that its directory names. */
  readonly topicPartition: TopicPartition;
  /** The topic's id, from `partition.metadata`. */
  readonly topicId: string | undefined;
  /** Offset that its next record gets. */
  readonly logEndOffset: number;
}

/** The metadata, as far as it is looked at. */
export interface KnownTopics {
  /** Id of the topic with a name. */
  topicId(topic: string): string | undefined;
  /** The replicas of a partition of the topic with an id; `undefined` when there is none. */
  replicas(topicId: string, partition: number): readonly number[] | undefined;
}

/**
 * Whether a log that was found at the start does not belong to this broker.
 *
 * The id is on the disk before the first record. So a log without either was made just before a crash, and whichever topic has its name
 * may have it: it would make the same. (Kafka puts it aside.) One with records and no id is of nobody knows what.
 */
export function isStrayLog(
  { topicPartition, topicId, logEndOffset }: FoundLog,
  brokerId: number,
  topics: KnownTopics,
): boolean {
  const { topic, partition } = topicPartition;
  const id = topicId ?? (logEndOffset === 0 ? topics.topicId(topic) : undefined);
  return id === undefined || !(topics.replicas(id, partition)?.includes(brokerId) ?? false);
}
