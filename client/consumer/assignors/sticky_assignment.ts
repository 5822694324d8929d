/**
 * An assignment that is as even as the subscriptions allow, and moves few partitions for it (Kafka's `AbstractStickyAssignor`). Partitions of a
 * member's rack count more than those that it has, and evenness more than both.
 *
 * What Kafka's gives to members that do not want it, or that does not exist any more, is not given here; else the results are the same.
 *
 * @module
 */

import type { TopicPartition } from "../../../storage/file/file_names.ts";
import { TopicPartitionSet } from "../../../storage/file/topic_partition_map.ts";
import { constrainedAssignment } from "./constrained_assignment.ts";
import { generalAssignment } from "./general_assignment.ts";
import type { AssignableTopics, Subscription } from "./partition_assignor.ts";
import { type Claim, earlierOwners, NOBODY } from "./previous_owners.ts";
import { type StickyGroup, stickyGroup } from "./sticky_group.ts";
import { TopicSubscribers } from "./topic_subscribers.ts";

/** Who gets what. */
export interface StickyAssignment {
  /** Partitions by member. */
  readonly partitions: ReadonlyMap<string, readonly TopicPartition[]>;
  /** Those that somebody else still has; `undefined` when that has to be seen from the subscriptions. */
  readonly moving: TopicPartitionSet | undefined;
}

/**
 * Shares partitions.
 *
 * @param claims what each member says that it has
 * @param latestGeneration the latest generation that has been heard of
 */
export function stickyAssignment(
  topics: AssignableTopics,
  subscriptions: ReadonlyMap<string, Subscription>,
  claims: ReadonlyMap<string, Claim>,
  latestGeneration: number,
): StickyAssignment {
  if (subscriptions.size === 0) return { partitions: new Map(), moving: undefined };
  const group = stickyGroup(topics, subscriptions, claims);
  const { partitions, wanted } = group;
  if (areAlike(wanted)) {
    const { owners, moving } = constrainedAssignment(group);
    return {
      partitions: byMember(group, owners),
      moving: new TopicPartitionSet(moving.map((number) => partitions.at(number))),
    };
  }
  const owners = generalAssignment(
    group,
    new TopicSubscribers(partitions, wanted),
    earlierOwners(partitions, group.claims, latestGeneration),
  );
  return { partitions: byMember(group, owners), moving: undefined };
}

function areAlike(topics: readonly (readonly string[])[]): boolean {
  const first = new Set(topics[0]);
  return topics.every((others) =>
    others.length === first.size && others.every((topic) => first.has(topic))
  );
}

function byMember(
  { members, partitions }: StickyGroup,
  owners: Int32Array,
): ReadonlyMap<string, readonly TopicPartition[]> {
  const given = members.map((): TopicPartition[] => []);
  for (const [number, member] of owners.entries()) {
    if (member !== NOBODY) given[member]!.push(partitions.at(number));
  }
  return new Map(members.map((name, number) => [name, given[number]!]));
}
