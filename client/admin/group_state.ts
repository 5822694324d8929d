/**
 * The states and types of groups.
 *
 * @module
 */

/** What a group does just now, by Kafka's name. */
export type GroupState = (typeof GROUP_STATES)[number];

/** The states of groups of all types. */
export const GROUP_STATES = [
  "Unknown",
  "PreparingRebalance",
  "CompletingRebalance",
  "Stable",
  "Dead",
  "Empty",
  "Assigning",
  "Reconciling",
  "NotReady",
] as const;

/** The protocol of a group, by Kafka's name. */
export type GroupType = (typeof GROUP_TYPES)[number];

/** The types of groups. */
export const GROUP_TYPES = ["Unknown", "Consumer", "Classic", "Share", "Streams"] as const;

/** The state that a text names. */
export function groupStateOf(text: string): GroupState {
  return GROUP_STATES.find((state) => state === text) ?? "Unknown";
}

/** The type that a text names, in any case. */
export function groupTypeOf(text: string): GroupType {
  return GROUP_TYPES.find((type) => type.toLowerCase() === text.toLowerCase()) ?? "Unknown";
}
