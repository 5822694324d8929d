/**
 * What the leader of a group does: it shares the partitions among the members (Kafka's `ConsumerCoordinator.onLeaderElected`).
 *
 * @module
 */

import type { Logger } from "../../../storage/env.ts";
import type { JoinGroupResponse } from "../../protocol/messages/join_group.ts";
import { decodeSubscription, encodeAssignment } from "../assignors/consumer_protocol.ts";
import { checkCooperativeAssignment } from "../assignors/cooperative_assignment.ts";
import type {
  Assignment,
  PartitionAssignor,
  RebalanceProtocol,
  Subscription,
} from "../assignors/partition_assignor.ts";
import { IllegalConsumerStateError } from "../consumer_errors.ts";
import type { GroupTopics } from "./group_topics.ts";

/** What a leader needs. */
export interface GroupLeaderOptions {
  /** The assignors that this member knows. */
  readonly assignors: readonly PartitionAssignor[];
  /** How members give up partitions. */
  readonly rebalanceProtocol: RebalanceProtocol;
  /** The topics of the group. */
  readonly topics: GroupTopics;
  /** Receives what happens. */
  readonly logger: Logger;
}

/** What a custom assignor is not checked for by itself. */
const COOPERATIVE_STICKY = "cooperative-sticky";

/**
 * The assignor that the members have agreed on.
 *
 * @throws {IllegalConsumerStateError} when the coordinator names one that was not offered
 */
export function agreedAssignor(
  assignors: readonly PartitionAssignor[],
  name: string | null,
): PartitionAssignor {
  const assignor = assignors.find((assignor) => assignor.name === name);
  if (assignor !== undefined) return assignor;
  throw new IllegalConsumerStateError(
    `Coordinator selected invalid assignment protocol: ${name}`,
  );
}

/**
 * Shares the partitions.
 *
 * @returns assignments by member, as the group carries them; none when the members keep what they have
 * @throws {IllegalConsumerStateError} for an assignor that was not offered, or one that gives partitions away that are in use
 * @throws {ProtocolError} for a member's subscription that is none
 * @throws what the assignor throws
 */
export async function sharePartitions(
  { assignors, rebalanceProtocol, topics, logger }: GroupLeaderOptions,
  response: JoinGroupResponse,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const { protocolName, members, skipAssignment } = response;
  const assignor = agreedAssignor(assignors, protocolName);
  const subscriptions = new Map<string, Subscription>();
  const subscribed = new Set<string>();
  for (const { memberId, groupInstanceId, metadata } of members) {
    const subscription = { ...decodeSubscription(metadata), groupInstanceId };
    subscriptions.set(memberId, subscription);
    for (const topic of subscription.topics) subscribed.add(topic);
  }
  await topics.followGroup(subscribed, signal);
  if (skipAssignment) {
    logger.write("info", "Skipped assignment for returning static leader", {});
    topics.shared();
    return new Map();
  }
  const assignments = assignor.assign(topics.current.topics, subscriptions);
  if (rebalanceProtocol === "COOPERATIVE" && assignor.name !== COOPERATIVE_STICKY) {
    checkCooperativeAssignment(assignor.name, subscriptions, assignments);
  }
  const assigned = topicsOf(assignments.values());
  if (!assigned.isSubsetOf(subscribed)) {
    // An assignor of a user's own may give topics that nobody asked for: their changes count as well.
    await topics.followGroup(assigned.union(subscribed), signal);
  }
  topics.shared();
  return new Map(
    Array.from(assignments, ([memberId, assignment]) => [memberId, encodeAssignment(assignment)]),
  );
}

function topicsOf(assignments: Iterable<Assignment>): Set<string> {
  const topics = new Set<string>();
  for (const { partitions } of assignments) {
    for (const { topic } of partitions) topics.add(topic);
  }
  return topics;
}
