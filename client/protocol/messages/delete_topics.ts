/**
 * DeleteTopics, API 20: removes topics. Versions 1 to 6, flexible from 4 on.
 *
 * @module
 */

import { message } from "../../../storage/message/message_codec.ts";
import type { Api } from "../api.ts";

/** Request of DeleteTopics. */
export interface DeleteTopicsRequest {
  /** One entry per topic. */
  readonly topics: readonly DeleteTopicState[];
  /** Names of the topics. */
  readonly topicNames: readonly string[];
  /** How long the server may take, in ms. */
  readonly timeoutMs: number;
}

/** An element of {@linkcode DeleteTopicsRequest.topics}. */
export interface DeleteTopicState {
  /** Name of the topic; null when it is asked for, or answered, by its id. */
  readonly name: string | null;
  /** Id of the topic. */
  readonly topicId: string;
}

/** Response to DeleteTopics. */
export interface DeleteTopicsResponse {
  /** How long a quota held the answer back, or asks the client to pause, in ms. */
  readonly throttleTimeMs: number;
  /** One answer per entry of the request. */
  readonly responses: readonly DeletableTopicResult[];
}

/** An element of {@linkcode DeleteTopicsResponse.responses}. */
export interface DeletableTopicResult {
  /** Name of the topic; null when it is asked for, or answered, by its id. */
  readonly name: string | null;
  /** Id of the topic. */
  readonly topicId: string;
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** Text for the error; null for success. */
  readonly errorMessage: string | null;
}

/** The API. */
export const deleteTopics: Api<DeleteTopicsRequest, DeleteTopicsResponse> = {
  key: 20,
  name: "DeleteTopics",
  request: message<DeleteTopicsRequest>(`
@DeleteTopicsRequest 20 1-6 flexible 4+ listeners broker,controller
topics []DeleteTopicState 6+
  name string 6+ ?6+ =null
  topicId uuid 6+
topicNames []string 0-5 !
timeoutMs int32
`),
  response: message<DeleteTopicsResponse>(`
@DeleteTopicsResponse 20 1-6 flexible 4+
throttleTimeMs int32 1+ !
responses []DeletableTopicResult
  name string ?6+
  topicId uuid 6+ !
  errorCode int16
  errorMessage string 5+ ! ?5+ =null
`),
};
