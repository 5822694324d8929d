/**
 * AlterShareGroupOffsets, API 91: sets the start offsets of a share group. Version 0, all flexible.
 *
 * @module
 */

import { message } from "../../../storage/message/message_codec.ts";
import type { Api } from "../api.ts";

/** Request of AlterShareGroupOffsets. */
export interface AlterShareGroupOffsetsRequest {
  /** Id of the group. */
  readonly groupId: string;
  /** One entry per topic. */
  readonly topics: readonly AlterShareGroupOffsetsRequestTopic[];
}

/** An element of {@linkcode AlterShareGroupOffsetsRequest.topics}. */
export interface AlterShareGroupOffsetsRequestTopic {
  /** Name of the topic. */
  readonly topicName: string;
  /** One entry per partition. */
  readonly partitions: readonly AlterShareGroupOffsetsRequestPartition[];
}

/** An element of {@linkcode AlterShareGroupOffsetsRequestTopic.partitions}. */
export interface AlterShareGroupOffsetsRequestPartition {
  /** Number of the partition. */
  readonly partitionIndex: number;
  /** First offset that is not done with; -1 when not known. */
  readonly startOffset: number;
}

/** Response to AlterShareGroupOffsets. */
export interface AlterShareGroupOffsetsResponse {
  /** How long a quota held the answer back, or asks the client to pause, in ms. */
  readonly throttleTimeMs: number;
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** Text for the error; null for success. */
  readonly errorMessage: string | null;
  /** One answer per entry of the request. */
  readonly responses: readonly AlterShareGroupOffsetsResponseTopic[];
}

/** An element of {@linkcode AlterShareGroupOffsetsResponse.responses}. */
export interface AlterShareGroupOffsetsResponseTopic {
  /** Name of the topic. */
  readonly topicName: string;
  /** Id of the topic. */
  readonly topicId: string;
  /** One entry per partition. */
  readonly partitions: readonly AlterShareGroupOffsetsResponsePartition[];
}

/** An element of {@linkcode AlterShareGroupOffsetsResponseTopic.partitions}. */
export interface AlterShareGroupOffsetsResponsePartition {
  /** Number of the partition. */
  readonly partitionIndex: number;
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** Text for the error; null for success. */
  readonly errorMessage: string | null;
}

/** The API. */
export const alterShareGroupOffsets: Api<
  AlterShareGroupOffsetsRequest,
  AlterShareGroupOffsetsResponse
> = {
  key: 91,
  name: "AlterShareGroupOffsets",
  request: message<AlterShareGroupOffsetsRequest>(`
@AlterShareGroupOffsetsRequest 91 0 flexible 0+ listeners broker
groupId string
topics []AlterShareGroupOffsetsRequestTopic
  topicName string
  partitions []AlterShareGroupOffsetsRequestPartition
    partitionIndex int32
    startOffset int64
`),
  response: message<AlterShareGroupOffsetsResponse>(`
@AlterShareGroupOffsetsResponse 91 0 flexible 0+
throttleTimeMs int32
errorCode int16
errorMessage string ?0+ =null
responses []AlterShareGroupOffsetsResponseTopic
  topicName string
  topicId uuid
  partitions []AlterShareGroupOffsetsResponsePartition
    partitionIndex int32
    errorCode int16
    errorMessage string ?0+ =null
`),
};
