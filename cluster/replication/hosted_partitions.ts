/**
 * The partitions that a broker has, by topic and index.
 *
 * @module
 */

import type { TopicPartition } from "../../storage/file/file_names.ts";
import type { Partition } from "./partition.ts";

/** A partition whose log cannot be used, because its directory has failed. */
export interface OfflinePartition {
  /** Its name. */
  readonly topicPartition: TopicPartition;
  /** The topic's id. */
  readonly topicId: string;
  /** When to try again to make its log, ms on the monotonic clock; for one that there was merely no room for. */
  readonly retryAt?: number;
}

/** Either kind. */
export type HostedPartition =
  | { readonly online: Partition; readonly offline?: undefined }
  | { readonly online?: undefined; readonly offline: OfflinePartition };

/** A map of them. Its keys are no strings put together, for each request asks it for each of its partitions. */
export class HostedPartitions {
  readonly #topics = new Map<string, Map<number, HostedPartition>>();
  #size = 0;

  /** How many there are. */
  get size(): number {
    return this.#size;
  }

  /** One of them, `undefined` when it is not here. */
  get(topic: string, partition: number): HostedPartition | undefined {
    return this.#topics.get(topic)?.get(partition);
  }

  /** Takes a partition in, in the place of what was there under its name. */
  setOnline(partition: Partition): void {
    this.#set(partition.topicPartition, { online: partition });
  }

  /** Notes that a partition cannot be used. */
  setOffline(offline: OfflinePartition): void {
    this.#set(offline.topicPartition, { offline });
  }

  #set({ topic, partition }: TopicPartition, hosted: HostedPartition): void {
    let partitions = this.#topics.get(topic);
    if (partitions === undefined) this.#topics.set(topic, partitions = new Map());
    if (!partitions.has(partition)) this.#size++;
    partitions.set(partition, hosted);
  }

  /** Drops one, and returns it. */
  delete({ topic, partition }: TopicPartition): HostedPartition | undefined {
    const partitions = this.#topics.get(topic);
    const hosted = partitions?.get(partition);
    if (partitions === undefined || hosted === undefined) return undefined;
    partitions.delete(partition);
    if (partitions.size === 0) this.#topics.delete(topic);
    this.#size--;
    return hosted;
  }

  /** The topics that have some. */
  topics(): string[] {
    return [...this.#topics.keys()];
  }

  /** Those of a topic. */
  ofTopic(topic: string): HostedPartition[] {
    return [...this.#topics.get(topic)?.values() ?? []];
  }

  /** Those that can be used. */
  *online(): Generator<Partition> {
    for (const partitions of this.#topics.values()) {
      for (const { online } of partitions.values()) if (online !== undefined) yield online;
    }
  }

  /** Those that cannot. */
  *offline(): Generator<OfflinePartition> {
    for (const partitions of this.#topics.values()) {
      for (const { offline } of partitions.values()) if (offline !== undefined) yield offline;
    }
  }
}
