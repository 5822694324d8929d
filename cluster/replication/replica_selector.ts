/**
 * Which replica a consumer is to read from (KIP-392).
 *
 * @module
 */

import { InvalidConfigError } from "../../storage/errors.ts";

/** A replica that a consumer may read from (Kafka's `ReplicaView`). */
export interface ReplicaView {
  /** Id of its broker. */
  readonly brokerId: number;
  /** The broker's rack. */
  readonly rack: string | null;
  /** Offset behind its last record. */
  readonly logEndOffset: number;
  /** Since when it has not been at the leader's end, ms. */
  readonly sinceCaughtUpMs: number;
}

/** Chooses: the leader, or one of the followers that have what is asked for. */
export type ReplicaSelector = (
  rackId: string,
  leader: ReplicaView,
  followers: readonly ReplicaView[],
) => ReplicaView;

/** A replica in the consumer's rack: the leader, or whichever follower has the most. Kafka's `RackAwareReplicaSelector`. */
export const selectByRack: ReplicaSelector = (rackId, leader, followers) => {
  if (rackId === "" || leader.rack === rackId) return leader;
  const near = followers.filter(({ rack }) => rack === rackId);
  return near.reduce<ReplicaView | undefined>(
    (best, one) => best === undefined || isBetter(one, best) ? one : best,
    undefined,
  ) ?? leader;
};

/** More records, then caught up more recently, then the larger id: so that every leader chooses the same. */
function isBetter(a: ReplicaView, b: ReplicaView): boolean {
  if (a.logEndOffset !== b.logEndOffset) return a.logEndOffset > b.logEndOffset;
  if (a.sinceCaughtUpMs !== b.sinceCaughtUpMs) return a.sinceCaughtUpMs < b.sinceCaughtUpMs;
  return a.brokerId > b.brokerId;
}

const SELECTORS: ReadonlyMap<string, ReplicaSelector> = new Map([
  ["org.apache.kafka.common.replica.RackAwareReplicaSelector", selectByRack],
]);

/**
 * The selector that `replica.selector.class` names; `undefined` for none: then all read from the leader.
 *
 * @throws {InvalidConfigError} for a class that is not Kafka's own
 */
export function replicaSelector(className: string | undefined): ReplicaSelector | undefined {
  if (className === undefined || className === "") return undefined;
  const selector = SELECTORS.get(className);
  if (selector !== undefined) return selector;
  throw new InvalidConfigError(
    `Invalid value ${className} for configuration replica.selector.class: Class ${className} ` +
      `could not be found. There is: ${[...SELECTORS.keys()].join(", ")}`,
  );
}
