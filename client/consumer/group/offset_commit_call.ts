/**
 * One commit of offsets to a group, and what its answer means.
 *
 * @module
 */

import { topicPartitionKey } from "../../../storage/file/file_names.ts";
import type { TopicPartitionMap } from "../../../storage/file/topic_partition_map.ts";
import { ZERO_UUID } from "../../../storage/bytes/uuid.ts";
import type { Logger } from "../../../storage/env.ts";
import {
  errorMessage,
  type ErrorName,
  errorName,
  isRetriable,
  KafkaError,
} from "../../protocol/error_codes.ts";
import {
  offsetCommit,
  type OffsetCommitRequestTopic,
} from "../../protocol/messages/offset_commit.ts";
import { CommitFailedError, ConsumerError } from "../consumer_errors.ts";
import type { OffsetAndMetadata } from "../offset_and_metadata.ts";
import type { SubscriptionState } from "../subscription_state.ts";
import { type Generation, generationText, NO_GENERATION } from "./generation.ts";
import { type GroupCoordinator, groupError } from "./group_coordinator.ts";
import type { GroupSettings } from "./group_settings.ts";
import type { MemberState } from "./member_state.ts";

/** Who commits. */
export interface OffsetCommitOptions {
  /** Where to. */
  readonly coordinator: GroupCoordinator;
  /** Where the consumer stands in its group. */
  readonly member: MemberState;
  /** Whether the group gives the partitions. */
  readonly subscription: SubscriptionState;
  /** The group. */
  readonly settings: GroupSettings;
  /** Receives what happens. */
  readonly logger: Logger;
}

/** Offsets by partition. */
export type Offsets = TopicPartitionMap<OffsetAndMetadata>;

/** From the next version on topics go by their ids, which a group's offsets are not kept by here. */
const LAST_VERSION_WITH_NAMES = 9;

/**
 * Commits once. The coordinator must be known.
 *
 * @throws {CommitFailedError} when the consumer is not in its group any more
 * @throws {KafkaError} what the coordinator says; `REBALANCE_IN_PROGRESS` when polling has to come first
 * @throws {NetworkError} when it does not answer
 */
export async function commitOffsets(
  options: OffsetCommitOptions,
  offsets: Offsets,
  signal?: AbortSignal,
): Promise<void> {
  const { coordinator, settings: { groupId, groupInstanceId } } = options;
  const isMember = options.subscription.isAutoAssigned;
  const sent = isMember ? stableGeneration(options.member) : NO_GENERATION;
  const response = await coordinator.send(offsetCommit, () => ({
    groupId,
    generationIdOrMemberEpoch: sent.generationId,
    memberId: sent.memberId,
    groupInstanceId: isMember ? groupInstanceId : null,
    topics: requestTopics(offsets),
  }), { maxVersion: LAST_VERSION_WITH_NAMES, ...(signal && { signal }) });
  const unauthorized = new Set<string>();
  for (const { name: topic, partitions } of response.topics) {
    for (const { partitionIndex: partition, errorCode } of partitions) {
      const error = errorName(errorCode);
      if (error === "NONE") continue;
      options.logger.write(isRetriable(error) ? "warn" : "error", "Offset commit failed", {
        partition: topicPartitionKey({ topic, partition }),
        offset: offsets.get({ topic, partition })?.offset,
        error,
      });
      if (error === "TOPIC_AUTHORIZATION_FAILED") unauthorized.add(topic);
      else throw commitFailure(options, sent, error);
    }
  }
  if (unauthorized.size > 0) throw notAuthorized(unauthorized);
}

/** What is said of topics that may not be read. */
export function notAuthorized(topics: ReadonlySet<string>): KafkaError {
  const text = `Not authorized to access topics: [${[...topics].join(", ")}]`;
  return new KafkaError("TOPIC_AUTHORIZATION_FAILED", text);
}

function stableGeneration({ phase, generation, isRebalancing }: MemberState): Generation {
  if (phase === "stable") return generation;
  if (isRebalancing) {
    throw new KafkaError(
      "REBALANCE_IN_PROGRESS",
      "Offset commit cannot be completed since the consumer is undergoing a rebalance for auto " +
        "partition assignment. You can try completing the rebalance by calling poll() and then " +
        "retry the operation.",
    );
  }
  throw new CommitFailedError(
    "Offset commit cannot be completed since the consumer is not part of an active group for auto " +
      "partition assignment; it is likely that the consumer was kicked out of the group.",
  );
}

function requestTopics(offsets: Offsets): OffsetCommitRequestTopic[] {
  const topics = new Map<string, OffsetCommitRequestTopic["partitions"][number][]>();
  for (const [{ topic, partition }, { offset, leaderEpoch = -1, metadata = "" }] of offsets) {
    let partitions = topics.get(topic);
    if (partitions === undefined) topics.set(topic, partitions = []);
    partitions.push({
      partitionIndex: partition,
      committedOffset: offset,
      committedLeaderEpoch: leaderEpoch,
      committedMetadata: metadata,
    });
  }
  return Array.from(topics, ([name, partitions]) => ({ name, topicId: ZERO_UUID, partitions }));
}

function commitFailure(
  { coordinator, member, settings: { groupId }, logger }: OffsetCommitOptions,
  sent: Generation,
  error: ErrorName,
): unknown {
  const isUnchanged = member.generation === sent;
  switch (error) {
    case "GROUP_AUTHORIZATION_FAILED":
      return groupError(new KafkaError(error), groupId);
    case "OFFSET_METADATA_TOO_LARGE":
    case "INVALID_COMMIT_OFFSET_SIZE":
    case "COORDINATOR_LOAD_IN_PROGRESS":
    case "UNKNOWN_TOPIC_OR_PARTITION":
      return new KafkaError(error);
    case "COORDINATOR_NOT_AVAILABLE":
    case "NOT_COORDINATOR":
    case "REQUEST_TIMED_OUT":
      coordinator.forget(error);
      return new KafkaError(error);
    case "FENCED_INSTANCE_ID":
      if (isUnchanged) return new KafkaError(error);
      return member.phase === "preparing"
        ? new KafkaError(
          "REBALANCE_IN_PROGRESS",
          "Offset commit cannot be completed since the consumer member's old generation is fenced " +
            "by its group instance id, it is possible that this consumer has already participated " +
            "another rebalance and got a new generation",
        )
        : new CommitFailedError();
    case "REBALANCE_IN_PROGRESS":
      member.requestRejoin("offset commit failed since group is already rebalancing");
      return new KafkaError(
        error,
        "Offset commit cannot be completed since the consumer group is executing a rebalance at " +
          "the moment. You can try completing the rebalance by calling poll() and then retry " +
          "commit again",
      );
    case "UNKNOWN_MEMBER_ID":
    case "ILLEGAL_GENERATION":
      logger.write("info", "OffsetCommit failed", { generation: generationText(sent), error });
      if (!isUnchanged && member.phase === "preparing") {
        return new KafkaError(
          "REBALANCE_IN_PROGRESS",
          "Offset commit cannot be completed since the consumer member's generation is already " +
            "stale, meaning it has already participated another rebalance and got a new " +
            "generation. You can try completing the rebalance by calling poll() and then retry " +
            "commit again",
        );
      }
      member.reset(
        `encountered ${error} from OFFSET_COMMIT response`,
        error === "ILLEGAL_GENERATION",
      );
      return new CommitFailedError();
    default:
      return new ConsumerError(`Unexpected error in commit: ${errorMessage(error)}`);
  }
}
