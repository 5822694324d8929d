/**
 * Deleting records.
 *
 * @module
 */

import { type TopicPartition, topicPartitionKey } from "../../storage/file/file_names.ts";
import { deleteRecords as deleteRecordsApi } from "../protocol/messages/delete_records.ts";
import { TopicPartitionMap } from "../../storage/file/topic_partition_map.ts";
import { sendCall } from "./admin_call.ts";
import type { AdminContext } from "./admin_context.ts";
import type { CallOptions } from "./admin_options.ts";
import type { AdminResults } from "./admin_results.ts";
import { byTopic } from "./by_topic.ts";
import { leaderAnswer, type LeaderAnswerRules } from "./leader_answers.ts";
import { locatedCall } from "./located_call.ts";
import { partitionLeaderLookup } from "./partition_leader_lookup.ts";

/** What is left after records were deleted. */
export interface DeletedRecords {
  /** The first offset that is still there. */
  readonly lowWatermark: number;
}

const RULES: LeaderAnswerRules = {
  moved: [
    "NOT_LEADER_OR_FOLLOWER",
    "UNKNOWN_TOPIC_OR_PARTITION",
    "KAFKA_STORAGE_ERROR",
    "FENCED_LEADER_EPOCH",
    "UNKNOWN_TOPIC_ID",
    "INCONSISTENT_TOPIC_ID",
    "ELIGIBLE_LEADERS_NOT_AVAILABLE",
    "LISTENER_NOT_FOUND",
    "ELECTION_NOT_NEEDED",
    "REPLICA_NOT_AVAILABLE",
    "NETWORK_EXCEPTION",
    "PREFERRED_LEADER_NOT_AVAILABLE",
    "LEADER_NOT_AVAILABLE",
  ],
};

/**
 * Deletes the records of partitions up to an offset.
 *
 * @param beforeOffsets the first offset that is kept; -1 for the high watermark
 */
export async function deleteRecords(
  context: AdminContext,
  beforeOffsets: Iterable<readonly [TopicPartition, number]>,
  options: CallOptions = {},
): Promise<AdminResults<TopicPartition, DeletedRecords>> {
  const offsets = new TopicPartitionMap(beforeOffsets);
  const timeoutMs = options.timeoutMs ?? context.settings.defaultApiTimeoutMs;
  return await locatedCall<TopicPartition, DeletedRecords>(
    context,
    {
      name: "deleteRecords",
      textOf: topicPartitionKey,
      lookup: partitionLeaderLookup(),
      ask: ({ context, time, nameFor }, destination, partitions) =>
        sendCall(context, time, {
          name: nameFor(deleteRecordsApi),
          destination,
          api: deleteRecordsApi,
          draft: () => ({
            topics: byTopic(partitions, (topicPartition) => ({
              partitionIndex: topicPartition.partition,
              offset: offsets.get(topicPartition)!,
            })),
            timeoutMs,
          }),
        }, ({ topics }, { nodeId }) =>
          leaderAnswer(
            nodeId,
            partitions,
            topics,
            RULES,
            ({ lowWatermark }) => ({ lowWatermark }),
          )),
    },
    offsets.keys(),
    options,
  );
}
