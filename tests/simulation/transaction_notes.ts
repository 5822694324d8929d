/** What the producers of a simulation were told, by which the logs are judged in the end. */

import { AssertionError } from "@std/assert";
import type { ProducerIdAndEpoch } from "../../cluster/coordinator/transaction/producer_id_and_epoch.ts";
import type { TopicPartition } from "../../storage/file/file_names.ts";

/** A record, and whether its producer was told that it is there. */
export interface NotedRecord {
  readonly topicPartition: TopicPartition;
  readonly value: string;
  readonly isAcknowledged: boolean;
}

/** A transaction as its producer knows it. */
export class NotedTransaction {
  readonly records = new Map<string, NotedRecord>();
  /** The offset that it commits, if it was told that it does. */
  offset: number | undefined;
  /** A commit whose answer was lost may have happened, or not. */
  outcome: "open" | "unknown" | "committed" | "aborted" = "open";
  /** Where it stands among the transactions that somebody has asked to end. */
  askedAt = Infinity;

  constructor(readonly transactionalId: string, readonly name: string) {}
}

/** What a run keeps of all its producers. */
export class TransactionNotes {
  readonly transactions: NotedTransaction[] = [];
  /** Values that were sent late, and the transaction that they may be part of: the one of that epoch, if its marker is later still. */
  readonly late = new Map<string, NotedTransaction | undefined>();
  readonly #epochs = new Map<string, ProducerIdAndEpoch>();
  readonly #oldIds = new Map<string, Set<number>>();
  readonly #failures: unknown[] = [];
  #count = 0;

  /** A producer was told what cannot be. */
  failed(error: unknown): void {
    this.#failures.push(error);
  }

  /** Throws what producers could not. */
  rethrow(): void {
    if (this.#failures.length > 0) throw this.#failures[0];
  }

  next(): number {
    return ++this.#count;
  }

  /** A producer was told its id and epoch: they never go back. */
  told(transactionalId: string, now: ProducerIdAndEpoch, isNew: boolean): void {
    if (now.producerEpoch > 32_766) {
      throw new AssertionError(`No client has epoch ${now.producerEpoch}`);
    }
    const before = this.#epochs.get(transactionalId);
    const old = this.#oldIds.get(transactionalId) ?? new Set();
    this.#oldIds.set(transactionalId, old);
    if (old.has(now.producerId)) throw new AssertionError(`An id comes again: ${now.producerId}`);
    if (before !== undefined && before.producerId !== now.producerId) old.add(before.producerId);
    else if (before !== undefined) {
      const least = before.producerEpoch + (isNew ? 1 : 0);
      if (now.producerEpoch < least) {
        throw new AssertionError(
          `The epoch of ${transactionalId} goes from ${before.producerEpoch} to ${now.producerEpoch}`,
        );
      }
    }
    this.#epochs.set(transactionalId, now);
  }
}
