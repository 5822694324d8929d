/**
 * Standing for election: from the first question to the first records of an epoch (KIP-595, KIP-996).
 *
 * @module
 */

import {
  type ControlMessage,
  kraftVersionMessage,
  leaderChangeMessage,
  votersMessage,
} from "./control_messages.ts";
import type { CandidateState, ProspectiveState } from "./epoch_state.ts";
import type { Quorum } from "./quorum.ts";
import { BOOTSTRAP_VOTERS_OFFSET } from "./quorum_history.ts";
import { destinationOf, endOfLog, type RaftContext, send } from "./raft_context.ts";
import type { VoteRequest } from "./raft_message.ts";
import type { ReplicaKey } from "./voter_set.ts";

/** Asks how a vote would go. The only voter knows, and leads when this returns. */
export function standForElection(context: RaftContext, now: number): void {
  context.quorum.toProspective(now);
  goOn(context, now);
}

/** Begins an epoch of its own, and leads it if nobody else need be asked. */
export function beginElection(context: RaftContext, now: number): void {
  context.quorum.toCandidate(now);
  goOn(context, now);
}

/** Goes on once the votes allow it: from prospective to candidate, from candidate to leader. */
export function goOn(context: RaftContext, now: number): void {
  const { quorum, log, emit } = context;
  const { state } = quorum;
  if (state.name !== "Prospective" && state.name !== "Candidate") return;
  if (!state.election.isVoteGranted) return;
  if (state.name === "Prospective") return beginElection(context, now);
  const startOffset = log.endOffset;
  const messages = startOfEpoch(quorum, state.election.grantingVoters);
  quorum.toLeader(startOffset, now);
  emit({ type: "leader", epoch: state.epoch, startOffset, messages });
}

/** Gives up standing: follows the last leader that is known, if there is one. */
export function giveUp({ quorum }: RaftContext, state: ProspectiveState, now: number): void {
  const { epoch, leaderId, leaderEndpoints } = state;
  if (leaderId !== undefined && leaderId !== quorum.key.id && leaderEndpoints.length > 0) {
    quorum.toFollower(epoch, leaderId, leaderEndpoints, now);
  } else quorum.toUnattached(epoch, leaderId, now);
}

/** Asks those who have not answered, unless all is lost. Returns when there is more to do. */
export function askForVotes(
  context: RaftContext,
  { election, name }: ProspectiveState | CandidateState,
  now: number,
): number {
  if (election.isVoteRejected) return Infinity;
  const { history } = context.quorum;
  let next = Infinity;
  for (const voter of election.unrecordedVoters) {
    const to = destinationOf(context, voter.id, history.lastVoters.get(voter.id)!.endpoints);
    if (to === undefined) continue;
    const request = () => voteRequest(context, voter, name === "Prospective");
    next = Math.min(next, send(context, to, now, request));
  }
  return next;
}

function voteRequest(
  { quorum, log }: RaftContext,
  voter: ReplicaKey,
  preVote: boolean,
): VoteRequest {
  const { key: candidate, epoch } = quorum;
  return { type: "vote", voter, candidate, epoch, logEnd: endOfLog(log), preVote };
}

/**
 * The records that open an epoch: who leads, and the voters anew when the log does not have them yet or this node's listeners
 * are not what it has.
 */
function startOfEpoch(
  { history, local, key }: Quorum,
  grantingVoters: readonly number[],
): ControlMessage[] {
  const voters = history.lastVoters;
  const messages = [leaderChangeMessage(key.id, voters.ids, grantingVoters)];
  if (history.lastKRaftVersion === 0) return messages;
  const isNew = history.lastVotersOffset === BOOTSTRAP_VOTERS_OFFSET;
  if (isNew || voters.needsUpdate(local)) {
    messages.push(
      kraftVersionMessage(history.lastKRaftVersion),
      votersMessage(voters.withVoter(local).toRecord()),
    );
  }
  return messages;
}
