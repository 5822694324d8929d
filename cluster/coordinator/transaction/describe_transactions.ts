/**
 * What tools are told of a transaction.
 *
 * @module
 */

import { KafkaError } from "../../../client/protocol/error_codes.ts";
import type { TransactionPartitions } from "./transaction_partitions.ts";
import type { TransactionState } from "./transaction_state.ts";
import type { TransactionStore } from "./transaction_store.ts";

/** What is told of a transaction. */
export interface DescribedTransaction {
  /** Its state. */
  readonly transactionState: TransactionState;
  /** How long it may take, ms. */
  readonly transactionTimeoutMs: number;
  /** When it began, ms since the epoch; -1 for none. */
  readonly transactionStartTimeMs: number;
  /** Its producer. */
  readonly producerId: number;
  /** The producer's epoch. */
  readonly producerEpoch: number;
  /** Its partitions; when it ends, those that do not know it yet. */
  readonly partitions: TransactionPartitions;
}

/**
 * Describes a transaction.
 *
 * @throws {KafkaError} `TRANSACTIONAL_ID_NOT_FOUND`
 */
export function describeTransaction(
  store: TransactionStore,
  transactionalId: string,
): DescribedTransaction {
  const metadata = store.get(transactionalId);
  if (metadata === undefined || metadata.state === "Dead") {
    throw new KafkaError("TRANSACTIONAL_ID_NOT_FOUND");
  }
  const { state, timeoutMs, startTimestamp, producerId, producerEpoch } = metadata;
  return {
    transactionState: state,
    transactionTimeoutMs: timeoutMs,
    transactionStartTimeMs: startTimestamp,
    producerId,
    producerEpoch,
    partitions: store.openPartitions(metadata),
  };
}
