/**
 * Being told which partitions come and go (Kafka's `ConsumerRebalanceListener`).
 *
 * @module
 */

import type { TopicPartition } from "../../storage/file/file_names.ts";

/** Called by polls, and when the consumer leaves its group. What a promise waits for is waited for. */
export interface RebalanceListener {
  /** Partitions came; they are assigned already. */
  onPartitionsAssigned?(partitions: readonly TopicPartition[]): void | Promise<void>;
  /** Partitions are about to go: what was read of them can still be committed. */
  onPartitionsRevoked?(partitions: readonly TopicPartition[]): void | Promise<void>;
  /** Partitions have gone to other members already. Default: as `onPartitionsRevoked`. */
  onPartitionsLost?(partitions: readonly TopicPartition[]): void | Promise<void>;
}
