/**
 * An assignment that is as even as the subscriptions allow, and moves as few partitions as that takes.
 *
 * @module
 */

import type { TopicPartition } from "../../../storage/file/file_names.ts";
import type { TopicPartitionMap } from "../../../storage/file/topic_partition_map.ts";
import type { AssignableTopics, Subscription } from "./partition_assignor.ts";

/** A member while partitions are shared. */
interface Share {
  readonly member: string;
  readonly topics: ReadonlySet<string>;
  readonly partitions: TopicPartition[];
}

/**
 * Shares partitions: members keep what they have, what is free goes to who has least, and then partitions move from who has more to who has less,
 * until no move makes it more even.
 *
 * @param owners who has had what
 */
export function stickyAssignment(
  topics: AssignableTopics,
  subscriptions: ReadonlyMap<string, Pick<Subscription, "topics">>,
  owners: TopicPartitionMap<string>,
): ReadonlyMap<string, TopicPartition[]> {
  const shares = [...subscriptions.keys()].sort().map((member): Share => ({
    member,
    topics: new Set(subscriptions.get(member)!.topics),
    partitions: [],
  }));
  const byMember = new Map(shares.map((share) => [share.member, share]));
  const takers = new Map<string, Share[]>();
  for (const topic of topics.keys()) {
    takers.set(topic, shares.filter((share) => share.topics.has(topic)));
  }
  const free: TopicPartition[] = [];
  for (const [topic, partitions] of topics) {
    if (takers.get(topic)!.length === 0) continue;
    for (const { partition } of partitions) {
      const owner = byMember.get(owners.get({ topic, partition }) ?? "");
      if (owner?.topics.has(topic) === true) owner.partitions.push({ topic, partition });
      else free.push({ topic, partition });
    }
  }
  // What few members want is given first, so that those who want more are left for the rest.
  free.sort((a, b) =>
    takers.get(a.topic)!.length - takers.get(b.topic)!.length ||
    (a.topic < b.topic ? -1 : a.topic > b.topic ? 1 : a.partition - b.partition)
  );
  for (const topicPartition of free) {
    least(takers.get(topicPartition.topic)!).partitions.push(topicPartition);
  }
  while (makeMoreEven(shares, takers));
  return new Map(shares.map(({ member, partitions }) => [member, partitions]));
}

/** One pass over the members, the fullest first. Returns whether something has moved. */
function makeMoreEven(shares: readonly Share[], takers: ReadonlyMap<string, Share[]>): boolean {
  let hasMoved = false;
  const fullest = shares.toSorted((a, b) => b.partitions.length - a.partitions.length);
  for (const share of fullest) {
    const { partitions } = share;
    for (let at = partitions.length - 1; at >= 0; at--) {
      const topicPartition = partitions[at]!;
      const taker = least(takers.get(topicPartition.topic)!);
      if (partitions.length < taker.partitions.length + 2) continue;
      partitions.splice(at, 1);
      taker.partitions.push(topicPartition);
      hasMoved = true;
    }
  }
  return hasMoved;
}

function least(shares: readonly Share[]): Share {
  let least = shares[0]!;
  for (const share of shares) if (share.partitions.length < least.partitions.length) least = share;
  return least;
}
