/**
 * A record on its way to a topic (Kafka's `ProducerRecord`).
 *
 * @module
 */

import type { RecordHeader } from "../../storage/record/record.ts";

/** A record that is to be written. */
export interface ProducerRecord<K, V> {
  /** The topic. */
  readonly topic: string;
  /** The key; records of the same key go to the same partition. Default: none. */
  readonly key?: K | null;
  /** The value; none deletes the key from a compacted topic. Default: none. */
  readonly value?: V | null;
  /** The partition. Default: by the key, or any. */
  readonly partition?: number | null;
  /** Ms since the epoch. Default: now. */
  readonly timestamp?: number | null;
  /** Names and values beside it. */
  readonly headers?: readonly RecordHeader[];
}

/**
 * Refuses what no record can be.
 *
 * @throws {TypeError} in Kafka's words
 */
export function checkRecord(
  { topic, partition, timestamp }: ProducerRecord<unknown, unknown>,
): void {
  if (typeof topic !== "string") throw new TypeError("Topic cannot be null.");
  if (timestamp != null && !(timestamp >= 0)) {
    throw new TypeError(
      `Invalid timestamp: ${timestamp}. Timestamp should always be non-negative or null.`,
    );
  }
  if (partition != null && !(Number.isInteger(partition) && partition >= 0)) {
    throw new TypeError(
      `Invalid partition: ${partition}. Partition number should always be non-negative or null.`,
    );
  }
}
