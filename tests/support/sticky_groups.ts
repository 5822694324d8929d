/** Groups whose members have had partitions, as tests of the sticky assignors write them. */

import type { Subscription } from "../../client/consumer/assignors/partition_assignor.ts";
import type { Claim } from "../../client/consumer/assignors/previous_owners.ts";
import { type StickyGroup, stickyGroup } from "../../client/consumer/assignors/sticky_group.ts";
import type { TopicPartition } from "../../storage/file/file_names.ts";
import { assignableTopics, shown, wanting } from "./assignments.ts";

/** Partitions as text, such as `a-0 a-1`. */
export function partitionsOf(text: string): TopicPartition[] {
  return Array.from(text.matchAll(/(\S+)-(\d+)/g), ([, topic, partition]) => ({
    topic: topic!,
    partition: Number(partition),
  }));
}

/** A member that wants topics, and has had partitions (as text) in a generation, by default the first. */
export function having(
  topics: readonly string[],
  had: string,
  rest: Partial<Subscription> = {},
): Subscription {
  return wanting(topics, { ownedPartitions: partitionsOf(had), generationId: 1, ...rest });
}

/** What members say that they have. */
export function claimsIn(
  subscriptions: ReadonlyMap<string, Subscription>,
): ReadonlyMap<string, Claim> {
  return new Map(
    Array.from(
      subscriptions,
      ([member, { ownedPartitions: partitions, generationId: generation }]) => [
        member,
        { partitions, generation },
      ],
    ),
  );
}

/** A group of such members. */
export function stickyGroupOf(
  topics: Parameters<typeof assignableTopics>[0],
  members: Readonly<Record<string, Subscription>>,
): StickyGroup {
  const subscriptions = new Map(Object.entries(members));
  return stickyGroup(assignableTopics(topics), subscriptions, claimsIn(subscriptions));
}

/** Partitions by member, from the member of each partition. */
export function shownOwners(group: StickyGroup, owners: Int32Array): Record<string, string> {
  const given = new Map(
    group.members.map((name) => [name, { partitions: [] as TopicPartition[] }]),
  );
  for (const [number, member] of owners.entries()) {
    given.get(group.members[member]!)?.partitions.push(group.partitions.at(number));
  }
  return shown(given);
}
