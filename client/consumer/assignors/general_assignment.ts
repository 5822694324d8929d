/**
 * Sharing among members that want different topics (Kafka's `AbstractStickyAssignor.GeneralAssignmentBuilder`): as even as that allows, with few
 * moves, which begin with the topics that fewest members want.
 *
 * @module
 */

import { MembersByLoad } from "./members_by_load.ts";
import { PartitionMovements } from "./partition_movements.ts";
import { NOBODY } from "./previous_owners.ts";
import type { StickyGroup } from "./sticky_group.ts";
import type { TopicSubscribers } from "./topic_subscribers.ts";

/** Passes over all partitions until they are even enough. Two or three are; in theory Kafka's can go round for ever. */
const MAX_PASSES = 100;

/**
 * Shares all partitions.
 *
 * @param subscribers who wants what
 * @param earlier who had each partition in an earlier generation, or {@linkcode NOBODY}
 * @returns the member that gets each partition
 */
export function generalAssignment(
  group: StickyGroup,
  subscribers: TopicSubscribers,
  earlier: Int32Array,
): Int32Array {
  return new Sharing(group, subscribers, earlier).share();
}

class Sharing {
  readonly #group: StickyGroup;
  readonly #subscribers: TopicSubscribers;
  readonly #earlier: Int32Array;
  readonly #movements: PartitionMovements;
  readonly #topicOf: Uint32Array;
  #owners: Int32Array;
  #members: MembersByLoad;

  constructor(group: StickyGroup, subscribers: TopicSubscribers, earlier: Int32Array) {
    this.#group = group;
    this.#subscribers = subscribers;
    this.#earlier = earlier;
    this.#movements = new PartitionMovements(group.partitions);
    this.#topicOf = group.partitions.topicOf;
    this.#owners = group.owners.map((owner, partition) =>
      owner !== NOBODY && this.#mayKeep(owner, partition) ? owner : NOBODY
    );
    const loads = new Uint32Array(group.members.length);
    for (const owner of this.#owners) if (owner !== NOBODY) loads[owner]!++;
    this.#members = new MembersByLoad(loads);
  }

  share(): Int32Array {
    const hasRevoked = this.#owners.some((owner, i) => owner !== this.#group.owners[i]);
    const isFirst = this.#members.loads().at(-1) === 0;
    const all = this.#mostWantedLast();
    const free = all.filter((partition) => this.#owners[partition] === NOBODY);
    const { racks } = this.#group;
    if (racks.isOfUse) {
      this.#give(free, (member, partition) => !racks.isAway(member, partition));
    }
    this.#give(free, () => true);

    const isShared = (topic: number) => this.#subscribers.count(topic) > 1;
    const numTopics = this.#group.partitions.topics.length;
    const sharedTopics = Array.from({ length: numTopics }, (_, topic) => topic).filter(isShared);
    this.#members.keep((member) =>
      sharedTopics.some((topic) => this.#subscribers.has(topic, member))
    );
    const canMove = (partition: number) => isShared(this.#topicOf[partition]!);
    const before = { owners: this.#owners.slice(), loads: this.#members.loads() };
    if (!hasRevoked) this.#even(free.filter(canMove));
    const hasMoved = this.#even(all.filter(canMove));
    if (!isFirst && hasMoved && unevenness(this.#members.loads()) >= unevenness(before.loads)) {
      return before.owners;
    }
    return this.#owners;
  }

  #wants(member: number, partition: number): boolean {
    return this.#subscribers.has(this.#topicOf[partition]!, member);
  }

  #mayKeep(member: number, partition: number): boolean {
    return this.#wants(member, partition) && !this.#group.racks.isAway(member, partition);
  }

  #mostWantedLast(): number[] {
    const { topics, starts } = this.#group.partitions;
    return [...topics.keys()]
      .sort((a, b) => this.#subscribers.count(a) - this.#subscribers.count(b) || a - b)
      .flatMap((topic) =>
        Array.from({ length: starts[topic + 1]! - starts[topic]! }, (_, i) => starts[topic]! + i)
      );
  }

  /** Gives each partition that nobody has to who has least. */
  #give(partitions: readonly number[], fits: (member: number, partition: number) => boolean): void {
    for (const partition of partitions) {
      if (this.#owners[partition] !== NOBODY) continue;
      const taker = this.#members.first((member) =>
        this.#wants(member, partition) && fits(member, partition)
      );
      if (taker === undefined) continue;
      this.#owners[partition] = taker;
      this.#members.add(taker, 1);
    }
  }

  /** Moves partitions to members that have at least two less. Returns whether something has moved. */
  #even(partitions: readonly number[]): boolean {
    for (let pass = 0; pass < MAX_PASSES; pass++) {
      let hasMoved = false;
      for (const partition of partitions) {
        const most = this.#members.loadOf(this.#owners[partition]!) - 2;
        if (most < 0) continue;
        const taker = this.#taker(partition, most);
        if (taker === undefined) continue;
        this.#move(partition, taker);
        hasMoved = true;
      }
      if (!hasMoved) return pass > 0;
    }
    return true;
  }

  /** Who takes a partition and has no more than this: the member that had it earlier, or who has least. */
  #taker(partition: number, most: number): number | undefined {
    const earlier = this.#earlier[partition]!;
    // Kafka gives it back even to a member that does not want it any more.
    if (
      earlier !== NOBODY && this.#wants(earlier, partition) &&
      this.#members.loadOf(earlier) <= most
    ) return earlier;
    const taker = this.#members.first((member) =>
      this.#members.loadOf(member) > most || this.#wants(member, partition)
    );
    return taker === undefined || this.#members.loadOf(taker) > most ? undefined : taker;
  }

  #move(wanted: number, to: number): void {
    const partition = this.#movements.instead(wanted, this.#owners[wanted]!, to);
    const from = this.#owners[partition]!;
    this.#movements.move(partition, from, to);
    this.#members.add(from, -1);
    this.#members.add(to, 1);
    this.#owners[partition] = to;
  }
}

/** The sum of the differences between all pairs of loads, which ascend. */
function unevenness(loads: Uint32Array): number {
  return loads.reduce((sum, load, i) => sum + load * (2 * i + 1 - loads.length), 0);
}
