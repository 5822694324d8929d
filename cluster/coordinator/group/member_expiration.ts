/**
 * Members that have been silent for too long.
 *
 * @module
 */

import type { ClassicGroup } from "./classic_group.ts";
import type { GroupOperation } from "./group_operation.ts";
import { removeMember, removePendingMember } from "./member_requests.ts";
import { completeJoin, prepareRebalance } from "./rebalance.ts";

/** A sign of life was due: a member that has given none is out. */
export function heartbeatExpired(
  operation: GroupOperation,
  group: ClassicGroup,
  memberId: string,
): void {
  const { groupId } = group;
  const member = group.members.get(memberId);
  if (group.pendingJoinMembers.has(memberId)) {
    removePendingMember(operation, group, memberId);
  } else if (member === undefined || member.hasSatisfiedHeartbeat) {
    return;
  } else {
    removeMember(operation, group, member);
  }
  operation.logger.write("info", "A member has been silent for too long", { groupId, memberId });
  if (group.state === "PreparingRebalance") {
    if (group.hasAllMembersJoined) completeJoin(operation, group);
  } else if (group.state !== "Empty" && member !== undefined) {
    prepareRebalance(operation, group, `removing member ${memberId} on heartbeat expiration.`);
  }
}
