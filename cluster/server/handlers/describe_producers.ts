/**
 * DescribeProducers (61): the producers that a partition knows, and their open transactions. Version 0.
 *
 * @module
 */

import { errorCode, errorMessage, type ErrorName } from "../../../client/protocol/error_codes.ts";
import {
  describeProducers,
  type DescribeProducersRequest,
  type DescribeProducersResponse,
} from "../../../client/protocol/messages/describe_producers.ts";
import type { Draft } from "../../../storage/message/message_codec.ts";
import type { ReplicaManager } from "../../replication/replica_manager.ts";
import { invalidTopicName } from "../../replication/topic_names.ts";
import type { ApiHandler } from "../api_handler.ts";

/** What the handler needs. */
export interface DescribeProducersHandlerOptions {
  /** Has the partitions. */
  readonly replicaManager: ReplicaManager;
}

type PartitionAnswer = Draft<DescribeProducersResponse["topics"][number]["partitions"][number]>;

/** Handles DescribeProducers. */
export function describeProducersHandler(
  { replicaManager }: DescribeProducersHandlerOptions,
): ApiHandler<DescribeProducersRequest, DescribeProducersResponse> {
  return {
    api: describeProducers,
    handle: ({ topics }) => ({
      topics: topics.map(({ name, partitionIndexes }) => {
        const refusal = refusalOf(replicaManager, name);
        return {
          name,
          partitions: partitionIndexes.map((index) =>
            refusal === undefined
              ? producersOf(replicaManager, name, index)
              : { partitionIndex: index, ...refusal }
          ),
        };
      }),
    }),
    onError: ({ topics }, error, message) => ({
      topics: topics.map(({ name, partitionIndexes }) => ({
        name,
        partitions: partitionIndexes.map((index) => failed(index, error, message ?? null)),
      })),
    }),
  };
}

/** What is wrong with a topic as a whole. */
function refusalOf(
  { metadata }: ReplicaManager,
  topic: string,
): { errorCode: number; errorMessage: string | null } | undefined {
  const invalid = invalidTopicName(topic);
  if (invalid !== undefined) {
    return { errorCode: errorCode("INVALID_TOPIC_EXCEPTION"), errorMessage: invalid };
  }
  if (metadata.topicId(topic) !== undefined) return undefined;
  const error = "UNKNOWN_TOPIC_OR_PARTITION";
  return { errorCode: errorCode(error), errorMessage: errorMessage(error) };
}

function producersOf(
  replicaManager: ReplicaManager,
  topic: string,
  partitionIndex: number,
): PartitionAnswer {
  const partition = replicaManager.getPartition(topic, partitionIndex);
  if (typeof partition === "string") return failed(partitionIndex, partition);
  const { log } = partition;
  if (log === undefined) return failed(partitionIndex, "NOT_LEADER_OR_FOLLOWER");
  return {
    partitionIndex,
    errorCode: 0,
    activeProducers: [...log.activeProducers.values()].map((producer) => ({
      producerId: producer.producerId,
      producerEpoch: producer.producerEpoch,
      lastSequence: producer.lastSeq,
      lastTimestamp: producer.lastTimestamp,
      coordinatorEpoch: producer.coordinatorEpoch,
      currentTxnStartOffset: producer.currentTxnFirstOffset ?? -1,
    })),
  };
}

function failed(
  partitionIndex: number,
  error: ErrorName,
  message: string | null = null,
): PartitionAnswer {
  return { partitionIndex, errorCode: errorCode(error), errorMessage: message };
}
