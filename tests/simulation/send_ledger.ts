/** What was sent, what senders were told of it, and whether that agrees with what is in the log. */

import { assert, assertEquals } from "@std/assert";
import type { RecordMetadata } from "../../client/producer/record_metadata.ts";

/** One record. */
export interface SentRecord {
  readonly partition: number;
  /** Counts the records of the partition. */
  readonly number: number;
  readonly value: string;
  readonly sentAtMs: number;
  /** Where it is; -1 when nobody has said. */
  offset: number | undefined;
  error: Error | undefined;
}

/** What a producer promises. */
export interface Promises {
  /** Nothing acknowledged is lost. */
  readonly keepsAcknowledged: boolean;
  /** Nothing is there twice, and everything is in its order. */
  readonly isIdempotent: boolean;
  /** A record is written or given up within this time, ms. */
  readonly settlesWithinMs: number;
}

/** Everything that one producer was given. */
export class SendLedger {
  readonly #now: () => number;
  readonly #promises: Promises;
  readonly #records: SentRecord[][];
  /** Bytes of values that were sent and not answered for. */
  openBytes = 0;
  /** The same, as records. */
  open = 0;
  acknowledged = 0;
  failed = 0;
  /** What was wrong with what senders were told: an error in a callback would go to the producer. */
  readonly #wrong: Error[] = [];

  constructor(partitions: number, now: () => number, promises: Promises) {
    this.#now = now;
    this.#promises = promises;
    this.#records = Array.from({ length: partitions }, () => []);
  }

  /** Notes a record, before it is sent. */
  send(partition: number, padding: number): SentRecord {
    const records = this.#records[partition]!;
    const number = records.length;
    const value = `${partition}/${number}/${"x".repeat(padding)}`;
    const record: SentRecord = {
      ...{ partition, number, value, sentAtMs: this.#now() },
      offset: undefined,
      error: undefined,
    };
    records.push(record);
    this.open++;
    this.openBytes += value.length;
    return record;
  }

  /** Notes what a sender is told. */
  settle(record: SentRecord, metadata: RecordMetadata | null, error: Error | null): void {
    try {
      this.#settle(record, metadata, error);
    } catch (error) {
      this.#wrong.push(error as Error);
    }
  }

  #settle(record: SentRecord, metadata: RecordMetadata | null, error: Error | null): void {
    const what = `record ${record.partition}/${record.number}`;
    assert(record.offset === undefined && record.error === undefined, `${what} is settled twice`);
    const tookMs = this.#now() - record.sentAtMs;
    const { settlesWithinMs } = this.#promises;
    assert(
      tookMs <= settlesWithinMs,
      `${what} is settled after ${tookMs} of ${settlesWithinMs} ms`,
    );
    this.open--;
    this.openBytes -= record.value.length;
    if (error !== null) {
      this.failed++;
      record.error = error;
      return;
    }
    this.acknowledged++;
    assertEquals(metadata!.partition, record.partition, what);
    record.offset = metadata!.offset;
  }

  /** Holds what senders were told against what they were promised. */
  checkSettled(): void {
    if (this.#wrong.length > 0) throw this.#wrong[0];
    assertEquals(this.open, 0, `${this.open} sends are not settled`);
  }

  /** Holds everything against the log, the values of each partition by offset. */
  check(log: readonly (readonly string[])[]): void {
    this.checkSettled();
    for (const [partition, records] of this.#records.entries()) {
      this.#check(partition, records, log[partition]!);
    }
  }

  #check(partition: number, records: readonly SentRecord[], values: readonly string[]): void {
    const { keepsAcknowledged, isIdempotent } = this.#promises;
    const numbers = values.map((value) => Number(value.split("/")[1]));
    for (const [offset, number] of numbers.entries()) {
      const what = `partition ${partition}, offset ${offset}`;
      assertEquals(values[offset], records[number]?.value, `${what} holds what nobody has sent`);
      if (!isIdempotent || offset === 0) continue;
      const before = numbers[offset - 1]!;
      assert(number !== before && numbers.indexOf(number) === offset, `${what} is doubled`);
      assert(number > before, `${what}: record ${number} is reordered behind ${before}`);
    }
    if (!keepsAcknowledged) return;
    const present = new Set(values);
    for (const { number, value, offset, error } of records) {
      if (error !== undefined) continue;
      const what = `record ${number} of partition ${partition}`;
      assert(present.has(value), `${what} is lost`);
      // A duplicate that the broker no longer knows is acknowledged without an offset.
      if (offset! >= 0) assertEquals(values[offset!], value, `${what} is elsewhere`);
    }
  }
}
