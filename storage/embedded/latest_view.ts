/**
 * The last value of every key: what compaction will leave, seen now.
 *
 * @module
 */

import type { PartitionLog } from "../log/partition_log.ts";
import type { LogRecord, RecordCodec } from "./log_record.ts";
import { readableEnd, type ReadIsolation, readRecords } from "./record_reader.ts";

/** Bytes as a text of as many characters: what a key is found by. */
function fingerprint(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 4096) {
    text += String.fromCharCode(...bytes.subarray(at, at + 4096));
  }
  return text;
}

/**
 * A read-only map from key to the last record that has it; a tombstone removes its key, records without key do not show.
 *
 * It reads the log once, and from then on only what was appended since, whenever it is looked at. It holds one record
 * for every live key in memory.
 */
export class LatestView<V, K> implements Iterable<[K, LogRecord<V, K>]> {
  readonly #log: PartitionLog;
  readonly #codec: RecordCodec<V, K>;
  readonly #isolation: ReadIsolation;
  readonly #records = new Map<string, LogRecord<V, K>>();
  #next: number;
  #logStartOffset: number;

  /** Use {@linkcode Log.latest}. */
  constructor(log: PartitionLog, codec: RecordCodec<V, K>, isolation: ReadIsolation) {
    this.#log = log;
    this.#codec = codec;
    this.#isolation = isolation;
    this.#next = log.logStartOffset;
    this.#logStartOffset = log.logStartOffset;
  }

  #catchUp(): void {
    const log = this.#log;
    if (log.logStartOffset > this.#logStartOffset) {
      // Records were deleted: by deleteRecords or by retention.
      this.#logStartOffset = log.logStartOffset;
      for (const [key, { offset }] of this.#records) {
        if (offset < this.#logStartOffset) this.#records.delete(key);
      }
      this.#next = Math.max(this.#next, this.#logStartOffset);
    }
    const end = readableEnd(log, this.#isolation);
    if (this.#next >= end) return;
    for (const record of readRecords(log, this.#next, end, this.#isolation)) {
      const { key } = record;
      if (key !== null) {
        const name = fingerprint(key);
        const latest = record.hasValue ? this.#codec.decode(record) : undefined;
        // Deleted first, so that the map's order is that of the records.
        this.#records.delete(name);
        if (latest !== undefined) this.#records.set(name, latest);
      }
      this.#next = record.offset + 1;
    }
    this.#next = end;
  }

  #find(key: K): LogRecord<V, K> | undefined {
    this.#catchUp();
    const bytes = this.#codec.encodeKey(key);
    return bytes === null ? undefined : this.#records.get(fingerprint(bytes));
  }

  /** The last value of a key, `undefined` when there is none. */
  get(key: K): V | undefined {
    return this.#find(key)?.value ?? undefined;
  }

  /** The last record of a key, `undefined` when there is none. */
  record(key: K): LogRecord<V, K> | undefined {
    return this.#find(key);
  }

  /** Whether a key has a value. */
  has(key: K): boolean {
    return this.#find(key) !== undefined;
  }

  /** How many keys have a value. */
  get size(): number {
    this.#catchUp();
    return this.#records.size;
  }

  /** The keys, in the order of their last records. */
  *keys(): Generator<K> {
    this.#catchUp();
    for (const { key } of this.#records.values()) yield key!;
  }

  /** The last values, in the order of their records. */
  *values(): Generator<V> {
    this.#catchUp();
    for (const { value } of this.#records.values()) yield value!;
  }

  /** Keys with their last values. */
  *entries(): Generator<[K, V]> {
    this.#catchUp();
    for (const { key, value } of this.#records.values()) yield [key!, value!];
  }

  /** Keys with their last records. */
  *[Symbol.iterator](): Generator<[K, LogRecord<V, K>]> {
    this.#catchUp();
    for (const record of this.#records.values()) yield [record.key!, record];
  }
}
