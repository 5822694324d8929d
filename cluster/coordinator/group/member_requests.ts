/**
 * The requests of members that wait for other members.
 *
 * @module
 */

import { errorCode, type ErrorName } from "../../../client/protocol/error_codes.ts";
import type { Reply } from "../coordinator_shard.ts";
import type { ClassicGroup } from "./classic_group.ts";
import type { ClassicGroupMember, JoinAnswer, SyncAnswer } from "./classic_group_member.ts";
import type { GroupOperation } from "./group_operation.ts";
import { heartbeatKey } from "./group_timer_keys.ts";

/** The answer of a JoinGroup that is refused. */
export function joinError(error: ErrorName, memberId: string): JoinAnswer {
  return { errorCode: errorCode(error), memberId };
}

/** The answer of a JoinGroup: the generation, and for its leader the members. */
export function joinAnswer(group: ClassicGroup, memberId: string): JoinAnswer {
  const { protocolName, protocolType, generationId, leaderId } = group;
  return {
    memberId,
    generationId,
    protocolName: protocolName ?? null,
    protocolType: protocolType ?? null,
    leader: leaderId ?? "",
    members: leaderId === memberId ? joinMembers(group) : [],
  };
}

/** The members as the leader is told of them. */
export function joinMembers({ members, protocolName }: ClassicGroup): JoinAnswer["members"] {
  return [...members.values()].map((member) => ({
    memberId: member.memberId,
    groupInstanceId: member.groupInstanceId,
    metadata: member.metadata(protocolName!),
  }));
}

/** Lets a JoinGroup wait. One that waits already is of a connection that the member has given up. */
export function awaitJoin(
  { out }: GroupOperation,
  group: ClassicGroup,
  member: ClassicGroupMember,
  reply: Reply<JoinAnswer>,
): void {
  if (member.joinReply !== undefined) {
    out.answer(member.joinReply, joinError("REBALANCE_IN_PROGRESS", member.memberId));
  }
  group.setJoinReply(member, reply);
}

/** Lets a SyncGroup wait. One that waits already is of a connection that the member has given up. */
export function awaitSync(
  { out }: GroupOperation,
  member: ClassicGroupMember,
  reply: Reply<SyncAnswer>,
): void {
  if (member.syncReply !== undefined) {
    out.answer(member.syncReply, { errorCode: errorCode("REBALANCE_IN_PROGRESS") });
  }
  member.syncReply = reply;
}

/** Answers the JoinGroup of a member, if one waits. */
export function answerJoin(
  { out }: GroupOperation,
  group: ClassicGroup,
  member: ClassicGroupMember,
  answer: JoinAnswer,
): void {
  if (member.joinReply !== undefined) out.answer(member.joinReply, answer);
  group.setJoinReply(member, undefined);
}

/**
 * Answers the SyncGroup of a member, if one waits.
 *
 * @returns whether one did
 */
export function answerSync(
  { out }: GroupOperation,
  member: ClassicGroupMember,
  answer: SyncAnswer,
): boolean {
  const { syncReply } = member;
  if (syncReply === undefined) return false;
  member.syncReply = undefined;
  out.answer(syncReply, answer);
  return true;
}

/** A member has given a sign of life: the next one is due within its session timeout. */
export function expectHeartbeat(
  { out }: GroupOperation,
  { groupId }: ClassicGroup,
  { memberId, sessionTimeoutMs }: ClassicGroupMember,
): void {
  out.setTimer(heartbeatKey(groupId, memberId), sessionTimeoutMs);
}

/** Takes a member out; what it waits for is refused, so that it begins anew if it is still there. */
export function removeMember(
  operation: GroupOperation,
  group: ClassicGroup,
  member: ClassicGroupMember,
): void {
  answerJoin(operation, group, member, joinError("UNKNOWN_MEMBER_ID", ""));
  answerSync(operation, member, { errorCode: errorCode("UNKNOWN_MEMBER_ID") });
  operation.out.cancelTimer(heartbeatKey(group.groupId, member.memberId));
  group.remove(member.memberId);
}

/** Takes back an id that was given to a client which has not joined with it. */
export function removePendingMember(
  { out }: GroupOperation,
  group: ClassicGroup,
  memberId: string,
): void {
  out.cancelTimer(heartbeatKey(group.groupId, memberId));
  group.remove(memberId);
}
