/**
 * Groups as records, and back.
 *
 * @module
 */

import type { GroupMetadataRecord, GroupMetadataValue } from "../group_records.ts";
import { ClassicGroup } from "./classic_group.ts";
import { ClassicGroupMember } from "./classic_group_member.ts";

/** The record of a group's generation, with the assignments that `assignmentOf` says, or else those that the members have. */
export function groupMetadataRecord(
  group: ClassicGroup,
  assignmentOf: (member: ClassicGroupMember) => Uint8Array = ({ assignment }) => assignment,
): GroupMetadataRecord {
  const { groupId, protocolType, protocolName, generationId, leaderId, stateTimestamp } = group;
  return {
    type: "groupMetadata",
    group: groupId,
    value: {
      protocolType: protocolType ?? "",
      generation: generationId,
      protocol: protocolName ?? null,
      leader: leaderId ?? null,
      currentStateTimestamp: stateTimestamp,
      members: [...group.members.values()].map((member) => ({
        memberId: member.memberId,
        groupInstanceId: member.groupInstanceId,
        clientId: member.clientId,
        clientHost: member.clientHost,
        rebalanceTimeout: member.rebalanceTimeoutMs,
        sessionTimeout: member.sessionTimeoutMs,
        subscription: member.metadata(protocolName!),
        assignment: assignmentOf(member),
      })),
    },
  };
}

/** The record of a group that nobody has joined yet. */
export function newGroupRecord({ groupId, stateTimestamp }: ClassicGroup): GroupMetadataRecord {
  return {
    type: "groupMetadata",
    group: groupId,
    value: {
      protocolType: "",
      generation: 0,
      protocol: null,
      leader: null,
      currentStateTimestamp: stateTimestamp,
      members: [],
    },
  };
}

/** Forgets a group. */
export function groupTombstone(group: string): GroupMetadataRecord {
  return { type: "groupMetadata", group, value: null };
}

/** The group that a record tells of: stable, or empty. */
export function groupOfRecord(groupId: string, value: GroupMetadataValue): ClassicGroup {
  const { protocolType, protocol, members } = value;
  const group = new ClassicGroup(groupId, value.currentStateTimestamp, {
    state: members.length === 0 ? "Empty" : "Stable",
    generationId: value.generation,
    protocolType: protocolType === "" ? undefined : protocolType,
    protocolName: protocol ?? undefined,
    leaderId: value.leader ?? undefined,
  });
  for (const member of members) {
    const { sessionTimeout, rebalanceTimeout, subscription } = member;
    group.add(
      new ClassicGroupMember({
        memberId: member.memberId,
        groupInstanceId: member.groupInstanceId,
        clientId: member.clientId,
        clientHost: member.clientHost,
        sessionTimeoutMs: sessionTimeout,
        // The oldest records do not tell.
        rebalanceTimeoutMs: rebalanceTimeout === -1 ? sessionTimeout : rebalanceTimeout,
        protocolType,
        protocols: [{ name: protocol ?? "", metadata: subscription }],
        assignment: member.assignment,
      }),
    );
  }
  group.findSubscribedTopics();
  return group;
}
