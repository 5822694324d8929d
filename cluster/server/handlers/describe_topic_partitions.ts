/**
 * DescribeTopicPartitions (75): partitions of topics, page by page. Version 0.
 *
 * @module
 */

import { errorCode, KafkaError } from "../../../client/protocol/error_codes.ts";
import {
  describeTopicPartitions,
  type DescribeTopicPartitionsRequest,
  type DescribeTopicPartitionsResponse,
  type DescribeTopicPartitionsResponseCursor,
  type DescribeTopicPartitionsResponsePartition,
  type DescribeTopicPartitionsResponseTopic,
} from "../../../client/protocol/messages/describe_topic_partitions.ts";
import type { Draft } from "../../../storage/message/message_codec.ts";
import type { MetadataImage } from "../../controller/metadata_image.ts";
import type { PartitionRegistration } from "../../controller/partition_registration.ts";
import { invalidTopicName, isInternalTopic } from "../../replication/topic_names.ts";
import type { ApiHandler } from "../api_handler.ts";
import { ALL_OPERATIONS } from "../authorized_operations.ts";
import { ListenerView } from "../listener_view.ts";

/** What the handler needs. */
export interface DescribeTopicPartitionsHandlerOptions {
  /** The metadata in force. */
  readonly image: () => MetadataImage;
  /** `max.request.partition.size.limit`, as it is at the time. */
  readonly maxPartitions: () => number;
}

/** Handles DescribeTopicPartitions. */
export function describeTopicPartitionsHandler(
  { image, maxPartitions }: DescribeTopicPartitionsHandlerOptions,
): ApiHandler<DescribeTopicPartitionsRequest, DescribeTopicPartitionsResponse> {
  return {
    api: describeTopicPartitions,
    handle(request, { listenerName }) {
      const limit = Math.max(Math.min(maxPartitions(), request.responsePartitionLimit), 1);
      return page(image(), listenerName, request, limit);
    },
    onError: ({ topics }, error) => ({
      topics: topics.map(({ name }) => ({ errorCode: errorCode(error), name })),
    }),
  };
}

type Cursor = DescribeTopicPartitionsResponseCursor;

/** Topics go by their names, so that a cursor means the same from one request to the next. */
function page(
  image: MetadataImage,
  listenerName: string,
  request: DescribeTopicPartitionsRequest,
  limit: number,
): Draft<DescribeTopicPartitionsResponse> {
  const { cursor } = request;
  const view = new ListenerView(image, listenerName);
  const topics: Draft<DescribeTopicPartitionsResponseTopic>[] = [];
  let nextCursor: Cursor | null = null;
  let left = limit;
  for (const name of namesFrom(image, request)) {
    if (left === 0) {
      nextCursor = { topicName: name, partitionIndex: 0 };
      break;
    }
    const topic = image.topics.byName.get(name);
    if (topic === undefined) {
      topics.push({
        errorCode: errorCode(
          invalidTopicName(name) === undefined
            ? "UNKNOWN_TOPIC_OR_PARTITION"
            : "INVALID_TOPIC_EXCEPTION",
        ),
        name,
        isInternal: isInternalTopic(name),
        topicAuthorizedOperations: ALL_OPERATIONS.topic,
      });
      continue;
    }
    const count = topic.partitions.size;
    const first = cursor?.topicName === name ? cursor.partitionIndex : 0;
    const end = Math.min(count, first + left);
    const partitions: Draft<DescribeTopicPartitionsResponsePartition>[] = [];
    for (let index = first; index < end; index++) {
      partitions.push(partitionAnswer(view, index, topic.partitions.get(index)!));
    }
    topics.push({
      name,
      topicId: topic.id,
      isInternal: isInternalTopic(name),
      partitions,
      topicAuthorizedOperations: ALL_OPERATIONS.topic,
    });
    if (end < count) {
      nextCursor = { topicName: name, partitionIndex: end };
      break;
    }
    left -= partitions.length;
  }
  return { topics, nextCursor };
}

/** @throws {KafkaError} for a cursor that is not one of this request */
function namesFrom(
  image: MetadataImage,
  { topics, cursor }: DescribeTopicPartitionsRequest,
): string[] {
  const isAll = topics.length === 0;
  const from = cursor?.topicName ?? "";
  const wanted = new Set(isAll ? image.topics.byName.keys() : topics.map(({ name }) => name));
  if (cursor !== null && !isAll && !wanted.has(from)) {
    throw new KafkaError(
      "INVALID_REQUEST",
      `DescribeTopicPartitionsRequest topic list should contain the cursor topic: ${from}`,
    );
  }
  if (cursor !== null && cursor.partitionIndex < 0) {
    throw new KafkaError(
      "INVALID_REQUEST",
      `DescribeTopicPartitionsRequest cursor partition must be valid: ` +
        `Cursor(topicName='${from}', partitionIndex=${cursor.partitionIndex})`,
    );
  }
  return [...wanted].filter((name) => name >= from).sort((a, b) => a < b ? -1 : 1);
}

function partitionAnswer(
  view: ListenerView,
  partitionIndex: number,
  partition: PartitionRegistration,
): Draft<DescribeTopicPartitionsResponsePartition> {
  return {
    partitionIndex,
    leaderId: view.node(partition.leader)?.nodeId ?? -1,
    leaderEpoch: partition.leaderEpoch,
    replicaNodes: partition.replicas,
    isrNodes: partition.isr,
    eligibleLeaderReplicas: partition.elr,
    lastKnownElr: partition.lastKnownElr,
    offlineReplicas: view.offlineReplicas(partition),
  };
}
