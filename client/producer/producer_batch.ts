/**
 * A batch on its way to a partition (Kafka's `ProducerBatch`).
 *
 * @module
 */

import type { Logger } from "../../storage/env.ts";
import type { RecordHeader } from "../../storage/record/record.ts";
import {
  NO_PRODUCER_EPOCH,
  NO_PRODUCER_ID,
  NO_SEQUENCE,
  RECORD_BATCH_OVERHEAD,
} from "../../storage/record/record_batch.ts";
import {
  type RecordBatchBuilder,
  sizeOfRecord,
} from "../../storage/record/record_batch_builder.ts";
import { incrementSequence } from "../../storage/record/record_cursor.ts";
import { BatchAcks } from "./batch_acks.ts";
import type { FlushBarrier } from "./flush_barrier.ts";
import type { PartitionQueue } from "./partition_queue.ts";
import type { ProducerIdAndEpoch } from "./producer_id_and_epoch.ts";
import type { SendCallback } from "./record_ack.ts";

/** How a batch has ended. */
export type BatchEnd = "succeeded" | "failed" | "aborted";

/** What a batch begins with. */
export interface ProducerBatchOptions {
  /** The partition. */
  readonly queue: PartitionQueue;
  /** Where records are written. */
  readonly builder: RecordBatchBuilder;
  /** On the monotonic clock, ms; the time for delivery counts from here. */
  readonly createdMs: number;
  /** Size in bytes from which it takes no more records, unless it would have none. */
  readonly writeLimit: number;
  /** Compressed bytes that are expected for each byte of records; 1 without compression. */
  readonly ratio: number;
  /** Bytes taken from the pool for it. */
  readonly reservedBytes: number;
  /** Whether it is a part of one that was too large. */
  readonly isSplit?: boolean;
}

/** Varints at their longest, and attributes: what a record may take beyond key, value and headers. */
const LOOSE_RECORD_OVERHEAD = 36;

/** Records, who waits for them, and what has become of them so far. */
export class ProducerBatch {
  /** The partition. */
  readonly queue: PartitionQueue;
  /** When its first record came, on the monotonic clock, ms. */
  readonly createdMs: number;
  /** Whether it is a part of one that was too large. */
  readonly isSplit: boolean;
  /** Bytes taken from the pool for it. */
  reservedBytes: number;
  /** Who waits for its records. */
  acks: BatchAcks = new BatchAcks();
  /** How often it was sent in vain. */
  attempts = 0;
  /** Since when it waits to be sent: its creation, or when it came back. */
  waitingSinceMs: number;
  /** Before when it is not sent again, unless the leader is another. */
  retryAtMs: number = -Infinity;
  /** Whether a request carries it at present. */
  isInFlight = false;
  /** Whether its sequence number was changed after it had been sent. */
  sequenceWasReset = false;
  readonly #builder: RecordBatchBuilder;
  readonly #writeLimit: number;
  readonly #ratio: number;
  #isClosed = false;
  #builtBytes = 0;
  #count = 0;
  #end: BatchEnd | undefined;
  #producer: ProducerIdAndEpoch | undefined;
  #isTransactional = false;
  #baseSequence = NO_SEQUENCE;
  #leaderEpoch = -1;
  #attemptsAtLeaderChange = 0;
  #barriers: Set<FlushBarrier> | undefined;

  /** Starts without records. */
  constructor(options: ProducerBatchOptions) {
    this.queue = options.queue;
    this.createdMs = options.createdMs;
    this.waitingSinceMs = options.createdMs;
    this.reservedBytes = options.reservedBytes;
    this.isSplit = options.isSplit ?? false;
    this.#builder = options.builder;
    this.#writeLimit = options.writeLimit;
    this.#ratio = options.ratio;
  }

  /** What its records are written with. */
  get builder(): RecordBatchBuilder {
    return this.#builder;
  }

  /** Records in it. */
  get count(): number {
    return this.#count;
  }

  /** Bytes before compression. */
  get uncompressedBytes(): number {
    return this.#builder.estimatedSizeInBytes;
  }

