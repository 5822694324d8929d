/**
 * Who wants which topics.
 *
 * @module
 */

import type { PartitionNumbering } from "./partition_numbering.ts";

/** The members that want a topic, both by number: a bit for each pair. */
export class TopicSubscribers {
  readonly #members: number;
  readonly #bits: Uint8Array;
  readonly #counts: Uint32Array;

  /**
   * Looks who wants what.
   *
   * @param subscriptions the names of topics, for each member
   */
  constructor(
    partitions: PartitionNumbering,
    subscriptions: readonly (readonly string[])[],
  ) {
    this.#members = subscriptions.length;
    this.#bits = new Uint8Array(Math.ceil(partitions.topics.length * this.#members / 8));
    this.#counts = new Uint32Array(partitions.topics.length);
    for (const [member, topics] of subscriptions.entries()) {
      for (const name of topics) {
        const topic = partitions.topicNumber(name);
        if (topic === undefined || this.has(topic, member)) continue;
        const bit = topic * this.#members + member;
        this.#bits[Math.floor(bit / 8)]! |= 1 << bit % 8;
        this.#counts[topic]!++;
      }
    }
  }

  /** Whether a member wants a topic. */
  has(topic: number, member: number): boolean {
    const bit = topic * this.#members + member;
    return (this.#bits[Math.floor(bit / 8)]! & 1 << bit % 8) !== 0;
  }

  /** How many members want a topic. */
  count(topic: number): number {
    return this.#counts[topic]!;
  }
}
