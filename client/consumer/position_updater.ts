/**
 * Sees to it that each partition of a consumer has a position to read from: what its group has committed, or what `auto.offset.reset` says.
 *
 * @module
 */

import type { TopicPartition } from "../../storage/file/file_names.ts";
import type { KafkaClient } from "../kafka_client.ts";
import {
  type TopicPartitionMap,
  TopicPartitionSet,
} from "../../storage/file/topic_partition_map.ts";
import type { OffsetAndMetadata } from "./offset_and_metadata.ts";
import { currentLeader } from "./partition_leaders.ts";
import type { PositionResets } from "./position_resets.ts";
import type { PositionValidator } from "./position_validator.ts";
import type { SubscriptionState } from "./subscription_state.ts";

/** Reads what a group has committed; `null` for nothing. */
export type FetchCommitted = (
  partitions: readonly TopicPartition[],
  signal: AbortSignal,
) => Promise<TopicPartitionMap<OffsetAndMetadata | null>>;

/** What an updater is made of. */
export interface PositionUpdaterOptions {
  /** The way to the cluster. */
  readonly client: KafkaClient;
  /** Where the consumer is. */
  readonly subscription: SubscriptionState;
  /** Checks positions when leaders change. */
  readonly validator: PositionValidator;
  /** Finds positions that are lost. */
  readonly resets: PositionResets;
  /** Reads what the group has committed; `undefined` without a group. */
  readonly committed: FetchCommitted | undefined;
  /** Told when positions are found, or there is something to be thrown. */
  readonly onChange: () => void;
}

/** Looks after positions in the background. */
export class PositionUpdater {
  readonly #options: PositionUpdaterOptions;
  #lookingUp = new TopicPartitionSet();
  #failure: unknown;

  /** Looks nothing up yet. */
  constructor(options: PositionUpdaterOptions) {
    this.#options = options;
  }

  /**
   * Begins what has to be done for the positions that are missing.
   *
   * @returns whether there are none
   * @throws {NoOffsetForPartitionError} when there is nothing to begin from
   * @throws what an earlier attempt has failed with, once
   */
  update(): boolean {
    const { subscription, validator, resets, committed } = this.#options;
    validator.start();
    if (subscription.hasAllPositions()) return true;
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure !== undefined) throw failure;
    if (committed === undefined) subscription.resetInitializing();
    else this.#lookUp(committed);
    resets.start();
    return false;
  }

  /** Who leads the partitions may have changed. */
  followLeaders(): void {
    this.#options.validator.followLeaders();
  }

  #lookUp(committed: FetchCommitted): void {
    const { subscription } = this.#options;
    const partitions = subscription.initializingPartitions()
      .filter((topicPartition) => !this.#lookingUp.has(topicPartition));
    if (partitions.length > 0) void this.#takeCommitted(committed, partitions);
  }

  async #takeCommitted(
    committed: FetchCommitted,
    partitions: readonly TopicPartition[],
  ): Promise<void> {
    const { client, subscription, onChange } = this.#options;
    const { assignmentId } = subscription;
    for (const topicPartition of partitions) this.#lookingUp.add(topicPartition);
    try {
      const offsets = await committed(partitions, client.closing);
      // What was committed before partitions went to another member and came back is old.
      if (subscription.assignmentId === assignmentId) this.#apply(partitions, offsets);
    } catch (error) {
      if (!client.isClosed && subscription.assignmentId === assignmentId) this.#failure ??= error;
    } finally {
      for (const topicPartition of partitions) this.#lookingUp.delete(topicPartition);
      onChange();
    }
  }

  #apply(
    partitions: readonly TopicPartition[],
    offsets: TopicPartitionMap<OffsetAndMetadata | null>,
  ): void {
    const { client, subscription } = this.#options;
    const without = new TopicPartitionSet();
    for (const topicPartition of partitions) {
      const state = subscription.find(topicPartition);
      if (state === undefined || !state.needsPosition) continue;
      const committed = offsets.get(topicPartition);
      if (committed === undefined || committed === null) {
        without.add(topicPartition);
        continue;
      }
      const { offset, leaderEpoch: offsetEpoch = -1 } = committed;
      const leader = currentLeader(client.metadata, topicPartition);
      if (offsetEpoch > leader.leaderEpoch) client.updater.request();
      state.seekUnvalidated({ offset, offsetEpoch, currentLeader: leader });
    }
    subscription.resetInitializing((topicPartition) => without.has(topicPartition));
  }
}
