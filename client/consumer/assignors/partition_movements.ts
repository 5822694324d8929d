/**
 * Which partitions have moved while members were made more even.
 *
 * @module
 */

import { HashedPartitions } from "./hash_order.ts";
import type { PartitionNumbering } from "./partition_numbering.ts";

interface Movement {
  readonly from: number;
  readonly to: number;
}

/**
 * Movements from members to members, both by number. Before another partition of a topic moves the way back, one that has moved goes home (Kafka's
 * `AbstractStickyAssignor.PartitionMovements`).
 */
export class PartitionMovements {
  readonly #partitions: PartitionNumbering;
  readonly #moved = new Map<number, Movement>();
  readonly #byWay = new Map<string, HashedPartitions>();

  /** Nothing has moved yet. */
  constructor(partitions: PartitionNumbering) {
    this.#partitions = partitions;
  }

  /** The partition that should go instead of this one, when this one is to go from one member to another. */
  instead(partition: number, from: number, to: number): number {
    const topic = this.#partitions.topicOf[partition]!;
    const origin = this.#moved.get(partition)?.from ?? from;
    const back = this.#byWay.get(way(topic, { from: to, to: origin }))?.first();
    return back === undefined ? partition : this.#partitions.starts[topic]! + back;
  }

  /** A partition has moved. */
  move(partition: number, from: number, to: number): void {
    const earlier = this.#moved.get(partition);
    if (earlier !== undefined) this.#remove(partition, earlier);
    const origin = earlier?.from ?? from;
    if (origin !== to) this.#add(partition, { from: origin, to });
  }

  #add(partition: number, movement: Movement): void {
    const topic = this.#partitions.topicOf[partition]!;
    const name = this.#partitions.topics[topic]!;
    this.#moved.set(partition, movement);
    this.#byWay.getOrInsertComputed(way(topic, movement), () => new HashedPartitions(name))
      .add(partition - this.#partitions.starts[topic]!);
  }

  #remove(partition: number, movement: Movement): void {
    const topic = this.#partitions.topicOf[partition]!;
    const key = way(topic, movement);
    const all = this.#byWay.get(key)!;
    all.delete(partition - this.#partitions.starts[topic]!);
    if (all.size === 0) this.#byWay.delete(key);
    this.#moved.delete(partition);
  }
}

function way(topic: number, { from, to }: Movement): string {
  return `${topic} ${from} ${to}`;
}
