/**
 * The memory of a producer (Kafka's `BufferPool`): how much of `buffer.memory` is taken, and builders whose memory is used again.
 *
 * @module
 */

import {
  RecordBatchBuilder,
  type RecordBatchOptions,
} from "../../storage/record/record_batch_builder.ts";

/** Counts bytes. Nobody waits here: who gets none comes again when some have been given back. */
export class BufferPool {
  /** Bytes in all. */
  readonly totalBytes: number;
  readonly #batchSize: number;
  readonly #free: RecordBatchBuilder[] = [];
  #availableBytes: number;

  /**
   * Starts with all of it free.
   *
   * @param totalBytes `buffer.memory`
   * @param batchSize `batch.size`: builders for batches of that size are kept
   */
  constructor(totalBytes: number, batchSize: number) {
    this.totalBytes = totalBytes;
    this.#availableBytes = totalBytes;
    this.#batchSize = batchSize;
  }

  /** Bytes that are free. */
  get availableBytes(): number {
    return this.#availableBytes;
  }

  /** Takes bytes, if there are so many. */
  tryAllocate(bytes: number): boolean {
    if (bytes > this.#availableBytes) return false;
    this.#availableBytes -= bytes;
    return true;
  }

  /** Gives bytes back. */
  release(bytes: number): void {
    this.#availableBytes += bytes;
  }

  /** A builder for the next batch, with memory that another batch has left, if there is one. */
  builder(options: RecordBatchOptions): RecordBatchBuilder {
    const builder = this.#free.pop();
    if (builder === undefined) return new RecordBatchBuilder(options);
    builder.reset(options);
    return builder;
  }

  /**
   * Takes the builder of a batch that is done, and its bytes.
   *
   * @param bytes what the batch had taken; a builder that has grown beyond a batch is not kept
   */
  recycle(builder: RecordBatchBuilder, bytes: number): void {
    this.release(bytes);
    if (bytes === this.#batchSize) this.#free.push(builder);
  }
}
