/**
 * ListOffsets, API 2: finds offsets by time, and the ends of logs. Versions 1 to 11, flexible from 6 on.
 *
 * @module
 */

import { message } from "../../../storage/message/message_codec.ts";
import type { Api } from "../api.ts";

/** Request of ListOffsets. */
export interface ListOffsetsRequest {
  /** Broker that asks; -1 for a consumer, -2 to debug. */
  readonly replicaId: number;
  /** 0 all records, 1 committed ones only. */
  readonly isolationLevel: number;
  /** One entry per topic. */
  readonly topics: readonly ListOffsetsTopic[];
  /** How long the server may take, in ms. */
  readonly timeoutMs: number;
}

/** An element of {@linkcode ListOffsetsRequest.topics}. */
export interface ListOffsetsTopic {
  /** Name of the topic. */
  readonly name: string;
  /** One entry per partition. */
  readonly partitions: readonly ListOffsetsPartition[];
}

/** An element of {@linkcode ListOffsetsTopic.partitions}. */
export interface ListOffsetsPartition {
  /** Number of the partition. */
  readonly partitionIndex: number;
  /** Leader epoch as the asker knows it; -1 for no check. */
  readonly currentLeaderEpoch: number;
  /** Time in ms, or -1 latest, -2 earliest, -3 greatest timestamp, -4 earliest local, -5 latest tiered, -6 earliest to upload. */
  readonly timestamp: number;
}

/** Response to ListOffsets. */
export interface ListOffsetsResponse {
  /** How long a quota held the answer back, or asks the client to pause, in ms. */
  readonly throttleTimeMs: number;
  /** One entry per topic. */
  readonly topics: readonly ListOffsetsTopicResponse[];
}

/** An element of {@linkcode ListOffsetsResponse.topics}. */
export interface ListOffsetsTopicResponse {
  /** Name of the topic. */
  readonly name: string;
  /** One entry per partition. */
  readonly partitions: readonly ListOffsetsPartitionResponse[];
}

/** An element of {@linkcode ListOffsetsTopicResponse.partitions}. */
export interface ListOffsetsPartitionResponse {
  /** Number of the partition. */
  readonly partitionIndex: number;
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** Timestamp of the record found; -1 when there is none. */
  readonly timestamp: number;
  /** Offset found; -1 when there is none. */
  readonly offset: number;
  /** Leader epoch. */
  readonly leaderEpoch: number;
}

/** The API. */
export const listOffsets: Api<ListOffsetsRequest, ListOffsetsResponse> = {
  key: 2,
  name: "ListOffsets",
  request: message<ListOffsetsRequest>(`
@ListOffsetsRequest 2 1-11 flexible 6+ listeners broker
replicaId int32
isolationLevel int8 2+
topics []ListOffsetsTopic
  name string
  partitions []ListOffsetsPartition
    partitionIndex int32
    currentLeaderEpoch int32 4+ ! =-1
    timestamp int64
timeoutMs int32 10+ !
`),
  response: message<ListOffsetsResponse>(`
@ListOffsetsResponse 2 1-11 flexible 6+
throttleTimeMs int32 2+ !
topics []ListOffsetsTopicResponse
  name string
  partitions []ListOffsetsPartitionResponse
    partitionIndex int32
    errorCode int16
    timestamp int64 1+ =-1
    offset int64 1+ =-1
    leaderEpoch int32 4+ =-1
`),
};
