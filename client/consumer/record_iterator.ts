/**
 * Reading a consumer record by record, without an end.
 *
 * @module
 */

import type { ConsumerRecord } from "./consumer_record.ts";
import type { ConsumerRecords } from "./consumer_records.ts";

/** Where the records come from. */
export interface RecordSource<K, V> {
  /** The next records; `undefined` when there will be no more. */
  poll(): Promise<ConsumerRecords<K, V> | undefined>;
  /** Takes records of the last poll back that were not used, those of a partition in their order: they are read again. */
  giveBack(records: readonly ConsumerRecord<K, V>[]): void;
  /** Ends a poll that waits. */
  stop(): void;
}

/**
 * The records one after the other. Who stops in the middle of a poll gives back what he has not seen, so that it is neither committed nor lost. Only
 * polls wait: what is there is handed out at once.
 */
export class RecordIterator<K, V> implements AsyncIterableIterator<ConsumerRecord<K, V>> {
  readonly #source: RecordSource<K, V>;
  #records: readonly ConsumerRecord<K, V>[] = [];
  #at = 0;
  #isDone = false;

  /** Polls when it is asked for the first record. */
  constructor(source: RecordSource<K, V>) {
    this.#source = source;
  }

  /** The next record. */
  next(): Promise<IteratorResult<ConsumerRecord<K, V>, undefined>> {
    const record = this.#records[this.#at];
    if (record === undefined) return this.#poll();
    this.#at++;
    return Promise.resolve({ done: false, value: record });
  }

  /** Gives back what was not asked for. */
  return(): Promise<IteratorResult<ConsumerRecord<K, V>, undefined>> {
    this.#isDone = true;
    this.#source.stop();
    const left = this.#records.slice(this.#at);
    this.#records = [];
    if (left.length > 0) this.#source.giveBack(left);
    return Promise.resolve({ done: true, value: undefined });
  }

  /** Itself. */
  [Symbol.asyncIterator](): this {
    return this;
  }

  async #poll(): Promise<IteratorResult<ConsumerRecord<K, V>, undefined>> {
    while (!this.#isDone) {
      const records = await this.#source.poll();
      if (records === undefined) this.#isDone = true;
      else if (records.count > 0) {
        // Who has stopped meanwhile does not see these.
        if (this.#isDone) this.#source.giveBack([...records]);
        else {
          this.#records = [...records];
          this.#at = 1;
          return { done: false, value: this.#records[0]! };
        }
      }
    }
    return { done: true, value: undefined };
  }
}

/** The same as a stream. It reads no further than it is asked. */
export function recordStream<K, V>(
  iterator: RecordIterator<K, V>,
): ReadableStream<ConsumerRecord<K, V>> {
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await iterator.next();
      if (done === true) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      await iterator.return();
    },
  }, { highWaterMark: 0 });
}
