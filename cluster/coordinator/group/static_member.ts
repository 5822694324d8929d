/**
 * A static member that comes back.
 *
 * @module
 */

import { errorCode } from "../../../client/protocol/error_codes.ts";
import type { JoinGroupRequest } from "../../../client/protocol/messages/join_group.ts";
import type { Reply } from "../coordinator_shard.ts";
import type { ClassicGroup } from "./classic_group.ts";
import { ClassicGroupMember, type JoinAnswer } from "./classic_group_member.ts";
import { groupMetadataRecord } from "./group_metadata.ts";
import type { GroupOperation } from "./group_operation.ts";
import { heartbeatKey } from "./group_timer_keys.ts";
import {
  answerJoin,
  answerSync,
  awaitJoin,
  expectHeartbeat,
  joinAnswer,
  joinError,
} from "./member_requests.ts";
import { rebalanceOrCompleteJoin } from "./rebalance.ts";

/** The first version in which a leader can be told that it leads and need not assign. */
const FIRST_VERSION_WITH_SKIP_ASSIGNMENT = 9;

/**
 * Puts a client in the place of the member with its static id, whose requests are fenced off from now on. A stable group goes on with the
 * assignments that it has, unless its protocol changes by this.
 */
export function replaceStaticMember(
  operation: GroupOperation,
  group: ClassicGroup,
  old: ClassicGroupMember,
  memberId: string,
  request: JoinGroupRequest,
  apiVersion: number,
  reply: Reply<JoinAnswer>,
): void {
  const { out } = operation;
  const { leaderId: previousLeader, state } = group;
  const { rebalanceTimeoutMs, sessionTimeoutMs, protocols } = request;
  answerJoin(operation, group, old, joinError("FENCED_INSTANCE_ID", old.memberId));
  answerSync(operation, old, { errorCode: errorCode("FENCED_INSTANCE_ID") });
  out.cancelTimer(heartbeatKey(group.groupId, old.memberId));
  const member = new ClassicGroupMember({
    memberId,
    groupInstanceId: old.groupInstanceId,
    clientId: old.clientId,
    clientHost: old.clientHost,
    protocolType: old.protocolType,
    assignment: old.assignment,
    rebalanceTimeoutMs,
    sessionTimeoutMs,
    protocols,
  });
  group.replaceStatic(old, member);
  expectHeartbeat(operation, group, member);
  if (state !== "Stable" || group.selectProtocol() !== group.protocolName) {
    awaitJoin(operation, group, member, reply);
    const event = `Static member ${member.groupInstanceId} is back as ${memberId}`;
    return rebalanceOrCompleteJoin(operation, group, event);
  }
  const answer = joinAnswer(group, memberId);
  const isLeader = group.leaderId === memberId;
  out.append(groupMetadataRecord(group));
  out.answer(
    reply,
    apiVersion >= FIRST_VERSION_WITH_SKIP_ASSIGNMENT
      ? { ...answer, skipAssignment: isLeader }
      // One that cannot be told so takes another for the leader, or it would assign for nothing.
      : { ...answer, leader: previousLeader ?? "", members: [] },
  );
  out.onAppendFailed = (error, failed) => {
    group.replaceStatic(member, old);
    failed.cancelTimer(heartbeatKey(group.groupId, memberId));
    expectHeartbeat({ ...operation, out: failed }, group, old);
    const refusal = { ...answer, ...joinError(error, ""), leader: previousLeader ?? "" };
    failed.answer(reply, { ...refusal, members: [] });
  };
}
