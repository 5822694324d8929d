/**
 * Which fetcher copies which partition (Kafka's `ReplicaFetcherManager`).
 *
 * @module
 */

import { type TopicPartition, topicPartitionKey } from "../../storage/file/file_names.ts";
import type { InitialFetchState } from "./followed_partitions.ts";
import type { ReplicaFetcher } from "./replica_fetcher.ts";

/** What a {@linkcode ReplicaFetcherManager} needs. */
export interface ReplicaFetcherManagerOptions {
  /** `num.replica.fetchers`, for each broker that is fetched from. */
  readonly numFetchers: () => number;
  /** Makes a fetcher, which copies from one broker; of the same broker's fetchers each has a number from 0 on. */
  readonly newFetcher: (
    leaderId: number,
    fetcherId: number,
  ) => Pick<ReplicaFetcher, "add" | "remove" | "shutdown">;
}

/** Where a partition is copied from. */
export interface FollowedPartition extends InitialFetchState {
  /** Id of the broker that leads it. */
  readonly leader: number;
}

/** A fetcher, and how many partitions it is to copy. */
interface Fetching {
  readonly leader: number;
  readonly fetcherId: number;
  readonly fetcher: Pick<ReplicaFetcher, "add" | "remove" | "shutdown">;
  partitions: number;
}

interface Following extends FollowedPartition {
  readonly topicPartition: TopicPartition;
  readonly by: Fetching;
}

/** Spreads partitions over fetchers: those of a leader by topic and number. A fetcher that has nothing to copy any more is ended. */
export class ReplicaFetcherManager {
  readonly #options: ReplicaFetcherManagerOptions;
  readonly #fetchers = new Map<string, Fetching>();
  readonly #followed = new Map<string, Following>();
  readonly #ending = new Set<Promise<void>>();
  #isShutDown = false;

  /** Nothing is copied. */
  constructor(options: ReplicaFetcherManagerOptions) {
    this.#options = options;
  }

  /** How many partitions are copied, by the leader they are copied from. */
  get counts(): ReadonlyMap<number, number> {
    const counts = new Map<number, number>();
    for (const { leader, partitions } of this.#fetchers.values()) {
      counts.set(leader, (counts.get(leader) ?? 0) + partitions);
    }
    return counts;
  }

  /** Copies a partition from its leader from here on, and from no other. The log must be a follower's already. */
  follow(topicPartition: TopicPartition, followed: FollowedPartition): void {
    if (this.#isShutDown) return;
    const key = topicPartitionKey(topicPartition);
    const fetcherId = fetcherIdOf(topicPartition, this.#options.numFetchers());
    const before = this.#followed.get(key);
    const by = this.#fetching(followed.leader, fetcherId);
    if (before?.by !== by) {
      by.partitions++;
      if (before !== undefined) this.#leave(before);
    }
    this.#followed.set(key, { ...followed, topicPartition, by });
    by.fetcher.add(topicPartition, followed);
  }

  /** Copies a partition no more: it is led here, or it is gone. When this returns, nothing is appended to its log any more. */
  stop(topicPartition: TopicPartition): void {
    const key = topicPartitionKey(topicPartition);
    const before = this.#followed.get(key);
    if (before === undefined) return;
    this.#followed.delete(key);
    this.#leave(before);
  }

  /** `num.replica.fetchers` is another now. */
  resize(): void {
    for (const followed of [...this.#followed.values()]) {
      this.follow(followed.topicPartition, followed);
    }
  }

  /** Ends all fetchers. */
  async shutdown(): Promise<void> {
    this.#isShutDown = true;
    for (const fetching of this.#fetchers.values()) this.#end(fetching);
    this.#followed.clear();
    await Promise.all(this.#ending);
  }

  #fetching(leader: number, fetcherId: number): Fetching {
    const key = fetcherKey(leader, fetcherId);
    let fetching = this.#fetchers.get(key);
    if (fetching === undefined) {
      const fetcher = this.#options.newFetcher(leader, fetcherId);
      this.#fetchers.set(key, fetching = { leader, fetcherId, fetcher, partitions: 0 });
    }
    return fetching;
  }

  #leave({ topicPartition, by }: Following): void {
    by.fetcher.remove(topicPartition);
    if (--by.partitions === 0) this.#end(by);
  }

  #end({ leader, fetcherId, fetcher }: Fetching): void {
    this.#fetchers.delete(fetcherKey(leader, fetcherId));
    const ending = fetcher.shutdown().finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
  }
}

function fetcherKey(leader: number, fetcherId: number): string {
  return `${leader}-${fetcherId}`;
}

/** Kafka's spread: by the hash that Java has of the topic's name. */
function fetcherIdOf({ topic, partition }: TopicPartition, fetchers: number): number {
  let hash = 0;
  for (let i = 0; i < topic.length; i++) hash = Math.imul(hash, 31) + topic.charCodeAt(i) | 0;
  return ((Math.imul(hash, 31) + partition) & 0x7fff_ffff) % fetchers;
}
