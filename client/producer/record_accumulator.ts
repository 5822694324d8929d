/**
 * The records that wait to be sent, in batches (Kafka's `RecordAccumulator`). Records are written into the batch that will be sent as
 * soon as they come.
 *
 * @module
 */

import type { Env } from "../../storage/env.ts";
import type { RecordHeader } from "../../storage/record/record.ts";
import { RECORD_BATCH_OVERHEAD } from "../../storage/record/record_batch.ts";
import type { ExponentialBackoff } from "../network/exponential_backoff.ts";
import type { TopicMetadata } from "../metadata_cache.ts";
import { BatchBacklog } from "./batch_backlog.ts";
import { BufferPool } from "./buffer_pool.ts";
import type { FlushBarrier } from "./flush_barrier.ts";
import type { PartitionQueue } from "./partition_queue.ts";
import { ProducerBatch } from "./producer_batch.ts";
import type { ProducerSettings } from "./producer_settings.ts";
import type { SendCallback } from "./record_ack.ts";
import { recordSizeUpperBound } from "./record_size.ts";
import { TopicQueues } from "./topic_queues.ts";

/** What an accumulator is made of. */
export interface RecordAccumulatorOptions {
  /** The producer's settings. */
  readonly settings: ProducerSettings;
  /** The world. */
  readonly env: Pick<Env, "clock" | "random" | "logger">;
  /** How long a batch waits that is sent again. */
  readonly retryBackoff: ExponentialBackoff;
  /** Whether a broker has taken no records for so long that its partitions are passed over. */
  readonly isSlow: (nodeId: number) => boolean;
}

/** What became of a record that was to be appended. */
export type AppendResult =
  /** It is in a batch that was there. */
  | "appended"
  /** It is the first of a batch. */
  | "new-batch"
  /** It is in a batch, and one of that partition is full. */
  | "full"
  /** There is no memory for another batch. */
  | "no-memory";

/** No compression is exact enough to fill a batch to the last byte. */
const RATIO_MARGIN = 1.05;

/** Batches, from their first record until they are written or given up. */
export class RecordAccumulator {
  /** Memory for batches. */
  readonly pool: BufferPool;
  /** Full batches that wait to be sent. */
  readonly backlog: BatchBacklog;
  /** Queues with batches in them; those that were served last come last. */
  readonly active: Set<PartitionQueue> = new Set();
  /** Flushes that wait: batches are sent without lingering. */
  flushes = 0;
  /** Whether no more records come: batches are sent without lingering. */
  isClosing = false;
  /** The batch that the last record was appended to. */
  lastBatch: ProducerBatch | undefined;
  readonly #options: RecordAccumulatorOptions;
  readonly #topics = new Map<string, TopicQueues>();
  /** Batches that have not ended, in the order of their creation but for those that were split. */
  readonly #incomplete = new Set<ProducerBatch>();
  #splitBatches = 0;
  /** Batches in queues. */
  #queued = 0;

  /** Starts empty. */
  constructor(options: RecordAccumulatorOptions) {
    this.#options = options;
    const { config, batchSize } = options.settings;
    this.pool = new BufferPool(config.number("buffer.memory"), batchSize);
    this.backlog = new BatchBacklog(config.number("max.request.size"), batchSize);
  }

  /** Whether there are batches that have not ended. */
  get hasIncomplete(): boolean {
    return this.#incomplete.size > 0;
  }

  /** The queues of a topic. */
  topic(name: string): TopicQueues {
    let topic = this.#topics.get(name);
    if (topic === undefined) {
      const { settings: { config, batchSize }, env: { random }, isSlow } = this.#options;
      const isAdaptive = config.string("partitioner.class") === null &&
        config.thing("partitioner.class") === undefined &&
        config.boolean("partitioner.adaptive.partitioning.enable");
      topic = new TopicQueues(name, { random, batchSize, isAdaptive, isSlow });
      this.#topics.set(name, topic);
    }
    return topic;
  }

