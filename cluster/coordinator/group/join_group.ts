/**
 * Joining a group.
 *
 * @module
 */

import { KafkaError } from "../../../client/protocol/error_codes.ts";
import type {
  JoinGroupRequest,
  JoinGroupRequestProtocol,
} from "../../../client/protocol/messages/join_group.ts";
import type { Reply } from "../coordinator_shard.ts";
import type { ClassicGroup } from "./classic_group.ts";
import { ClassicGroupMember, type JoinAnswer } from "./classic_group_member.ts";
import { newGroupRecord } from "./group_metadata.ts";
import type { GroupOperation } from "./group_operation.ts";
import { heartbeatKey } from "./group_timer_keys.ts";
import { newMemberId } from "./member_id.ts";
import { awaitJoin, joinAnswer, joinError, removePendingMember } from "./member_requests.ts";
import { maybeCompleteJoin, rebalanceOrCompleteJoin } from "./rebalance.ts";
import { replaceStaticMember } from "./static_member.ts";

/** Who sends a JoinGroup. */
export interface JoinContext {
  /** Version of the request. */
  readonly apiVersion: number;
  /** What the client calls itself. */
  readonly clientId: string;
  /** Where it is, as `/address`. */
  readonly clientHost: string;
}

/** What tells a request to join of a client that has no id yet. */
const NO_MEMBER_ID = "";
/** The first version whose clients join a second time, with the id that they were given. */
const FIRST_VERSION_WITH_MEMBER_ID = 4;
/** How long a new member's JoinGroup waits: its connection may be gone without notice, as nothing is read from it meanwhile, ms. */
const NEW_MEMBER_TIMEOUT_MS = 5 * 60_000;

/** Lets a client into a group; it is answered when the generation that it is part of begins. */
export function joinGroup(
  operation: GroupOperation,
  request: JoinGroupRequest,
  context: JoinContext,
  reply: Reply<JoinAnswer>,
): void {
  const { groups, out, now } = operation;
  const { groupId, memberId } = request;
  const foreign = groups.foreign(groupId);
  if (foreign !== undefined && (foreign.type === "share" || foreign.hasMembers)) {
    return out.answer(reply, joinError("INCONSISTENT_GROUP_PROTOCOL", NO_MEMBER_ID));
  }
  const existing = groups.classic(groupId);
  if (existing !== undefined) return join(operation, existing, request, context, reply);
  if (memberId !== NO_MEMBER_ID) {
    return out.answer(reply, joinError("UNKNOWN_MEMBER_ID", memberId));
  }
  const group = operation.groups.create(groupId, now.wallMs);
  if (foreign !== undefined) out.append(...foreign.tombstones());
  join(operation, group, request, context, reply);
  out.append(newGroupRecord(group));
  out.onAppendFailed = (error, failed) => {
    if (foreign === undefined) groups.remove(groupId);
    else groups.put(foreign);
    failed.answer(reply, joinError(error, NO_MEMBER_ID));
  };
}

function join(
  operation: GroupOperation,
  group: ClassicGroup,
  request: JoinGroupRequest,
  context: JoinContext,
  reply: Reply<JoinAnswer>,
): void {
  const { out, random } = operation;
  const { memberId, groupInstanceId, protocolType, protocols } = request;
  if (!hasRoomFor(operation, group, memberId)) {
    out.answer(reply, joinError("GROUP_MAX_SIZE_REACHED", NO_MEMBER_ID));
    removePendingMember(operation, group, memberId);
    // The others need not wait for it.
    return maybeCompleteJoin(operation, group);
  }
  if (!group.supportsProtocols(protocolType, protocols)) {
    return out.answer(reply, joinError("INCONSISTENT_GROUP_PROTOCOL", memberId));
  }
  if (memberId !== NO_MEMBER_ID) return rejoin(operation, group, request, context, reply);
  const newId = newMemberId(random, context.clientId, groupInstanceId);
  if (groupInstanceId !== null) {
    const old = group.members.get(group.staticMemberId(groupInstanceId) ?? "");
    if (old !== undefined) {
      const kept = { ...request, protocols: copyOf(protocols) };
      return replaceStaticMember(operation, group, old, newId, kept, context.apiVersion, reply);
    }
  } else if (context.apiVersion >= FIRST_VERSION_WITH_MEMBER_ID) {
    // A client that gives up before it is answered would leave a member behind that nobody is; this way it does not.
    group.pendingJoinMembers.add(newId);
    out.setTimer(heartbeatKey(group.groupId, newId), request.sessionTimeoutMs);
    return out.answer(reply, joinError("MEMBER_ID_REQUIRED", newId));
  }
  addMember(operation, group, newId, request, context, reply);
}

