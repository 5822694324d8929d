/**
 * Where to look when a broker comes or goes, so that not every partition of the cluster has to be.
 *
 * @module
 */

import {
  hasPreferredLeader,
  NO_LEADER,
  type PartitionRegistration,
} from "./partition_registration.ts";
import { PartitionSet } from "./partition_set.ts";

const NONE = new PartitionSet();

/**
 * Partitions by what the controller looks for (Kafka's `BrokersToIsrs`, `BrokersToElrs` and the imbalanced partitions). They are found by who has
 * them, and not by who is in sync: that changes far less often, and those in sync are among them.
 */
export class PartitionIndex {
  readonly #ofBroker = new Map<number, PartitionSet>();
  /** Partitions without a leader. */
  readonly leaderless: PartitionSet = new PartitionSet();
  /** Partitions that the first of their replicas does not lead. */
  readonly imbalanced: PartitionSet = new PartitionSet();

  /** Partitions of which a broker has a replica, or is eligible to lead. */
  ofBroker(brokerId: number): PartitionSet {
    return this.#ofBroker.get(brokerId) ?? NONE;
  }

  /**
   * Notes a change.
   *
   * @param before what the partition was; `undefined` for a new one
   * @param after what it is; `undefined` when it is gone
   */
  changed(
    topicId: string,
    id: number,
    before: PartitionRegistration | undefined,
    after: PartitionRegistration | undefined,
  ): void {
    this.#membersChanged(topicId, id, before, after);
    mark(this.leaderless, topicId, id, before, after, isLeaderless);
    mark(this.imbalanced, topicId, id, before, after, isImbalanced);
  }

  #membersChanged(
    topicId: string,
    id: number,
    before: PartitionRegistration | undefined,
    after: PartitionRegistration | undefined,
  ): void {
    if (before?.replicas === after?.replicas && before?.elr === after?.elr) return;
    const old = before === undefined ? [] : membersOf(before);
    const now = after === undefined ? [] : membersOf(after);
    for (const broker of old) {
      if (!now.includes(broker)) this.#ofBroker.get(broker)?.delete(topicId, id);
    }
    for (const broker of now) {
      let partitions = this.#ofBroker.get(broker);
      if (partitions === undefined) this.#ofBroker.set(broker, partitions = new PartitionSet());
      partitions.add(topicId, id);
    }
  }
}

/** Kafka's records can name somebody as eligible who has lost its replica. */
function membersOf({ replicas, elr }: PartitionRegistration): readonly number[] {
  return elr.length === 0 ? replicas : [...new Set([...replicas, ...elr])];
}

function isLeaderless({ leader }: PartitionRegistration): boolean {
  return leader === NO_LEADER;
}

function isImbalanced(partition: PartitionRegistration): boolean {
  return !hasPreferredLeader(partition);
}

function mark(
  marked: PartitionSet,
  topicId: string,
  id: number,
  before: PartitionRegistration | undefined,
  after: PartitionRegistration | undefined,
  holds: (partition: PartitionRegistration) => boolean,
): void {
  const held = before !== undefined && holds(before);
  const isHeld = after !== undefined && holds(after);
  if (isHeld && !held) marked.add(topicId, id);
  else if (held && !isHeld) marked.delete(topicId, id);
}
