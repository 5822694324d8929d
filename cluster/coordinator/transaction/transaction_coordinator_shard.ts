/**
 * The transaction coordinator of one partition of `__transaction_state`.
 *
 * @module
 */

import type { CoordinatorShard, Moment, Output } from "../coordinator_shard.ts";
import { abortTimedOut, MAX_ABORTS } from "./abort_transaction.ts";
import type { WriteMarkers } from "./transaction_effect.ts";
import type { TransactionRecord } from "./transaction_record.ts";
import { isEnding } from "./transaction_state.ts";
import {
  type TransactionOutput,
  TransactionStore,
  type TransactionStoreOptions,
} from "./transaction_store.ts";
import { forgetExpiredIds } from "./transactional_id_expiration.ts";

/** Looks for transactions that have taken too long. */
export const ABORT_TIMER = "abort-timed-out";
/** Looks for transactional ids that nobody uses. */
export const EXPIRATION_TIMER = "expire-ids";

const INTERVAL_CONFIGS: Readonly<Record<string, string>> = {
  [ABORT_TIMER]: "transaction.abort.timed.out.transaction.cleanup.interval.ms",
  [EXPIRATION_TIMER]: "transaction.remove.expired.transaction.cleanup.interval.ms",
};

/** The transactions of a partition, and what time does to them. Operations of others work on {@linkcode TransactionCoordinatorShard.transactions}. */
export class TransactionCoordinatorShard
  implements CoordinatorShard<TransactionRecord, WriteMarkers> {
  /** The transactions. */
  readonly transactions: TransactionStore;
  /** Those with many partitions may be too large for one batch: then they are aborted one by one. */
  #mostAborts = MAX_ABORTS;

  /** Knows of no transactions. */
  constructor(options: TransactionStoreOptions) {
    this.transactions = new TransactionStore(options);
  }

  replay(record: TransactionRecord): void {
    this.transactions.replay(record);
  }

  /** Its topic is part of no transaction. */
  replayEndTransaction(): void {}

  loaded(out: Output<TransactionRecord, WriteMarkers>): void {
    // Whether all their partitions know is not in the log.
    for (const metadata of this.transactions.all()) {
      if (isEnding(metadata.state)) this.transactions.tell(out, metadata);
    }
    for (const key of Object.keys(INTERVAL_CONFIGS)) out.setTimer(key, this.#intervalOf(key));
  }

  timerExpired(key: string, out: TransactionOutput, now: Moment): void {
    const interval = this.#intervalOf(key);
    const hasMore = key === ABORT_TIMER
      ? this.#abortTimedOut(out, now)
      : forgetExpiredIds(this.transactions, out, now);
    out.setTimer(key, hasMore ? 0 : interval);
    out.onAppendFailed = (_error, mended) => {
      if (key === ABORT_TIMER) this.#mostAborts = 1;
      mended.setTimer(key, interval);
    };
  }

  /** Nobody waits here for longer than an operation. */
  unloaded(): void {}

  #abortTimedOut(out: TransactionOutput, now: Moment): boolean {
    const hasMore = abortTimedOut(this.transactions, out, now, this.#mostAborts);
    if (!hasMore) this.#mostAborts = MAX_ABORTS;
    return hasMore;
  }

  #intervalOf(key: string): number {
    return this.transactions.config.int(INTERVAL_CONFIGS[key]!);
  }
}