  /**
   * Puts a record into the last batch of its partition, or a new one.
   *
   * @param metadata the topic as it is known
   * @param partition the partition; -1 for any
   * @throws {InvalidRecordError} for what no record can be
   */
  append(
    metadata: TopicMetadata,
    partition: number,
    timestamp: number,
    key: Uint8Array | null,
    value: Uint8Array | null,
    headers: readonly RecordHeader[] | undefined,
    ack: SendCallback,
  ): AppendResult {
    const topic = this.topic(metadata.name);
    if (partition >= 0) {
      return this.#appendTo(topic, topic.queue(partition), timestamp, key, value, headers, ack);
    }
    const { sticky } = topic;
    let queue = topic.queue(sticky.current(metadata));
    // The change may have been put off until the batches were full.
    if (queue.allFull) {
      sticky.appended(0, true, metadata);
      queue = topic.queue(sticky.current(metadata));
    }
    const { batches } = queue;
    const before = batches.length === 0 ? undefined : batches[batches.length - 1];
    const bytesBefore = before?.estimatedBytes ?? 0;
    const result = this.#appendTo(topic, queue, timestamp, key, value, headers, ack);
    if (result === "no-memory") return result;
    const last = batches[batches.length - 1]!;
    const bytes = last.estimatedBytes - (last === before ? bytesBefore : 0);
    sticky.appended(bytes, queue.allFull, metadata);
    return result;
  }

