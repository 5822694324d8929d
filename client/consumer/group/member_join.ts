/**
 * Joining a group: JoinGroup, and SyncGroup with what the leader has shared (Kafka's `AbstractCoordinator`, KIP-394 and KIP-345).
 *
 * @module
 */

import { errorMessage, type ErrorName, errorName, KafkaError } from "../../protocol/error_codes.ts";
import {
  joinGroup,
  type JoinGroupRequestProtocol,
  type JoinGroupResponse,
} from "../../protocol/messages/join_group.ts";
import { syncGroup, type SyncGroupResponse } from "../../protocol/messages/sync_group.ts";
import type { Logger } from "../../../storage/env.ts";
import { ConsumerError } from "../consumer_errors.ts";
import { type Generation, generationText, isReset } from "./generation.ts";
import { type GroupCoordinator, groupError } from "./group_coordinator.ts";
import type { GroupSettings } from "./group_settings.ts";
import type { MemberState } from "./member_state.ts";
import { truncatedReason } from "./rejoin_reason.ts";

/** What kind of members a group of consumers has. */
export const PROTOCOL_TYPE = "consumer";

/** How much longer than the rebalance itself the answer to a join may take, ms. */
const JOIN_GROUP_TIMEOUT_LAPSE_MS = 5000;

/** What joins. */
export interface MemberJoinOptions {
  /** Where to ask. */
  readonly coordinator: GroupCoordinator;
  /** Where the consumer stands. */
  readonly member: MemberState;
  /** The group, and how long things may take. */
  readonly settings: GroupSettings;
  /** Receives what happens. */
  readonly logger: Logger;
  /** What the consumer wants, by assignor. */
  readonly protocols: () => readonly JoinGroupRequestProtocol[];
  /** Shares the partitions, when this member is the leader; bytes by member. */
  readonly lead: (response: JoinGroupResponse) => Promise<ReadonlyMap<string, Uint8Array>>;
  /** Told when the group knows this member, so that it has to send heartbeats. */
  readonly onJoined: () => void;
}

/** The member left while it was joining (Kafka's `UnjoinedGroupException`): it may try again. */
export class UnjoinedGroupError extends KafkaError {
  /** Says so. */
  constructor() {
    super("REBALANCE_IN_PROGRESS", "The consumer left the group while it was joining it");
  }
}

/**
 * Joins, and waits for the partitions.
 *
 * @returns the assignment as the leader has written it
 * @throws {KafkaError} what the coordinator says; whether it may be tried again, {@linkcode rejoinsAtOnce} and its `retriable` tell
 * @throws {ConsumerError} for an answer that no coordinator should give
 */
export async function joinAndSync(
  options: MemberJoinOptions,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const { coordinator, member, settings, protocols } = options;
  const { groupId, groupInstanceId, rebalanceTimeoutMs, requestTimeoutMs } = settings;
  member.beginJoin();
  const sent = member.generation;
  const response = await coordinator.send(joinGroup, () => ({
    groupId,
    sessionTimeoutMs: settings.sessionTimeoutMs,
    rebalanceTimeoutMs,
    memberId: sent.memberId,
    groupInstanceId,
    protocolType: PROTOCOL_TYPE,
    protocols: protocols(),
    reason: truncatedReason(member.rejoinReason),
  }), {
    signal,
    timeoutMs: Math.max(requestTimeoutMs, rebalanceTimeoutMs + JOIN_GROUP_TIMEOUT_LAPSE_MS),
  });
  const error = errorName(response.errorCode);
  if (error !== "NONE") throw joinFailure(options, sent, error, response);
  takeGeneration(options, response);
  const isLeader = response.leader === response.memberId;
  return await sync(options, isLeader ? await options.lead(response) : new Map(), signal);
}

/** Whether a failed join is tried again without a wait: the coordinator is there, and wants another request. */
export function rejoinsAtOnce(error: unknown): boolean {
  return error instanceof KafkaError && AT_ONCE.has(error.code);
}

const AT_ONCE: ReadonlySet<ErrorName> = new Set([
  "UNKNOWN_MEMBER_ID",
  "ILLEGAL_GENERATION",
  "REBALANCE_IN_PROGRESS",
  "MEMBER_ID_REQUIRED",
]);

