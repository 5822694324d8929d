/**
 * Which transactions the cleaner is in the middle of, as it works its way through a log: Kafka's
 * `CleanedTransactionMetadata`.
 *
 * The cleaner never goes beyond the last stable offset, so every transaction it meets is decided, and the transaction indexes
 * tell ahead of time which ones were aborted. Records of an aborted transaction go at once. A marker stays until no batch of its
 * transaction is left, and `delete.retention.ms` after that.
 *
 * @module
 */

import { type ControlRecordType, parseControlRecordKey } from "../record/control_record.ts";
import type { AnyRecordBatch } from "../record/record_batch.ts";
import type { AbortedTxn, TransactionIndex } from "../segment/transaction_index.ts";

interface OngoingAbort {
  readonly abortedTxn: AbortedTxn;
  /** A batch of it was met, so its marker is still needed. */
  hasBatches: boolean;
}

/** Transactions under way at the cleaner's place in the log. */
export class CleanedTransactionMetadata {
  readonly #ongoingCommitted = new Set<number>();
  readonly #ongoingAborted = new Map<number, OngoingAbort>();
  /** Those that are still ahead, the nearest last. */
  #ahead: AbortedTxn[] = [];
  #cleanedIndex: TransactionIndex | undefined;

  /** Aborted transactions that stay in the log are listed in `index` from now on. */
  setCleanedIndex(index: TransactionIndex): void {
    this.#cleanedIndex = index;
  }

  /** Adds aborted transactions that reach into the section of the log that comes next. */
  addAbortedTransactions(abortedTransactions: readonly AbortedTxn[]): void {
    if (abortedTransactions.length === 0) return;
    this.#ahead = [...this.#ahead, ...abortedTransactions]
      .sort((a, b) => b.firstOffset - a.firstOffset);
  }

  /**
   * Takes note of a batch with a marker.
   *
   * @returns whether nothing of its transaction is left, so that it may go
   */
  onControlBatchRead(batch: AnyRecordBatch): boolean {
    this.#reach(batch.lastOffset);
    switch (controlTypeOf(batch)) {
      case undefined:
        // Emptied by an earlier cleaning.
        return true;
      case "ABORT": {
        const ongoing = this.#ongoingAborted.get(batch.producerId);
        this.#ongoingAborted.delete(batch.producerId);
        if (ongoing === undefined || !ongoing.hasBatches) return true;
        this.#cleanedIndex?.append(ongoing.abortedTxn);
        return false;
      }
      case "COMMIT":
        return !this.#ongoingCommitted.delete(batch.producerId);
      default:
        return false;
    }
  }

  /**
   * Takes note of a batch with records.
   *
   * @returns whether it is part of an aborted transaction, so that its records go
   */
  onBatchRead(batch: AnyRecordBatch): boolean {
    if (this.#ahead.length > 0) this.#reach(batch.lastOffset);
    if (!batch.isTransactional) return false;
    const ongoing = this.#ongoingAborted.get(batch.producerId);
    if (ongoing === undefined) {
      this.#ongoingCommitted.add(batch.producerId);
      return false;
    }
    ongoing.hasBatches = true;
    return true;
  }

  #reach(offset: number): void {
    while (this.#ahead.length > 0 && this.#ahead[this.#ahead.length - 1]!.firstOffset <= offset) {
      const abortedTxn = this.#ahead.pop()!;
      if (!this.#ongoingAborted.has(abortedTxn.producerId)) {
        this.#ongoingAborted.set(abortedTxn.producerId, { abortedTxn, hasBatches: false });
      }
    }
  }
}

function controlTypeOf(batch: AnyRecordBatch): ControlRecordType | undefined {
  for (const record of batch.records()) return parseControlRecordKey(record.key).type;
  return undefined;
}
