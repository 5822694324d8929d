/**
 * Where members and partitions are (KIP-881).
 *
 * @module
 */

import type { AssignablePartition } from "./partition_assignor.ts";

const NOWHERE = -1;

/**
 * Whether it matters for members in these racks who gets which partition: there are replicas in some of the racks, and not all partitions are in the
 * same ones (Kafka's `AbstractPartitionAssignor.useRackAwareAssignment`).
 */
export function areRacksOfUse(
  memberRacks: ReadonlySet<string>,
  partitions: readonly AssignablePartition[],
): boolean {
  if (memberRacks.size === 0) return false;
  const all = new Set<string>();
  for (const { racks } of partitions) for (const rack of racks) all.add(rack);
  if (memberRacks.isDisjointFrom(all)) return false;
  return !partitions.every(({ racks }) => racks.length === all.size);
}

/** The racks of members and partitions, both by number (Kafka's `AbstractStickyAssignor.RackInfo`). */
export class RackInfo {
  /** Whether racks matter. When they do not, everybody is everywhere. */
  readonly isOfUse: boolean;
  /** For each partition, how many members are in its racks; `undefined` when no member tells its rack. */
  readonly membersNear: Uint32Array | undefined;
  readonly #memberRacks: Int32Array;
  readonly #partitionRacks: readonly (readonly number[])[];

  /**
   * Looks where all are.
   *
   * @param memberRacks a rack for each member; `null` and empty for those that do not tell
   */
  constructor(
    memberRacks: readonly (string | null)[],
    partitions: readonly AssignablePartition[],
  ) {
    const numbers = new Map<string, number>();
    const members: number[] = [];
    this.#memberRacks = Int32Array.from(memberRacks, (rack) => {
      if (!rack) return NOWHERE;
      const number = numbers.getOrInsert(rack, numbers.size);
      members[number] = (members[number] ?? 0) + 1;
      return number;
    });
    this.isOfUse = areRacksOfUse(new Set(numbers.keys()), partitions);
    this.#partitionRacks = numbers.size === 0
      ? []
      : partitions.map(({ racks }) =>
        racks.map((rack) => numbers.get(rack) ?? NOWHERE).filter((rack) => rack !== NOWHERE)
      );
    this.membersNear = numbers.size === 0 ? undefined : Uint32Array.from(
      this.#partitionRacks,
      (racks) => racks.reduce((sum, rack) => sum + members[rack]!, 0),
    );
  }

  /** Whether a member has a rack, and a partition is elsewhere. */
  isAway(member: number, partition: number): boolean {
    if (!this.isOfUse) return false;
    const rack = this.#memberRacks[member]!;
    return rack !== NOWHERE && !this.#partitionRacks[partition]!.includes(rack);
  }

  /** Whether a member has a rack, and a partition is there. */
  isNear(member: number, partition: number): boolean {
    if (!this.isOfUse) return false;
    const rack = this.#memberRacks[member]!;
    return rack !== NOWHERE && this.#partitionRacks[partition]!.includes(rack);
  }
}
