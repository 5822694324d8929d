/**
 * Sequence numbers, by which a broker knows records that are sent again from new ones, and what to do when it says that they are
 * wrong (the idempotent half of Kafka's `TransactionManager`).
 *
 * @module
 */

import { incrementSequence } from "../../storage/record/record_cursor.ts";
import { type ErrorName, isRetriable } from "../protocol/error_codes.ts";
import { PartitionSequences } from "./partition_sequences.ts";
import type { ProducerBatch } from "./producer_batch.ts";
import {
  isSameProducer,
  isValidProducer,
  NO_PRODUCER,
  type ProducerIdAndEpoch,
} from "./producer_id_and_epoch.ts";
import { precedes } from "./sequence_order.ts";

const MAX_EPOCH = 0x7fff;
/** How many of a producer's last batches a broker knows again. */
const KNOWN_BATCHES = 5;

/** What came of asking whether sequence numbers of expired batches have arrived after all. */
export type Resolution = "nothing" | "resolved" | "lost";

/** The numbers of all partitions. Partitions go by their queue's name. */
export class SequenceTracker {
  /** Whether a new epoch is needed before anything new can be sent. */
  needsNewEpoch = false;
  readonly #isTransactional: boolean;
  readonly #partitions = new Map<string, PartitionSequences>();
  /** Partitions with batches that were given up without an answer, and the number that would come after them. */
  readonly #unresolved = new Map<string, number>();
  readonly #toRewrite = new Set<string>();
  /** Partitions whose broker has written something of this producer id, and so knows which number comes next. */
  readonly #known = new Set<string>();
  #producer = NO_PRODUCER;

  /** Knows of no partition. */
  constructor(isTransactional: boolean) {
    this.#isTransactional = isTransactional;
  }

  /** Who new batches are from. */
  get producer(): ProducerIdAndEpoch {
    return this.#producer;
  }

