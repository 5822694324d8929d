/**
 * DeleteShareGroupOffsets, API 92: forgets what a share group knows of topics. Version 0, all flexible.
 *
 * @module
 */

import { message } from "../../../storage/message/message_codec.ts";
import type { Api } from "../api.ts";

/** Request of DeleteShareGroupOffsets. */
export interface DeleteShareGroupOffsetsRequest {
  /** Id of the group. */
  readonly groupId: string;
  /** One entry per topic. */
  readonly topics: readonly DeleteShareGroupOffsetsRequestTopic[];
}

/** An element of {@linkcode DeleteShareGroupOffsetsRequest.topics}. */
export interface DeleteShareGroupOffsetsRequestTopic {
  /** Name of the topic. */
  readonly topicName: string;
}

/** Response to DeleteShareGroupOffsets. */
export interface DeleteShareGroupOffsetsResponse {
  /** How long a quota held the answer back, or asks the client to pause, in ms. */
  readonly throttleTimeMs: number;
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** Text for the error; null for success. */
  readonly errorMessage: string | null;
  /** One answer per entry of the request. */
  readonly responses: readonly DeleteShareGroupOffsetsResponseTopic[];
}

/** An element of {@linkcode DeleteShareGroupOffsetsResponse.responses}. */
export interface DeleteShareGroupOffsetsResponseTopic {
  /** Name of the topic. */
  readonly topicName: string;
  /** Id of the topic. */
  readonly topicId: string;
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** Text for the error; null for success. */
  readonly errorMessage: string | null;
}

/** The API. */
export const deleteShareGroupOffsets: Api<
  DeleteShareGroupOffsetsRequest,
  DeleteShareGroupOffsetsResponse
> = {
  key: 92,
  name: "DeleteShareGroupOffsets",
  request: message<DeleteShareGroupOffsetsRequest>(`
@DeleteShareGroupOffsetsRequest 92 0 flexible 0+ listeners broker
groupId string
topics []DeleteShareGroupOffsetsRequestTopic
  topicName string
`),
  response: message<DeleteShareGroupOffsetsResponse>(`
@DeleteShareGroupOffsetsResponse 92 0 flexible 0+
throttleTimeMs int32
errorCode int16
errorMessage string ?0+ =null
responses []DeleteShareGroupOffsetsResponseTopic
  topicName string
  topicId uuid
  errorCode int16
  errorMessage string ?0+ =null
`),
};
