/**
 * One record to each partition in turn (Kafka's `RoundRobinPartitioner`).
 *
 * @module
 */

import type { TopicMetadata } from "../metadata_cache.ts";
import type { Partitioner, RecordToPartition } from "./partitioner.ts";

/** Takes the partitions of a topic in turn, whatever the key; those without a leader only when none has one. */
export class RoundRobinPartitioner implements Partitioner {
  readonly #counts = new Map<string, number>();

  /** The next partition. */
  partition({ topic: name }: RecordToPartition, topic: TopicMetadata): number {
    const count = this.#counts.get(name) ?? 0;
    this.#counts.set(name, count === 0x7fff_ffff ? 0 : count + 1);
    const available = topic.partitions.filter(({ leader }) => leader >= 0);
    if (available.length === 0) return count % topic.partitions.length;
    return available[count % available.length]!.partition;
  }
}
