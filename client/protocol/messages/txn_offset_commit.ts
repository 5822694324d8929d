/**
 * TxnOffsetCommit, API 28: stores offsets of a group as part of a transaction. Versions 0 to 5, flexible from 3 on.
 *
 * @module
 */

import { message } from "../../../storage/message/message_codec.ts";
import type { Api } from "../api.ts";

/** Request of TxnOffsetCommit. */
export interface TxnOffsetCommitRequest {
  /** Id of the transactional producer. */
  readonly transactionalId: string;
  /** Group whose offsets are part of the transaction. */
  readonly groupId: string;
  /** Id of the producer. */
  readonly producerId: number;
  /** Epoch of the producer. */
  readonly producerEpoch: number;
  /** Generation of the group. */
  readonly generationId: number;
  /** Id of the member. */
  readonly memberId: string;
  /** Id of a static member; null for others. */
  readonly groupInstanceId: string | null;
  /** One entry per topic. */
  readonly topics: readonly TxnOffsetCommitRequestTopic[];
}

/** An element of {@linkcode TxnOffsetCommitRequest.topics}. */
export interface TxnOffsetCommitRequestTopic {
  /** Name of the topic. */
  readonly name: string;
  /** One entry per partition. */
  readonly partitions: readonly TxnOffsetCommitRequestPartition[];
}

/** An element of {@linkcode TxnOffsetCommitRequestTopic.partitions}. */
export interface TxnOffsetCommitRequestPartition {
  /** Number of the partition. */
  readonly partitionIndex: number;
  /** Offset of the next record to consume; -1 for none. */
  readonly committedOffset: number;
  /** Leader epoch of the last record that was consumed, or -1. */
  readonly committedLeaderEpoch: number;
  /** Text of the client that goes with the offset. */
  readonly committedMetadata: string | null;
}

/** Response to TxnOffsetCommit. */
export interface TxnOffsetCommitResponse {
  /** How long a quota held the answer back, or asks the client to pause, in ms. */
  readonly throttleTimeMs: number;
  /** One entry per topic. */
  readonly topics: readonly TxnOffsetCommitResponseTopic[];
}

/** An element of {@linkcode TxnOffsetCommitResponse.topics}. */
export interface TxnOffsetCommitResponseTopic {
  /** Name of the topic. */
  readonly name: string;
  /** One entry per partition. */
  readonly partitions: readonly TxnOffsetCommitResponsePartition[];
}

/** An element of {@linkcode TxnOffsetCommitResponseTopic.partitions}. */
export interface TxnOffsetCommitResponsePartition {
  /** Number of the partition. */
  readonly partitionIndex: number;
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
}

/** The API. */
export const txnOffsetCommit: Api<TxnOffsetCommitRequest, TxnOffsetCommitResponse> = {
  key: 28,
  name: "TxnOffsetCommit",
  request: message<TxnOffsetCommitRequest>(`
@TxnOffsetCommitRequest 28 0-5 flexible 3+ listeners broker
transactionalId string
groupId string
producerId int64
producerEpoch int16
generationId int32 3+ =-1
memberId string 3+
groupInstanceId string 3+ ?3+ =null
topics []TxnOffsetCommitRequestTopic
  name string
  partitions []TxnOffsetCommitRequestPartition
    partitionIndex int32
    committedOffset int64
    committedLeaderEpoch int32 2+ ! =-1
    committedMetadata string ?0+
`),
  response: message<TxnOffsetCommitResponse>(`
@TxnOffsetCommitResponse 28 0-5 flexible 3+
throttleTimeMs int32
topics []TxnOffsetCommitResponseTopic
  name string
  partitions []TxnOffsetCommitResponsePartition
    partitionIndex int32
    errorCode int16
`),
};
