/**
 * DescribeProducers, API 61: producers with state in partitions. Version 0, all flexible.
 *
 * @module
 */

import { message } from "../../../storage/message/message_codec.ts";
import type { Api } from "../api.ts";

/** Request of DescribeProducers. */
export interface DescribeProducersRequest {
  /** One entry per topic. */
  readonly topics: readonly DescribeProducersRequestTopicRequest[];
}

/** An element of {@linkcode DescribeProducersRequest.topics}. */
export interface DescribeProducersRequestTopicRequest {
  /** Name of the topic. */
  readonly name: string;
  /** Numbers of the partitions. */
  readonly partitionIndexes: readonly number[];
}

/** Response to DescribeProducers. */
export interface DescribeProducersResponse {
  /** How long a quota held the answer back, or asks the client to pause, in ms. */
  readonly throttleTimeMs: number;
  /** One entry per topic. */
  readonly topics: readonly TopicResponse[];
}

/** An element of {@linkcode DescribeProducersResponse.topics}. */
export interface TopicResponse {
  /** Name of the topic. */
  readonly name: string;
  /** One entry per partition. */
  readonly partitions: readonly PartitionResponse[];
}

/** An element of {@linkcode TopicResponse.partitions}. */
export interface PartitionResponse {
  /** Number of the partition. */
  readonly partitionIndex: number;
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** Text for the error; null for success. */
  readonly errorMessage: string | null;
  /** Producers with state in the partition. */
  readonly activeProducers: readonly ProducerState[];
}

/** An element of {@linkcode PartitionResponse.activeProducers}. */
export interface ProducerState {
  /** Id of the producer. */
  readonly producerId: number;
  /** Epoch of the producer. */
  readonly producerEpoch: number;
  /** Last sequence number of the producer. */
  readonly lastSequence: number;
  /** Time of the producer's last batch, in ms. */
  readonly lastTimestamp: number;
  /** Epoch of the coordinator that wrote the last marker; -1 for none. */
  readonly coordinatorEpoch: number;
  /** First offset of the transaction that is open, or -1. */
  readonly currentTxnStartOffset: number;
}

/** The API. */
export const describeProducers: Api<DescribeProducersRequest, DescribeProducersResponse> = {
  key: 61,
  name: "DescribeProducers",
  request: message<DescribeProducersRequest>(`
@DescribeProducersRequest 61 0 flexible 0+ listeners broker
topics []TopicRequest
  name string
  partitionIndexes []int32
`),
  response: message<DescribeProducersResponse>(`
@DescribeProducersResponse 61 0 flexible 0+
throttleTimeMs int32
topics []TopicResponse
  name string
  partitions []PartitionResponse
    partitionIndex int32
    errorCode int16
    errorMessage string ?0+ =null
    activeProducers []ProducerState
      producerId int64
      producerEpoch int32
      lastSequence int32 =-1
      lastTimestamp int64 =-1
      coordinatorEpoch int32
      currentTxnStartOffset int64 =-1
`),
};