  #appendTo(
    topic: TopicQueues,
    queue: PartitionQueue,
    timestamp: number,
    key: Uint8Array | null,
    value: Uint8Array | null,
    headers: readonly RecordHeader[] | undefined,
    ack: SendCallback,
  ): AppendResult {
    const { batches } = queue;
    const last = batches.length > 0 ? batches[batches.length - 1] : undefined;
    if (last !== undefined) {
      if (last.tryAppend(timestamp, key, value, headers, ack)) {
        this.lastBatch = last;
        this.#accountGrowth(last);
        return batches.length > 1 || last.isFull ? "full" : "appended";
      }
      last.close();
    }
    const batch = this.#newBatch(topic, queue, key, value, headers);
    if (batch === undefined) return "no-memory";
    try {
      batch.tryAppend(timestamp, key, value, headers, ack);
    } catch (error) {
      this.pool.recycle(batch.builder, batch.reservedBytes);
      throw error;
    }
    batches.push(batch);
    this.active.add(queue);
    this.#count(1);
    this.#incomplete.add(batch);
    this.lastBatch = batch;
    return batches.length > 1 || batch.isFull ? "full" : "new-batch";
  }

  #newBatch(
    topic: TopicQueues,
    queue: PartitionQueue,
    key: Uint8Array | null,
    value: Uint8Array | null,
    headers: readonly RecordHeader[] | undefined,
  ): ProducerBatch | undefined {
    const { settings: { batchSize, compression }, env: { clock } } = this.#options;
    const least = RECORD_BATCH_OVERHEAD + recordSizeUpperBound(key, value, headers);
    const size = Math.max(Math.min(batchSize, this.pool.totalBytes), least);
    if (!this.pool.tryAllocate(size)) return undefined;
    return new ProducerBatch({
      queue,
      builder: this.pool.builder({ compression, writeLimit: size }),
      createdMs: clock.monotonic(),
      writeLimit: size,
      ratio: compression.type === "none" ? 1 : topic.ratio.estimate * RATIO_MARGIN,
      reservedBytes: size,
    });
  }

  /** Records that compress well take more memory before they are compressed than the batch has bytes. */
  #accountGrowth(batch: ProducerBatch): void {
    if (batch.isSplit || batch.uncompressedBytes <= batch.reservedBytes) return;
    const { batchSize } = this.#options.settings;
    if (this.pool.tryAllocate(batchSize)) batch.reservedBytes += batchSize;
    else batch.close();
  }

  /** Puts a batch back that is to be sent again. */
  reenqueue(batch: ProducerBatch, now: number): void {
    const { settings: { isIdempotent }, retryBackoff } = this.#options;
    batch.reenqueued(now, retryBackoff.after(batch.attempts));
    this.putBack(batch, isIdempotent);
  }

  /** Puts a batch in front, or where its sequence number belongs. */
  putBack(batch: ProducerBatch, isIdempotent: boolean): void {
    if (isIdempotent) batch.queue.insertInOrder(batch);
    else batch.queue.addFirst(batch);
    this.active.add(batch.queue);
    this.#count(1);
  }

  /** Takes the parts of a batch in, which replace it. */
  replace(batch: ProducerBatch, parts: readonly ProducerBatch[]): void {
    batch.handBarriersTo(parts);
    for (const part of parts) {
      this.#incomplete.add(part);
      this.#splitBatches++;
    }
    batch.replaced();
    this.complete(batch);
  }

  /** A batch has ended: its memory is free, and who waits for it is told. */
  complete(batch: ProducerBatch): void {
    if (!this.#incomplete.delete(batch)) return;
    if (batch.isSplit) this.#splitBatches--;
    else this.pool.recycle(batch.builder, batch.reservedBytes);
    batch.releaseBarriers();
  }

  /** Takes the first batch out of a queue, to be sent. The queue goes to the end of the line, unless that was all. */
  takeFirst(queue: PartitionQueue): void {
    queue.batches.shift();
    this.active.delete(queue);
    if (queue.batches.length > 0) this.active.add(queue);
    this.#count(-1);
  }

  /** Batches came into queues, or left them; all but the last of a queue are full. */
  #count(more: 1 | -1): void {
    this.#queued += more;
    this.backlog.update(this.#queued - this.active.size);
  }

  /** Has a flush wait for all batches that there are. */
  addBarrier(barrier: FlushBarrier): void {
    for (const batch of this.#incomplete) batch.addBarrier(barrier);
  }

  /** Batches whose time for delivery is over, taken out of their queues. */
  expired(now: number): readonly ProducerBatch[] {
    const before = now - this.#options.settings.deliveryTimeoutMs;
    const expired: ProducerBatch[] = [];
    for (const batch of this.#incomplete) {
      if (batch.createdMs <= before) {
        expired.push(batch);
        this.#takeOut(batch);
      } else if (this.#splitBatches === 0) break;
    }
    return expired;
  }

  /** When the time for delivery of the first batch is over; infinite without batches. */
  get nextExpiryMs(): number {
    let first = Infinity;
    for (const { createdMs } of this.#incomplete) {
      first = Math.min(first, createdMs);
      if (this.#splitBatches === 0) break;
    }
    return first + this.#options.settings.deliveryTimeoutMs;
  }

  /** Gives up all batches, on their way or not. */
  abortAll(reason: Error): void {
    this.#abort([...this.#incomplete], reason);
  }

  /** Gives up the batches that no broker has been sent yet. */
  abortUndrained(reason: Error): void {
    const { isIdempotent } = this.#options.settings;
    const undrained = [...this.#incomplete].filter((batch) =>
      !batch.isInFlight && (isIdempotent ? !batch.hasSequence : batch.attempts === 0)
    );
    this.#abort(undrained, reason);
  }

  #abort(batches: readonly ProducerBatch[], reason: Error): void {
    for (const batch of batches) this.#takeOut(batch);
    for (const batch of batches) {
      batch.fail("aborted", () => reason, this.#options.env.logger);
      this.complete(batch);
    }
  }

  #takeOut(batch: ProducerBatch): void {
    const wasQueued = batch.queue.remove(batch);
    if (batch.queue.batches.length === 0) this.active.delete(batch.queue);
    if (wasQueued) this.#count(-1);
  }
}
