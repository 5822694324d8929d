/**
 * DeleteRecords, API 21: moves the start of logs forward. Versions 0 to 2, flexible from 2 on.
 *
 * @module
 */

import { message } from "../../../storage/message/message_codec.ts";
import type { Api } from "../api.ts";

/** Request of DeleteRecords. */
export interface DeleteRecordsRequest {
  /** One entry per topic. */
  readonly topics: readonly DeleteRecordsTopic[];
  /** How long the server may take, in ms. */
  readonly timeoutMs: number;
}

/** An element of {@linkcode DeleteRecordsRequest.topics}. */
export interface DeleteRecordsTopic {
  /** Name of the topic. */
  readonly name: string;
  /** One entry per partition. */
  readonly partitions: readonly DeleteRecordsPartition[];
}

/** An element of {@linkcode DeleteRecordsTopic.partitions}. */
export interface DeleteRecordsPartition {
  /** Number of the partition. */
  readonly partitionIndex: number;
  /** First offset to keep; -1 for the high watermark. */
  readonly offset: number;
}

/** Response to DeleteRecords. */
export interface DeleteRecordsResponse {
  /** How long a quota held the answer back, or asks the client to pause, in ms. */
  readonly throttleTimeMs: number;
  /** One entry per topic. */
  readonly topics: readonly DeleteRecordsTopicResult[];
}

/** An element of {@linkcode DeleteRecordsResponse.topics}. */
export interface DeleteRecordsTopicResult {
  /** Name of the topic. */
  readonly name: string;
  /** One entry per partition. */
  readonly partitions: readonly DeleteRecordsPartitionResult[];
}

/** An element of {@linkcode DeleteRecordsTopicResult.partitions}. */
export interface DeleteRecordsPartitionResult {
  /** Number of the partition. */
  readonly partitionIndex: number;
  /** Least log start offset among the live replicas. */
  readonly lowWatermark: number;
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
}

/** The API. */
export const deleteRecords: Api<DeleteRecordsRequest, DeleteRecordsResponse> = {
  key: 21,
  name: "DeleteRecords",
  request: message<DeleteRecordsRequest>(`
@DeleteRecordsRequest 21 0-2 flexible 2+ listeners broker
topics []DeleteRecordsTopic
  name string
  partitions []DeleteRecordsPartition
    partitionIndex int32
    offset int64
timeoutMs int32
`),
  response: message<DeleteRecordsResponse>(`
@DeleteRecordsResponse 21 0-2 flexible 2+
throttleTimeMs int32
topics []DeleteRecordsTopicResult
  name string
  partitions []DeleteRecordsPartitionResult
    partitionIndex int32
    lowWatermark int64
    errorCode int16
`),
};
