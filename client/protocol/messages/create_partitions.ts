/**
 * CreatePartitions, API 37: adds partitions to topics. Versions 0 to 3, flexible from 2 on.
 *
 * @module
 */

import { message } from "../../../storage/message/message_codec.ts";
import type { Api } from "../api.ts";

/** Request of CreatePartitions. */
export interface CreatePartitionsRequest {
  /** One entry per topic. */
  readonly topics: readonly CreatePartitionsTopic[];
  /** How long the server may take, in ms. */
  readonly timeoutMs: number;
  /** Whether only to check the request, and change nothing. */
  readonly validateOnly: boolean;
}

/** An element of {@linkcode CreatePartitionsRequest.topics}. */
export interface CreatePartitionsTopic {
  /** Name of the topic. */
  readonly name: string;
  /** Number of partitions that the topic shall have. */
  readonly count: number;
  /** Replicas of each new partition; null to let the controller place them. */
  readonly assignments: readonly CreatePartitionsAssignment[] | null;
}

/** An element of {@linkcode CreatePartitionsTopic.assignments}. */
export interface CreatePartitionsAssignment {
  /** Brokers of the replicas, the preferred leader first. */
  readonly brokerIds: readonly number[];
}

/** Response to CreatePartitions. */
export interface CreatePartitionsResponse {
  /** How long a quota held the answer back, or asks the client to pause, in ms. */
  readonly throttleTimeMs: number;
  /** One answer per topic. */
  readonly results: readonly CreatePartitionsTopicResult[];
}

/** An element of {@linkcode CreatePartitionsResponse.results}. */
export interface CreatePartitionsTopicResult {
  /** Name of the topic. */
  readonly name: string;
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** Text for the error; null for success. */
  readonly errorMessage: string | null;
}

/** The API. */
export const createPartitions: Api<CreatePartitionsRequest, CreatePartitionsResponse> = {
  key: 37,
  name: "CreatePartitions",
  request: message<CreatePartitionsRequest>(`
@CreatePartitionsRequest 37 0-3 flexible 2+ listeners broker,controller
topics []CreatePartitionsTopic
  name string
  count int32
  assignments []CreatePartitionsAssignment ?0+
    brokerIds []int32
timeoutMs int32
validateOnly bool
`),
  response: message<CreatePartitionsResponse>(`
@CreatePartitionsResponse 37 0-3 flexible 2+
throttleTimeMs int32
results []CreatePartitionsTopicResult
  name string
  errorCode int16
  errorMessage string ?0+ =null
`),
};
