/**
 * ReadShareGroupState, API 84: reads the stored state of a share group. Version 0, all flexible.
 *
 * @module
 */

import { message } from "../../../storage/message/message_codec.ts";
import type { Api } from "../api.ts";

/** Request of ReadShareGroupState. */
export interface ReadShareGroupStateRequest {
  /** Id of the group. */
  readonly groupId: string;
  /** One entry per topic. */
  readonly topics: readonly ReadStateData[];
}

/** An element of {@linkcode ReadShareGroupStateRequest.topics}. */
export interface ReadStateData {
  /** Id of the topic. */
  readonly topicId: string;
  /** One entry per partition. */
  readonly partitions: readonly ReadShareGroupStateRequestPartitionData[];
}

/** An element of {@linkcode ReadStateData.partitions}. */
export interface ReadShareGroupStateRequestPartitionData {
  /** Number of the partition. */
  readonly partition: number;
  /** Leader epoch. */
  readonly leaderEpoch: number;
}

/** Response to ReadShareGroupState. */
export interface ReadShareGroupStateResponse {
  /** One answer per entry of the request. */
  readonly results: readonly ReadStateResult[];
}

/** An element of {@linkcode ReadShareGroupStateResponse.results}. */
export interface ReadStateResult {
  /** Id of the topic. */
  readonly topicId: string;
  /** One entry per partition. */
  readonly partitions: readonly ReadShareGroupStateResponsePartitionResult[];
}

/** An element of {@linkcode ReadStateResult.partitions}. */
export interface ReadShareGroupStateResponsePartitionResult {
  /** Number of the partition. */
  readonly partition: number;
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** Text for the error; null for success. */
  readonly errorMessage: string | null;
  /** Epoch of the group's state. */
  readonly stateEpoch: number;
  /** First offset that is not done with; -1 when not known. */
  readonly startOffset: number;
  /** States of ranges of records. */
  readonly stateBatches: readonly ReadShareGroupStateResponseStateBatch[];
}

/** An element of {@linkcode ReadShareGroupStateResponsePartitionResult.stateBatches}. */
export interface ReadShareGroupStateResponseStateBatch {
  /** First offset of the range. */
  readonly firstOffset: number;
  /** Last offset of the range. */
  readonly lastOffset: number;
  /** State of the records: 0 available, 2 acknowledged, 4 archived. */
  readonly deliveryState: number;
  /** How often the records were delivered. */
  readonly deliveryCount: number;
}

/** The API. */
export const readShareGroupState: Api<ReadShareGroupStateRequest, ReadShareGroupStateResponse> = {
  key: 84,
  name: "ReadShareGroupState",
  request: message<ReadShareGroupStateRequest>(`
@ReadShareGroupStateRequest 84 0 flexible 0+ listeners broker
groupId string
topics []ReadStateData
  topicId uuid
  partitions []PartitionData
    partition int32
    leaderEpoch int32
`),
  response: message<ReadShareGroupStateResponse>(`
@ReadShareGroupStateResponse 84 0 flexible 0+
results []ReadStateResult
  topicId uuid
  partitions []PartitionResult
    partition int32
    errorCode int16
    errorMessage string ?0+ =null
    stateEpoch int32
    startOffset int64
    stateBatches []StateBatch
      firstOffset int64
      lastOffset int64
      deliveryState int8
      deliveryCount int16
`),
};
