/**
 * Choosing partitions by a rule of one's own (Kafka's `Partitioner`).
 *
 * @module
 */

import type { TopicMetadata } from "../metadata_cache.ts";

/** A record that a partition is chosen for. */
export interface RecordToPartition {
  /** The topic. */
  readonly topic: string;
  /** The key as the user gave it. */
  readonly key: unknown;
  /** The key's bytes; null for none. */
  readonly keyBytes: Uint8Array | null;
  /** The value as the user gave it. */
  readonly value: unknown;
  /** The value's bytes; null for none. */
  readonly valueBytes: Uint8Array | null;
}

/** A rule. */
export interface Partitioner {
  /**
   * Chooses the partition of a record that names none.
   *
   * @param record the record
   * @param topic its topic, with the partitions that there are
   * @returns the number of a partition
   */
  partition(record: RecordToPartition, topic: TopicMetadata): number;
  /** Told when the producer closes. */
  close?(): void;
}
