/**
 * Which member has which partitions, by what all of them say of themselves.
 *
 * @module
 */

import type { TopicPartition } from "../../../storage/file/file_names.ts";
import type { PartitionNumbering } from "./partition_numbering.ts";

/** Who has a partition that nobody has. */
export const NOBODY = -1;

/** What a member says that it has. */
export interface Claim {
  /** Partitions. */
  readonly partitions: readonly TopicPartition[];
  /** The group's generation that gave it those; -1 when it does not say. */
  readonly generation: number;
}

/** A claim, with who makes it. */
export interface MemberClaim extends Claim {
  /** The member's number. */
  readonly member: number;
  /** The generation that its subscription says, whatever it claims; -1 when it does not say. */
  readonly subscribedIn: number;
}

/** Who has had what. */
export interface PreviousOwners {
  /** The member that has each partition, or {@linkcode NOBODY}. */
  readonly owners: Int32Array;
  /** Partitions that two have claimed in one generation. */
  readonly contested: ReadonlySet<number>;
}

/**
 * The owner of each partition that has one. Of two members that claim the same, the one of the later generation is right; in the same generation
 * neither is, unless a later one comes (Kafka's `AbstractStickyAssignor.allSubscriptionsEqual`: who claims is held against the generation that the
 * other's subscription says).
 */
export function previousOwners(
  partitions: PartitionNumbering,
  claims: readonly MemberClaim[],
): PreviousOwners {
  const owners = new Int32Array(partitions.partitions.length).fill(NOBODY);
  const contested = new Set<number>();
  const claimants: (MemberClaim | undefined)[] = [];
  for (const claim of claims) {
    for (const topicPartition of claim.partitions) {
      const number = partitions.numberOf(topicPartition);
      if (number === undefined) continue;
      const known = claimants[number]?.subscribedIn;
      if (known !== undefined && known > claim.generation) continue;
      const isContested = known === claim.generation;
      if (isContested) contested.add(number);
      owners[number] = isContested ? NOBODY : claim.member;
      claimants[number] = claim;
    }
  }
  return { owners, contested };
}

/** Those that had partitions before the latest generation, the last of them for each partition; {@linkcode NOBODY} when nobody says so. */
export function earlierOwners(
  partitions: PartitionNumbering,
  claims: readonly MemberClaim[],
  latestGeneration: number,
): Int32Array {
  const owners = new Int32Array(partitions.partitions.length).fill(NOBODY);
  const generations = new Float64Array(partitions.partitions.length).fill(-Infinity);
  for (const { member, generation, partitions: claimed } of claims) {
    if (generation >= latestGeneration) continue;
    for (const topicPartition of claimed) {
      const number = partitions.numberOf(topicPartition);
      if (number === undefined || generation <= generations[number]!) continue;
      owners[number] = member;
      generations[number] = generation;
    }
  }
  return owners;
}
