/**
 * A group whose members keep what they have had, with all that counts when it shares partitions.
 *
 * @module
 */

import { inHashOrder } from "./hash_order.ts";
import type { AssignableTopics, Subscription } from "./partition_assignor.ts";
import { PartitionNumbering } from "./partition_numbering.ts";
import {
  type Claim,
  type MemberClaim,
  type PreviousOwners,
  previousOwners,
} from "./previous_owners.ts";
import { RackInfo } from "./rack_info.ts";

/** Who shares what. */
export interface StickyGroup extends PreviousOwners {
  /** Members, by name; their places are their numbers. */
  readonly members: readonly string[];
  /** The names of topics that each member wants. */
  readonly wanted: readonly (readonly string[])[];
  /** The numbers of members, in the order in which Kafka looks at them. */
  readonly visitOrder: readonly number[];
  /** What they say that they have, in that order. */
  readonly claims: readonly MemberClaim[];
  /** The partitions. */
  readonly partitions: PartitionNumbering;
  /** Where all are. */
  readonly racks: RackInfo;
}

/**
 * Looks at a group.
 *
 * @param claims what each member says that it has
 */
export function stickyGroup(
  topics: AssignableTopics,
  subscriptions: ReadonlyMap<string, Subscription>,
  claims: ReadonlyMap<string, Claim>,
): StickyGroup {
  const members = [...subscriptions.keys()].sort();
  const said = members.map((member) => subscriptions.get(member)!);
  const wanted = said.map((one) => one.topics);
  const partitions = new PartitionNumbering(topics, wanted);
  const numbers = new Map(members.map((name, number) => [name, number]));
  const visitOrder = inHashOrder([...subscriptions.keys()]).map((name) => numbers.get(name)!);
  const memberClaims = visitOrder.map((member) => ({
    ...claims.get(members[member]!)!,
    member,
    subscribedIn: said[member]!.generationId,
  }));
  return {
    members,
    wanted,
    visitOrder,
    claims: memberClaims,
    partitions,
    racks: new RackInfo(said.map(({ rackId }) => rackId), partitions.partitions),
    ...previousOwners(partitions, memberClaims),
  };
}
