/**
 * What a log remembers of one producer. As `ProducerStateEntry` and `BatchMetadata` of
 * `org.apache.kafka.storage.internals.log`.
 *
 * @module
 */

import {
  decrementSequence,
  NO_PRODUCER_EPOCH,
  NO_SEQUENCE,
  NO_TIMESTAMP,
} from "../../record/record_batch.ts";

/** How many of a producer's last batches are kept to recognise one that is sent again. */
export const NUM_BATCHES_TO_RETAIN = 5;

/** Sequences are int32 and go on with 0 after this one. */
export const MAX_SEQUENCE = 0x7fff_ffff;

/** One batch that a producer wrote. */
export class BatchMetadata {
  /** Sequence of its last record; -1 when the batch carries none. */
  readonly lastSeq: number;
  /** Offset of its last record. */
  readonly lastOffset: number;
  /** Last offset less first offset. */
  readonly offsetDelta: number;
  /** Its largest timestamp, ms since the epoch. */
  readonly timestamp: number;

  /** Takes the values as they are. */
  constructor(lastSeq: number, lastOffset: number, offsetDelta: number, timestamp: number) {
    this.lastSeq = lastSeq;
    this.lastOffset = lastOffset;
    this.offsetDelta = offsetDelta;
    this.timestamp = timestamp;
  }

  /** Sequence of its first record. */
  get firstSeq(): number {
    return decrementSequence(this.lastSeq, this.offsetDelta);
  }

  /** Offset of its first record. */
  get firstOffset(): number {
    return this.lastOffset - this.offsetDelta;
  }
}

/** The header fields of a batch that tell whether it was written before. */
export interface SequencedBatch {
  /** Epoch of its producer. */
  readonly producerEpoch: number;
  /** Sequence of its first record. */
  readonly baseSequence: number;
  /** Sequence of its last record. */
  readonly lastSequence: number;
}

/** The state of one producer: its epoch, last batches and open transaction. */
export class ProducerStateEntry {
  /** The producer. */
  readonly producerId: number;
  #producerEpoch: number;
  #coordinatorEpoch: number;
  #lastTimestamp: number;
  #currentTxnFirstOffset: number | undefined;
  // Oldest first, at most NUM_BATCHES_TO_RETAIN, all of the current epoch.
  readonly #batches: BatchMetadata[] = [];
  /** Whether batches before those that are kept have been looked up in the log. */
  hasLookedBack = false;

  /**
   * An entry without batches.
   *
   * @param producerId the producer
   * @param producerEpoch its epoch
   * @param coordinatorEpoch epoch of the coordinator that wrote the last marker
   * @param lastTimestamp ms since the epoch
   * @param currentTxnFirstOffset first offset of the open transaction, if one is open
   */
  constructor(
    producerId: number,
    producerEpoch: number = NO_PRODUCER_EPOCH,
    coordinatorEpoch: number = -1,
    lastTimestamp: number = NO_TIMESTAMP,
    currentTxnFirstOffset?: number,
  ) {
    this.producerId = producerId;
    this.#producerEpoch = producerEpoch;
    this.#coordinatorEpoch = coordinatorEpoch;
    this.#lastTimestamp = lastTimestamp;
    this.#currentTxnFirstOffset = currentTxnFirstOffset;
  }

  /** The state of a producer that is not known. */
  static empty(producerId: number): ProducerStateEntry {
    return new ProducerStateEntry(producerId);
  }

  /** The last epoch that was seen, -1 before the first. */
  get producerEpoch(): number {
    return this.#producerEpoch;
  }

  /** Epoch of the transaction coordinator that wrote the last marker, -1 before the first. */
  get coordinatorEpoch(): number {
    return this.#coordinatorEpoch;
  }

  /** Timestamp of the last batch or marker, ms since the epoch. */
  get lastTimestamp(): number {
    return this.#lastTimestamp;
  }

  /** First offset of the open transaction, `undefined` when none is open. */
  get currentTxnFirstOffset(): number | undefined {
    return this.#currentTxnFirstOffset;
  }

  /** The last batches of the current epoch, oldest first. */
  get batchMetadata(): readonly BatchMetadata[] {
    return this.#batches;
  }