function joinFailure(
  { coordinator, member, settings, logger }: MemberJoinOptions,
  sent: Generation,
  error: ErrorName,
  { memberId }: JoinGroupResponse,
): unknown {
  const { groupId, groupInstanceId } = settings;
  const level = error === "MEMBER_ID_REQUIRED" ? "debug" : "info";
  logger.write(level, "JoinGroup failed", { groupId, generation: generationText(sent), error });
  switch (error) {
    case "MEMBER_ID_REQUIRED":
      member.name(memberId);
      member.requestRejoin(`need to re-join with the given member-id: ${memberId}`);
      break;
    case "UNKNOWN_MEMBER_ID":
      if (member.generation === sent) {
        member.reset("encountered UNKNOWN_MEMBER_ID from JOIN_GROUP response", false);
      }
      break;
    case "COORDINATOR_NOT_AVAILABLE":
    case "NOT_COORDINATOR":
      coordinator.forget(error);
      break;
    case "UNSUPPORTED_VERSION":
      return new KafkaError(
        error,
        "The version of API is not supported by the broker" +
          (groupInstanceId === null ? "" : "; unset group.instance.id if that is the reason"),
      );
    case "GROUP_AUTHORIZATION_FAILED":
    case "COORDINATOR_LOAD_IN_PROGRESS":
    case "FENCED_INSTANCE_ID":
    case "GROUP_MAX_SIZE_REACHED":
    case "INCONSISTENT_GROUP_PROTOCOL":
    case "INVALID_GROUP_ID":
    case "INVALID_SESSION_TIMEOUT":
    case "REBALANCE_IN_PROGRESS":
      break;
    default:
      return new ConsumerError(`Unexpected error in join group response: ${errorMessage(error)}`);
  }
  return groupError(new KafkaError(error), groupId);
}

/** The group has begun a round with this member. */
function takeGeneration(options: MemberJoinOptions, response: JoinGroupResponse): void {
  const { member, onJoined, logger, settings: { groupId } } = options;
  const { protocolType, protocolName, generationId, memberId } = response;
  if (protocolType !== null && protocolType !== PROTOCOL_TYPE) {
    throw new KafkaError("INCONSISTENT_GROUP_PROTOCOL");
  }
  // It may have left meanwhile.
  if (member.phase !== "preparing") throw new UnjoinedGroupError();
  const generation = { generationId, memberId, protocolName };
  member.joined(generation);
  logger.write("info", "Successfully joined group", {
    groupId,
    generation: generationText(generation),
  });
  onJoined();
}

async function sync(
  options: MemberJoinOptions,
  assignments: ReadonlyMap<string, Uint8Array>,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const { coordinator, member, settings: { groupId, groupInstanceId } } = options;
  if (member.phase !== "completing") throw new KafkaError("ILLEGAL_GENERATION");
  const sent = member.generation;
  const response = await coordinator.send(syncGroup, () => ({
    groupId,
    generationId: sent.generationId,
    memberId: sent.memberId,
    groupInstanceId,
    protocolType: PROTOCOL_TYPE,
    protocolName: sent.protocolName,
    assignments: Array.from(assignments, ([memberId, assignment]) => ({ memberId, assignment })),
  }), { signal });
  const error = errorName(response.errorCode);
  if (error !== "NONE") throw syncFailure(options, sent, error);
  return takeAssignment(options, sent, response);
}

function syncFailure(
  { coordinator, member, settings: { groupId }, logger }: MemberJoinOptions,
  sent: Generation,
  error: ErrorName,
): unknown {
  logger.write("info", "SyncGroup failed", { groupId, generation: generationText(sent), error });
  switch (error) {
    case "UNKNOWN_MEMBER_ID":
    case "ILLEGAL_GENERATION":
      if (member.generation === sent) {
        const keepsMemberId = error === "ILLEGAL_GENERATION";
        member.reset(`encountered ${error} from SYNC_GROUP response`, keepsMemberId);
      }
      break;
    case "COORDINATOR_NOT_AVAILABLE":
    case "NOT_COORDINATOR":
      coordinator.forget(error);
      break;
    case "GROUP_AUTHORIZATION_FAILED":
    case "REBALANCE_IN_PROGRESS":
    case "FENCED_INSTANCE_ID":
      break;
    default:
      return new ConsumerError(`Unexpected error from SyncGroup: ${errorMessage(error)}`);
  }
  return groupError(new KafkaError(error), groupId);
}

function takeAssignment(
  { member, logger, settings: { groupId } }: MemberJoinOptions,
  sent: Generation,
  { protocolType, protocolName, assignment }: SyncGroupResponse,
): Uint8Array {
  const isOther = (protocolType !== null && protocolType !== PROTOCOL_TYPE) ||
    (protocolName !== null && protocolName !== sent.protocolName);
  if (isOther) throw new KafkaError("INCONSISTENT_GROUP_PROTOCOL");
  // Heartbeats may have been told otherwise meanwhile.
  if (isReset(member.generation) || member.phase !== "completing") {
    throw new KafkaError("ILLEGAL_GENERATION");
  }
  member.synced();
  logger.write("info", "Successfully synced group", { groupId, generation: generationText(sent) });
  return assignment;
}
