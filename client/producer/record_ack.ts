/**
 * Whoever waits to hear of a record: the promise that `send` returned, or a callback.
 *
 * @module
 */

import { RecordMetadata } from "./record_metadata.ts";

/**
 * Called when a record is written, or given up.
 *
 * @param metadata where the record is; null when it is nowhere
 * @param error why; null when it is written
 */
export type SendCallback = (metadata: RecordMetadata | null, error: Error | null) => void;

/** One for each record in the buffer, so it holds no more than what metadata is made of. */
export class RecordAck {
  /** Timestamp of the record. */
  timestamp: number = -1;
  /** Bytes of its key; -1 for none. */
  keySize: number = -1;
  /** Bytes of its value; -1 for none. */
  valueSize: number = -1;
  readonly #resolve: ((metadata: RecordMetadata) => void) | undefined;
  readonly #reject: ((error: unknown) => void) | undefined;
  readonly #callback: SendCallback | undefined;

  /** Takes the two ends of a promise, or a callback, or all of them. */
  constructor(
    resolve: ((metadata: RecordMetadata) => void) | undefined,
    reject: ((error: unknown) => void) | undefined,
    callback: SendCallback | undefined,
  ) {
    this.#resolve = resolve;
    this.#reject = reject;
    this.#callback = callback;
  }

  /**
   * The record is written.
   *
   * @param offset where; -1 when nobody has said
   * @param logAppendTime the broker's time; -1 when the record keeps its own
   * @throws what the callback throws
   */
  succeed(topic: string, partition: number, offset: number, logAppendTime: number): void {
    const timestamp = logAppendTime === -1 ? this.timestamp : logAppendTime;
    const { keySize, valueSize } = this;
    const metadata = new RecordMetadata(topic, partition, offset, timestamp, keySize, valueSize);
    this.#callback?.(metadata, null);
    this.#resolve?.(metadata);
  }

  /**
   * The record is given up.
   *
   * @throws what the callback throws
   */
  fail(error: Error): void {
    this.#callback?.(null, error);
    this.#reject?.(error);
  }
}
