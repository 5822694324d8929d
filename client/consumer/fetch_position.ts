/**
 * Where in a partition a consumer is.
 *
 * @module
 */

import { type Node, nodeText } from "../node.ts";

/** Who leads a partition, as a consumer knows it. */
export interface LeaderAndEpoch {
  /** The broker; -1 for none. */
  readonly leader: number;
  /** Its epoch; -1 when it is not known. */
  readonly leaderEpoch: number;
}

/** No leader is known. */
export const NO_LEADER: LeaderAndEpoch = { leader: -1, leaderEpoch: -1 };

/** The next offset to read, and what was known when it was found. */
export interface FetchPosition {
  /** The offset. */
  readonly offset: number;
  /** The leader's epoch of the record before it; -1 when it is not known. */
  readonly offsetEpoch: number;
  /** Who led the partition when this was last checked. */
  readonly currentLeader: LeaderAndEpoch;
}

/** A position of which nothing is known but the offset. */
export function positionAt(offset: number): FetchPosition {
  return { offset, offsetEpoch: -1, currentLeader: NO_LEADER };
}

/** Whether two leaders are the same. */
export function isSameLeader(a: LeaderAndEpoch, b: LeaderAndEpoch): boolean {
  return a.leader === b.leader && a.leaderEpoch === b.leaderEpoch;
}

/** Whether two positions are the same. */
export function isSamePosition(a: FetchPosition, b: FetchPosition): boolean {
  return a.offset === b.offset && a.offsetEpoch === b.offsetEpoch &&
    isSameLeader(a.currentLeader, b.currentLeader);
}

/**
 * As Java writes a position.
 *
 * @param nodes the brokers, by id
 */
export function fetchPositionText(
  { offset, offsetEpoch, currentLeader: { leader, leaderEpoch } }: FetchPosition,
  nodes: ReadonlyMap<number, Node>,
): string {
  const node = nodes.get(leader);
  const leaderText = node === undefined ? "Optional.empty" : `Optional[${nodeText(node)}]`;
  const epochText = leaderEpoch < 0 ? "absent" : leaderEpoch;
  const offsetEpochText = offsetEpoch < 0 ? "Optional.empty" : `Optional[${offsetEpoch}]`;
  return `FetchPosition{offset=${offset}, offsetEpoch=${offsetEpochText}, ` +
    `currentLeader=LeaderAndEpoch{leader=${leaderText}, epoch=${epochText}}}`;
}
