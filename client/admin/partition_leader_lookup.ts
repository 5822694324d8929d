/**
 * Looks up who leads partitions (Kafka's `PartitionLeaderStrategy`).
 *
 * @module
 */

import { type TopicPartition, topicPartitionKey } from "../../storage/file/file_names.ts";
import { type ErrorName, errorName, KafkaError } from "../protocol/error_codes.ts";
import { metadata as metadataApi, type MetadataResponse } from "../protocol/messages/metadata.ts";
import { TopicPartitionMap, TopicPartitionSet } from "../../storage/file/topic_partition_map.ts";
import { sendCall } from "./admin_call.ts";
import type { Lookup, Places } from "./located_call.ts";

/** Errors of a topic that pass. */
const TOPIC_RETRIED: readonly ErrorName[] = [
  "UNKNOWN_TOPIC_OR_PARTITION",
  "LEADER_NOT_AVAILABLE",
  "BROKER_NOT_AVAILABLE",
];

/** Errors of a partition that pass. */
const PARTITION_RETRIED: readonly ErrorName[] = [
  "NOT_LEADER_OR_FOLLOWER",
  "REPLICA_NOT_AVAILABLE",
  "LEADER_NOT_AVAILABLE",
  "BROKER_NOT_AVAILABLE",
  "KAFKA_STORAGE_ERROR",
  "UNKNOWN_TOPIC_OR_PARTITION",
];

/**
 * Looks leaders up by Metadata requests.
 *
 * @param awaitsTopics whether a topic that is not there is waited for
 */
export function partitionLeaderLookup(awaitsTopics = true): Lookup<TopicPartition> {
  return ({ context, time, nameFor }, partitions) => {
    const topics = [...new Set(partitions.map(({ topic }) => topic))];
    return sendCall(context, time, {
      name: nameFor(metadataApi),
      destination: { to: "any" },
      api: metadataApi,
      draft: () => ({
        topics: topics.map((name) => ({ name })),
        allowAutoTopicCreation: false,
      }),
    }, (response) => leadersIn(response, new TopicPartitionSet(partitions), awaitsTopics));
  };
}

function leadersIn(
  { topics }: MetadataResponse,
  partitions: TopicPartitionSet,
  awaitsTopics: boolean,
): Places<TopicPartition> {
  const found: [TopicPartition, number][] = [];
  const failed = new TopicPartitionMap<Error>();
  for (const { name, errorCode, partitions: told } of topics) {
    const topic = name!;
    const topicError = errorName(errorCode);
    if (topicError !== "NONE") {
      if (TOPIC_RETRIED.includes(topicError)) {
        if (awaitsTopics || topicError !== "UNKNOWN_TOPIC_OR_PARTITION") continue;
      }
      for (const topicPartition of partitions) {
        if (topicPartition.topic !== topic) continue;
        failed.set(topicPartition, topicFailure(topicError, topicPartition));
      }
      continue;
    }
    for (const { partitionIndex: partition, errorCode, leaderId } of told) {
      const topicPartition = { topic, partition };
      const error = errorName(errorCode);
      if (!partitions.has(topicPartition)) continue;
      if (error === "NONE") {
        if (leaderId >= 0) found.push([topicPartition, leaderId]);
      } else if (!PARTITION_RETRIED.includes(error)) {
        const text = topicPartitionKey(topicPartition);
        failed.set(
          topicPartition,
          new KafkaError(error, `Unexpected error during metadata lookup for ${text}`),
        );
      }
    }
  }
  return { found, failed: [...failed] };
}

function topicFailure(error: ErrorName, topicPartition: TopicPartition): KafkaError {
  const { topic } = topicPartition;
  const what = `Failed to fetch metadata for partition ${topicPartitionKey(topicPartition)}`;
  switch (error) {
    case "UNKNOWN_TOPIC_OR_PARTITION":
      return new KafkaError(
        error,
        `${what} because metadata for topic \`${topic}\` could not be found`,
      );
    case "TOPIC_AUTHORIZATION_FAILED":
      return new KafkaError(error, `${what} due to topic authorization failure`);
    case "INVALID_TOPIC_EXCEPTION":
      return new KafkaError(error, `${what} due to invalid topic \`${topic}\``);
  }
  return new KafkaError(error, `${what} due to unexpected error for topic \`${topic}\``);
}
