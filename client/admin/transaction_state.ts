/**
 * The states of transactions.
 *
 * @module
 */

/** What a transaction does just now, by Kafka's name. */
export type TransactionState = (typeof TRANSACTION_STATES)[number];

/** The states, by name. */
export const TRANSACTION_STATES = [
  "Ongoing",
  "PrepareAbort",
  "PrepareCommit",
  "CompleteAbort",
  "CompleteCommit",
  "Empty",
  "PrepareEpochFence",
  "Unknown",
] as const;

/** The state that a text names. */
export function transactionStateOf(text: string): TransactionState {
  return TRANSACTION_STATES.find((state) => state === text) ?? "Unknown";
}
