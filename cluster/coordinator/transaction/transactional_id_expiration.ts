/**
 * Transactional ids that nobody uses any more are forgotten.
 *
 * @module
 */

import type { Moment } from "../coordinator_shard.ts";
import { isIdle } from "./transaction_state.ts";
import type { TransactionOutput, TransactionStore } from "./transaction_store.ts";

/** The most ids that are forgotten in one turn. */
const MAX_TOMBSTONES = 1000;

/**
 * Forgets the ids that have had no transaction for `transactional.id.expiration.ms`.
 *
 * @returns whether there are more of them
 */
export function forgetExpiredIds(
  store: TransactionStore,
  out: TransactionOutput,
  { wallMs }: Moment,
): boolean {
  out.isAtomic = false;
  const expireBefore = wallMs - store.config.int("transactional.id.expiration.ms");
  for (const { transactionalId, state, lastUpdateTimestamp } of store.all()) {
    if (!isIdle(state) || lastUpdateTimestamp > expireBefore) continue;
    if (out.records.length === MAX_TOMBSTONES) return true;
    out.append({ transactionalId, value: null, valueVersion: 0 });
  }
  return false;
}
