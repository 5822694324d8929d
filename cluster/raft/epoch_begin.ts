/**
 * BeginQuorumEpoch, on both sides: a leader makes itself known to the voters that do not fetch from it.
 *
 * @module
 */

import type { LeadingState } from "./epoch_state.ts";
import { isMeant, learn, learnFromAnswer, refusalOf } from "./leader_discovery.ts";
import { destinationOf, quorumInfo, type RaftContext, send } from "./raft_context.ts";
import type { BeginQuorumEpochRequest, BeginQuorumEpochResponse } from "./raft_message.ts";

/** Follows the leader. */
export function handleBeginQuorumEpoch(
  context: RaftContext,
  request: BeginQuorumEpochRequest,
  now: number,
): BeginQuorumEpochResponse {
  const refusal = refusalOf(context, request.leaderId, request);
  if (refusal === undefined) learn(context, request, now);
  const error = refusal ?? (isMeant(context, request.voter) ? "NONE" : "INVALID_VOTER_KEY");
  return { type: "begin_quorum_epoch", ...quorumInfo(context, error) };
}

/** Looks whether somebody else leads. Returns whether the answer was of use. */
export function handleBeginQuorumEpochResponse(
  context: RaftContext,
  response: BeginQuorumEpochResponse,
  now: number,
): boolean {
  return learnFromAnswer(context, response, now) ?? response.error === "NONE";
}

/** Tells those who do not fetch, when it is time for that. Returns when it is the next time. */
export function tellVoters(
  context: RaftContext,
  { leader }: LeadingState,
  now: number,
): number {
  if (now < leader.beginDeadline) return leader.beginDeadline;
  const { key, epoch, leaderEndpoints } = context.quorum;
  for (const { key: voter, endpoints } of leader.votersToTell(now)) {
    const to = destinationOf(context, voter.id, endpoints);
    if (to === undefined) continue;
    send(context, to, now, () => ({
      type: "begin_quorum_epoch",
      voter,
      leaderId: key.id,
      epoch,
      leaderEndpoints,
    }));
  }
  return leader.beginDeadline;
}
