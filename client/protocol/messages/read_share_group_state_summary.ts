/**
 * ReadShareGroupStateSummary, API 87: reads the essence of the stored state of a share group. Versions 0 to 1, all flexible.
 *
 * @module
 */

import { message } from "../../../storage/message/message_codec.ts";
import type { Api } from "../api.ts";

/** Request of ReadShareGroupStateSummary. */
export interface ReadShareGroupStateSummaryRequest {
  /** Id of the group. */
  readonly groupId: string;
  /** One entry per topic. */
  readonly topics: readonly ReadStateSummaryData[];
}

/** An element of {@linkcode ReadShareGroupStateSummaryRequest.topics}. */
export interface ReadStateSummaryData {
  /** Id of the topic. */
  readonly topicId: string;
  /** One entry per partition. */
  readonly partitions: readonly ReadShareGroupStateSummaryRequestPartitionData[];
}

/** An element of {@linkcode ReadStateSummaryData.partitions}. */
export interface ReadShareGroupStateSummaryRequestPartitionData {
  /** Number of the partition. */
  readonly partition: number;
  /** Leader epoch. */
  readonly leaderEpoch: number;
}

/** Response to ReadShareGroupStateSummary. */
export interface ReadShareGroupStateSummaryResponse {
  /** One answer per entry of the request. */
  readonly results: readonly ReadStateSummaryResult[];
}

/** An element of {@linkcode ReadShareGroupStateSummaryResponse.results}. */
export interface ReadStateSummaryResult {
  /** Id of the topic. */
  readonly topicId: string;
  /** One entry per partition. */
  readonly partitions: readonly ReadShareGroupStateSummaryResponsePartitionResult[];
}

/** An element of {@linkcode ReadStateSummaryResult.partitions}. */
export interface ReadShareGroupStateSummaryResponsePartitionResult {
  /** Number of the partition. */
  readonly partition: number;
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** Text for the error; null for success. */
  readonly errorMessage: string | null;
  /** Epoch of the group's state. */
  readonly stateEpoch: number;
  /** Leader epoch. */
  readonly leaderEpoch: number;
  /** First offset that is not done with; -1 when not known. */
  readonly startOffset: number;
  /** Records from the start offset on whose delivery is done. */
  readonly deliveryCompleteCount: number;
}

/** The API. */
export const readShareGroupStateSummary: Api<
  ReadShareGroupStateSummaryRequest,
  ReadShareGroupStateSummaryResponse
> = {
  key: 87,
  name: "ReadShareGroupStateSummary",
  request: message<ReadShareGroupStateSummaryRequest>(`
@ReadShareGroupStateSummaryRequest 87 0-1 flexible 0+ listeners broker
groupId string
topics []ReadStateSummaryData
  topicId uuid
  partitions []PartitionData
    partition int32
    leaderEpoch int32
`),
  response: message<ReadShareGroupStateSummaryResponse>(`
@ReadShareGroupStateSummaryResponse 87 0-1 flexible 0+
results []ReadStateSummaryResult
  topicId uuid
  partitions []PartitionResult
    partition int32
    errorCode int16
    errorMessage string ?0+ =null
    stateEpoch int32
    leaderEpoch int32
    startOffset int64
    deliveryCompleteCount int32 1+ ! =-1
`),
};
