/**
 * What a consumer is to read: the topics it is subscribed to, the partitions that it has, and where in them it is. Pure.
 *
 * @module
 */

import { type TopicPartition, topicPartitionKey } from "../../storage/file/file_names.ts";
import { TopicPartitionMap, TopicPartitionSet } from "../../storage/file/topic_partition_map.ts";
import type { AutoOffsetReset } from "./auto_offset_reset.ts";
import { IllegalConsumerStateError, NoOffsetForPartitionError } from "./consumer_errors.ts";
import type { OffsetAndMetadata } from "./offset_and_metadata.ts";
import { PartitionState } from "./partition_state.ts";
import type { RebalanceListener } from "./rebalance_listener.ts";

/**
 * - `none`: to nothing
 * - `topics`: to topics by name; a group assigns their partitions
 * - `pattern`: to topics whose names match; a group assigns their partitions
 * - `assigned`: the user has named the partitions
 */
export type SubscriptionType = "none" | "topics" | "pattern" | "assigned";

const NO_TOPICS: ReadonlySet<string> = new Set();

/** Subscription and assignment of one consumer. */
export class SubscriptionState {
  #type: SubscriptionType = "none";
  #topics = NO_TOPICS;
  #groupTopics = NO_TOPICS;
  #pattern: RegExp | undefined;
  #assignment = new TopicPartitionMap<PartitionState>();
  #assignmentId = 0;
  /** Where to begin without an offset. */
  readonly defaultReset: AutoOffsetReset;
  /** Who is told which partitions the group gives and takes. */
  rebalanceListener: RebalanceListener | undefined;

  /** Subscribed to nothing. */
  constructor(defaultReset: AutoOffsetReset) {
    this.defaultReset = defaultReset;
  }

  /** What kind of subscription there is. */
  get type(): SubscriptionType {
    return this.#type;
  }

  /** Whether a group assigns the partitions. */
  get isAutoAssigned(): boolean {
    return this.#type === "topics" || this.#type === "pattern";
  }

  /** Counts the changes of the assignment. */
  get assignmentId(): number {
    return this.#assignmentId;
  }

  /** The topics that are subscribed to; those that match, with a pattern; none when the user has named partitions. */
  get topics(): ReadonlySet<string> {
    return this.isAutoAssigned ? this.#topics : NO_TOPICS;
  }

  /** The pattern that is subscribed to. */
  get pattern(): RegExp | undefined {
    return this.#pattern;
  }

