/**
 * How far the copying of partitions is.
 *
 * @module
 */

import type { TopicPartition } from "../../storage/file/file_names.ts";
import { TopicPartitionMap } from "../../storage/file/topic_partition_map.ts";
import type { PartitionLog } from "../../storage/log/partition_log.ts";

/** What a follower is to do about a partition (Kafka's `PartitionFetchState`); each change makes a new one. */
export interface PartitionFetchState {
  /** The topic's id. */
  readonly topicId: string;
  /** The next offset to fetch: the end of this replica's log. */
  readonly fetchOffset: number;
  /** Epoch of the leader that is fetched from. */
  readonly currentLeaderEpoch: number;
  /** Epoch of the last record in the log; -1 when it has none. */
  readonly lastFetchedEpoch: number;
  /** Records between `fetchOffset` and the leader's high watermark at the last fetch; `undefined` before it. */
  readonly lag: number | undefined;
  /** Until when it is left alone after an error, ms on the monotonic clock. */
  readonly delayedUntil: number;
}

/** Whether the replica had all that was committed at its last fetch. */
export function isReplicaInSync({ lag }: PartitionFetchState): boolean {
  return lag !== undefined && lag <= 0;
}

/** The states of the partitions of a fetcher, in the order in which they are asked for. */
export class PartitionFetchStates extends TopicPartitionMap<PartitionFetchState> {
  /** Goes on from the end of the log. Its turn comes after that of the others. */
  advance(
    topicPartition: TopicPartition,
    state: PartitionFetchState,
    log: PartitionLog,
    lag: number | undefined = state.lag,
  ): void {
    this.set(topicPartition, {
      ...state,
      fetchOffset: log.logEndOffset,
      lastFetchedEpoch: log.leaderEpochCache.latestEpoch ?? -1,
      lag,
    });
    this.moveToEnd(topicPartition);
  }

  /** Leaves partitions alone until a time on the monotonic clock. */
  delay(topicPartitions: Iterable<TopicPartition>, until: number): void {
    for (const topicPartition of [...topicPartitions]) {
      const state = this.get(topicPartition);
      if (state === undefined || state.delayedUntil >= until) continue;
      this.set(topicPartition, { ...state, delayedUntil: until });
    }
  }
}
