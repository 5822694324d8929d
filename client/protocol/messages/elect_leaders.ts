/**
 * ElectLeaders, API 43: elects preferred leaders, or unclean ones. Versions 0 to 2, flexible from 2 on.
 *
 * @module
 */

import { message } from "../../../storage/message/message_codec.ts";
import type { Api } from "../api.ts";

/** Request of ElectLeaders. */
export interface ElectLeadersRequest {
  /** 0 preferred, 1 unclean. */
  readonly electionType: number;
  /** Partitions by topic. */
  readonly topicPartitions: readonly ElectLeadersRequestTopicPartitions[] | null;
  /** How long the server may take, in ms. */
  readonly timeoutMs: number;
}

/** An element of {@linkcode ElectLeadersRequest.topicPartitions}. */
export interface ElectLeadersRequestTopicPartitions {
  /** Name of the topic. */
  readonly topic: string;
  /** One entry per partition. */
  readonly partitions: readonly number[];
}

/** Response to ElectLeaders. */
export interface ElectLeadersResponse {
  /** How long a quota held the answer back, or asks the client to pause, in ms. */
  readonly throttleTimeMs: number;
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** One answer per topic. */
  readonly replicaElectionResults: readonly ReplicaElectionResult[];
}

/** An element of {@linkcode ElectLeadersResponse.replicaElectionResults}. */
export interface ReplicaElectionResult {
  /** Name of the topic. */
  readonly topic: string;
  /** One answer per partition. */
  readonly partitionResult: readonly ElectLeadersResponsePartitionResult[];
}

/** An element of {@linkcode ReplicaElectionResult.partitionResult}. */
export interface ElectLeadersResponsePartitionResult {
  /** Number of the partition. */
  readonly partitionId: number;
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** Text for the error; null for success. */
  readonly errorMessage: string | null;
}

/** The API. */
export const electLeaders: Api<ElectLeadersRequest, ElectLeadersResponse> = {
  key: 43,
  name: "ElectLeaders",
  request: message<ElectLeadersRequest>(`
@ElectLeadersRequest 43 0-2 flexible 2+ listeners broker,controller
electionType int8 1+
topicPartitions []TopicPartitions ?0+
  topic string
  partitions []int32
timeoutMs int32 =60000
`),
  response: message<ElectLeadersResponse>(`
@ElectLeadersResponse 43 0-2 flexible 2+
throttleTimeMs int32
errorCode int16 1+
replicaElectionResults []ReplicaElectionResult
  topic string
  partitionResult []PartitionResult
    partitionId int32
    errorCode int16
    errorMessage string ?0+
`),
};
