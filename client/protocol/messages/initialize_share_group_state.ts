/**
 * InitializeShareGroupState, API 83: starts the stored state of a share group. Version 0, all flexible.
 *
 * @module
 */

import { message } from "../../../storage/message/message_codec.ts";
import type { Api } from "../api.ts";

/** Request of InitializeShareGroupState. */
export interface InitializeShareGroupStateRequest {
  /** Id of the group. */
  readonly groupId: string;
  /** One entry per topic. */
  readonly topics: readonly InitializeStateData[];
}

/** An element of {@linkcode InitializeShareGroupStateRequest.topics}. */
export interface InitializeStateData {
  /** Id of the topic. */
  readonly topicId: string;
  /** One entry per partition. */
  readonly partitions: readonly InitializeShareGroupStateRequestPartitionData[];
}

/** An element of {@linkcode InitializeStateData.partitions}. */
export interface InitializeShareGroupStateRequestPartitionData {
  /** Number of the partition. */
  readonly partition: number;
  /** Epoch of the group's state. */
  readonly stateEpoch: number;
  /** First offset that is not done with; -1 when not known. */
  readonly startOffset: number;
}

/** Response to InitializeShareGroupState. */
export interface InitializeShareGroupStateResponse {
  /** One answer per entry of the request. */
  readonly results: readonly InitializeStateResult[];
}

/** An element of {@linkcode InitializeShareGroupStateResponse.results}. */
export interface InitializeStateResult {
  /** Id of the topic. */
  readonly topicId: string;
  /** One entry per partition. */
  readonly partitions: readonly InitializeShareGroupStateResponsePartitionResult[];
}

/** An element of {@linkcode InitializeStateResult.partitions}. */
export interface InitializeShareGroupStateResponsePartitionResult {
  /** Number of the partition. */
  readonly partition: number;
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** Text for the error; null for success. */
  readonly errorMessage: string | null;
}

/** The API. */
export const initializeShareGroupState: Api<
  InitializeShareGroupStateRequest,
  InitializeShareGroupStateResponse
> = {
  key: 83,
  name: "InitializeShareGroupState",
  request: message<InitializeShareGroupStateRequest>(`
@InitializeShareGroupStateRequest 83 0 flexible 0+ listeners broker
groupId string
topics []InitializeStateData
  topicId uuid
  partitions []PartitionData
    partition int32
    stateEpoch int32
    startOffset int64
`),
  response: message<InitializeShareGroupStateResponse>(`
@InitializeShareGroupStateResponse 83 0 flexible 0+
results []InitializeStateResult
  topicId uuid
  partitions []PartitionResult
    partition int32
    errorCode int16
    errorMessage string ?0+ =null
`),
};
