/**
 * Telling of groups and their members.
 *
 * @module
 */

import { errorCode } from "../../../client/protocol/error_codes.ts";
import type {
  DescribedGroupMember,
  DescribeGroupsResponseDescribedGroup,
} from "../../../client/protocol/messages/describe_groups.ts";
import type { Draft } from "../../../storage/message/message_codec.ts";
import { DEAD } from "./classic_group_state.ts";
import type { ClassicGroupMember } from "./classic_group_member.ts";
import type { GroupStore } from "./group_store.ts";

/** A group as DescribeGroups tells of it. */
export type DescribedGroup = Draft<DescribeGroupsResponseDescribedGroup>;

/** The first version in which a group that is not there is an error. */
const FIRST_VERSION_WITH_NOT_FOUND = 6;

/** Describes a group. One that is not there is dead; what the members have told only counts while the group is stable. */
export function describeGroup(
  groups: GroupStore,
  groupId: string,
  apiVersion: number,
): DescribedGroup {
  const group = groups.classic(groupId);
  if (group === undefined) {
    const isForeign = groups.foreign(groupId) !== undefined;
    const message = `Group ${groupId} ${isForeign ? "is not a classic group" : "not found"}.`;
    return {
      groupId,
      groupState: DEAD,
      ...(apiVersion < FIRST_VERSION_WITH_NOT_FOUND
        ? {}
        : { errorCode: errorCode("GROUP_ID_NOT_FOUND"), errorMessage: message }),
    };
  }
  const { state, protocolType, protocolName, members } = group;
  const isStable = state === "Stable";
  return {
    groupId,
    groupState: state,
    protocolType: protocolType ?? "",
    protocolData: isStable ? protocolName ?? "" : "",
    members: [...members.values()].map((member) =>
      describeMember(member, isStable ? protocolName : undefined)
    ),
  };
}

function describeMember(
  member: ClassicGroupMember,
  protocolName: string | undefined,
): Draft<DescribedGroupMember> {
  const { memberId, groupInstanceId, clientId, clientHost, assignment } = member;
  return {
    memberId,
    groupInstanceId,
    clientId,
    clientHost,
    memberAssignment: assignment,
    ...(protocolName === undefined ? {} : { memberMetadata: member.metadata(protocolName) }),
  };
}
