/**
 * Leaving a group, or being taken out of it.
 *
 * @module
 */

import { errorCode, type ErrorName } from "../../../client/protocol/error_codes.ts";
import type {
  LeaveGroupResponse,
  MemberIdentity,
} from "../../../client/protocol/messages/leave_group.ts";
import type { Draft } from "../../../storage/message/message_codec.ts";
import type { Reply } from "../coordinator_shard.ts";
import type { ClassicGroup } from "./classic_group.ts";
import type { GroupOperation } from "./group_operation.ts";
import { removeMember, removePendingMember } from "./member_requests.ts";
import { maybeCompleteJoin, prepareRebalance } from "./rebalance.ts";

/** Takes members out of a group, each by its id or its static id; the others rebalance. */
export function leaveGroup(
  operation: GroupOperation,
  groupId: string,
  members: readonly MemberIdentity[],
  reply: Reply<Draft<LeaveGroupResponse>>,
): void {
  const { groups, out } = operation;
  const group = groups.classic(groupId);
  const left: string[] = [];
  const answers = members.map((identity) => {
    const { memberId, groupInstanceId } = identity;
    const error = group === undefined ? "UNKNOWN_MEMBER_ID" : leave(operation, group, identity);
    if (error === "NONE") left.push(memberId);
    return { memberId, groupInstanceId, errorCode: errorCode(error) };
  });
  out.answer(reply, { members: answers });
  if (group === undefined || left.length === 0) return;
  if (group.state === "PreparingRebalance") maybeCompleteJoin(operation, group);
  else if (group.state !== "Empty") {
    const reason = `explicit \`LeaveGroup\` request for (${left.join(", ")}) members.`;
    prepareRebalance(operation, group, reason);
  }
}

function leave(
  operation: GroupOperation,
  group: ClassicGroup,
  { memberId, groupInstanceId, reason }: MemberIdentity,
): ErrorName {
  if (group.pendingJoinMembers.has(memberId)) {
    removePendingMember(operation, group, memberId);
    return "NONE";
  }
  // An administrator knows static ids only, and takes out whoever has one.
  const id = memberId === "" ? group.staticMemberId(groupInstanceId ?? "") : memberId;
  const error = id === undefined ? "UNKNOWN_MEMBER_ID" : group.memberError(id, groupInstanceId);
  const member = group.members.get(id ?? "");
  if (error !== undefined || member === undefined) return error ?? "UNKNOWN_MEMBER_ID";
  removeMember(operation, group, member);
  operation.logger.write("info", "A member has left", {
    groupId: group.groupId,
    memberId: member.memberId,
    reason: reason ?? "not provided",
  });
  return "NONE";
}