  /** Bytes that it is expected to have when it is sent. */
  get estimatedBytes(): number {
    if (this.#builtBytes > 0) return this.#builtBytes;
    const bytes = this.#builder.estimatedSizeInBytes;
    if (this.#ratio === 1) return bytes;
    return RECORD_BATCH_OVERHEAD + Math.floor((bytes - RECORD_BATCH_OVERHEAD) * this.#ratio);
  }

  /** Whether it takes no more records. */
  get isFull(): boolean {
    return this.#isClosed || (this.count > 0 && this.estimatedBytes >= this.#writeLimit);
  }

  /** How it has ended; `undefined` when it has not. */
  get end(): BatchEnd | undefined {
    return this.#end;
  }

  /** Takes no more records. */
  close(): void {
    this.#isClosed = true;
  }

  /**
   * Adds a record, if there is room; for the first there always is.
   *
   * @throws {InvalidRecordError} for what no record can be
   */
  tryAppend(
    timestamp: number,
    key: Uint8Array | null,
    value: Uint8Array | null,
    headers: readonly RecordHeader[] | undefined,
    ack: SendCallback,
  ): boolean {
    if (this.#count > 0 && !this.#hasRoomFor(timestamp, key, value, headers)) return false;
    this.#builder.append(timestamp, key, value, headers);
    const keySize = key === null ? -1 : key.length;
    this.acks.push(timestamp, keySize, value === null ? -1 : value.length, ack);
    this.#count++;
    return true;
  }

  #hasRoomFor(
    timestamp: number,
    key: Uint8Array | null,
    value: Uint8Array | null,
    headers: readonly RecordHeader[] | undefined,
  ): boolean {
    if (this.#isClosed) return false;
    const size = this.estimatedBytes;
    if (headers === undefined || headers.length === 0) {
      const loose = LOOSE_RECORD_OVERHEAD + (key?.length ?? 0) + (value?.length ?? 0);
      if (size + loose <= this.#writeLimit) return true;
    }
    if (size >= this.#writeLimit) return false;
    const delta = timestamp - this.acks.firstTimestamp;
    return size + sizeOfRecord(this.#count, delta, key, value, headers) <= this.#writeLimit;
  }

  /** Whether its bytes have been made. */
  get isBuilt(): boolean {
    return this.#builtBytes > 0;
  }

  /** The batch as it is sent, a view that is good until the batch has ended. */
  build(): Uint8Array {
    this.#isClosed = true;
    const bytes = this.#builder.build();
    this.#builtBytes = bytes.length;
    return bytes;
  }

  /** The producer that its sequence number belongs to; `undefined` while it has none. */
  get producer(): ProducerIdAndEpoch | undefined {
    return this.#producer;
  }

  /** Whether it has a sequence number. */
  get hasSequence(): boolean {
    return this.#baseSequence !== NO_SEQUENCE;
  }

  /** Sequence number of its first record; -1 while it has none. */
  get baseSequence(): number {
    return this.#baseSequence;
  }

  /** Sequence number of its last record. */
  get lastSequence(): number {
    return incrementSequence(this.#baseSequence, this.count - 1);
  }

  /** Whether it is part of a transaction. */
  get isTransactional(): boolean {
    return this.#isTransactional;
  }

  /** Gives it its sequence number. */
  setProducerState(
    producer: ProducerIdAndEpoch,
    baseSequence: number,
    isTransactional: boolean,
  ): void {
    this.#producer = producer;
    this.#baseSequence = baseSequence;
    this.#isTransactional = isTransactional;
    // The memory of a batch that has ended may belong to another.
    if (this.#end !== undefined) return;
    this.#builtBytes = 0;
    const { producerId, epoch } = producer;
    this.#builder.setProducerState(producerId, epoch, baseSequence, isTransactional);
  }

  /** Gives it another one, after it has been sent with the first. */
  resetProducerState(producer: ProducerIdAndEpoch, baseSequence: number): void {
    this.sequenceWasReset = true;
    this.setProducerState(producer, baseSequence, this.#isTransactional);
  }

  /** Id of its producer; -1 while it has none. */
  get producerId(): number {
    return this.#producer?.producerId ?? NO_PRODUCER_ID;
  }

  /** Epoch of its producer; -1 while it has none. */
  get producerEpoch(): number {
    return this.#producer?.epoch ?? NO_PRODUCER_EPOCH;
  }

  /** Notes the epoch of the leader that it would be sent to now. */
  observeLeaderEpoch(epoch: number): void {
    if (epoch < 0 || epoch <= this.#leaderEpoch) return;
    this.#leaderEpoch = epoch;
    this.#attemptsAtLeaderChange = this.attempts;
  }

  /** Whether the leader is another than at the last attempt, so that there is no need to wait (KIP-951). */
  get leaderHasChanged(): boolean {
    return this.attempts > 0 && this.attempts === this.#attemptsAtLeaderChange;
  }

  /** Whether it waits before it is sent again. */
  isBackingOff(now: number): boolean {
    return this.attempts > 0 && now < this.retryAtMs && !this.leaderHasChanged;
  }

  /** It has come back and is to be sent again. */
  reenqueued(now: number, backoffMs: number): void {
    this.attempts++;
    this.waitingSinceMs = now;
    this.retryAtMs = now + backoffMs;
  }

  /** Has a flush wait for it. */
  addBarrier(barrier: FlushBarrier): void {
    this.#barriers ??= new Set();
    if (this.#barriers.has(barrier)) return;
    this.#barriers.add(barrier);
    barrier.add();
  }

  /** Has all flushes that wait for it wait for its parts. */
  handBarriersTo(parts: readonly ProducerBatch[]): void {
    for (const barrier of this.#barriers ?? []) {
      for (const part of parts) part.addBarrier(barrier);
    }
  }

  /** Tells flushes that it is done. */
  releaseBarriers(): void {
    for (const barrier of this.#barriers ?? []) barrier.remove();
    this.#barriers = undefined;
  }

  /**
   * Its records are written, or it does not matter any more.
   *
   * @returns whether it had not ended before
   */
  succeed(baseOffset: number, logAppendTime: number, logger: Logger): boolean {
    if (this.#end !== undefined) return false;
    this.#end = "succeeded";
    const { topic, partition } = this.queue;
    const onThrow = this.#onThrow(logger);
    this.#takeAcks().succeed(topic, partition, baseOffset, logAppendTime, onThrow);
    return true;
  }

  /**
   * Its records are given up.
   *
   * @param errorOf why, for the record at a position
   * @returns whether it had not ended before
   */
  fail(end: "failed" | "aborted", errorOf: (index: number) => Error, logger: Logger): boolean {
    if (this.#end !== undefined) return false;
    this.#end = end;
    this.#isClosed = true;
    this.#takeAcks().fail(errorOf, this.#onThrow(logger));
    return true;
  }

  /** Its parts go on in its place. */
  replaced(): void {
    this.#end = "failed";
    this.#takeAcks();
  }

  /** Everybody is told once, and what they were told of is not kept. */
  #takeAcks(): BatchAcks {
    const { acks } = this;
    this.acks = new BatchAcks();
    return acks;
  }

  #onThrow(logger: Logger): (error: unknown) => void {
    return (error) =>
      logger.write("error", "A callback of a record failed", { partition: this.queue.name, error });
  }
}
