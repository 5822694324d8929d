/**
 * WriteShareGroupState, API 85: writes the stored state of a share group. Versions 0 to 1, all flexible.
 *
 * @module
 */

import { message } from "../../../storage/message/message_codec.ts";
import type { Api } from "../api.ts";

/** Request of WriteShareGroupState. */
export interface WriteShareGroupStateRequest {
  /** Id of the group. */
  readonly groupId: string;
  /** One entry per topic. */
  readonly topics: readonly WriteStateData[];
}

/** An element of {@linkcode WriteShareGroupStateRequest.topics}. */
export interface WriteStateData {
  /** Id of the topic. */
  readonly topicId: string;
  /** One entry per partition. */
  readonly partitions: readonly WriteShareGroupStateRequestPartitionData[];
}

/** An element of {@linkcode WriteStateData.partitions}. */
export interface WriteShareGroupStateRequestPartitionData {
  /** Number of the partition. */
  readonly partition: number;
  /** Epoch of the group's state. */
  readonly stateEpoch: number;
  /** Leader epoch. */
  readonly leaderEpoch: number;
  /** First offset that is not done with; -1 when not known. */
  readonly startOffset: number;
  /** Records from the start offset on whose delivery is done. */
  readonly deliveryCompleteCount: number;
  /** States of ranges of records. */
  readonly stateBatches: readonly WriteShareGroupStateRequestStateBatch[];
}

/** An element of {@linkcode WriteShareGroupStateRequestPartitionData.stateBatches}. */
export interface WriteShareGroupStateRequestStateBatch {
  /** First offset of the range. */
  readonly firstOffset: number;
  /** Last offset of the range. */
  readonly lastOffset: number;
  /** State of the records: 0 available, 2 acknowledged, 4 archived. */
  readonly deliveryState: number;
  /** How often the records were delivered. */
  readonly deliveryCount: number;
}

/** Response to WriteShareGroupState. */
export interface WriteShareGroupStateResponse {
  /** One answer per entry of the request. */
  readonly results: readonly WriteStateResult[];
}

/** An element of {@linkcode WriteShareGroupStateResponse.results}. */
export interface WriteStateResult {
  /** Id of the topic. */
  readonly topicId: string;
  /** One entry per partition. */
  readonly partitions: readonly WriteShareGroupStateResponsePartitionResult[];
}

/** An element of {@linkcode WriteStateResult.partitions}. */
export interface WriteShareGroupStateResponsePartitionResult {
  /** Number of the partition. */
  readonly partition: number;
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** Text for the error; null for success. */
  readonly errorMessage: string | null;
}

/** The API. */
export const writeShareGroupState: Api<WriteShareGroupStateRequest, WriteShareGroupStateResponse> =
  {
    key: 85,
    name: "WriteShareGroupState",
    request: message<WriteShareGroupStateRequest>(`
@WriteShareGroupStateRequest 85 0-1 flexible 0+ listeners broker
groupId string
topics []WriteStateData
  topicId uuid
  partitions []PartitionData
    partition int32
    stateEpoch int32
    leaderEpoch int32
    startOffset int64
    deliveryCompleteCount int32 1+ ! =-1
    stateBatches []StateBatch
      firstOffset int64
      lastOffset int64
      deliveryState int8
      deliveryCount int16
`),
    response: message<WriteShareGroupStateResponse>(`
@WriteShareGroupStateResponse 85 0-1 flexible 0+
results []WriteStateResult
  topicId uuid
  partitions []PartitionResult
    partition int32
    errorCode int16
    errorMessage string ?0+ =null
`),
  };