/** Whether the group takes a member in, or one more. */
function hasRoomFor({ config }: GroupOperation, group: ClassicGroup, memberId: string): boolean {
  const maxSize = config.int("group.max.size");
  const member = group.members.get(memberId);
  switch (group.state) {
    case "Empty":
      return true;
    case "PreparingRebalance":
      // Those who wait count: should the limit have become lower, the last to join again are out.
      return member?.joinReply !== undefined || group.awaitingJoin < maxSize;
    case "CompletingRebalance":
    case "Stable":
      return member !== undefined || group.members.size < maxSize;
  }
}

/** Lets a client that has an id into the group, again or for the first time. */
function rejoin(
  operation: GroupOperation,
  group: ClassicGroup,
  request: JoinGroupRequest,
  context: JoinContext,
  reply: Reply<JoinAnswer>,
): void {
  const { out } = operation;
  const { memberId, groupInstanceId } = request;
  if (group.pendingJoinMembers.has(memberId)) {
    if (groupInstanceId !== null) {
      throw new KafkaError(
        "UNKNOWN_SERVER_ERROR",
        `Pending member ${memberId} joins with a static id: ${groupInstanceId}`,
      );
    }
    return addMember(operation, group, memberId, request, context, reply);
  }
  const error = group.memberError(memberId, groupInstanceId);
  const member = group.members.get(memberId);
  if (error !== undefined || member === undefined) {
    return out.answer(reply, joinError(error ?? "UNKNOWN_MEMBER_ID", memberId));
  }
  const { state, leaderId } = group;
  const isChanged = !member.matches(request.protocols);
  if (state === "PreparingRebalance") {
    return updateMember(operation, group, member, request, `Member ${memberId} is joining`, reply);
  }
  if (isChanged) {
    return updateMember(operation, group, member, request, `Member ${memberId} has changed`, reply);
  }
  // A leader asks for a rebalance when there is something new to assign. While an assignment is awaited it has only missed the answer.
  if (state === "Stable" && leaderId === memberId) {
    return updateMember(operation, group, member, request, `Leader ${memberId} is joining`, reply);
  }
  out.answer(reply, joinAnswer(group, memberId));
}

function addMember(
  operation: GroupOperation,
  group: ClassicGroup,
  memberId: string,
  request: JoinGroupRequest,
  { clientId, clientHost }: JoinContext,
  reply: Reply<JoinAnswer>,
): void {
  const { groupInstanceId, protocolType, rebalanceTimeoutMs, sessionTimeoutMs } = request;
  const member = new ClassicGroupMember({
    memberId,
    groupInstanceId,
    clientId,
    clientHost,
    rebalanceTimeoutMs,
    sessionTimeoutMs,
    protocolType,
    protocols: copyOf(request.protocols),
  });
  member.isNew = true;
  if (group.initialRebalance !== undefined) group.newMemberAdded = true;
  group.add(member, reply);
  operation.out.setTimer(heartbeatKey(group.groupId, memberId), NEW_MEMBER_TIMEOUT_MS);
  rebalanceOrCompleteJoin(operation, group, because(`Adding new member ${memberId}`, request));
}

function updateMember(
  operation: GroupOperation,
  group: ClassicGroup,
  member: ClassicGroupMember,
  request: JoinGroupRequest,
  event: string,
  reply: Reply<JoinAnswer>,
): void {
  const { protocols, rebalanceTimeoutMs, sessionTimeoutMs } = request;
  group.update(member, copyOf(protocols), rebalanceTimeoutMs, sessionTimeoutMs);
  awaitJoin(operation, group, member, reply);
  rebalanceOrCompleteJoin(operation, group, because(event, request));
}

/** Of bytes that outlive the request. */
function copyOf(protocols: readonly JoinGroupRequestProtocol[]): JoinGroupRequestProtocol[] {
  return protocols.map(({ name, metadata }) => ({ name, metadata: metadata.slice() }));
}

/** Why a rebalance begins, for the log. */
function because(event: string, { groupInstanceId, reason }: JoinGroupRequest): string {
  return `${event} with group instance id ${groupInstanceId}; ` +
    `client reason: ${reason === null || reason === "" ? "not provided" : reason}`;
}
