/**
 * Partitions go round the members, one each (Kafka's `RoundRobinAssignor`).
 *
 * @module
 */

import type { TopicPartition } from "../../../storage/file/file_names.ts";
import { inMemberOrder } from "./member_order.ts";
import type {
  AssignableTopics,
  Assignment,
  PartitionAssignor,
  Subscription,
} from "./partition_assignor.ts";

/** All partitions in order, each to the next member that wants its topic. */
export const roundRobinAssignor: PartitionAssignor = {
  name: "roundrobin",
  assign(
    topics: AssignableTopics,
    subscriptions: ReadonlyMap<string, Subscription>,
  ): ReadonlyMap<string, Assignment> {
    const members = inMemberOrder(subscriptions);
    const wanted = new Map(members.map((member) => [
      member,
      new Set(subscriptions.get(member)!.topics),
    ]));
    const assigned = new Map(members.map((member) => [member, [] as TopicPartition[]]));
    let next = 0;
    for (const topic of [...topics.keys()].sort()) {
      if (!members.some((member) => wanted.get(member)!.has(topic))) continue;
      for (const { partition } of topics.get(topic)!) {
        while (!wanted.get(members[next]!)!.has(topic)) next = (next + 1) % members.length;
        assigned.get(members[next]!)!.push({ topic, partition });
        next = (next + 1) % members.length;
      }
    }
    return new Map(
      Array.from(assigned, ([member, partitions]) => [member, { partitions, userData: null }]),
    );
  },
};