  /** Topics of which metadata is needed: those of the whole group, when this consumer assigns for it. */
  get metadataTopics(): ReadonlySet<string> {
    return this.#groupTopics.size === 0
      ? this.#topics
      : new Set([...this.#groupTopics, ...this.#topics]);
  }

  /** Whether a partition's leader must be known. */
  needsMetadata(topic: string): boolean {
    return this.#topics.has(topic) || this.#groupTopics.has(topic);
  }

  /**
   * Subscribes to topics, in place of those before.
   *
   * @returns whether they are others than before
   * @throws {IllegalConsumerStateError} when there is another kind of subscription
   */
  subscribe(topics: Iterable<string>): boolean {
    this.#setType("topics");
    return this.#changeTopics(topics);
  }

  /**
   * Subscribes to the topics whose names match a pattern.
   *
   * @throws {IllegalConsumerStateError} when there is another kind of subscription
   */
  subscribePattern(pattern: RegExp): void {
    this.#setType("pattern");
    // With these flags a pattern goes on where its last match ended.
    this.#pattern = new RegExp(pattern.source, pattern.flags.replaceAll(/[gy]/g, ""));
  }

  /** Whether a pattern is subscribed to that a topic matches. */
  matchesPattern(topic: string): boolean {
    return this.#pattern?.test(topic) === true;
  }

  /**
   * Takes over the topics that match the pattern now.
   *
   * @returns whether they are others than before
   */
  subscribeFromPattern(topics: Iterable<string>): boolean {
    if (this.#type !== "pattern") {
      throw new IllegalConsumerStateError(
        `Attempt to subscribe from pattern while subscription type set to ${this.#type}`,
      );
    }
    return this.#changeTopics(topics);
  }

  /**
   * This consumer assigns for its group: it needs metadata of all topics that the members are subscribed to.
   *
   * @returns whether there are topics that this consumer is not subscribed to itself
   */
  groupSubscribe(topics: Iterable<string>): boolean {
    if (!this.isAutoAssigned) throw mutuallyExclusive();
    this.#groupTopics = new Set(topics);
    return [...this.#groupTopics].some((topic) => !this.#topics.has(topic));
  }

  /** Another consumer assigns for the group. */
  resetGroupSubscription(): void {
    this.#groupTopics = NO_TOPICS;
  }

  /**
   * Takes the partitions that the user has named, in place of those before. Those that stay keep their positions.
   *
   * @returns whether they are others than before
   * @throws {IllegalConsumerStateError} when there is another kind of subscription
   */
  assignFromUser(partitions: Iterable<TopicPartition>): boolean {
    this.#setType("assigned");
    const wanted = new TopicPartitionSet(partitions);
    if (wanted.equals(new TopicPartitionSet(this.#assignment.keys()))) return false;
    this.#assign(wanted);
    this.#changeTopics([...wanted].map(({ topic }) => topic));
    return true;
  }

  /** Takes the partitions that the group has assigned. Those that stay keep their positions. */
  assignFromSubscribed(partitions: Iterable<TopicPartition>): void {
    if (!this.isAutoAssigned) {
      throw new IllegalConsumerStateError(
        "Attempt to dynamically assign partitions while manual assignment in use",
      );
    }
    this.#assign(new TopicPartitionSet(partitions));
  }

  /** Whether partitions that the group assigns are of topics that are still subscribed to. */
  matchesSubscription(partitions: Iterable<TopicPartition>): boolean {
    return [...partitions].every(({ topic }) =>
      this.#pattern === undefined ? this.#topics.has(topic) : this.matchesPattern(topic)
    );
  }

  /** Ends any kind of subscription, and the assignment with it. */
  unsubscribe(): void {
    this.#type = "none";
    this.#topics = NO_TOPICS;
    this.#groupTopics = NO_TOPICS;
    this.#pattern = undefined;
    this.#assign(new TopicPartitionSet());
  }

  /** The partitions that the consumer has, the one that is to be fetched first in front. */
  assignedPartitions(): readonly TopicPartition[] {
    return [...this.#assignment.keys()];
  }

  /** How many they are. */
  get assignedCount(): number {
    return this.#assignment.size;
  }

  /** The partitions with what is known of them. */
  states(): IterableIterator<[TopicPartition, PartitionState]> {
    return this.#assignment.entries();
  }

  /** Whether the consumer has a partition. */
  isAssigned(topicPartition: TopicPartition): boolean {
    return this.#assignment.has(topicPartition);
  }

  /**
   * What is known of a partition.
   *
   * @throws {IllegalConsumerStateError} when the consumer does not have it
   */
  state(topicPartition: TopicPartition): PartitionState {
    const state = this.find(topicPartition);
    if (state !== undefined) return state;
    throw new IllegalConsumerStateError(
      `No current assignment for partition ${topicPartitionKey(topicPartition)}`,
    );
  }

  /** What is known of a partition; `undefined` when the consumer does not have it. */
  find(topicPartition: TopicPartition): PartitionState | undefined {
    return this.#assignment.get(topicPartition);
  }

  /** Whether a partition is to be read from: one of a topic that is no longer subscribed to is not. */
  isFetchable(topicPartition: TopicPartition, state = this.find(topicPartition)): boolean {
    if (state === undefined || !state.isFetchable) return false;
    return this.#type !== "topics" || this.#topics.has(topicPartition.topic);
  }

  /** Whether all partitions can be read from as far as their positions are concerned. */
  hasAllPositions(): boolean {
    for (const state of this.#assignment.values()) if (!state.hasValidPosition) return false;
    return true;
  }

  /** The positions that can be committed. */
  allConsumed(): TopicPartitionMap<OffsetAndMetadata> {
    const consumed = new TopicPartitionMap<OffsetAndMetadata>();
    for (const [topicPartition, { validPosition }] of this.#assignment) {
      if (validPosition === undefined) continue;
      const { offset, offsetEpoch: leaderEpoch } = validPosition;
      consumed.set(topicPartition, leaderEpoch < 0 ? { offset } : { offset, leaderEpoch });
    }
    return consumed;
  }

  /** Partitions that need a position. */
  initializingPartitions(): readonly TopicPartition[] {
    return this.#collect((state) => state.needsPosition);
  }

  /** Partitions that need a reset now. */
  partitionsNeedingReset(now: number): readonly TopicPartition[] {
    return this.#collect((state) =>
      state.fetchState === "awaiting-reset" && !state.isBackingOff(now)
    );
  }

  /** Partitions whose positions are to be checked now. */
  partitionsNeedingValidation(now: number): readonly TopicPartition[] {
    return this.#collect((state) =>
      state.fetchState === "awaiting-validation" && !state.isBackingOff(now)
    );
  }

  /** Partitions that the user has stopped. */
  pausedPartitions(): readonly TopicPartition[] {
    return this.#collect((state) => state.isPaused);
  }

  /**
   * Partitions without a position get it by `auto.offset.reset`.
   *
   * @param isIncluded which of them
   * @throws {NoOffsetForPartitionError} when that is `none`
   */
  resetInitializing(isIncluded: (topicPartition: TopicPartition) => boolean = () => true): void {
    const partitions = this.initializingPartitions().filter(isIncluded);
    if (partitions.length > 0 && this.defaultReset.type === "none") {
      throw new NoOffsetForPartitionError(partitions);
    }
    for (const topicPartition of partitions) {
      this.state(topicPartition).requestReset(this.defaultReset);
    }
  }

  /** No more is read from partitions that are about to be given back. */
  markPendingRevocation(partitions: Iterable<TopicPartition>): void {
    for (const topicPartition of partitions) {
      this.state(topicPartition).isPendingRevocation = true;
    }
  }

  /** What a partition is asked failed: it is asked again at a time on the monotonic clock. */
  retryAt(partitions: Iterable<TopicPartition>, time: number): void {
    for (const topicPartition of partitions) this.find(topicPartition)?.retryAt(time);
  }

  /** A partition has had its turn: it is fetched after the others. */
  moveToEnd(topicPartition: TopicPartition): void {
    this.#assignment.moveToEnd(topicPartition);
  }

  #setType(type: SubscriptionType): void {
    if (this.#type === "none") this.#type = type;
    else if (this.#type !== type) throw mutuallyExclusive();
  }

  #changeTopics(topics: Iterable<string>): boolean {
    const wanted = new Set(topics);
    const before = this.#topics;
    if (wanted.size === before.size && [...wanted].every((topic) => before.has(topic))) {
      return false;
    }
    this.#topics = wanted;
    return true;
  }

  #assign(partitions: TopicPartitionSet): void {
    const assignment = new TopicPartitionMap<PartitionState>();
    for (const topicPartition of partitions) {
      assignment.set(topicPartition, this.find(topicPartition) ?? new PartitionState());
    }
    this.#assignment = assignment;
    this.#assignmentId++;
  }

  #collect(isWanted: (state: PartitionState) => boolean): readonly TopicPartition[] {
    const partitions: TopicPartition[] = [];
    for (const [topicPartition, state] of this.#assignment) {
      if (isWanted(state)) partitions.push(topicPartition);
    }
    return partitions;
  }
}

function mutuallyExclusive(): IllegalConsumerStateError {
  return new IllegalConsumerStateError(
    "Subscription to topics, partitions and pattern are mutually exclusive",
  );
}
