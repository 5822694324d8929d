/**
 * What has been fetched and not been returned yet. Pure.
 *
 * @module
 */

import type { TopicPartition } from "../../storage/file/file_names.ts";
import { TopicPartitionSet } from "../../storage/file/topic_partition_map.ts";
import type { CompletedFetch } from "./completed_fetch.ts";

/** Fetches in the order of their arrival; one of them is being taken apart. */
export class FetchBuffer<K, V> {
  #waiting: CompletedFetch<K, V>[] = [];
  /** The fetch that records are taken from. */
  current: CompletedFetch<K, V> | undefined;

  /** Puts a fetch behind the others. */
  add(...fetches: readonly CompletedFetch<K, V>[]): void {
    this.#waiting.push(...fetches);
  }

  /** The first that waits; it stays. */
  peek(): CompletedFetch<K, V> | undefined {
    return this.#waiting[0];
  }

  /** Takes out the first that waits. */
  shift(): CompletedFetch<K, V> | undefined {
    return this.#waiting.shift();
  }

  /** The partitions of which something is here. */
  partitions(): TopicPartitionSet {
    const partitions = new TopicPartitionSet();
    if (this.current?.isConsumed === false) partitions.add(this.current.topicPartition);
    for (const { topicPartition } of this.#waiting) partitions.add(topicPartition);
    return partitions;
  }

  /**
   * Where to go on behind the partition that is being read, so that its next records are there when these are used up; `undefined` when more of it
   * is here already.
   */
  get ahead(): { readonly topicPartition: TopicPartition; readonly offset: number } | undefined {
    const { current } = this;
    if (current === undefined || current.isConsumed) return undefined;
    const { topicPartition, endOffset: offset } = current;
    const { topic, partition } = topicPartition;
    const hasMore = this.#waiting.some(({ topicPartition: other }) =>
      other.topic === topic && other.partition === partition
    );
    return hasMore || offset === undefined ? undefined : { topicPartition, offset };
  }

  /** Throws away what is of other partitions. */
  retain(fits: (topicPartition: TopicPartition) => boolean): void {
    this.#waiting = this.#waiting.filter((fetch) => {
      const isKept = fits(fetch.topicPartition);
      if (!isKept) fetch.drain();
      return isKept;
    });
    if (this.current === undefined || fits(this.current.topicPartition)) return;
    this.current.drain();
    this.current = undefined;
  }
}
