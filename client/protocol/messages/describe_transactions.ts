/**
 * DescribeTransactions, API 65: state of transactions. Version 0, all flexible.
 *
 * @module
 */

import { message } from "../../../storage/message/message_codec.ts";
import type { Api } from "../api.ts";

/** Request of DescribeTransactions. */
export interface DescribeTransactionsRequest {
  /** Ids of the transactional producers. */
  readonly transactionalIds: readonly string[];
}

/** Response to DescribeTransactions. */
export interface DescribeTransactionsResponse {
  /** How long a quota held the answer back, or asks the client to pause, in ms. */
  readonly throttleTimeMs: number;
  /** One entry per transaction. */
  readonly transactionStates: readonly DescribeTransactionsResponseTransactionState[];
}

/** An element of {@linkcode DescribeTransactionsResponse.transactionStates}. */
export interface DescribeTransactionsResponseTransactionState {
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** Id of the transactional producer. */
  readonly transactionalId: string;
  /** State of the transaction. */
  readonly transactionState: string;
  /** How long a transaction may take. */
  readonly transactionTimeoutMs: number;
  /** When the transaction began, in ms; -1 when none is open. */
  readonly transactionStartTimeMs: number;
  /** Id of the producer. */
  readonly producerId: number;
  /** Epoch of the producer. */
  readonly producerEpoch: number;
  /** Partitions of the transaction. */
  readonly topics: readonly DescribeTransactionsResponseTopicData[];
}

/** An element of {@linkcode DescribeTransactionsResponseTransactionState.topics}. */
export interface DescribeTransactionsResponseTopicData {
  /** Name of the topic. */
  readonly topic: string;
  /** One entry per partition. */
  readonly partitions: readonly number[];
}

/** The API. */
export const describeTransactions: Api<DescribeTransactionsRequest, DescribeTransactionsResponse> =
  {
    key: 65,
    name: "DescribeTransactions",
    request: message<DescribeTransactionsRequest>(`
@DescribeTransactionsRequest 65 0 flexible 0+ listeners broker
transactionalIds []string
`),
    response: message<DescribeTransactionsResponse>(`
@DescribeTransactionsResponse 65 0 flexible 0+
throttleTimeMs int32
transactionStates []TransactionState
  errorCode int16
  transactionalId string
  transactionState string
  transactionTimeoutMs int32
  transactionStartTimeMs int64
  producerId int64
  producerEpoch int16
  topics []TopicData
    topic string
    partitions []int32
`),
  };
