/**
 * Who leads a partition.
 *
 * @module
 */

import { NO_LEADER } from "./partition_registration.ts";

/**
 * How a leader is chosen: the first replica if it can, whoever is in sync, or rather somebody that was not in sync than nobody.
 */
export type Election = "preferred" | "online" | "unclean";

/** What there is to choose from. */
export interface Candidates {
  /** Replicas, the preferred leader first. */
  readonly replicas: readonly number[];
  /** Replicas in sync. */
  readonly isr: readonly number[];
  /** Replicas that have all that was acknowledged, though they are not in sync (KIP-966). */
  readonly elr: readonly number[];
  /** Who leads now, or -1. */
  readonly leader: number;
  /** The last leader of a partition that has none and nobody who has all; `undefined` when that is not known. */
  readonly lastKnownLeader: number | undefined;
  /** Whether a replica can lead: its broker is up, and so is its directory. */
  readonly canLead: (brokerId: number) => boolean;
}

/** Who is chosen. */
export interface ChosenLeader {
  /** The leader, or -1. */
  readonly leader: number;
  /** Whether something may be lost. */
  readonly isUnclean: boolean;
}

/** Chooses the leader of a partition (Kafka's `PartitionChangeBuilder.electLeader`). */
export function chooseLeader(election: Election, candidates: Candidates): ChosenLeader {
  const { replicas, isr, elr, leader, lastKnownLeader, canLead } = candidates;
  const mayLead = (id: number) =>
    (isr.includes(id) || (isr.length === 0 && elr.includes(id))) && canLead(id);
  // Who leads goes on leading if it may, but for an election that prefers the first replica.
  const inOrder = election === "preferred" ? [replicas[0]!, leader, ...replicas] : [
    leader,
    ...replicas,
  ];
  const clean = inOrder.find(mayLead);
  if (clean !== undefined) return { leader: clean, isUnclean: false };
  const nobodyHasAll = isr.length === 0 && elr.length === 0;
  if (nobodyHasAll && lastKnownLeader !== undefined && canLead(lastKnownLeader)) {
    return { leader: lastKnownLeader, isUnclean: true };
  }
  const any = election === "unclean" ? replicas.find(canLead) : undefined;
  return any === undefined
    ? { leader: NO_LEADER, isUnclean: false }
    : { leader: any, isUnclean: true };
}
