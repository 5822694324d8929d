/**
 * How long `seglog consumer-perf-test` waits for its partitions.
 *
 * @module
 */

import type { Clock } from "../../storage/env.ts";
import type { TopicPartition } from "../../storage/file/file_names.ts";
import type { RebalanceListener } from "../consumer/rebalance_listener.ts";
import { TopicPartitionSet } from "../../storage/file/topic_partition_map.ts";

/** Adds up the times without partitions. */
export class JoinTimer implements RebalanceListener {
  /** Since the start, ms. */
  totalMs = 0;
  /** Since whoever reads it has set it to 0, ms. */
  intervalMs = 0;
  readonly #clock: Clock;
  readonly #assigned = new TopicPartitionSet();
  #startMs: number;

  /** Waits from now on. */
  constructor(clock: Clock) {
    this.#clock = clock;
    this.#startMs = clock.now();
  }

  /** Waits again, when these were the last. */
  onPartitionsRevoked(partitions: readonly TopicPartition[]): void {
    for (const partition of partitions) this.#assigned.delete(partition);
    if (this.#assigned.size === 0) this.#startMs = this.#clock.now();
  }

  /** Does not wait any longer. */
  onPartitionsAssigned(partitions: readonly TopicPartition[]): void {
    if (this.#assigned.size === 0) {
      const waitedMs = this.#clock.now() - this.#startMs;
      this.totalMs += waitedMs;
      this.intervalMs += waitedMs;
    }
    for (const partition of partitions) this.#assigned.add(partition);
  }
}
