/**
 * Who waits for the records of a batch, and what of each record they are told: columns, as there is one of each for every record in the
 * buffer.
 *
 * @module
 */

import type { SendCallback } from "./record_ack.ts";
import { RecordMetadata } from "./record_metadata.ts";

/** Told of what a callback throws. */
type OnThrow = (error: unknown) => void;

/** By position in the batch. */
export class BatchAcks {
  readonly #callbacks: SendCallback[] = [];
  readonly #timestamps: number[] = [];
  readonly #keySizes: number[] = [];
  readonly #valueSizes: number[] = [];

  /** Timestamp of the first record, ms since the epoch. */
  get firstTimestamp(): number {
    return this.#timestamps[0]!;
  }

  /** Who waits for a record. */
  at(index: number): SendCallback {
    return this.#callbacks[index]!;
  }

  /**
   * Adds a record.
   *
   * @param keySize bytes of its key; -1 for none
   * @param valueSize bytes of its value; -1 for none
   */
  push(timestamp: number, keySize: number, valueSize: number, callback: SendCallback): void {
    this.#timestamps.push(timestamp);
    this.#keySizes.push(keySize);
    this.#valueSizes.push(valueSize);
    this.#callbacks.push(callback);
  }

  /**
   * The records are written.
   *
   * @param baseOffset offset of the first; -1 when nobody has said
   * @param logAppendTime the broker's time; -1 when records keep their own
   */
  succeed(
    topic: string,
    partition: number,
    baseOffset: number,
    logAppendTime: number,
    onThrow: OnThrow,
  ): void {
    const callbacks = this.#callbacks;
    for (let i = 0; i < callbacks.length; i++) {
      const metadata = new RecordMetadata(
        topic,
        partition,
        baseOffset < 0 ? -1 : baseOffset + i,
        logAppendTime === -1 ? this.#timestamps[i]! : logAppendTime,
        this.#keySizes[i]!,
        this.#valueSizes[i]!,
      );
      try {
        callbacks[i]!(metadata, null);
      } catch (error) {
        onThrow(error);
      }
    }
  }

  /** The records are given up; `errorOf` says why, for the record at a position. */
  fail(errorOf: (index: number) => Error, onThrow: OnThrow): void {
    const callbacks = this.#callbacks;
    for (let i = 0; i < callbacks.length; i++) {
      try {
        callbacks[i]!(null, errorOf(i));
      } catch (error) {
        onThrow(error);
      }
    }
  }
}
