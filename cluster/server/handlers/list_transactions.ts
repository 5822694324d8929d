/**
 * ListTransactions.
 *
 * @module
 */

import { errorCode, KafkaError } from "../../../client/protocol/error_codes.ts";
import {
  listTransactions as api,
  type ListTransactionsRequest,
  type ListTransactionsResponse,
} from "../../../client/protocol/messages/list_transactions.ts";
import type { Clock } from "../../../storage/env.ts";
import { unknownStates } from "../../coordinator/transaction/list_transactions.ts";
import type { TransactionCoordinator } from "../../coordinator/transaction/transaction_coordinator.ts";
import { compilePattern } from "../../coordinator/transaction/transactional_id_pattern.ts";
import type { ApiHandler } from "../api_handler.ts";

/** What the handler needs. */
export interface ListTransactionsOptions {
  /** Has the transactions. */
  readonly transactions: Pick<TransactionCoordinator, "isLoading" | "list">;
  /** Tells how long ago a transaction began. */
  readonly clock: Clock;
}

/** Answers ListTransactions with those that this broker coordinates. */
export function listTransactionsHandler(
  { transactions, clock }: ListTransactionsOptions,
): ApiHandler<ListTransactionsRequest, ListTransactionsResponse> {
  return {
    api,
    handle({ stateFilters, producerIdFilters, durationFilter, transactionalIdPattern: pattern }) {
      if (transactions.isLoading) throw new KafkaError("COORDINATOR_LOAD_IN_PROGRESS");
      const filter = {
        states: stateFilters,
        producerIds: producerIdFilters,
        durationMs: durationFilter,
        matchesId: pattern === null || pattern === "" ? () => true : compilePattern(pattern),
      };
      return {
        unknownStateFilters: unknownStates(filter),
        transactionStates: [...transactions.list(filter, clock.now())].map((
          { transactionalId, producerId, state },
        ) => ({ transactionalId, producerId, transactionState: state })),
      };
    },
    onError: (_request, error) => ({ errorCode: errorCode(error) }),
  };
}
