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
  /** Makes a fetcher, which copies from one broker. */
  readonly newFetcher: (leaderId: number) => ReplicaFetcher;
}

/** Where a partition is copied from. */
export interface FollowedPartition extends InitialFetchState {
  /** Id of the broker that leads it. */
  readonly leader: number;
}

interface Following extends FollowedPartition {
  readonly topicPartition: TopicPartition;
  readonly fetcherKey: string;
}

/** Spreads partitions over fetchers: those of a leader by topic and number. A fetcher that has nothing to copy any more is ended. */
export class ReplicaFetcherManager {
  readonly #options: ReplicaFetcherManagerOptions;
  readonly #fetchers = new Map<string, ReplicaFetcher>();
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
    for (const { leader } of this.#followed.values()) {
      counts.set(leader, (counts.get(leader) ?? 0) + 1);
    }
    return counts;
  }

  /** Copies a partition from its leader from here on, and from no other. The log must be a follower's already. */
  follow(topicPartition: TopicPartition, followed: FollowedPartition): void {
    if (this.#isShutDown) return;
    const key = topicPartitionKey(topicPartition);
    const fetcherKey = `${followed.leader}-${
      fetcherId(topicPartition, this.#options.numFetchers())
    }`;
    const before = this.#followed.get(key);
    if (before !== undefined && before.fetcherKey !== fetcherKey) this.stop(topicPartition);
    let fetcher = this.#fetchers.get(fetcherKey);
    if (fetcher === undefined) {
      this.#fetchers.set(fetcherKey, fetcher = this.#options.newFetcher(followed.leader));
    }
    this.#followed.set(key, { ...followed, topicPartition, fetcherKey });
    fetcher.add(topicPartition, followed);
  }

  /** Copies a partition no more: it is led here, or it is gone. When this returns, nothing is appended to its log any more. */
  stop(topicPartition: TopicPartition): void {
    const key = topicPartitionKey(topicPartition);
    const before = this.#followed.get(key);
    if (before === undefined) return;
    this.#followed.delete(key);
    const fetcher = this.#fetchers.get(before.fetcherKey);
    fetcher?.remove(topicPartition);
    for (const { fetcherKey } of this.#followed.values()) {
      if (fetcherKey === before.fetcherKey) return;
    }
    this.#fetchers.delete(before.fetcherKey);
    if (fetcher !== undefined) this.#end(fetcher);
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
    for (const fetcher of this.#fetchers.values()) this.#end(fetcher);
    this.#fetchers.clear();
    this.#followed.clear();
    await Promise.all(this.#ending);
  }

  #end(fetcher: ReplicaFetcher): void {
    const ending = fetcher.shutdown().finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
  }
}

/** Kafka's spread: by the hash that Java has of the topic's name. */
function fetcherId({ topic, partition }: TopicPartition, fetchers: number): number {
  let hash = 0;
  for (let i = 0; i < topic.length; i++) hash = Math.imul(hash, 31) + topic.charCodeAt(i) | 0;
  return (Math.imul(hash, 31) + partition & 0x7fff_ffff) % fetchers;
}
