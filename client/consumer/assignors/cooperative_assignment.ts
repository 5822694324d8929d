/**
 * What an assignment has to keep to when members give up only what goes to others (KIP-429).
 *
 * @module
 */

import { topicPartitionKey } from "../../../storage/file/file_names.ts";
import { TopicPartitionSet } from "../../../storage/file/topic_partition_map.ts";
import { IllegalConsumerStateError } from "../consumer_errors.ts";
import type { Assignment, Subscription } from "./partition_assignor.ts";

/** Partitions that one member gives up and another gets at the same time. */
export function movedAtOnce(
  subscriptions: ReadonlyMap<string, Pick<Subscription, "ownedPartitions">>,
  assignments: ReadonlyMap<string, Pick<Assignment, "partitions">>,
): TopicPartitionSet {
  const added = new TopicPartitionSet();
  const revoked = new TopicPartitionSet();
  for (const [member, { ownedPartitions }] of subscriptions) {
    const owned = new TopicPartitionSet(ownedPartitions);
    const assigned = new TopicPartitionSet(assignments.get(member)?.partitions ?? []);
    for (const one of assigned) if (!owned.has(one)) added.add(one);
    for (const one of owned) if (!assigned.has(one)) revoked.add(one);
  }
  return new TopicPartitionSet([...added].filter((one) => revoked.has(one)));
}

/**
 * Refuses an assignment that gives a partition to a member while another one still has it.
 *
 * @throws {IllegalConsumerStateError} in Kafka's words
 */
export function checkCooperativeAssignment(
  assignorName: string,
  subscriptions: ReadonlyMap<string, Pick<Subscription, "ownedPartitions">>,
  assignments: ReadonlyMap<string, Pick<Assignment, "partitions">>,
): void {
  const moved = movedAtOnce(subscriptions, assignments);
  if (moved.size === 0) return;
  throw new IllegalConsumerStateError(
    "Assignor supporting the COOPERATIVE protocol violates its requirements: " +
      `${assignorName} has given [${[...moved].map(topicPartitionKey).join(", ")}] to other ` +
      "members while they are still owned",
  );
}
