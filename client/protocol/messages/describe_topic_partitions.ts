/**
 * DescribeTopicPartitions, API 75: partitions of topics, page by page. Version 0, all flexible.
 *
 * @module
 */

import { message } from "../../../storage/message/message_codec.ts";
import type { Api } from "../api.ts";

/** Request of DescribeTopicPartitions. */
export interface DescribeTopicPartitionsRequest {
  /** One entry per topic. */
  readonly topics: readonly DescribeTopicPartitionsRequestTopicRequest[];
  /** Most partitions in the answer. */
  readonly responsePartitionLimit: number;
  /** Where to begin; null for the start. */
  readonly cursor: DescribeTopicPartitionsRequestCursor | null;
}

/** An element of {@linkcode DescribeTopicPartitionsRequest.topics}. */
export interface DescribeTopicPartitionsRequestTopicRequest {
  /** Name of the topic. */
  readonly name: string;
}

/** Content of {@linkcode DescribeTopicPartitionsRequest.cursor}. */
export interface DescribeTopicPartitionsRequestCursor {
  /** Name of the topic. */
  readonly topicName: string;
  /** Number of the partition. */
  readonly partitionIndex: number;
}

/** Response to DescribeTopicPartitions. */
export interface DescribeTopicPartitionsResponse {
  /** How long a quota held the answer back, or asks the client to pause, in ms. */
  readonly throttleTimeMs: number;
  /** One entry per topic. */
  readonly topics: readonly DescribeTopicPartitionsResponseTopic[];
  /** Where the rest begins; null when there is none. */
  readonly nextCursor: DescribeTopicPartitionsResponseCursor | null;
}

/** An element of {@linkcode DescribeTopicPartitionsResponse.topics}. */
export interface DescribeTopicPartitionsResponseTopic {
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** Name of the topic; null when it is asked for, or answered, by its id. */
  readonly name: string | null;
  /** Id of the topic. */
  readonly topicId: string;
  /** Whether the topic is one of Kafka's own. */
  readonly isInternal: boolean;
  /** One entry per partition. */
  readonly partitions: readonly DescribeTopicPartitionsResponsePartition[];
  /** Bit set of what the asker may do with the topic; the lowest int32 when it was not asked for. */
  readonly topicAuthorizedOperations: number;
}

/** An element of {@linkcode DescribeTopicPartitionsResponseTopic.partitions}. */
export interface DescribeTopicPartitionsResponsePartition {
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** Number of the partition. */
  readonly partitionIndex: number;
  /** Id of the leader; -1 for none. */
  readonly leaderId: number;
  /** Epoch of the leader; -1 when not known. */
  readonly leaderEpoch: number;
  /** Replicas, the preferred leader first. */
  readonly replicaNodes: readonly number[];
  /** Replicas in sync. */
  readonly isrNodes: readonly number[];
  /** Replicas outside the ISR that may lead without loss. */
  readonly eligibleLeaderReplicas: readonly number[] | null;
  /** The last eligible leaders before there were none. */
  readonly lastKnownElr: readonly number[] | null;
  /** Replicas that are not available. */
  readonly offlineReplicas: readonly number[];
}

/** Content of {@linkcode DescribeTopicPartitionsResponse.nextCursor}. */
export interface DescribeTopicPartitionsResponseCursor {
  /** Name of the topic. */
  readonly topicName: string;
  /** Number of the partition. */
  readonly partitionIndex: number;
}

/** The API. */
export const describeTopicPartitions: Api<
  DescribeTopicPartitionsRequest,
  DescribeTopicPartitionsResponse
> = {
  key: 75,
  name: "DescribeTopicPartitions",
  request: message<DescribeTopicPartitionsRequest>(`
@DescribeTopicPartitionsRequest 75 0 flexible 0+ listeners broker
topics []TopicRequest
  name string
responsePartitionLimit int32 =2000
cursor Cursor ?0+ =null
  topicName string
  partitionIndex int32
`),
  response: message<DescribeTopicPartitionsResponse>(`
@DescribeTopicPartitionsResponse 75 0 flexible 0+
throttleTimeMs int32 !
topics []DescribeTopicPartitionsResponseTopic
  errorCode int16
  name string ?0+
  topicId uuid !
  isInternal bool ! =false
  partitions []DescribeTopicPartitionsResponsePartition
    errorCode int16
    partitionIndex int32
    leaderId int32
    leaderEpoch int32 ! =-1
    replicaNodes []int32
    isrNodes []int32
    eligibleLeaderReplicas []int32 ?0+ =null
    lastKnownElr []int32 ?0+ =null
    offlineReplicas []int32 !
  topicAuthorizedOperations int32 =-2147483648
nextCursor Cursor ?0+ =null
  topicName string
  partitionIndex int32
`),
};
