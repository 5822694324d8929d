/**
 * DeleteShareGroupState, API 86: removes the stored state of a share group. Version 0, all flexible.
 *
 * @module
 */

import { message } from "../../../storage/message/message_codec.ts";
import type { Api } from "../api.ts";

/** Request of DeleteShareGroupState. */
export interface DeleteShareGroupStateRequest {
  /** Id of the group. */
  readonly groupId: string;
  /** One entry per topic. */
  readonly topics: readonly DeleteStateData[];
}

/** An element of {@linkcode DeleteShareGroupStateRequest.topics}. */
export interface DeleteStateData {
  /** Id of the topic. */
  readonly topicId: string;
  /** One entry per partition. */
  readonly partitions: readonly DeleteShareGroupStateRequestPartitionData[];
}

/** An element of {@linkcode DeleteStateData.partitions}. */
export interface DeleteShareGroupStateRequestPartitionData {
  /** Number of the partition. */
  readonly partition: number;
}

/** Response to DeleteShareGroupState. */
export interface DeleteShareGroupStateResponse {
  /** One answer per entry of the request. */
  readonly results: readonly DeleteStateResult[];
}

/** An element of {@linkcode DeleteShareGroupStateResponse.results}. */
export interface DeleteStateResult {
  /** Id of the topic. */
  readonly topicId: string;
  /** One entry per partition. */
  readonly partitions: readonly DeleteShareGroupStateResponsePartitionResult[];
}

/** An element of {@linkcode DeleteStateResult.partitions}. */
export interface DeleteShareGroupStateResponsePartitionResult {
  /** Number of the partition. */
  readonly partition: number;
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** Text for the error; null for success. */
  readonly errorMessage: string | null;
}

/** The API. */
export const deleteShareGroupState: Api<
  DeleteShareGroupStateRequest,
  DeleteShareGroupStateResponse
> = {
  key: 86,
  name: "DeleteShareGroupState",
  request: message<DeleteShareGroupStateRequest>(`
@DeleteShareGroupStateRequest 86 0 flexible 0+ listeners broker
groupId string
topics []DeleteStateData
  topicId uuid
  partitions []PartitionData
    partition int32
`),
  response: message<DeleteShareGroupStateResponse>(`
@DeleteShareGroupStateResponse 86 0 flexible 0+
results []DeleteStateResult
  topicId uuid
  partitions []PartitionResult
    partition int32
    errorCode int16
    errorMessage string ?0+ =null
`),
};
