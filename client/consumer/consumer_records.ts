/**
 * What one poll returns (Kafka's `ConsumerRecords`).
 *
 * @module
 */

import type { TopicPartition } from "../../storage/file/file_names.ts";
import { TopicPartitionMap } from "../../storage/file/topic_partition_map.ts";
import type { ConsumerRecord } from "./consumer_record.ts";
import type { OffsetAndMetadata } from "./offset_and_metadata.ts";

/** Records by partition, those of a partition in their order. */
export class ConsumerRecords<K = Uint8Array, V = Uint8Array>
  implements Iterable<ConsumerRecord<K, V>> {
  readonly #records: TopicPartitionMap<readonly ConsumerRecord<K, V>[]>;
  /** How many records there are. */
  readonly count: number;
  /** Where the consumer goes on in the partitions of these records: what to commit once they are worked off. */
  readonly nextOffsets: TopicPartitionMap<OffsetAndMetadata>;

  /** Takes records over. */
  constructor(
    records: TopicPartitionMap<readonly ConsumerRecord<K, V>[]> = new TopicPartitionMap(),
    nextOffsets: TopicPartitionMap<OffsetAndMetadata> = new TopicPartitionMap(),
  ) {
    this.#records = records;
    this.nextOffsets = nextOffsets;
    let count = 0;
    for (const [, { length }] of records) count += length;
    this.count = count;
  }

  /** Whether there are none. */
  get isEmpty(): boolean {
    return this.count === 0;
  }

  /** The partitions that have records here. */
  get partitions(): readonly TopicPartition[] {
    return [...this.#records.keys()];
  }

  /** The records of a partition. */
  records(partition: TopicPartition): readonly ConsumerRecord<K, V>[] {
    return this.#records.get(partition) ?? [];
  }

  /** The records of a topic. */
  *recordsOf(topic: string): IterableIterator<ConsumerRecord<K, V>> {
    for (const [partition, records] of this.#records) {
      if (partition.topic === topic) yield* records;
    }
  }

  /** All records, partition by partition. */
  [Symbol.iterator](): IterableIterator<ConsumerRecord<K, V>> {
    // An array's own iterator is the fastest, and most polls bring one partition.
    if (this.#records.size === 1) {
      for (const [, records] of this.#records) return records[Symbol.iterator]();
    }
    return this.#all();
  }

  *#all(): IterableIterator<ConsumerRecord<K, V>> {
    for (const [, records] of this.#records) yield* records;
  }
}
