/**
 * WriteTxnMarkers, API 27: a coordinator ends transactions in logs. Versions 1 to 2, flexible from 1 on.
 *
 * @module
 */

import { message } from "../../../storage/message/message_codec.ts";
import type { Api } from "../api.ts";

/** Request of WriteTxnMarkers. */
export interface WriteTxnMarkersRequest {
  /** Transactions that end. */
  readonly markers: readonly WritableTxnMarker[];
}

/** An element of {@linkcode WriteTxnMarkersRequest.markers}. */
export interface WritableTxnMarker {
  /** Id of the producer. */
  readonly producerId: number;
  /** Epoch of the producer. */
  readonly producerEpoch: number;
  /** True when it was committed, false when aborted. */
  readonly transactionResult: boolean;
  /** One entry per topic. */
  readonly topics: readonly WritableTxnMarkerTopic[];
  /** Epoch of the transaction coordinator. */
  readonly coordinatorEpoch: number;
  /** Version of the transaction protocol that the marker is for. */
  readonly transactionVersion: number;
}

/** An element of {@linkcode WritableTxnMarker.topics}. */
export interface WritableTxnMarkerTopic {
  /** Name of the topic. */
  readonly name: string;
  /** Numbers of the partitions. */
  readonly partitionIndexes: readonly number[];
}

/** Response to WriteTxnMarkers. */
export interface WriteTxnMarkersResponse {
  /** Transactions that end. */
  readonly markers: readonly WritableTxnMarkerResult[];
}

/** An element of {@linkcode WriteTxnMarkersResponse.markers}. */
export interface WritableTxnMarkerResult {
  /** Id of the producer. */
  readonly producerId: number;
  /** One entry per topic. */
  readonly topics: readonly WritableTxnMarkerTopicResult[];
}

/** An element of {@linkcode WritableTxnMarkerResult.topics}. */
export interface WritableTxnMarkerTopicResult {
  /** Name of the topic. */
  readonly name: string;
  /** One entry per partition. */
  readonly partitions: readonly WritableTxnMarkerPartitionResult[];
}

/** An element of {@linkcode WritableTxnMarkerTopicResult.partitions}. */
export interface WritableTxnMarkerPartitionResult {
  /** Number of the partition. */
  readonly partitionIndex: number;
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
}

/** The API. */
export const writeTxnMarkers: Api<WriteTxnMarkersRequest, WriteTxnMarkersResponse> = {
  key: 27,
  name: "WriteTxnMarkers",
  request: message<WriteTxnMarkersRequest>(`
@WriteTxnMarkersRequest 27 1-2 flexible 1+ listeners broker
markers []WritableTxnMarker
  producerId int64
  producerEpoch int16
  transactionResult bool
  topics []WritableTxnMarkerTopic
    name string
    partitionIndexes []int32
  coordinatorEpoch int32
  transactionVersion int8 2+ ! =0
`),
  response: message<WriteTxnMarkersResponse>(`
@WriteTxnMarkersResponse 27 1-2 flexible 1+
markers []WritableTxnMarkerResult
  producerId int64
  topics []WritableTxnMarkerTopicResult
    name string
    partitions []WritableTxnMarkerPartitionResult
      partitionIndex int32
      errorCode int16
`),
};