  /** Whether no batch of the current epoch is known (an epoch may still be). */
  get isEmpty(): boolean {
    return this.#batches.length === 0;
  }

  /** First sequence of the oldest batch that is kept, -1 without one. */
  get firstSeq(): number {
    return this.#batches[0]?.firstSeq ?? NO_SEQUENCE;
  }

  /** Last sequence of the newest batch, -1 without one. */
  get lastSeq(): number {
    return this.#batches[this.#batches.length - 1]?.lastSeq ?? NO_SEQUENCE;
  }

  /** First offset of the oldest batch that is kept, -1 without one. */
  get firstDataOffset(): number {
    return this.#batches[0]?.firstOffset ?? -1;
  }

  /** Last offset of the newest batch, -1 without one. */
  get lastDataOffset(): number {
    return this.#batches[this.#batches.length - 1]?.lastOffset ?? -1;
  }

  /** Offset delta of the newest batch, 0 without one. */
  get lastOffsetDelta(): number {
    return this.#batches[this.#batches.length - 1]?.offsetDelta ?? 0;
  }

  /** A new entry with the same epochs, timestamp and transaction, and no batches. */
  withoutBatches(): ProducerStateEntry {
    return new ProducerStateEntry(
      this.producerId,
      this.#producerEpoch,
      this.#coordinatorEpoch,
      this.#lastTimestamp,
      this.#currentTxnFirstOffset,
    );
  }

  /** Notes a batch. A new epoch forgets the batches of the one before. */
  addBatch(
    producerEpoch: number,
    lastSeq: number,
    lastOffset: number,
    offsetDelta: number,
    timestamp: number,
  ): void {
    this.#moveToEpoch(producerEpoch);
    this.#add(new BatchMetadata(lastSeq, lastOffset, offsetDelta, timestamp));
    this.#lastTimestamp = timestamp;
  }

  /** Takes over what `next`, which grew out of this entry, has gathered since; `next` is used up. */
  update(next: ProducerStateEntry): void {
    this.#moveToEpoch(next.#producerEpoch);
    for (let i = 0; i < next.#batches.length; i++) this.#add(next.#batches[i]!);
    this.#coordinatorEpoch = next.#coordinatorEpoch;
    this.#currentTxnFirstOffset = next.#currentTxnFirstOffset;
    this.#lastTimestamp = next.#lastTimestamp;
  }

  /** Takes over the batches before the last one from `other`, which has read them, if both know the same last one. */
  rememberBatchesOf(other: ProducerStateEntry): void {
    const isSame = other.#producerEpoch === this.#producerEpoch && !this.isEmpty &&
      other.lastSeq === this.lastSeq && other.lastDataOffset === this.lastDataOffset;
    if (isSame) this.#batches.splice(0, Infinity, ...other.#batches);
  }

  /** Notes the marker that ends the open transaction. */
  endTransaction(producerEpoch: number, coordinatorEpoch: number, timestamp: number): void {
    this.#moveToEpoch(producerEpoch);
    this.#coordinatorEpoch = coordinatorEpoch;
    this.#currentTxnFirstOffset = undefined;
    this.#lastTimestamp = timestamp;
  }

  /** Notes that a transaction begins at `firstOffset`. */
  beginTransaction(firstOffset: number): void {
    this.#currentTxnFirstOffset = firstOffset;
  }

  /** The batch among the kept ones that has the epoch and exactly the sequences of `batch`. */
  findDuplicateBatch(batch: SequencedBatch): BatchMetadata | undefined {
    if (batch.producerEpoch !== this.#producerEpoch) return undefined;
    const firstSeq = batch.baseSequence;
    const lastSeq = batch.lastSequence;
    for (let i = 0; i < this.#batches.length; i++) {
      const known = this.#batches[i]!;
      if (known.lastSeq === lastSeq && known.firstSeq === firstSeq) return known;
    }
    return undefined;
  }

  #moveToEpoch(producerEpoch: number): void {
    if (this.#producerEpoch === producerEpoch) return;
    this.#batches.length = 0;
    this.#producerEpoch = producerEpoch;
  }

  #add(batch: BatchMetadata): void {
    if (this.#batches.length === NUM_BATCHES_TO_RETAIN) this.#batches.shift();
    this.#batches.push(batch);
  }
}
