/**
 * A record as a consumer returns it (Kafka's `ConsumerRecord`).
 *
 * @module
 */

import { readRecordHeaders, type RecordHeader } from "../../storage/record/record.ts";
import type { TimestampType } from "../../storage/record/record_batch.ts";

/** A record that was read. Without deserializers, keys and values are views on the memory of a whole fetch: who keeps one for long copies it. */
export class ConsumerRecord<K = Uint8Array, V = Uint8Array> {
  /** The topic. */
  readonly topic: string;
  /** The partition. */
  readonly partition: number;
  /** Its place in the partition. */
  readonly offset: number;
  /** Ms since the epoch; -1 for none. */
  readonly timestamp: number;
  /** Whose clock the timestamp comes from. */
  readonly timestampType: TimestampType;
  /** Epoch of the leader that took it; -1 when it is not known. */
  readonly leaderEpoch: number;
  /** Bytes of the key; -1 for no key. */
  readonly serializedKeySize: number;
  /** Bytes of the value; -1 for no value. */
  readonly serializedValueSize: number;
  /** The key. */
  readonly key: K | null;
  /** The value; `null` deletes the key from a compacted topic. */
  readonly value: V | null;
  #headers: readonly RecordHeader[] | undefined;
  readonly #bytes: Uint8Array;
  readonly #headersAt: number;
  readonly #headerCount: number;

  /**
   * Takes the values as they are.
   *
   * @param bytes where the headers lie
   * @param headersAt position of the first
   * @param headerCount how many there are
   */
  constructor(
    topic: string,
    partition: number,
    offset: number,
    timestamp: number,
    timestampType: TimestampType,
    leaderEpoch: number,
    serializedKeySize: number,
    serializedValueSize: number,
    key: K | null,
    value: V | null,
    bytes: Uint8Array,
    headersAt: number,
    headerCount: number,
  ) {
    this.topic = topic;
    this.partition = partition;
    this.offset = offset;
    this.timestamp = timestamp;
    this.timestampType = timestampType;
    this.leaderEpoch = leaderEpoch;
    this.serializedKeySize = serializedKeySize;
    this.serializedValueSize = serializedValueSize;
    this.key = key;
    this.value = value;
    this.#bytes = bytes;
    this.#headersAt = headersAt;
    this.#headerCount = headerCount;
  }

  /** Names and values beside it, in order. */
  get headers(): readonly RecordHeader[] {
    return this.#headers ??= readRecordHeaders(this.#bytes, this.#headersAt, this.#headerCount);
  }
}
