/**
 * DescribeTransactions.
 *
 * @module
 */

import { errorCode, type ErrorName, KafkaError } from "../../../client/protocol/error_codes.ts";
import {
  describeTransactions as api,
  type DescribeTransactionsRequest,
  type DescribeTransactionsResponse,
  type DescribeTransactionsResponseTransactionState,
} from "../../../client/protocol/messages/describe_transactions.ts";
import type { TransactionCoordinator } from "../../coordinator/transaction/transaction_coordinator.ts";
import type { ApiHandler } from "../api_handler.ts";

/** What the handler needs. */
export interface DescribeTransactionsOptions {
  /** Has the transactions. */
  readonly transactions: Pick<TransactionCoordinator, "describe">;
}

/** Answers DescribeTransactions. */
export function describeTransactionsHandler(
  { transactions }: DescribeTransactionsOptions,
): ApiHandler<DescribeTransactionsRequest, DescribeTransactionsResponse> {
  const describe = async (
    transactionalId: string,
  ): Promise<DescribeTransactionsResponseTransactionState> => {
    try {
      const { partitions, ...described } = await transactions.describe(transactionalId);
      const topics = [...partitions].map(([topic, numbers]) => ({
        topic,
        partitions: [...numbers],
      }));
      return { errorCode: 0, transactionalId, ...described, topics };
    } catch (error) {
      if (error instanceof KafkaError) return refused(transactionalId, error.code);
      throw error;
    }
  };
  return {
    api,
    handle: async ({ transactionalIds }) => ({
      transactionStates: await Promise.all(transactionalIds.map(describe)),
    }),
    onError: ({ transactionalIds }, error) => ({
      transactionStates: transactionalIds.map((id) => refused(id, error)),
    }),
  };
}

function refused(
  transactionalId: string,
  error: ErrorName,
): DescribeTransactionsResponseTransactionState {
  return {
    errorCode: errorCode(error),
    transactionalId,
    transactionState: "",
    transactionTimeoutMs: 0,
    transactionStartTimeMs: 0,
    producerId: 0,
    producerEpoch: 0,
    topics: [],
  };
}
