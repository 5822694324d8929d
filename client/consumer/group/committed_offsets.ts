/**
 * Reading what a group has committed.
 *
 * @module
 */

import type { Logger } from "../../../storage/env.ts";
import { type TopicPartition, topicPartitionKey } from "../../../storage/file/file_names.ts";
import { TopicPartitionMap } from "../../../storage/file/topic_partition_map.ts";
import { ZERO_UUID } from "../../../storage/bytes/uuid.ts";
import {
  errorMessage,
  type ErrorName,
  errorName,
  isRetriable,
  KafkaError,
} from "../../protocol/error_codes.ts";
import {
  offsetFetch,
  type OffsetFetchResponse,
  type OffsetFetchResponsePartition,
} from "../../protocol/messages/offset_fetch.ts";
import { ConsumerError } from "../consumer_errors.ts";
import type { OffsetAndMetadata } from "../offset_and_metadata.ts";
import { type GroupCoordinator, groupError } from "./group_coordinator.ts";
import { notAuthorized } from "./offset_commit_call.ts";

/** Who asks. */
export interface CommittedOffsetsOptions {
  /** Where. */
  readonly coordinator: GroupCoordinator;
  /** The group. */
  readonly groupId: string;
  /** Receives what happens. */
  readonly logger: Logger;
}

/** The first version that asks about several groups at once. */
const BATCHED_VERSION = 8;
/** From the next version on topics go by their ids. */
const LAST_VERSION_WITH_NAMES = 9;
/** The first version that can wait for transactions; an older broker has none to wait for. */
const STABLE_VERSION = 7;

/**
 * Asks once. The coordinator must be known.
 *
 * @returns `null` where nothing is committed
 * @throws {KafkaError} what the coordinator says; `UNSTABLE_OFFSET_COMMIT` while a transaction decides about an offset
 * @throws {ConsumerError} for a partition that does not exist, and what should not be answered
 * @throws {NetworkError} when it does not answer
 */
export async function committedOffsets(
  options: CommittedOffsetsOptions,
  partitions: readonly TopicPartition[],
  signal: AbortSignal,
): Promise<TopicPartitionMap<OffsetAndMetadata | null>> {
  const { coordinator, groupId } = options;
  const byTopic = Map.groupBy(partitions, ({ topic }) => topic);
  const topics = Array.from(byTopic, ([name, partitions]) => ({
    name,
    topicId: ZERO_UUID,
    partitionIndexes: partitions.map(({ partition }) => partition),
  }));
  const response = await coordinator.send(offsetFetch, (version) => {
    const requireStable = version >= STABLE_VERSION;
    return version < BATCHED_VERSION
      ? { groupId, topics, requireStable }
      : { groups: [{ groupId, topics }], requireStable };
  }, { maxVersion: LAST_VERSION_WITH_NAMES, signal });
  const group = response.groups.find((group) => group.groupId === groupId) ?? response;
  const error = errorName(group.errorCode);
  if (error !== "NONE") throw groupFailure(options, error);
  return offsetsIn(options, group.topics);
}

function offsetsIn(
  { logger }: CommittedOffsetsOptions,
  topics: OffsetFetchResponse["topics"],
): TopicPartitionMap<OffsetAndMetadata | null> {
  const offsets = new TopicPartitionMap<OffsetAndMetadata | null>();
  const unauthorized = new Set<string>();
  let isUnstable = false;
  for (const { name: topic, partitions } of topics) {
    for (const told of partitions) {
      const topicPartition = { topic, partition: told.partitionIndex };
      const error = errorName(told.errorCode);
      if (error === "TOPIC_AUTHORIZATION_FAILED") unauthorized.add(topic);
      else if (error === "UNSTABLE_OFFSET_COMMIT") isUnstable = true;
      else if (error !== "NONE") throw partitionFailure(topicPartition, error);
      else offsets.set(topicPartition, offsetIn(told));
    }
  }
  if (unauthorized.size > 0) throw notAuthorized(unauthorized);
  if (!isUnstable) return offsets;
  logger.write("info", "Some offsets wait for a transaction, or to be replicated", {});
  throw new KafkaError(
    "UNSTABLE_OFFSET_COMMIT",
    "There are unstable offsets for the requested topic partitions",
  );
}

function offsetIn(
  { committedOffset: offset, committedLeaderEpoch: leaderEpoch, metadata }:
    OffsetFetchResponsePartition,
): OffsetAndMetadata | null {
  if (offset < 0) return null;
  return { offset, ...(leaderEpoch < 0 ? {} : { leaderEpoch }), metadata: metadata ?? "" };
}

function groupFailure(
  { coordinator, groupId }: CommittedOffsetsOptions,
  error: ErrorName,
): unknown {
  if (error === "COORDINATOR_NOT_AVAILABLE" || error === "NOT_COORDINATOR") {
    coordinator.forget(error);
  }
  if (error === "GROUP_AUTHORIZATION_FAILED" || isRetriable(error)) {
    return groupError(new KafkaError(error), groupId);
  }
  return new ConsumerError(`Unexpected error in fetch offset response: ${errorMessage(error)}`);
}

function partitionFailure(topicPartition: TopicPartition, error: ErrorName): ConsumerError {
  const name = topicPartitionKey(topicPartition);
  return new ConsumerError(
    error === "UNKNOWN_TOPIC_OR_PARTITION"
      ? `Topic or Partition ${name} does not exist`
      : `Unexpected error in fetch offset response for partition ${name}: ${errorMessage(error)}`,
  );
}
