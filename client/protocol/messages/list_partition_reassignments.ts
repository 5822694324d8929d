/**
 * ListPartitionReassignments, API 46: which replicas are on the move. Version 0, all flexible.
 *
 * @module
 */

import { message } from "../../../storage/message/message_codec.ts";
import type { Api } from "../api.ts";

/** Request of ListPartitionReassignments. */
export interface ListPartitionReassignmentsRequest {
  /** How long the server may take, in ms. */
  readonly timeoutMs: number;
  /** One entry per topic. */
  readonly topics: readonly ListPartitionReassignmentsTopics[] | null;
}

/** An element of {@linkcode ListPartitionReassignmentsRequest.topics}. */
export interface ListPartitionReassignmentsTopics {
  /** Name of the topic. */
  readonly name: string;
  /** Numbers of the partitions. */
  readonly partitionIndexes: readonly number[];
}

/** Response to ListPartitionReassignments. */
export interface ListPartitionReassignmentsResponse {
  /** How long a quota held the answer back, or asks the client to pause, in ms. */
  readonly throttleTimeMs: number;
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** Text for the error; null for success. */
  readonly errorMessage: string | null;
  /** One entry per topic. */
  readonly topics: readonly OngoingTopicReassignment[];
}

/** An element of {@linkcode ListPartitionReassignmentsResponse.topics}. */
export interface OngoingTopicReassignment {
  /** Name of the topic. */
  readonly name: string;
  /** One entry per partition. */
  readonly partitions: readonly OngoingPartitionReassignment[];
}

/** An element of {@linkcode OngoingTopicReassignment.partitions}. */
export interface OngoingPartitionReassignment {
  /** Number of the partition. */
  readonly partitionIndex: number;
  /** Replicas, the preferred leader first. */
  readonly replicas: readonly number[];
  /** Replicas that a reassignment is adding. */
  readonly addingReplicas: readonly number[];
  /** Replicas that a reassignment is taking away. */
  readonly removingReplicas: readonly number[];
}

/** The API. */
export const listPartitionReassignments: Api<
  ListPartitionReassignmentsRequest,
  ListPartitionReassignmentsResponse
> = {
  key: 46,
  name: "ListPartitionReassignments",
  request: message<ListPartitionReassignmentsRequest>(`
@ListPartitionReassignmentsRequest 46 0 flexible 0+ listeners broker,controller
timeoutMs int32 =60000
topics []ListPartitionReassignmentsTopics ?0+ =null
  name string
  partitionIndexes []int32
`),
  response: message<ListPartitionReassignmentsResponse>(`
@ListPartitionReassignmentsResponse 46 0 flexible 0+
throttleTimeMs int32
errorCode int16
errorMessage string ?0+
topics []OngoingTopicReassignment
  name string
  partitions []OngoingPartitionReassignment
    partitionIndex int32
    replicas []int32
    addingReplicas []int32
    removingReplicas []int32
`),
};
