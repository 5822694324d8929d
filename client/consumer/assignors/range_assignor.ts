/**
 * Each topic is cut into ranges, one for each member that wants it (Kafka's `RangeAssignor`, KIP-881).
 *
 * Topics with as many partitions and the same members are cut alike, so that a member has the same partitions of all of them. Where racks matter,
 * members get partitions of their rack first; how many each one gets does not change for that.
 *
 * @module
 */

import type { TopicPartition } from "../../../storage/file/file_names.ts";
import { inMemberOrder } from "./member_order.ts";
import { areRacksOfUse } from "./rack_info.ts";
import type {
  AssignablePartition,
  AssignableTopics,
  Assignment,
  PartitionAssignor,
  Subscription,
} from "./partition_assignor.ts";

/** Ranges. */
export const rangeAssignor: PartitionAssignor = {
  name: "range",
  assign(
    topics: AssignableTopics,
    subscriptions: ReadonlyMap<string, Subscription>,
  ): ReadonlyMap<string, Assignment> {
    const members = inMemberOrder(subscriptions);
    const takersOf = new Map<string, string[]>();
    for (const member of members) {
      for (const name of new Set(subscriptions.get(member)!.topics)) {
        const takers = takersOf.get(name);
        if (takers === undefined) takersOf.set(name, [member]);
        else takers.push(member);
      }
    }
    const shares: TopicShare[] = [];
    for (const name of [...topics.keys()].sort()) {
      const partitions = topics.get(name)!;
      const takers = takersOf.get(name);
      if (partitions.length === 0 || takers === undefined) continue;
      shares.push(new TopicShare(name, partitions, takers, subscriptions));
    }
    matchRacks(shares);
    for (const share of shares) share.fill(() => true);
    const assigned = new Map(members.map((member) => [member, [] as TopicPartition[]]));
    for (const share of shares) {
      for (const [topicPartition, member] of share.owners()) {
        assigned.get(member)!.push(topicPartition);
      }
    }
    return new Map(
      Array.from(assigned, ([member, partitions]) => [member, { partitions, userData: null }]),
    );
  },
};

/** One topic while it is shared. */
class TopicShare {
  readonly members: readonly string[];
  readonly size: number;
  /** Whether it matters who gets which partition. */
  readonly hasRacks: boolean;
  readonly #name: string;
  readonly #partitions: readonly AssignablePartition[];
  readonly #racks: ReadonlyMap<string, string>;
  readonly #owners: (string | undefined)[];
  readonly #counts = new Map<string, number>();
  readonly #quota: number;
  /** Members that get one partition more than the others. */
  #extras: number;

  constructor(
    name: string,
    partitions: readonly AssignablePartition[],
    members: readonly string[],
    subscriptions: ReadonlyMap<string, Subscription>,
  ) {
    this.#name = name;
    this.#partitions = partitions;
    this.members = members;
    this.size = partitions.length;
    this.#owners = partitions.map(() => undefined);
    this.#quota = Math.floor(partitions.length / members.length);
    this.#extras = partitions.length % members.length;
    const racks = new Map<string, string>();
    for (const member of members) {
      const { rackId } = subscriptions.get(member)!;
      if (rackId) racks.set(member, rackId);
    }
    this.#racks = racks;
    this.hasRacks = areRacksOfUse(new Set(racks.values()), partitions);
  }

  /** How many more a member may get. */
  roomOf(member: string): number {
    const most = this.#quota + (this.#extras > 0 ? 1 : 0);
    return Math.max(0, most - (this.#counts.get(member) ?? 0));
  }

  /** Whether a member is where the partition at an index is; members without a rack are everywhere. */
  isNear(member: string, index: number): boolean {
    const rack = this.#racks.get(member);
    return rack === undefined || this.#partitions[index]!.racks.includes(rack);
  }

  /** Gives a partition to a member. */
  give(member: string, index: number): void {
    const count = (this.#counts.get(member) ?? 0) + 1;
    this.#owners[index] = member;
    this.#counts.set(member, count);
    if (count > this.#quota) this.#extras--;
  }

  /** Gives each member in turn what is left and fits, as much as it may get. */
  fill(fits: (member: string, index: number) => boolean): void {
    for (const member of this.members) {
      let room = this.roomOf(member);
      for (let index = 0; index < this.size && room > 0; index++) {
        if (this.#owners[index] !== undefined || !fits(member, index)) continue;
        this.give(member, index);
        room--;
      }
    }
  }

  /** Partitions and their members, in order. */
  *owners(): IterableIterator<readonly [TopicPartition, string]> {
    for (const [index, member] of this.#owners.entries()) {
      const { partition } = this.#partitions[index]!;
      yield [{ topic: this.#name, partition }, member!];
    }
  }
}

/** Gives members what is near them, in all topics alike that can be cut alike. */
function matchRacks(shares: readonly TopicShare[]): void {
  if (!shares.some(({ hasRacks }) => hasRacks)) return;
  const alike = Map.groupBy(shares, ({ members, size }) => `${size} ${members.join(" ")}`);
  for (const group of alike.values()) {
    const [first] = group;
    if (group.length > 1) matchTogether(group);
    else if (first!.hasRacks) first!.fill((member, index) => first!.isNear(member, index));
  }
}

function matchTogether(group: readonly TopicShare[]): void {
  const { members, size } = group[0]!;
  for (let index = 0; index < size; index++) {
    const near = members.find((member) =>
      group.every((share) => share.roomOf(member) > 0 && share.isNear(member, index))
    );
    if (near === undefined) continue;
    for (const share of group) share.give(near, index);
  }
}
