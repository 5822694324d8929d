/**
 * How the partitions of a group are shared (Kafka's `ConsumerPartitionAssignor`, KIP-429, KIP-881).
 *
 * @module
 */

import type { TopicPartition } from "../../../storage/file/file_names.ts";
import type { ConsumerGroupMetadata } from "../consumer_group_metadata.ts";

/** How members give up partitions: all of them before each rebalance, or those that go to others, in a second one. */
export type RebalanceProtocol = "EAGER" | "COOPERATIVE";

/** A partition, as far as assignors look at it. */
export interface AssignablePartition {
  /** Its number. */
  readonly partition: number;
  /** Where its replicas are, as far as that is known: racks, each once. */
  readonly racks: readonly string[];
}

/** The topics that exist, as far as assignors look at them: partitions by number, by topic. */
export type AssignableTopics = ReadonlyMap<string, readonly AssignablePartition[]>;

/** What a member wants. */
export interface Subscription {
  /** Topics that it subscribes to. */
  readonly topics: readonly string[];
  /** What its assignor tells the leader's; `null` for nothing. */
  readonly userData: Uint8Array | null;
  /** What it has at the moment. */
  readonly ownedPartitions: readonly TopicPartition[];
  /** The group's generation that gave it those; -1 when it does not say. */
  readonly generationId: number;
  /** Where it is; `null` when it does not say. */
  readonly rackId: string | null;
  /** `group.instance.id`; `null` for none. */
  readonly groupInstanceId: string | null;
}

/** What a member gets. */
export interface Assignment {
  /** Partitions. */
  readonly partitions: readonly TopicPartition[];
  /** What the leader's assignor tells the member's; `null` for nothing. */
  readonly userData: Uint8Array | null;
}

/** A way of sharing partitions. All members of a group have to know it. */
export interface PartitionAssignor {
  /** Its name, as members agree on it. */
  readonly name: string;
  /** Its version. Default: 0. */
  readonly version?: number;
  /** The protocols that it can follow. Default: `EAGER` only. */
  readonly supportedProtocols?: readonly RebalanceProtocol[];
  /** What the leader's assignor should know of this member. Default: nothing. */
  subscriptionUserData?(topics: readonly string[]): Uint8Array | null;
  /**
   * Shares partitions; called at the leader of the group.
   *
   * @param topics the topics of all members, as far as they exist
   * @param subscriptions by member id
   * @returns an assignment for each member
   */
  assign(
    topics: AssignableTopics,
    subscriptions: ReadonlyMap<string, Subscription>,
  ): ReadonlyMap<string, Assignment>;
  /** Told what the member got. */
  onAssignment?(assignment: Assignment, group: ConsumerGroupMetadata): void;
}
