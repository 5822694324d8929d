/**
 * Transactions of a partition, ordered by first offset. As `TxnMetadata` and `CompletedTxn` of
 * `org.apache.kafka.storage.internals.log`.
 *
 * @module
 */

/** A transaction that has data in the log. */
export interface TxnMetadata {
  /** Whose. */
  readonly producerId: number;
  /** Offset of its first record. */
  readonly firstOffset: number;
  /** Offset of the marker that ended it; `undefined` while it is open. */
  lastOffset: number | undefined;
}

/** A transaction that a marker has just ended. */
export interface CompletedTxn {
  /** Whose. */
  readonly producerId: number;
  /** Offset of its first record. */
  readonly firstOffset: number;
  /** Offset of the marker. */
  readonly lastOffset: number;
  /** Whether the marker says ABORT. */
  readonly isAborted: boolean;
}

/** A sorted list; transactions start at the log's end, so that adding is nearly always a push. */
export class TransactionTable {
  readonly #transactions: TxnMetadata[] = [];

  /** How many there are. */
  get size(): number {
    return this.#transactions.length;
  }

  /** The one with the lowest first offset. */
  get first(): TxnMetadata | undefined {
    return this.#transactions[0];
  }

  /** All of them, lowest first offset first. */
  get values(): readonly TxnMetadata[] {
    return this.#transactions;
  }

  /** Adds `transaction`, in place of one with the same first offset. */
  put(transaction: TxnMetadata): void {
    const at = this.#indexOf(transaction.firstOffset);
    const replaces = this.#transactions[at]?.firstOffset === transaction.firstOffset;
    this.#transactions.splice(at, replaces ? 1 : 0, transaction);
  }

  /** Removes and returns the one that starts at `firstOffset`. */
  remove(firstOffset: number): TxnMetadata | undefined {
    const at = this.#indexOf(firstOffset);
    if (this.#transactions[at]?.firstOffset !== firstOffset) return undefined;
    return this.#transactions.splice(at, 1)[0];
  }

  /** Removes those that ended below `offset`. */
  removeEndedBefore(offset: number): void {
    const list = this.#transactions;
    let kept = 0;
    for (let i = 0; i < list.length; i++) {
      const transaction = list[i]!;
      if (transaction.lastOffset !== undefined && transaction.lastOffset < offset) continue;
      list[kept++] = transaction;
    }
    list.length = kept;
  }

  /** Removes all. */
  clear(): void {
    this.#transactions.length = 0;
  }

  /** Index of the first one that starts at or behind `firstOffset`. */
  #indexOf(firstOffset: number): number {
    const list = this.#transactions;
    let low = 0;
    let high = list.length;
    if (high > 0 && list[high - 1]!.firstOffset < firstOffset) return high;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (list[middle]!.firstOffset < firstOffset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
