/**
 * The states of a classic group.
 *
 * @module
 */

/**
 * Where a group is, by Kafka's names:
 *
 * - `Empty`: nobody is in it; it may have offsets.
 * - `PreparingRebalance`: its members are to join again.
 * - `CompletingRebalance`: they have joined; the leader's assignment is awaited.
 * - `Stable`: they have their assignments.
 */
export type ClassicGroupState = "Empty" | "PreparingRebalance" | "CompletingRebalance" | "Stable";

/** What a group that is not there is said to be. */
export const DEAD = "Dead";

const PREVIOUS: Readonly<Record<ClassicGroupState, readonly ClassicGroupState[]>> = {
  Empty: ["PreparingRebalance"],
  PreparingRebalance: ["Stable", "CompletingRebalance", "Empty"],
  CompletingRebalance: ["PreparingRebalance"],
  Stable: ["CompletingRebalance"],
};

/** Whether a group may go from one state to the other. */
export function isTransition(from: ClassicGroupState, to: ClassicGroupState): boolean {
  return PREVIOUS[to].includes(from);
}