  /** A broker has given an id, or another epoch. */
  set producer(producer: ProducerIdAndEpoch) {
    if (producer.producerId !== this.#producer.producerId) this.#known.clear();
    this.#producer = producer;
    if (isValidProducer(producer)) this.#rewrite();
  }

  /** The numbers of a partition. */
  of(partition: string): PartitionSequences {
    let sequences = this.#partitions.get(partition);
    if (sequences === undefined) {
      sequences = new PartitionSequences();
      this.#partitions.set(partition, sequences);
    }
    return sequences;
  }

  /** Forgets all numbers: a new epoch starts. */
  reset(): void {
    this.#partitions.clear();
    this.#unresolved.clear();
  }

  /** Whether a partition may be sent a batch now, as far as numbers go. */
  maySend(batch: ProducerBatch): boolean {
    if (!isValidProducer(this.producer)) return false;
    const { name } = batch.queue;
    const sequences = this.of(name);
    const first = sequences.inFlight[0];
    if (!batch.hasSequence) {
      // Batches of the new epoch would overtake those of the old one.
      if (first !== undefined && !isSameProducer(this.producer, sequences.producer)) return false;
      // A broker takes any number from a producer that it does not know. Were the first batch refused and the second taken, the first could
      // never be written.
      if (first !== undefined && !this.#known.has(name)) return false;
      // A new leader is sent batches while the one before it still has some that it may have written. The first of them must be known when it
      // is sent again.
      if (sequences.span >= KNOWN_BATCHES) return false;
      return !this.#unresolved.has(name);
    }
    // What is sent again goes one batch at a time, in order.
    return first === undefined || batch.baseSequence === first.baseSequence;
  }

  /** Gives a batch its number, unless it has one: with another it might be written twice. */
  assign(batch: ProducerBatch): void {
    if (batch.hasSequence) return;
    const sequences = this.of(batch.queue.name);
    if (sequences.inFlight.length === 0 && !isSameProducer(this.producer, sequences.producer)) {
      sequences.startAtBeginning(this.producer);
    }
    batch.setProducerState(this.producer, sequences.next, this.#isTransactional);
    sequences.next = incrementSequence(sequences.next, batch.count);
    sequences.add(batch);
  }

  /** A batch that was split has left parts with numbers. */
  replace(batch: ProducerBatch, parts: readonly ProducerBatch[]): void {
    const sequences = this.of(batch.queue.name);
    sequences.remove(batch);
    let sequence = batch.baseSequence;
    for (const part of parts) {
      part.setProducerState(batch.producer!, sequence, batch.isTransactional);
      sequence = incrementSequence(sequence, part.count);
      sequences.add(part);
    }
  }

  /** A batch is written. */
  completed(batch: ProducerBatch, baseOffset: number): void {
    const sequences = this.of(batch.queue.name);
    sequences.ack(batch.lastSequence);
    if (batch.producerId === this.#producer.producerId) this.#known.add(batch.queue.name);
    if (baseOffset >= 0) sequences.ackOffset(baseOffset + batch.count - 1);
    sequences.remove(batch);
  }

  /** A batch has ended without being written. */
  removed(batch: ProducerBatch): void {
    this.#partitions.get(batch.queue.name)?.remove(batch);
  }

  /**
   * What a failed batch means for the numbers after it.
   *
   * @param isCertain whether the broker has refused it, so that its numbers are free
   */
  failed(batch: ProducerBatch, error: ErrorName | undefined, isCertain: boolean): void {
    const { name } = batch.queue;
    if (error === "OUT_OF_ORDER_SEQUENCE_NUMBER" && !this.#isTransactional) {
      this.requestNewEpoch(name);
    } else if (error === "UNKNOWN_PRODUCER_ID") {
      // The broker knows nothing of this producer, so it takes 0.
      this.#partitions.delete(name);
      this.#unresolved.delete(name);
      this.#known.delete(name);
    } else if (isCertain) {
      if (!this.#isTransactional) this.requestNewEpoch(name);
      else if (batch.hasSequence) this.#partitions.get(name)?.closeGap(batch);
    }
  }

  /** A batch was given up that may have been written: nothing new goes to its partition until that is known. */
  markUnresolved(batch: ProducerBatch): void {
    if (!batch.hasSequence) return;
    const { name } = batch.queue;
    const after = incrementSequence(batch.lastSequence, 1);
    const known = this.#unresolved.get(name);
    if (known === undefined || precedes(known, after)) this.#unresolved.set(name, after);
  }

  /** Looks at partitions whose batches have all ended. `lost`: some records were never answered for. */
  resolve(): Resolution {
    let resolution: Resolution = "nothing";
    for (const name of [...this.#unresolved.keys()]) {
      const sequences = this.of(name);
      if (sequences.inFlight.length > 0) continue;
      this.#unresolved.delete(name);
      if (sequences.next === sequences.afterLastAcked) {
        if (resolution === "nothing") resolution = "resolved";
        continue;
      }
      resolution = "lost";
      if (!this.#isTransactional) this.requestNewEpoch(name);
    }
    return resolution;
  }

  /** An idempotent producer goes on with a new epoch; numbers of the partition start at 0. */
  requestNewEpoch(partition: string): void {
    this.needsNewEpoch = true;
    this.#toRewrite.add(partition);
  }

  /** Takes the next epoch, which an idempotent producer may do by itself. After the last there is no producer until a broker gives one. */
  takeNewEpoch(): void {
    const { producerId, epoch } = this.#producer;
    this.needsNewEpoch = false;
    this.producer = epoch === MAX_EPOCH ? NO_PRODUCER : { producerId, epoch: epoch + 1 };
  }

  #rewrite(): void {
    for (const name of this.#toRewrite) {
      this.of(name).startAtBeginning(this.#producer);
      this.#unresolved.delete(name);
    }
    this.#toRewrite.clear();
  }

  /**
   * Whether a batch that was refused is sent again, as far as numbers go.
   *
   * @param logStartOffset the first offset of the broker's log; -1 when it did not say
   */
  canRetry(batch: ProducerBatch, error: ErrorName, logStartOffset: number): boolean {
    if (error === "UNKNOWN_PRODUCER_ID") return this.#retriesUnknown(batch, logStartOffset);
    if (error === "OUT_OF_ORDER_SEQUENCE_NUMBER") return this.#retriesOutOfOrder(batch);
    return isRetriable(error);
  }

  #retriesUnknown(batch: ProducerBatch, logStartOffset: number): boolean {
    const { name } = batch.queue;
    // Without the start of the log nothing can be told; it will be there the next time.
    if (logStartOffset === -1 || batch.sequenceWasReset) return true;
    const sequences = this.of(name);
    const wasDeleted = sequences.lastAckedOffset < logStartOffset;
    if (!this.#isTransactional) this.requestNewEpoch(name);
    else if (wasDeleted) sequences.startAtBeginning(this.producer);
    return wasDeleted || !this.#isTransactional;
  }

  #retriesOutOfOrder(batch: ProducerBatch): boolean {
    const { name } = batch.queue;
    const unresolved = this.#unresolved.get(name);
    const isNext = batch.baseSequence === this.of(name).afterLastAcked;
    // The batch before it has failed, and so must this one.
    if (unresolved === undefined && (batch.sequenceWasReset || !isNext)) return true;
    if (this.#isTransactional) return false;
    // There is a gap; unless batches that were given up may still fill it.
    if (unresolved === undefined || unresolved === batch.baseSequence) this.requestNewEpoch(name);
    return true;
  }
}
