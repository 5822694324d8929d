/**
 * Metadata records of topics and partitions. Their tables are in `storage/message/schemas/cluster_metadata.ts`.
 *
 * @module
 */

/** A topic is made. */
export interface TopicRecord {
  /** Name of the topic. */
  readonly name: string;
  /** Id of the topic. */
  readonly topicId: string;
}

/** A partition is made, or told whole. */
export interface PartitionRecord {
  /** Number of the partition. */
  readonly partitionId: number;
  /** Id of the topic. */
  readonly topicId: string;
  /** Replicas, the preferred leader first. */
  readonly replicas: readonly number[];
  /** Replicas in sync. */
  readonly isr: readonly number[];
  /** Replicas that a reassignment is taking away. */
  readonly removingReplicas: readonly number[];
  /** Replicas that a reassignment is adding. */
  readonly addingReplicas: readonly number[];
  /** Leader of the partition; -1 for none. */
  readonly leader: number;
  /** 0 recovered, 1 recovering from an unclean election. */
  readonly leaderRecoveryState: number;
  /** Leader epoch. */
  readonly leaderEpoch: number;
  /** Epoch of the partition's state, which goes up with each change. */
  readonly partitionEpoch: number;
  /** Log directory of each replica. */
  readonly directories: readonly string[];
  /** Replicas outside the ISR that may lead without loss. */
  readonly eligibleLeaderReplicas: readonly number[] | null;
  /** The last eligible leaders before there were none. */
  readonly lastKnownElr: readonly number[] | null;
}

/** A partition changes. */
export interface PartitionChangeRecord {
  /** Number of the partition. */
  readonly partitionId: number;
  /** Id of the topic. */
  readonly topicId: string;
  /** The new list; null for no change. */
  readonly isr: readonly number[] | null;
  /** The new leader; -1 for none, -2 for no change. */
  readonly leader: number;
  /** The new list; null for no change. */
  readonly replicas: readonly number[] | null;
  /** The new list; null for no change. */
  readonly removingReplicas: readonly number[] | null;
  /** The new list; null for no change. */
  readonly addingReplicas: readonly number[] | null;
  /** The new state; -1 for no change. */
  readonly leaderRecoveryState: number;
  /** Log directory of each replica. */
  readonly directories: readonly string[] | null;
  /** The new list; null for no change. */
  readonly eligibleLeaderReplicas: readonly number[] | null;
  /** The new list; null for no change. */
  readonly lastKnownElr: readonly number[] | null;
}

/** A topic is removed. */
export interface RemoveTopicRecord {
  /** Id of the topic. */
  readonly topicId: string;
}

/** The eligible leader replicas of a topic, or of all, are forgotten. */
export interface ClearElrRecord {
  /** Name of the topic. */
  readonly topicName: string;
}
