/**
 * Which topics a member of a group reads, and when a change of them means that the group has to share its partitions anew.
 *
 * @module
 */

import type { TopicPartition } from "../../../storage/file/file_names.ts";
import type { KafkaClient } from "../../kafka_client.ts";
import type { SubscriptionState } from "../subscription_state.ts";
import type { GroupSettings } from "./group_settings.ts";
import { isSameSnapshot, type TopicSnapshot, topicSnapshot } from "./topic_snapshot.ts";

/** What it looks at. */
export interface GroupTopicsOptions {
  /** The way to the cluster. */
  readonly client: KafkaClient;
  /** What the consumer is subscribed to. */
  readonly subscription: SubscriptionState;
  /** Whether patterns match Kafka's own topics, and whether racks matter. */
  readonly settings: GroupSettings;
}

/** Follows subscription and metadata. */
export class GroupTopics {
  readonly #options: GroupTopicsOptions;
  #seen: TopicSnapshot = { version: -1, topics: new Map() };
  /** What the partitions were shared by; `undefined` when another member shares them. */
  #shared: TopicSnapshot | undefined;
  /** What this member has told the group that it wants; `undefined` before that. */
  #joined: ReadonlySet<string> | undefined;

  /** Has seen nothing. */
  constructor(options: GroupTopicsOptions) {
    this.#options = options;
  }

  /** Whether there is metadata that it has not seen. */
  get isBehind(): boolean {
    return this.#options.client.metadata.version > this.#seen.version;
  }

  /** The topics that exist among those of the group. */
  get current(): TopicSnapshot {
    return this.#seen;
  }

  /** Takes over what has come since the last time: a pattern may match more, or less. */
  follow(): void {
    if (!this.isBehind) return;
    const { client: { metadata }, settings, subscription } = this.#options;
    if (subscription.pattern !== undefined) this.#match();
    const before = this.#seen;
    const seen = this.#seen = topicSnapshot(metadata, subscription.metadataTopics);
    // What is the same is compared once, and not by every poll.
    if (this.#shared === before && isSameSnapshot(before, seen, settings.rackId !== null)) {
      this.#shared = seen;
    }
  }

  /** Why partitions have to be shared anew; `undefined` when they need not. */
  rejoinReason(): string | undefined {
    const { subscription, settings: { rackId } } = this.#options;
    const shared = this.#shared;
    if (shared !== undefined && !isSameSnapshot(shared, this.#seen, rackId !== null)) {
      return "cached metadata has changed";
    }
    const joined = this.#joined;
    if (joined !== undefined && !isSameSet(joined, subscription.topics)) {
      return "the subscription has changed";
    }
    return undefined;
  }

  /** The group is told what this member wants. */
  joining(): readonly string[] {
    this.#joined = new Set(this.#options.subscription.topics);
    return [...this.#joined].sort();
  }

  /** Partitions are shared by what is known now. */
  shared(): void {
    this.#shared = this.#seen;
  }

  /** Another member shares partitions. */
  sharedElsewhere(): void {
    this.#shared = undefined;
  }

  /**
   * This member shares the partitions of these topics: it needs metadata of all of them.
   *
   * @throws the signal's reason, when it aborts before they are known
   */
  async followGroup(topics: Iterable<string>, signal: AbortSignal): Promise<void> {
    const { client: { metadata, updater }, subscription } = this.#options;
    const names = new Set(topics);
    if (subscription.groupSubscribe(names)) {
      let { version } = metadata;
      updater.setTopics(subscription.metadataTopics);
      updater.request(true);
      const isKnown = (name: string) =>
        metadata.topic(name) !== undefined || metadata.topicError(name) !== undefined;
      do {
        await updater.awaitUpdate(version, signal);
        version = metadata.version;
        // An answer about all topics says nothing of those that do not exist.
      } while (subscription.pattern === undefined && ![...names].every(isKnown));
    }
    this.#seen = topicSnapshot(metadata, subscription.metadataTopics);
  }

  /** Whether the subscription takes all these partitions; it may have changed since the group was told. */
  takes(partitions: Iterable<TopicPartition>): boolean {
    const { subscription } = this.#options;
    for (const { topic } of partitions) {
      const isWanted = subscription.pattern === undefined
        ? subscription.topics.has(topic)
        : subscription.matchesPattern(topic);
      if (!isWanted) return false;
    }
    return true;
  }

  /** The leader may know of topics that match this member's pattern, and that this member has not heard of. */
  adopt(partitions: Iterable<TopicPartition>): void {
    const { client: { updater }, subscription } = this.#options;
    if (subscription.pattern === undefined || this.#joined === undefined) return;
    const added = new Set(Array.from(partitions, ({ topic }) => topic));
    for (const topic of this.#joined) added.delete(topic);
    if (added.size === 0) return;
    if (subscription.subscribeFromPattern([...subscription.topics, ...added])) {
      updater.request(true);
    }
    this.#joined = new Set([...this.#joined, ...added]);
  }

  /** The subscription has ended. */
  reset(): void {
    this.#options.subscription.resetGroupSubscription();
    this.#shared = undefined;
    this.#joined = undefined;
  }

  #match(): void {
    const { client: { metadata, updater }, subscription, settings } = this.#options;
    const matching: string[] = [];
    for (const { name, isInternal } of metadata.topics.values()) {
      if (isInternal && settings.excludesInternalTopics) continue;
      if (subscription.matchesPattern(name)) matching.push(name);
    }
    if (subscription.subscribeFromPattern(matching)) updater.wantTopics(matching);
  }
}

function isSameSet(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && a.isSubsetOf(b);
}
