/**
 * Maps and sets of partitions: two objects that name the same partition are one key.
 *
 * @module
 */

import { type TopicPartition, topicPartitionKey } from "./file_names.ts";

/** A map by partition, in the order of insertion. Its text is that of Java's maps: `{orders-0=5, orders-1=7}`. */
export class TopicPartitionMap<V> implements Iterable<[TopicPartition, V]> {
  readonly #entries = new Map<string, [TopicPartition, V]>();

  /** A map of these entries; the last of those with the same key counts. */
  constructor(entries: Iterable<readonly [TopicPartition, V]> = []) {
    for (const [topicPartition, value] of entries) this.set(topicPartition, value);
  }

  /** How many entries there are. */
  get size(): number {
    return this.#entries.size;
  }

  /** The value of a partition. */
  get(topicPartition: TopicPartition): V | undefined {
    return this.#entries.get(topicPartitionKey(topicPartition))?.[1];
  }

  /** Whether a partition has a value. */
  has(topicPartition: TopicPartition): boolean {
    return this.#entries.has(topicPartitionKey(topicPartition));
  }

  /** Gives a partition a value. */
  set(topicPartition: TopicPartition, value: V): this {
    const { topic, partition } = topicPartition;
    const key = topicPartitionKey(topicPartition);
    const entry = this.#entries.get(key);
    if (entry === undefined) this.#entries.set(key, [{ topic, partition }, value]);
    else entry[1] = value;
    return this;
  }

  /** Takes a partition out; tells whether it was there. */
  delete(topicPartition: TopicPartition): boolean {
    return this.#entries.delete(topicPartitionKey(topicPartition));
  }

  /** Takes all out. */
  clear(): void {
    this.#entries.clear();
  }

  /** Makes a partition the last one. */
  moveToEnd(topicPartition: TopicPartition): void {
    const key = topicPartitionKey(topicPartition);
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
  }

  /** The partitions. */
  *keys(): IterableIterator<TopicPartition> {
    for (const [topicPartition] of this.#entries.values()) yield topicPartition;
  }

  /** The values. */
  *values(): IterableIterator<V> {
    for (const [, value] of this.#entries.values()) yield value;
  }

  /** Partitions with their values. */
  entries(): IterableIterator<[TopicPartition, V]> {
    return this.#entries.values();
  }

  /** As {@linkcode TopicPartitionMap.entries}. */
  [Symbol.iterator](): IterableIterator<[TopicPartition, V]> {
    return this.#entries.values();
  }

  /** As Java writes a map. */
  toString(): string {
    const entries = [...this].map(([key, value]) => `${topicPartitionKey(key)}=${value}`);
    return `{${entries.join(", ")}}`;
  }
}

/** A set of partitions, in the order of insertion. Its text is that of Java's sets: `[orders-0, orders-1]`. */
export class TopicPartitionSet implements Iterable<TopicPartition> {
  readonly #partitions = new Map<string, TopicPartition>();

  /** A set of these. */
  constructor(partitions: Iterable<TopicPartition> = []) {
    for (const topicPartition of partitions) this.add(topicPartition);
  }

  /** How many there are. */
  get size(): number {
    return this.#partitions.size;
  }

  /** Whether a partition is in it. */
  has(topicPartition: TopicPartition): boolean {
    return this.#partitions.has(topicPartitionKey(topicPartition));
  }

  /** Puts a partition in. */
  add(topicPartition: TopicPartition): this {
    const key = topicPartitionKey(topicPartition);
    if (!this.#partitions.has(key)) {
      const { topic, partition } = topicPartition;
      this.#partitions.set(key, { topic, partition });
    }
    return this;
  }

  /** Takes a partition out; tells whether it was there. */
  delete(topicPartition: TopicPartition): boolean {
    return this.#partitions.delete(topicPartitionKey(topicPartition));
  }

  /** Takes all out. */
  clear(): void {
    this.#partitions.clear();
  }

  /** Whether both have the same partitions. */
  equals(other: TopicPartitionSet): boolean {
    return this.size === other.size &&
      [...this].every((topicPartition) => other.has(topicPartition));
  }

  /** The partitions. */
  [Symbol.iterator](): IterableIterator<TopicPartition> {
    return this.#partitions.values();
  }

  /** As Java writes a set. */
  toString(): string {
    return `[${[...this].map(topicPartitionKey).join(", ")}]`;
  }
}
