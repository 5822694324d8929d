/**
 * AddPartitionsToTxn, API 24: makes partitions part of a transaction, or asks if they are. Versions 0 to 5, flexible from 3 on.
 *
 * @module
 */

import { message } from "../../../storage/message/message_codec.ts";
import type { Api } from "../api.ts";

/** Request of AddPartitionsToTxn. */
export interface AddPartitionsToTxnRequest {
  /** Partitions by transaction, from version 4 on. */
  readonly transactions: readonly AddPartitionsToTxnTransaction[];
  /** Transactional id, up to version 3. */
  readonly v3AndBelowTransactionalId: string;
  /** Producer id, up to version 3. */
  readonly v3AndBelowProducerId: number;
  /** Producer epoch, up to version 3. */
  readonly v3AndBelowProducerEpoch: number;
  /** Partitions to add, up to version 3. */
  readonly v3AndBelowTopics: readonly AddPartitionsToTxnTopic[];
}

/** An element of {@linkcode AddPartitionsToTxnRequest.transactions}. */
export interface AddPartitionsToTxnTransaction {
  /** Id of the transactional producer. */
  readonly transactionalId: string;
  /** Id of the producer. */
  readonly producerId: number;
  /** Epoch of the producer. */
  readonly producerEpoch: number;
  /** Whether only to ask if the partitions are part of the transaction. */
  readonly verifyOnly: boolean;
  /** One entry per topic. */
  readonly topics: readonly AddPartitionsToTxnTopic[];
}

/** An element of {@linkcode AddPartitionsToTxnTransaction.topics}. */
export interface AddPartitionsToTxnTopic {
  /** Name of the topic. */
  readonly name: string;
  /** Numbers of the partitions. */
  readonly partitions: readonly number[];
}

/** Response to AddPartitionsToTxn. */
export interface AddPartitionsToTxnResponse {
  /** How long a quota held the answer back, or asks the client to pause, in ms. */
  readonly throttleTimeMs: number;
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** Answers of version 4 and above, by transaction. */
  readonly resultsByTransaction: readonly AddPartitionsToTxnResult[];
  /** Answers of versions up to 3, by topic. */
  readonly resultsByTopicV3AndBelow: readonly AddPartitionsToTxnTopicResult[];
}

/** An element of {@linkcode AddPartitionsToTxnResponse.resultsByTransaction}. */
export interface AddPartitionsToTxnResult {
  /** Id of the transactional producer. */
  readonly transactionalId: string;
  /** One answer per topic. */
  readonly topicResults: readonly AddPartitionsToTxnTopicResult[];
}

/** An element of {@linkcode AddPartitionsToTxnResult.topicResults}. */
export interface AddPartitionsToTxnTopicResult {
  /** Name of the topic. */
  readonly name: string;
  /** One answer per partition. */
  readonly resultsByPartition: readonly AddPartitionsToTxnPartitionResult[];
}

/** An element of {@linkcode AddPartitionsToTxnTopicResult.resultsByPartition}. */
export interface AddPartitionsToTxnPartitionResult {
  /** Number of the partition. */
  readonly partitionIndex: number;
  /** Code of the error; 0 for success. */
  readonly partitionErrorCode: number;
}

/** The API. */
export const addPartitionsToTxn: Api<AddPartitionsToTxnRequest, AddPartitionsToTxnResponse> = {
  key: 24,
  name: "AddPartitionsToTxn",
  request: message<AddPartitionsToTxnRequest>(`
@AddPartitionsToTxnRequest 24 0-5 flexible 3+ listeners broker
transactions []AddPartitionsToTxnTransaction 4+
  transactionalId string 4+
  producerId int64 4+
  producerEpoch int16 4+
  verifyOnly bool 4+ =false
  topics []AddPartitionsToTxnTopic 4+
    name string
    partitions []int32
v3AndBelowTransactionalId string 0-3
v3AndBelowProducerId int64 0-3
v3AndBelowProducerEpoch int16 0-3
v3AndBelowTopics []AddPartitionsToTxnTopic 0-3
`),
  response: message<AddPartitionsToTxnResponse>(`
@AddPartitionsToTxnResponse 24 0-5 flexible 3+
throttleTimeMs int32
errorCode int16 4+ !
resultsByTransaction []AddPartitionsToTxnResult 4+
  transactionalId string 4+
  topicResults []AddPartitionsToTxnTopicResult 4+
    name string
    resultsByPartition []AddPartitionsToTxnPartitionResult
      partitionIndex int32
      partitionErrorCode int16
resultsByTopicV3AndBelow []AddPartitionsToTxnTopicResult 0-3
`),
};
