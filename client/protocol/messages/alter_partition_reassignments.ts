/**
 * AlterPartitionReassignments, API 45: moves replicas to other brokers, or stops that. Versions 0 to 1, all flexible.
 *
 * @module
 */

import { message } from "../../../storage/message/message_codec.ts";
import type { Api } from "../api.ts";

/** Request of AlterPartitionReassignments. */
export interface AlterPartitionReassignmentsRequest {
  /** How long the server may take, in ms. */
  readonly timeoutMs: number;
  /** Whether the number of replicas may change. */
  readonly allowReplicationFactorChange: boolean;
  /** One entry per topic. */
  readonly topics: readonly ReassignableTopic[];
}

/** An element of {@linkcode AlterPartitionReassignmentsRequest.topics}. */
export interface ReassignableTopic {
  /** Name of the topic. */
  readonly name: string;
  /** One entry per partition. */
  readonly partitions: readonly ReassignablePartition[];
}

/** An element of {@linkcode ReassignableTopic.partitions}. */
export interface ReassignablePartition {
  /** Number of the partition. */
  readonly partitionIndex: number;
  /** Replicas, the preferred leader first. */
  readonly replicas: readonly number[] | null;
}

/** Response to AlterPartitionReassignments. */
export interface AlterPartitionReassignmentsResponse {
  /** How long a quota held the answer back, or asks the client to pause, in ms. */
  readonly throttleTimeMs: number;
  /** Whether the number of replicas may change. */
  readonly allowReplicationFactorChange: boolean;
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** Text for the error; null for success. */
  readonly errorMessage: string | null;
  /** One answer per entry of the request. */
  readonly responses: readonly ReassignableTopicResponse[];
}

/** An element of {@linkcode AlterPartitionReassignmentsResponse.responses}. */
export interface ReassignableTopicResponse {
  /** Name of the topic. */
  readonly name: string;
  /** One entry per partition. */
  readonly partitions: readonly ReassignablePartitionResponse[];
}

/** An element of {@linkcode ReassignableTopicResponse.partitions}. */
export interface ReassignablePartitionResponse {
  /** Number of the partition. */
  readonly partitionIndex: number;
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** Text for the error; null for success. */
  readonly errorMessage: string | null;
}

/** The API. */
export const alterPartitionReassignments: Api<
  AlterPartitionReassignmentsRequest,
  AlterPartitionReassignmentsResponse
> = {
  key: 45,
  name: "AlterPartitionReassignments",
  request: message<AlterPartitionReassignmentsRequest>(`
@AlterPartitionReassignmentsRequest 45 0-1 flexible 0+ listeners broker,controller
timeoutMs int32 =60000
allowReplicationFactorChange bool 1+ =true
topics []ReassignableTopic
  name string
  partitions []ReassignablePartition
    partitionIndex int32
    replicas []int32 ?0+ =null
`),
  response: message<AlterPartitionReassignmentsResponse>(`
@AlterPartitionReassignmentsResponse 45 0-1 flexible 0+
throttleTimeMs int32
allowReplicationFactorChange bool 1+ ! =true
errorCode int16
errorMessage string ?0+
responses []ReassignableTopicResponse
  name string
  partitions []ReassignablePartitionResponse
    partitionIndex int32
    errorCode int16
    errorMessage string ?0+
`),
};
