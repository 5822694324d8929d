/**
 * What a replica learns of epochs and leaders from what others ask and answer, whatever that is about.
 *
 * @module
 */

import type { ErrorName } from "../../client/protocol/error_codes.ts";
import type { RaftContext } from "./raft_context.ts";
import type { QuorumInfo } from "./raft_message.ts";
import type { ReplicaKey, VoterEndpoint } from "./voter_set.ts";

/** A leader and its epoch, as somebody else knows them. */
export type ToldLeader = Pick<QuorumInfo, "leaderId" | "epoch" | "leaderEndpoints">;

/**
 * Why a request that only voters send is refused: it is of an epoch that is over, comes from nobody, or names a leader that cannot be.
 *
 * @param senderId who asks
 * @param told the leader that the request tells of, if it does
 */
export function refusalOf(
  { quorum }: RaftContext,
  senderId: number,
  told: { readonly leaderId: number | undefined; readonly epoch: number },
): ErrorName | undefined {
  if (told.epoch < quorum.epoch) return "FENCED_LEADER_EPOCH";
  const isPossible = senderId >= 0 && senderId !== quorum.key.id &&
    agreesOnLeader(quorum, told.leaderId, told.epoch);
  return isPossible ? undefined : "INVALID_REQUEST";
}

/** Whether a request that names its receiver means this replica. */
export function isMeant({ quorum: { key } }: RaftContext, voter: ReplicaKey | undefined): boolean {
  return voter === undefined ||
    voter.id === key.id &&
      (voter.directoryId === undefined || voter.directoryId === key.directoryId);
}

/**
 * Goes to a later epoch, or follows the leader of this one when that is news.
 *
 * @returns whether it was
 */
export function learn(context: RaftContext, told: ToldLeader, now: number): boolean {
  const { quorum } = context;
  const { leaderId, epoch } = told;
  if (epoch < quorum.epoch || !agreesOnLeader(quorum, leaderId, epoch)) return false;
  const endpoints = endpointsOf(context, told);
  const isLater = epoch > quorum.epoch;
  if (leaderId !== undefined && endpoints.length > 0) {
    const isNews = isLater || quorum.leaderId === undefined ||
      endpoints.length > quorum.leaderEndpoints.length;
    if (isNews) quorum.toFollower(epoch, leaderId, endpoints, now);
    return isNews;
  }
  if (isLater) quorum.toUnattached(epoch, leaderId, now);
  return isLater;
}

/**
 * Does what is done with any answer.
 *
 * @returns whether it was of use; `undefined` when the rest of it, its error first of all, is still to be looked at
 */
export function learnFromAnswer(
  context: RaftContext,
  info: QuorumInfo,
  now: number,
): boolean | undefined {
  const { quorum } = context;
  const { error, epoch, leaderId } = info;
  // Asked again at once, the other would say the same again.
  if (epoch < quorum.epoch || error === "UNKNOWN_LEADER_EPOCH") return false;
  const isStale = epoch > quorum.epoch || error === "FENCED_LEADER_EPOCH" ||
    error === "NOT_LEADER_OR_FOLLOWER";
  if (isStale) return learn(context, info, now);
  // Who has found the leader so takes what it has sent along.
  if (leaderId !== undefined && quorum.leaderId === undefined) learn(context, info, now);
  return undefined;
}

/** Only leaders that were elected are told of, so that of two that differ in an epoch one is wrong. */
function agreesOnLeader(
  quorum: RaftContext["quorum"],
  leaderId: number | undefined,
  epoch: number,
): boolean {
  if (leaderId === undefined) return true;
  if (epoch === quorum.epoch) {
    return quorum.leaderId === undefined
      ? leaderId !== quorum.key.id
      : leaderId === quorum.leaderId;
  }
  return leaderId !== quorum.key.id;
}

/** Where a leader listens; who does not tell means the address that voters have. */
function endpointsOf({ quorum }: RaftContext, told: ToldLeader): readonly VoterEndpoint[] {
  if (told.leaderId === undefined || told.leaderEndpoints.length > 0) return told.leaderEndpoints;
  return quorum.history.lastVoters.get(told.leaderId)?.endpoints ?? [];
}
