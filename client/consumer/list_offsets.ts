/**
 * ListOffsets as a consumer asks it. Pure.
 *
 * @module
 */

import type { TopicPartition } from "../../storage/file/file_names.ts";
import type { Draft } from "../../storage/message/message_codec.ts";
import { type ErrorName, errorName, KafkaError } from "../protocol/error_codes.ts";
import type { ListOffsetsRequest, ListOffsetsResponse } from "../protocol/messages/list_offsets.ts";
import { TopicPartitionMap } from "../../storage/file/topic_partition_map.ts";
import { byTopic } from "./partition_leaders.ts";
import type { IsolationLevel } from "./partition_state.ts";

/** What is asked of a partition. */
export interface OffsetQuery {
  /** The first record that is as new as this, ms since the epoch; negative numbers stand for places in the log. */
  readonly timestamp: number;
  /** Epoch of the leader as it is known; -1 when it is not. */
  readonly currentLeaderEpoch: number;
}

/** An offset that was found. */
export interface ListedOffset {
  /** The offset. */
  readonly offset: number;
  /** The record's timestamp, ms since the epoch; -1 when it was not asked for one. */
  readonly timestamp: number;
  /** The leader's epoch of the record; -1 when it is not known. */
  readonly leaderEpoch: number;
}

/** What an answer tells. */
export interface ListedOffsets {
  /** What was found; `undefined` where there is no such record. */
  readonly offsets: TopicPartitionMap<ListedOffset | undefined>;
  /** What is to be asked again, and why. */
  readonly retry: TopicPartitionMap<ErrorName>;
}

/** The request for the partitions of one broker. */
export function listOffsetsRequest(
  queries: TopicPartitionMap<OffsetQuery>,
  isolationLevel: IsolationLevel,
  timeoutMs: number,
): Draft<ListOffsetsRequest> {
  const topics = byTopic(queries, (partitionIndex, query) => ({ partitionIndex, ...query }));
  return {
    replicaId: -1,
    isolationLevel: isolationLevel === "read_committed" ? 1 : 0,
    topics: [...topics].map(([name, partitions]) => ({ name, partitions })),
    timeoutMs,
  };
}

/**
 * Reads an answer. What it lacks is to be asked again.
 *
 * @throws {KafkaError} `TOPIC_AUTHORIZATION_FAILED` when a topic may not be read
 */
export function listedOffsets(
  queries: Iterable<TopicPartition>,
  response: ListOffsetsResponse,
): ListedOffsets {
  const offsets = new TopicPartitionMap<ListedOffset | undefined>();
  const retry = new TopicPartitionMap<ErrorName>();
  for (const topicPartition of queries) retry.set(topicPartition, "UNKNOWN_SERVER_ERROR");
  const unauthorized = new Set<string>();
  for (const { name: topic, partitions } of response.topics) {
    for (const { partitionIndex: partition, errorCode, ...found } of partitions) {
      const topicPartition = { topic, partition };
      const error = errorName(errorCode);
      if (!retry.has(topicPartition)) continue;
      if (error === "TOPIC_AUTHORIZATION_FAILED") unauthorized.add(topic);
      if (error !== "NONE" && error !== "UNSUPPORTED_FOR_MESSAGE_FORMAT") {
        retry.set(topicPartition, error);
        continue;
      }
      const { offset, timestamp, leaderEpoch } = found;
      const isFound = error === "NONE" && offset >= 0;
      offsets.set(topicPartition, isFound ? { offset, timestamp, leaderEpoch } : undefined);
      retry.delete(topicPartition);
    }
  }
  if (unauthorized.size === 0) return { offsets, retry };
  throw new KafkaError(
    "TOPIC_AUTHORIZATION_FAILED",
    `Not authorized to access topics: [${[...unauthorized].join(", ")}]`,
  );
}
