/**
 * ListTransactions, API 66: transactions of a coordinator. Versions 0 to 2, all flexible.
 *
 * @module
 */

import { message } from "../../../storage/message/message_codec.ts";
import type { Api } from "../api.ts";

/** Request of ListTransactions. */
export interface ListTransactionsRequest {
  /** States to list; empty for all. */
  readonly stateFilters: readonly string[];
  /** Producer ids to list; empty for all. */
  readonly producerIdFilters: readonly number[];
  /** Least age in ms of transactions to list; -1 for all. */
  readonly durationFilter: number;
  /** Pattern that transactional ids have to match; null for all. */
  readonly transactionalIdPattern: string | null;
}

/** Response to ListTransactions. */
export interface ListTransactionsResponse {
  /** How long a quota held the answer back, or asks the client to pause, in ms. */
  readonly throttleTimeMs: number;
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** Names among the filters that are no states. */
  readonly unknownStateFilters: readonly string[];
  /** One entry per transaction. */
  readonly transactionStates: readonly ListTransactionsResponseTransactionState[];
}

/** An element of {@linkcode ListTransactionsResponse.transactionStates}. */
export interface ListTransactionsResponseTransactionState {
  /** Id of the transactional producer. */
  readonly transactionalId: string;
  /** Id of the producer. */
  readonly producerId: number;
  /** State of the transaction. */
  readonly transactionState: string;
}

/** The API. */
export const listTransactions: Api<ListTransactionsRequest, ListTransactionsResponse> = {
  key: 66,
  name: "ListTransactions",
  request: message<ListTransactionsRequest>(`
@ListTransactionsRequest 66 0-2 flexible 0+ listeners broker
stateFilters []string
producerIdFilters []int64
durationFilter int64 1+ =-1
transactionalIdPattern string 2+ ?2+ =null
`),
  response: message<ListTransactionsResponse>(`
@ListTransactionsResponse 66 0-2 flexible 0+
throttleTimeMs int32
errorCode int16
unknownStateFilters []string
transactionStates []TransactionState
  transactionalId string
  producerId int64
  transactionState string
`),
};
