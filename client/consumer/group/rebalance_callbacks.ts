/**
 * Calling a user's rebalance listener (Kafka's `ConsumerRebalanceListenerInvoker`).
 *
 * @module
 */

import type { Logger } from "../../../storage/env.ts";
import type { TopicPartition } from "../../../storage/file/file_names.ts";
import { TopicPartitionSet } from "../../../storage/file/topic_partition_map.ts";
import { ConsumerError } from "../consumer_errors.ts";
import type { RebalanceListener } from "../rebalance_listener.ts";
import type { SubscriptionState } from "../subscription_state.ts";

/** What a listener can be told. */
export type RebalanceCallback = keyof RebalanceListener;

const TEXTS: Readonly<Record<RebalanceCallback, string>> = {
  onPartitionsAssigned: "Adding newly assigned partitions",
  onPartitionsRevoked: "Revoke previously assigned partitions",
  onPartitionsLost: "Lost previously assigned partitions",
};

/** Tells the listener of a subscription, and remembers the first thing that went wrong with it. */
export class RebalanceCallbacks {
  readonly #subscription: SubscriptionState;
  readonly #logger: Logger;
  #failure: { readonly error: unknown } | undefined;

  /** Looks at a subscription. */
  constructor(subscription: SubscriptionState, logger: Logger) {
    this.#subscription = subscription;
    this.#logger = logger;
  }

  /** Tells it, and waits until it is done. Whatever it throws is kept for {@linkcode RebalanceCallbacks.check}. */
  async call(callback: RebalanceCallback, partitions: readonly TopicPartition[]): Promise<void> {
    const logger = this.#logger;
    logger.write("info", TEXTS[callback], { partitions: `${new TopicPartitionSet(partitions)}` });
    const listener = this.#subscription.rebalanceListener;
    if (listener === undefined) return;
    const name = callback === "onPartitionsLost" && listener.onPartitionsLost === undefined
      ? "onPartitionsRevoked"
      : callback;
    try {
      await listener[name]?.(partitions);
    } catch (error) {
      logger.write("error", "A rebalance listener failed", { callback: name, error });
      this.failed(error);
    }
  }

  /** Something else of the user's failed on the way. */
  failed(error: unknown): void {
    this.#failure ??= { error };
  }

  /**
   * The end of a rebalance, or of a part of it.
   *
   * @throws {ConsumerError} when something has failed since the last time; its cause is the first that did
   */
  check(): void {
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure === undefined) return;
    throw new ConsumerError("User rebalance callback throws an error", { cause: failure.error });
  }
}

/** In the order in which listeners are told of them: by topic, then by number. */
export function sortedPartitions(partitions: Iterable<TopicPartition>): TopicPartition[] {
  return [...partitions].sort((a, b) => {
    if (a.topic !== b.topic) return a.topic < b.topic ? -1 : 1;
    return a.partition - b.partition;
  });
}
