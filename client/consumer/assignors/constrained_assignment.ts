/**
 * Sharing among members that all want the same topics (Kafka's `AbstractStickyAssignor.ConstrainedAssignmentBuilder`): some get one partition more
 * than the others, and nobody gives up more than that takes.
 *
 * @module
 */

import { assert } from "@std/assert";
import { NOBODY } from "./previous_owners.ts";
import type { StickyGroup } from "./sticky_group.ts";

/** Who gets what. */
export interface ConstrainedAssignment {
  /** The member that gets each partition. */
  readonly owners: Int32Array;
  /** Partitions that somebody else has, or may have. */
  readonly moving: readonly number[];
}

/** Shares all partitions. */
export function constrainedAssignment(group: StickyGroup): ConstrainedAssignment {
  const sharing = new Sharing(group);
  sharing.keep();
  sharing.fill(sharing.fillNear(sharing.free()));
  return sharing;
}

class Sharing implements ConstrainedAssignment {
  readonly owners: Int32Array;
  readonly moving: number[] = [];
  readonly #group: StickyGroup;
  readonly #loads: Uint32Array;
  readonly #losers: Int32Array;
  readonly #small: number;
  readonly #large: number;
  /** How many members get the large share. */
  readonly #numLarge: number;
  #withLarge = 0;
  /** Members that have less than the small share. */
  readonly #needy: number[] = [];
  /** Members that have the small share, and may get the large one. */
  readonly #ready: number[] = [];

  constructor(group: StickyGroup) {
    const numPartitions = group.partitions.partitions.length;
    const numMembers = group.members.length;
    this.#group = group;
    this.owners = new Int32Array(numPartitions).fill(NOBODY);
    this.#losers = new Int32Array(numPartitions).fill(NOBODY);
    this.#loads = new Uint32Array(numMembers);
    this.#small = Math.floor(numPartitions / numMembers);
    this.#large = Math.ceil(numPartitions / numMembers);
    this.#numLarge = numPartitions % numMembers;
  }

  /** Members keep what is in their rack, up to their share. */
  keep(): void {
    const had = this.#owned();
    for (const member of this.#group.visitOrder) {
      const kept = had[member]!;
      const mayBeLarge = this.#withLarge < this.#numLarge;
      if (kept.length < this.#small) {
        this.#needy.push(member);
      } else if (mayBeLarge && kept.length >= this.#large) {
        this.#lose(member, kept.splice(this.#large));
        this.#grewLarge();
      } else {
        this.#lose(member, kept.splice(this.#small));
        if (mayBeLarge) this.#ready.push(member);
      }
      for (const partition of kept) this.owners[partition] = member;
      this.#loads[member] = kept.length;
    }
    this.#needy.sort((a, b) => a - b);
    this.#ready.sort((a, b) => a - b);
  }

  /** What nobody keeps; first that which the fewest members are near. */
  free(): number[] {
    const free: number[] = [];
    for (const [partition, owner] of this.owners.entries()) {
      if (owner === NOBODY) free.push(partition);
    }
    const near = this.#group.racks.membersNear;
    return near === undefined ? free : free.sort((a, b) => near[a]! - near[b]!);
  }

  /** Goes round the members, and gives each what is in its rack. Returns what is left. */
  fillNear(free: readonly number[]): readonly number[] {
    if (!this.#group.racks.isOfUse) return free;
    let turn = 0;
    return free.filter((partition) => {
      const at = this.#nextNear(partition, this.#needy, turn);
      if (at < 0) return !this.#enlargeNear(partition);
      const member = this.#needy[at]!;
      this.#give(partition, member);
      if (this.#loads[member]! < this.#small) {
        turn = (at + 1) % this.#needy.length;
        return false;
      }
      this.#needy.splice(at, 1);
      if (this.#small < this.#large && this.#withLarge < this.#numLarge) this.#ready.push(member);
      turn = this.#needy.length === 0 ? 0 : at % this.#needy.length;
      return false;
    });
  }

  /** Goes round the members, wherever they are, until all have the small share, and then gives one more. */
  fill(free: readonly number[]): void {
    let turn = 0;
    for (const partition of free) {
      if (turn >= this.#needy.length) turn = 0;
      const needy = this.#needy[turn];
      const member = needy ?? this.#ready.shift();
      assert(member !== undefined, "the shares add up to all partitions");
      this.#give(partition, member);
      if (needy === undefined) continue;
      if (this.#loads[member] === this.#small) {
        this.#needy.splice(turn, 1);
        this.#ready.push(member);
      } else {
        turn++;
      }
    }
  }

  /** What members have had, by partition number and topic: that is what they keep first. */
  #owned(): number[][] {
    const { owners, contested, racks, partitions: { starts, topicOf } } = this.#group;
    const owned = this.#group.members.map((): number[] => []);
    for (const [partition, member] of owners.entries()) {
      if (member === NOBODY) continue;
      if (racks.isAway(member, partition)) this.#losers[partition] = member;
      else if (!contested.has(partition)) owned[member]!.push(partition);
    }
    const place = (partition: number) => partition - starts[topicOf[partition]!]!;
    for (const partitions of owned) partitions.sort((a, b) => place(a) - place(b) || a - b);
    return owned;
  }

  #lose(member: number, partitions: readonly number[]): void {
    for (const partition of partitions) this.#losers[partition] = member;
  }

  #enlargeNear(partition: number): boolean {
    const at = this.#nextNear(partition, this.#ready, 0);
    if (at < 0) return false;
    this.#give(partition, this.#ready[at]!);
    this.#ready.splice(at, 1);
    this.#grewLarge();
    return true;
  }

  #grewLarge(): void {
    if (++this.#withLarge === this.#numLarge) this.#ready.length = 0;
  }

  #give(partition: number, member: number): void {
    const loser = this.#losers[partition]!;
    const isMoving = loser !== NOBODY && loser !== member;
    if (isMoving || this.#group.contested.has(partition)) this.moving.push(partition);
    this.owners[partition] = member;
    this.#loads[member]!++;
  }

  /** Where in a list, from some place on and around, somebody is near a partition; -1 for nowhere. */
  #nextNear(partition: number, members: readonly number[], from: number): number {
    for (let i = 0; i < members.length; i++) {
      const at = (from + i) % members.length;
      if (this.#group.racks.isNear(members[at]!, partition)) return at;
    }
    return -1;
  }
}
