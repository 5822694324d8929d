/**
 * Finds where to go on for partitions whose positions are lost: at the beginning, at the end, or at records of an age.
 *
 * @module
 */

import { type TopicPartition, topicPartitionKey } from "../../storage/file/file_names.ts";
import type { ClientEnv, KafkaClient } from "../kafka_client.ts";
import { isRetriableFailure } from "../retry.ts";
import { TopicPartitionMap } from "../../storage/file/topic_partition_map.ts";
import {
  type AutoOffsetReset,
  isSameReset,
  RESET_LATEST,
  resetTimestamp,
} from "./auto_offset_reset.ts";
import { NoOffsetForPartitionError } from "./consumer_errors.ts";
import type { ConsumerSettings } from "./consumer_settings.ts";
import type { ListedOffset } from "./list_offsets.ts";
import type { OffsetFetcher } from "./offset_fetcher.ts";
import { byLeader, currentLeader } from "./partition_leaders.ts";
import type { SubscriptionState } from "./subscription_state.ts";

/** What position resets are made of. */
export interface PositionResetsOptions {
  /** The way to the cluster. */
  readonly client: KafkaClient;
  /** Clock, and who is told what happens. */
  readonly env: Pick<ClientEnv, "clock" | "logger">;
  /** The consumer's settings. */
  readonly settings: ConsumerSettings;
  /** Where the consumer is. */
  readonly subscription: SubscriptionState;
  /** Asks brokers. */
  readonly offsets: OffsetFetcher;
  /** Told when positions are found, or there is something to be thrown. */
  readonly onChange: () => void;
}

/** Looks positions up in the background. */
export class PositionResets {
  readonly #options: PositionResetsOptions;
  #failure: unknown;

  /** Looks nothing up yet. */
  constructor(options: PositionResetsOptions) {
    this.#options = options;
  }

  /**
   * Asks for all positions that are to be found and not asked for yet.
   *
   * @throws what an earlier one has failed with, once
   */
  start(): void {
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure !== undefined) throw failure;
    const { client, env: { clock }, subscription } = this.#options;
    const resets = new TopicPartitionMap<AutoOffsetReset>();
    for (const topicPartition of subscription.partitionsNeedingReset(clock.monotonic())) {
      const { reset } = subscription.state(topicPartition);
      if (reset === undefined || reset.type === "none") {
        throw new NoOffsetForPartitionError([topicPartition]);
      }
      resets.set(topicPartition, reset);
    }
    const leaderOf = byLeader(
      resets,
      (topicPartition) => currentLeader(client.metadata, topicPartition).leader,
    );
    for (const [node, partitions] of leaderOf) {
      if (node < 0) client.updater.request();
      else if (!client.isBackingOff(node)) void this.#reset(node, partitions);
    }
  }

  async #reset(node: number, resets: TopicPartitionMap<AutoOffsetReset>): Promise<void> {
    const { client, env: { clock, logger }, settings: { config }, subscription } = this.#options;
    const retryMs = config.number("retry.backoff.ms");
    // Nobody else asks meanwhile.
    subscription.retryAt(resets.keys(), clock.monotonic() + config.number("request.timeout.ms"));
    try {
      const now = clock.now();
      const timestamps = new TopicPartitionMap<number>();
      for (const [topicPartition, reset] of resets) {
        timestamps.set(topicPartition, resetTimestamp(reset, now)!);
      }
      const { offsets, retry } = await this.#options.offsets.ask(node, timestamps, client.closing);
      for (const [topicPartition, offset] of offsets) {
        const reset = resets.get(topicPartition)!;
        const state = subscription.find(topicPartition);
        if (state?.fetchState !== "awaiting-reset" || !isSameReset(state.reset!, reset)) continue;
        if (offset !== undefined) this.#seek(topicPartition, offset);
        // Without a record that is young enough there is the end: what is written from now on is to be read.
        else if (reset.type === "by_duration") state.requestReset(RESET_LATEST);
        else state.retryAt(clock.monotonic() + retryMs);
      }
      if (retry.size > 0) {
        subscription.retryAt(retry.keys(), clock.monotonic() + retryMs);
        client.updater.request();
      }
    } catch (error) {
      if (client.isClosed) return;
      subscription.retryAt(resets.keys(), clock.monotonic() + retryMs);
      client.updater.request();
      if (!isRetriableFailure(error)) this.#failure ??= error;
      logger.write("debug", "Failed to look positions up", { node, error });
    } finally {
      this.#options.onChange();
    }
  }

  #seek(
    topicPartition: TopicPartition,
    { offset, leaderEpoch }: ListedOffset,
  ): void {
    const { client, env: { logger }, subscription } = this.#options;
    const leader = currentLeader(client.metadata, topicPartition);
    if (leaderEpoch > leader.leaderEpoch) client.updater.request();
    logger.write("info", "Resetting offset for partition", {
      partition: topicPartitionKey(topicPartition),
      offset,
    });
    // Without an epoch the position is not checked: it is fresh.
    subscription.state(topicPartition).seekUnvalidated({
      offset,
      offsetEpoch: -1,
      currentLeader: leader,
    });
  }
}
