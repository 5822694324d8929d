/**
 * Which transactions tools are told of.
 *
 * @module
 */

import type { TransactionMetadata } from "./transaction_metadata.ts";
import { isTransactionState } from "./transaction_state.ts";

/** Which transactions are wanted. */
export interface TransactionFilter {
  /** States by name; none for all. */
  readonly states: readonly string[];
  /** Producer ids; none for all. */
  readonly producerIds: readonly number[];
  /** They began longer ago than this, ms; negative for all. */
  readonly durationMs: number;
  /** Whether a transactional id is wanted. */
  readonly matchesId: (transactionalId: string) => boolean;
}

/** The names of states in a filter that are none. */
export function unknownStates({ states }: Pick<TransactionFilter, "states">): string[] {
  return [...new Set(states.filter((name) => !isTransactionState(name)))];
}

/** What is wanted of transactions; a state that there is not matches nothing. */
export function* wantedTransactions(
  transactions: Iterable<TransactionMetadata>,
  filter: TransactionFilter,
  nowMs: number,
): Generator<TransactionMetadata> {
  const states = new Set(filter.states);
  const producerIds = new Set(filter.producerIds);
  for (const metadata of transactions) {
    const { transactionalId, producerId, state, startTimestamp } = metadata;
    if (state === "Dead") continue;
    if (producerIds.size > 0 && !producerIds.has(producerId)) continue;
    if (states.size > 0 && !states.has(state)) continue;
    if (filter.durationMs >= 0 && nowMs - startTimestamp <= filter.durationMs) continue;
    if (filter.matchesId(transactionalId)) yield metadata;
  }
}
