/**
 * Vote, on both sides (KIP-595, KIP-996).
 *
 * @module
 */

import type { ErrorName } from "../../client/protocol/error_codes.ts";
import { giveUp, goOn } from "./election.ts";
import type { EpochState } from "./epoch_state.ts";
import { isMeant, learnFromAnswer, refusalOf } from "./leader_discovery.ts";
import { compareOffsetAndEpoch } from "./offset_and_epoch.ts";
import { endOfLog, quorumInfo, type RaftContext } from "./raft_context.ts";
import type { VoteRequest, VoteResponse } from "./raft_message.ts";
import { matchesReplica, type ReplicaKey } from "./voter_set.ts";

/** Gives the vote to who has everything that this replica has, unless it is given already; a pre-vote is no promise. */
export function handleVote(context: RaftContext, request: VoteRequest, now: number): VoteResponse {
  const { quorum, log } = context;
  const answer = (error: ErrorName, voteGranted: boolean): VoteResponse => ({
    type: "vote",
    ...quorumInfo(context, error),
    voteGranted,
  });
  const { candidate, epoch, logEnd, preVote } = request;
  // A candidate has begun an epoch in which nobody has written yet; one that only asks has not.
  const isIllegal = preVote ? logEnd.epoch > epoch : logEnd.epoch >= epoch;
  if (logEnd.offset < 0 || logEnd.epoch < 0 || isIllegal) return answer("INVALID_REQUEST", false);
  const refusal = refusalOf(context, candidate.id, { leaderId: undefined, epoch });
  if (refusal !== undefined) return answer(refusal, false);
  if (epoch > quorum.epoch) quorum.toUnattached(epoch, undefined, now);
  if (!isMeant(context, request.voter)) return answer("INVALID_VOTER_KEY", false);
  const { state } = quorum;
  const isUpToDate = compareOffsetAndEpoch(logEnd, endOfLog(log)) >= 0;
  const voteGranted = canGrantVote(state, candidate, isUpToDate, preVote);
  const mayVote = state.name === "Unattached" || state.name === "Prospective";
  if (voteGranted && !preVote && mayVote && state.votedKey === undefined) {
    quorum.addVote(candidate, now);
  }
  return answer("NONE", voteGranted);
}

/** Counts an answer. Returns whether it was of use. */
export function handleVoteResponse(
  context: RaftContext,
  from: number,
  response: VoteResponse,
  now: number,
): boolean {
  const known = learnFromAnswer(context, response, now);
  if (known !== undefined) return known;
  if (response.error !== "NONE") return false;
  const { state } = context.quorum;
  if (state.name !== "Prospective" && state.name !== "Candidate") return true;
  state.election.recordVote(from, response.voteGranted);
  if (response.voteGranted) goOn(context, now);
  // A candidate that has lost waits until its time is over, so that the next election is not at once.
  else if (state.name === "Prospective" && state.election.isVoteRejected) {
    giveUp(context, state, now);
  }
  return true;
}

function canGrantVote(
  state: EpochState,
  candidate: ReplicaKey,
  isUpToDate: boolean,
  preVote: boolean,
): boolean {
  switch (state.name) {
    case "Leader":
      return false;
    case "Candidate":
    case "Resigned":
      return preVote && isUpToDate;
    case "Follower":
      return preVote && isUpToDate && !state.hasFetched;
    default:
      if (preVote) return isUpToDate;
      if (state.votedKey !== undefined) return matchesReplica(state.votedKey, candidate);
      return state.leaderId === undefined && isUpToDate;
  }
}
