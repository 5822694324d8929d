/**
 * What leaders say of their partitions.
 *
 * @module
 */

import { type TopicPartition, topicPartitionKey } from "../../storage/file/file_names.ts";
import { type ErrorName, errorName, isRetriable, KafkaError } from "../protocol/error_codes.ts";
import { TopicPartitionMap } from "../../storage/file/topic_partition_map.ts";
import { toldPartitions } from "./by_topic.ts";
import { unexpectedAnswer } from "./api_error.ts";
import type { NodeAnswer } from "./located_call.ts";

/** Parts an answer of a leader. */
export interface LeaderAnswerRules {
  /** Errors that say that somebody else leads. */
  readonly moved: readonly ErrorName[];
}

interface Told {
  readonly partitionIndex: number;
  readonly errorCode: number;
}

/** Takes an answer about partitions apart: errors that may pass are asked again, of another leader when there is one. */
export function leaderAnswer<P extends Told, V>(
  nodeId: number,
  asked: readonly TopicPartition[],
  topics: Iterable<{ readonly name: string; readonly partitions: readonly P[] }>,
  { moved: movedErrors }: LeaderAnswerRules,
  valueOf: (told: P) => V,
): NodeAnswer<TopicPartition, V> {
  const completed: [TopicPartition, V][] = [];
  const failed: [TopicPartition, Error][] = [];
  const moved: TopicPartition[] = [];
  const missing = new TopicPartitionMap<true>(asked.map((key) => [key, true]));
  for (const [topicPartition, told] of toldPartitions(topics)) {
    const error = errorName(told.errorCode);
    if (!missing.delete(topicPartition)) continue;
    if (error === "NONE") completed.push([topicPartition, valueOf(told)]);
    else if (movedErrors.includes(error)) moved.push(topicPartition);
    else if (!isRetriable(error)) failed.push([topicPartition, new KafkaError(error)]);
  }
  if (moved.length > 0) return { completed, failed, moved };
  for (const topicPartition of missing.keys()) {
    const text = topicPartitionKey(topicPartition);
    failed.push([
      topicPartition,
      unexpectedAnswer(
        `The response from broker ${nodeId} did not contain a result for topic partition ${text}`,
      ),
    ]);
  }
  return { completed, failed, moved };
}
