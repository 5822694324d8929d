/**
 * Partitions that have something in common.
 *
 * @module
 */

/** A set of partitions, by the ids of their topics. */
export class PartitionSet implements Iterable<readonly [topicId: string, partition: number]> {
  readonly #byTopic = new Map<string, Set<number>>();

  /** Whether there are none. */
  get isEmpty(): boolean {
    return this.#byTopic.size === 0;
  }

  /** Puts a partition in. */
  add(topicId: string, partition: number): void {
    const partitions = this.#byTopic.get(topicId);
    if (partitions === undefined) this.#byTopic.set(topicId, new Set([partition]));
    else partitions.add(partition);
  }

  /** Takes a partition out. */
  delete(topicId: string, partition: number): void {
    const partitions = this.#byTopic.get(topicId);
    if (partitions?.delete(partition) && partitions.size === 0) this.#byTopic.delete(topicId);
  }

  /** All of them, topic by topic. */
  *[Symbol.iterator](): Generator<readonly [topicId: string, partition: number]> {
    for (const [topicId, partitions] of this.#byTopic) {
      for (const partition of partitions) yield [topicId, partition];
    }
  }
}
