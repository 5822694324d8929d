/**
 * A rebalance: the members join again, and a new generation begins.
 *
 * @module
 */

import { errorCode, type ErrorName } from "../../../client/protocol/error_codes.ts";
import type { ClassicGroup } from "./classic_group.ts";
import { NO_ASSIGNMENT } from "./classic_group_member.ts";
import { groupMetadataRecord } from "./group_metadata.ts";
import type { GroupOperation } from "./group_operation.ts";
import { joinKey, syncKey } from "./group_timer_keys.ts";
import {
  answerJoin,
  answerSync,
  expectHeartbeat,
  joinAnswer,
  removeMember,
} from "./member_requests.ts";

/** How soon at most a rebalance in which nobody has joined is looked at again, ms. */
const MIN_RETRY_MS = 100;

/** Begins a rebalance, or goes on with the one that is under way. */
export function rebalanceOrCompleteJoin(
  operation: GroupOperation,
  group: ClassicGroup,
  reason: string,
): void {
  if (group.state === "PreparingRebalance") maybeCompleteJoin(operation, group);
  else prepareRebalance(operation, group, reason);
}

/** Begins a rebalance. The first one of a group leaves time for others to come, so that it does not have many in a row. */
export function prepareRebalance(
  operation: GroupOperation,
  group: ClassicGroup,
  reason: string,
): void {
  const { out, config, now, logger } = operation;
  const { groupId, state, generationId } = group;
  if (state === "CompletingRebalance") {
    refuseAssignments(operation, group, "REBALANCE_IN_PROGRESS");
  }
  group.pendingSyncMembers.clear();
  out.cancelTimer(syncKey(groupId));
  logger.write("info", "Preparing to rebalance a group", { groupId, state, generationId, reason });
  group.transitionTo("PreparingRebalance", now.wallMs);
  if (state === "Empty") {
    const delayMs = config.int("group.initial.rebalance.delay.ms");
    const remainingMs = Math.max(group.rebalanceTimeoutMs - delayMs, 0);
    group.initialRebalance = { delayMs, remainingMs };
    out.setTimer(joinKey(groupId), delayMs);
  } else if (group.hasAllMembersJoined) {
    completeJoin(operation, group);
  } else {
    out.setTimer(joinKey(groupId), group.rebalanceTimeoutMs);
  }
}

/** Goes on to the next generation if everybody has joined. The first rebalance of a group takes its time all the same. */
export function maybeCompleteJoin(operation: GroupOperation, group: ClassicGroup): void {
  const { state, initialRebalance, hasAllMembersJoined } = group;
  if (state !== "PreparingRebalance" || initialRebalance !== undefined) return;
  if (hasAllMembersJoined) completeJoin(operation, group);
}

/** The time to join is over. While others keep coming, the first rebalance is put off, as far as their rebalance timeouts go. */
export function joinTimerExpired(operation: GroupOperation, group: ClassicGroup): void {
  if (group.state !== "PreparingRebalance") return;
  const { initialRebalance, groupId } = group;
  if (
    !group.newMemberAdded || initialRebalance === undefined || initialRebalance.remainingMs === 0
  ) {
    return completeJoin(operation, group);
  }
  const { delayMs, remainingMs } = initialRebalance;
  const nextDelayMs = Math.min(
    operation.config.int("group.initial.rebalance.delay.ms"),
    remainingMs,
  );
  group.newMemberAdded = false;
  group.initialRebalance = {
    delayMs: nextDelayMs,
    remainingMs: Math.max(remainingMs - delayMs, 0),
  };
  operation.out.setTimer(joinKey(groupId), nextDelayMs);
}

/** Ends the time to join: who has not joined is out, unless it is static, and the others are told of their generation. */
export function completeJoin(operation: GroupOperation, group: ClassicGroup): void {
  const { out, now, logger } = operation;
  const { groupId } = group;
  out.cancelTimer(joinKey(groupId));
  const removed: string[] = [];
  for (const member of [...group.members.values()]) {
    if (member.joinReply !== undefined || member.isStatic) continue;
    removed.push(member.memberId);
    removeMember(operation, group, member);
  }
  if (removed.length > 0) {
    logger.write("info", "Removed members who have not joined again", { groupId, removed });
  }
  if (!group.electJoinedLeader() && group.members.size > 0) {
    // Static members only, none of which is back: their sessions end, or one of them joins.
    logger.write("error", "A rebalance cannot go on because no member has joined", { groupId });
    if (group.initialRebalance !== undefined) {
      group.initialRebalance = { ...group.initialRebalance, remainingMs: 0 };
    }
    return out.setTimer(joinKey(groupId), Math.max(group.rebalanceTimeoutMs, MIN_RETRY_MS));
  }
  group.initNextGeneration(now.wallMs);
  const { generationId } = group;
  if (group.state === "Empty") {
    logger.write("info", "A group is empty", { groupId, generationId });
    // Should this be lost, the generation before comes back at a restart, and its members are found to be gone.
    return out.append(groupMetadataRecord(group));
  }
  const { size } = group.members;
  logger.write("info", "A generation has its members", { groupId, generationId, members: size });
  for (const member of group.members.values()) {
    answerJoin(operation, group, member, joinAnswer(group, member.memberId));
    expectHeartbeat(operation, group, member);
    member.isNew = false;
    group.pendingSyncMembers.add(member.memberId);
  }
  out.setTimer(syncKey(groupId), group.rebalanceTimeoutMs);
}

/** Who has not asked for its assignment until now is out. */
export function syncTimerExpired(operation: GroupOperation, group: ClassicGroup): void {
  const { state, pendingSyncMembers } = group;
  if (state !== "CompletingRebalance" && state !== "Stable") return;
  if (pendingSyncMembers.size === 0) return;
  const removed = [...pendingSyncMembers];
  for (const memberId of removed) {
    const member = group.members.get(memberId);
    if (member !== undefined) removeMember(operation, group, member);
  }
  pendingSyncMembers.clear();
  const reason = `Removing ${removed.join(", ")} on pending sync request expiration`;
  prepareRebalance(operation, group, reason);
}

/** Nobody gets an assignment of this generation; who waits for one is told why. */
export function refuseAssignments(
  operation: GroupOperation,
  group: ClassicGroup,
  error: ErrorName,
): void {
  for (const member of group.members.values()) {
    member.assignment = NO_ASSIGNMENT;
    // While it waited, its session may have ended without notice.
    if (answerSync(operation, member, { errorCode: errorCode(error) })) {
      expectHeartbeat(operation, group, member);
    }
  }
}
