/**
 * Signs of life.
 *
 * @module
 */

import { errorCode, type ErrorName } from "../../../client/protocol/error_codes.ts";
import type {
  HeartbeatRequest,
  HeartbeatResponse,
} from "../../../client/protocol/messages/heartbeat.ts";
import type { Draft } from "../../../storage/message/message_codec.ts";
import type { Reply } from "../coordinator_shard.ts";
import type { GroupOperation } from "./group_operation.ts";
import { expectHeartbeat } from "./member_requests.ts";

/** Takes a sign of life, and tells the member when it is to join again. */
export function heartbeat(
  operation: GroupOperation,
  request: HeartbeatRequest,
  reply: Reply<Draft<HeartbeatResponse>>,
): void {
  operation.out.answer(reply, { errorCode: errorCode(beat(operation, request)) });
}

function beat(operation: GroupOperation, request: HeartbeatRequest): ErrorName {
  const { groupId, memberId, groupInstanceId, generationId } = request;
  const group = operation.groups.classic(groupId);
  const member = group?.members.get(memberId);
  const error = group?.memberError(memberId, groupInstanceId);
  if (group === undefined || member === undefined || error !== undefined) {
    return error ?? "UNKNOWN_MEMBER_ID";
  }
  if (generationId !== group.generationId) return "ILLEGAL_GENERATION";
  expectHeartbeat(operation, group, member);
  return group.state === "PreparingRebalance" ? "REBALANCE_IN_PROGRESS" : "NONE";
}
