/**
 * Offsets by group, topic and partition.
 *
 * @module
 */

import type { OffsetAndMetadata } from "./offset_and_metadata.ts";

/** The offsets of a group. */
export type GroupOffsets = ReadonlyMap<string, ReadonlyMap<number, OffsetAndMetadata>>;

type TopicOffsets = Map<string, Map<number, OffsetAndMetadata>>;

/** A table with three keys, which holds nothing that is empty. */
export class OffsetTable {
  readonly #groups = new Map<string, TopicOffsets>();
  #size = 0;

  /** How many offsets there are. */
  get size(): number {
    return this.#size;
  }

  /** The groups that have offsets. */
  get groupIds(): Iterable<string> {
    return this.#groups.keys();
  }

  /** The offsets of a group, by topic and partition. */
  group(groupId: string): GroupOffsets | undefined {
    return this.#groups.get(groupId);
  }

  /** One offset. */
  get(groupId: string, topic: string, partition: number): OffsetAndMetadata | undefined {
    return this.#groups.get(groupId)?.get(topic)?.get(partition);
  }

  /** Puts an offset in the place of the one before. */
  put(groupId: string, topic: string, partition: number, offset: OffsetAndMetadata): void {
    let topics = this.#groups.get(groupId);
    if (topics === undefined) this.#groups.set(groupId, topics = new Map());
    let partitions = topics.get(topic);
    if (partitions === undefined) topics.set(topic, partitions = new Map());
    const before = partitions.size;
    partitions.set(partition, offset);
    this.#size += partitions.size - before;
  }

  /** Takes an offset out; fine when there is none. */
  remove(groupId: string, topic: string, partition: number): void {
    const topics = this.#groups.get(groupId);
    const partitions = topics?.get(topic);
    if (topics === undefined || partitions === undefined || !partitions.delete(partition)) return;
    this.#size--;
    if (partitions.size === 0) topics.delete(topic);
    if (topics.size === 0) this.#groups.delete(groupId);
  }

  /** Calls for each offset. */
  forEach(
    visit: (groupId: string, topic: string, partition: number, offset: OffsetAndMetadata) => void,
  ): void {
    for (const [groupId, topics] of this.#groups) {
      for (const [topic, partitions] of topics) {
        for (const [partition, offset] of partitions) visit(groupId, topic, partition, offset);
      }
    }
  }
}
