/**
 * The partitions of a transaction.
 *
 * @module
 */

import type { PartitionQueue } from "./partition_queue.ts";

/** Which partitions are part of the transaction, which are being added, and which are to be. */
export class TransactionPartitions {
  readonly #new = new Map<string, PartitionQueue>();
  readonly #beingAdded = new Map<string, PartitionQueue>();
  readonly #added = new Set<string>();

  /** Whether none is part of the transaction. */
  get isEmpty(): boolean {
    return this.#added.size === 0;
  }

  /** Whether some are to be added that nobody has been asked to add yet. */
  get hasNew(): boolean {
    return this.#new.size > 0;
  }

  /** Whether a partition, by its queue's name, is part of the transaction. */
  has(name: string): boolean {
    return this.#added.has(name);
  }

  /** A partition is part of the transaction. */
  add(name: string): void {
    this.#added.add(name);
  }

  /** A partition is to become part of the transaction, unless it is already, or about to. */
  want(queue: PartitionQueue): void {
    const { name } = queue;
    if (!this.#added.has(name) && !this.#beingAdded.has(name)) this.#new.set(name, queue);
  }

  /** Takes those that the coordinator is to be asked to add now: those that it was asked for before, too. */
  take(): readonly PartitionQueue[] {
    for (const [name, queue] of this.#new) this.#beingAdded.set(name, queue);
    this.#new.clear();
    return [...this.#beingAdded.values()];
  }

  /** The coordinator has answered for some. */
  answered(queues: readonly PartitionQueue[], areAdded: boolean): void {
    for (const { name } of queues) {
      this.#beingAdded.delete(name);
      if (areAdded) this.#added.add(name);
    }
  }

  /** Nothing more is to be added. */
  forgetNew(): void {
    this.#new.clear();
  }

  /** The transaction is over. */
  clear(): void {
    this.#new.clear();
    this.#beingAdded.clear();
    this.#added.clear();
  }
}
