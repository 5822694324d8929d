/**
 * The group as a consumer uses it.
 *
 * @module
 */

import type { TopicPartition } from "../../storage/file/file_names.ts";
import type { TopicPartitionMap } from "../../storage/file/topic_partition_map.ts";
import type { ConsumerGroupMetadata } from "./consumer_group_metadata.ts";
import type { OffsetAndMetadata } from "./offset_and_metadata.ts";

/** Told what became of a commit: the error, or `null`, and the offsets. */
export type OffsetCommitCallback = (
  error: unknown,
  offsets: TopicPartitionMap<OffsetAndMetadata>,
) => void;

/** Being a member of a group, and its offsets. */
export interface GroupMembership {
  /** Who the consumer is in its group. */
  readonly metadata: ConsumerGroupMetadata;
  /**
   * Sees to it that the consumer is a member and has its partitions, as far as that is possible at once; what has to be waited for goes on
   * meanwhile. Rebalance listeners are called in here, and waited for. Commits what is due.
   *
   * @returns whether there is nothing left to do
   */
  ensureActive(): Promise<boolean>;
  /** After how long `ensureActive` has to be called again if nothing happens before, ms; 0 when there is something to do now, infinite for never. */
  timeToNextPoll(now: number): number;
  /** The user has polled, at a time on the monotonic clock. */
  pollHappened(now: number): void;
  /** Commits all positions in the background, if that is configured. */
  maybeAutoCommit(): void;
  /** Commits offsets, and waits for it. */
  commit(offsets: TopicPartitionMap<OffsetAndMetadata>, signal: AbortSignal): Promise<void>;
  /** Commits offsets in the background; the callback is called by a later poll, commit or close. */
  commitAsync(offsets: TopicPartitionMap<OffsetAndMetadata>, callback?: OffsetCommitCallback): void;
  /** What is committed. */
  fetchCommitted(
    partitions: readonly TopicPartition[],
    signal: AbortSignal,
  ): Promise<TopicPartitionMap<OffsetAndMetadata | null>>;
  /** Gives up the membership. */
  leave(reason: string): Promise<void>;
  /** Joins anew with the next poll. */
  enforceRebalance(reason: string): void;
  /** Commits what is to be committed and leaves. */
  close(options: { readonly timeoutMs: number }): Promise<void>;
}
