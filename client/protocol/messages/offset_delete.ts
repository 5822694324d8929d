/**
 * OffsetDelete, API 47: forgets offsets of a group. Version 0, never flexible.
 *
 * @module
 */

import { message } from "../../../storage/message/message_codec.ts";
import type { Api } from "../api.ts";

/** Request of OffsetDelete. */
export interface OffsetDeleteRequest {
  /** Id of the group. */
  readonly groupId: string;
  /** One entry per topic. */
  readonly topics: readonly OffsetDeleteRequestTopic[];
}

/** An element of {@linkcode OffsetDeleteRequest.topics}. */
export interface OffsetDeleteRequestTopic {
  /** Name of the topic. */
  readonly name: string;
  /** One entry per partition. */
  readonly partitions: readonly OffsetDeleteRequestPartition[];
}

/** An element of {@linkcode OffsetDeleteRequestTopic.partitions}. */
export interface OffsetDeleteRequestPartition {
  /** Number of the partition. */
  readonly partitionIndex: number;
}

/** Response to OffsetDelete. */
export interface OffsetDeleteResponse {
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** How long a quota held the answer back, or asks the client to pause, in ms. */
  readonly throttleTimeMs: number;
  /** One entry per topic. */
  readonly topics: readonly OffsetDeleteResponseTopic[];
}

/** An element of {@linkcode OffsetDeleteResponse.topics}. */
export interface OffsetDeleteResponseTopic {
  /** Name of the topic. */
  readonly name: string;
  /** One entry per partition. */
  readonly partitions: readonly OffsetDeleteResponsePartition[];
}

/** An element of {@linkcode OffsetDeleteResponseTopic.partitions}. */
export interface OffsetDeleteResponsePartition {
  /** Number of the partition. */
  readonly partitionIndex: number;
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
}

/** The API. */
export const offsetDelete: Api<OffsetDeleteRequest, OffsetDeleteResponse> = {
  key: 47,
  name: "OffsetDelete",
  request: message<OffsetDeleteRequest>(`
@OffsetDeleteRequest 47 0 flexible none listeners broker
groupId string
topics []OffsetDeleteRequestTopic
  name string
  partitions []OffsetDeleteRequestPartition
    partitionIndex int32
`),
  response: message<OffsetDeleteResponse>(`
@OffsetDeleteResponse 47 0 flexible none
errorCode int16
throttleTimeMs int32 !
topics []OffsetDeleteResponseTopic
  name string
  partitions []OffsetDeleteResponsePartition
    partitionIndex int32
    errorCode int16
`),
};
