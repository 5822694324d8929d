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
}

/**
 * Whether a log that was found at the start does not belong to this broker. One without an id was never written to: the id is on
 * the disk before the first record.
 *
 * @param replicasOf the replicas of a partition of the topic with an id, `undefined` when there is none
 */
export function isStrayLog(
  { topicPartition, topicId }: FoundLog,
  brokerId: number,
  replicasOf: (topicId: string, partition: number) => readonly number[] | undefined,
): boolean {
  if (topicId === undefined) return true;
  const replicas = replicasOf(topicId, topicPartition.partition);
  return replicas === undefined || !replicas.includes(brokerId);
}
