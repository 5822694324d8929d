/**
 * Asking for an assignment, and giving them.
 *
 * @module
 */

import { errorCode, type ErrorName } from "../../../client/protocol/error_codes.ts";
import type { SyncGroupRequest } from "../../../client/protocol/messages/sync_group.ts";
import type { Reply } from "../coordinator_shard.ts";
import type { GroupMetadataValue } from "../group_records.ts";
import type { ClassicGroup } from "./classic_group.ts";
import { NO_ASSIGNMENT, type SyncAnswer } from "./classic_group_member.ts";
import { groupMetadataRecord } from "./group_metadata.ts";
import type { GroupOperation } from "./group_operation.ts";
import { syncKey } from "./group_timer_keys.ts";
import { awaitSync, expectHeartbeat } from "./member_requests.ts";
import { prepareRebalance, refuseAssignments } from "./rebalance.ts";

/** Answers a member with what it is assigned: when the leader has said so, and it is written down. */
export function syncGroup(
  operation: GroupOperation,
  request: SyncGroupRequest,
  reply: Reply<SyncAnswer>,
): void {
  const { groups, out } = operation;
  const { groupId, memberId } = request;
  const group = groups.classic(groupId);
  const error = errorOf(group, request);
  const member = group?.members.get(memberId);
  if (error !== undefined || group === undefined || member === undefined) {
    return out.answer(reply, { errorCode: errorCode(error ?? "UNKNOWN_MEMBER_ID") });
  }
  group.pendingSyncMembers.delete(memberId);
  if (group.pendingSyncMembers.size === 0) out.cancelTimer(syncKey(groupId));
  if (group.state === "Stable") return out.answer(reply, answerOf(group, member.assignment));
  awaitSync(operation, member, reply);
  if (group.leaderId === memberId) assign(operation, group, request);
}

function errorOf(
  group: ClassicGroup | undefined,
  request: SyncGroupRequest,
): ErrorName | undefined {
  if (group === undefined || group.state === "Empty") return "UNKNOWN_MEMBER_ID";
  const error = group.memberError(request.memberId, request.groupInstanceId);
  if (error !== undefined) return error;
  if (request.generationId !== group.generationId) return "ILLEGAL_GENERATION";
  if (
    isOther(request.protocolType, group.protocolType) ||
    isOther(request.protocolName, group.protocolName)
  ) {
    return "INCONSISTENT_GROUP_PROTOCOL";
  }
  return group.state === "PreparingRebalance" ? "REBALANCE_IN_PROGRESS" : undefined;
}

function isOther(told: string | null, own: string | undefined): boolean {
  return told !== null && own !== undefined && told !== own;
}

function answerOf(group: ClassicGroup, assignment: Uint8Array): SyncAnswer {
  const { protocolType, protocolName } = group;
  return {
    protocolType: protocolType ?? null,
    protocolName: protocolName ?? null,
    assignment,
  };
}

/** The leader has said what everybody gets: it is written down, and who waits is answered. */
function assign(
  operation: GroupOperation,
  group: ClassicGroup,
  { assignments, memberId }: SyncGroupRequest,
): void {
  const { out, logger } = operation;
  const { groupId, generationId } = group;
  const byMember = new Map(assignments.map((one) => [one.memberId, one.assignment.slice()]));
  const assignmentOf = (id: string) => byMember.get(id) ?? NO_ASSIGNMENT;
  logger.write("info", "The leader has assigned", { groupId, generationId, leader: memberId });
  out.append(groupMetadataRecord(group, (member) => assignmentOf(member.memberId)));
  for (const member of group.members.values()) {
    if (member.syncReply === undefined) continue;
    out.answer(member.syncReply, answerOf(group, assignmentOf(member.memberId)));
    // While it waited, its session may have ended without notice.
    expectHeartbeat(operation, group, member);
  }
  out.onAppendFailed = (error, failed) => {
    const mending = { ...operation, out: failed };
    refuseAssignments(mending, group, error);
    prepareRebalance(mending, group, `Error ${error} when storing group assignment`);
  };
}

/** What the leader has assigned is written down: the members have it, and have been answered. */
export function assignmentWritten(
  group: ClassicGroup,
  { generation, members }: GroupMetadataValue,
  nowMs: number,
): void {
  if (group.state !== "CompletingRebalance" || group.generationId !== generation) return;
  for (const { memberId, assignment } of members) {
    const member = group.members.get(memberId);
    if (member === undefined) continue;
    member.assignment = assignment;
    member.syncReply = undefined;
  }
  group.transitionTo("Stable", nowMs);
}
