/**
 * The replicas of a partition while they are being replaced by others (Kafka's `PartitionReassignmentReplicas`).
 *
 * @module
 */

import { KafkaError } from "../../client/protocol/error_codes.ts";
import type { PartitionRegistration } from "./partition_registration.ts";

/** Replicas on their way from some brokers to others. */
export interface ReassignmentReplicas {
  /** All of them: those that stay and come, in the order wanted, and behind them those that go. */
  readonly replicas: readonly number[];
  /** Those that come. */
  readonly adding: readonly number[];
  /** Those that go. */
  readonly removing: readonly number[];
}

function without(all: readonly number[], some: readonly number[]): number[] {
  return all.filter((id) => !some.includes(id));
}

/**
 * Begins to replace replicas.
 *
 * @param coming those of the current ones that an earlier reassignment has yet to bring in sync
 */
export function beginReassignment(
  current: readonly number[],
  target: readonly number[],
  coming: readonly number[] = [],
): ReassignmentReplicas {
  const sorted = (ids: number[]) => ids.sort((a, b) => a - b);
  const removing = sorted(without(current, target));
  return {
    replicas: [...target, ...removing],
    adding: sorted(without(target, without(current, coming))),
    removing,
  };
}

/** Replicas, and which of them are in sync. */
export interface ReplicasAndIsr {
  /** The replicas. */
  readonly replicas: readonly number[];
  /** Those in sync. */
  readonly isr: readonly number[];
}

/**
 * Ends a reassignment, if it is time: all that come are in sync, and somebody is in sync who stays. When there are to be fewer replicas,
 * all that stay have to be in sync, or the fewer would be too few.
 *
 * @returns what is left; `undefined` when there is no reassignment, or it is too early
 */
export function completedReassignment(
  { replicas, adding, removing }: ReassignmentReplicas,
  isr: readonly number[],
): ReplicasAndIsr | undefined {
  if (adding.length === 0 && removing.length === 0) return undefined;
  const left = { replicas: without(replicas, removing), isr: without(isr, removing) };
  const inSync = (ids: readonly number[]) => ids.every((id) => left.isr.includes(id));
  if (removing.length > 0 && (left.isr.length === 0 || left.replicas.length === 0)) {
    return undefined;
  }
  if (!inSync(adding)) return undefined;
  if (adding.length < removing.length && !inSync(left.replicas)) return undefined;
  return left;
}

/** What a reassignment that is called off leaves behind. */
export interface RevertedReassignment extends ReplicasAndIsr {
  /** Whether nobody of those who stay is in sync, so that something may be lost. */
  readonly isUnclean: boolean;
}

/**
 * Calls a reassignment off: those that were coming go, those that were going stay.
 *
 * @throws {KafkaError} `INVALID_REPLICA_ASSIGNMENT` when nobody would be left
 */
export function revertedReassignment(
  { replicas: all, isr: inSync, addingReplicas }: PartitionRegistration,
): RevertedReassignment {
  const replicas = without(all, addingReplicas);
  const isr = without(inSync, addingReplicas);
  if (isr.length > 0) return { replicas, isr, isUnclean: false };
  if (replicas.length === 0) {
    throw new KafkaError(
      "INVALID_REPLICA_ASSIGNMENT",
      "Invalid replica assignment: addingReplicas contains all replicas.",
    );
  }
  return { replicas, isr: [replicas[0]!], isUnclean: true };
}
