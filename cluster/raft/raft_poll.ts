/**
 * What a replica does because time has passed, in each of its states.
 *
 * @module
 */

import { askForVotes, giveUp, standForElection } from "./election.ts";
import { tellVoters } from "./epoch_begin.ts";
import { resign, tellEnd } from "./epoch_end.ts";
import type {
  CandidateState,
  EpochState,
  FollowerState,
  LeadingState,
  ProspectiveState,
} from "./epoch_state.ts";
import { fetchFromAnybody, fetchFromLeader } from "./fetch_sending.ts";
import { answerOverdue } from "./fetch_serving.ts";
import type { RaftContext } from "./raft_context.ts";

/** States that may follow upon each other at one time; more would be a loop. */
const MAX_PASSAGES = 8;

/** Does what is due. Returns when there is more to do, ms since the epoch. */
export function poll(context: RaftContext, now: number): number {
  for (let passages = 0; passages < MAX_PASSAGES; passages++) {
    const { state } = context.quorum;
    const next = pollState(context, state, now);
    if (context.quorum.state === state) return next;
  }
  return now;
}

function pollState(context: RaftContext, state: EpochState, now: number): number {
  switch (state.name) {
    case "Leader":
      return pollLeader(context, state, now);
    case "Follower":
      return pollFollower(context, state, now);
    case "Prospective":
    case "Candidate":
      return pollNominee(context, state, now);
    case "Unattached":
      if (isDue(context, state.electionDeadline, now)) {
        standForElection(context, now);
        return now;
      }
      return Math.min(fetchFromAnybody(context, now), stillTo(context, state.electionDeadline));
    case "Resigned":
      if (isDue(context, state.electionDeadline, now)) {
        // Nobody is to take this node for the leader any more, itself included.
        context.quorum.toUnattached(state.epoch + 1, undefined, now);
        return now;
      }
      return Math.min(tellEnd(context, state, now), stillTo(context, state.electionDeadline));
  }
}

function pollLeader(context: RaftContext, state: LeadingState, now: number): number {
  const { leader } = state;
  if (context.isShuttingDown || now >= leader.checkQuorumDeadline) {
    resign(context, now);
    return now;
  }
  const told = tellVoters(context, state, now);
  return Math.min(told, answerOverdue(context, state, now), leader.checkQuorumDeadline);
}

function pollFollower(context: RaftContext, state: FollowerState, now: number): number {
  if (context.isShuttingDown) return Infinity;
  // An observer cannot do anything about a leader that is gone, but to ask others as well.
  if (!context.quorum.isVoter) return fetchFromLeader(context, state, now);
  if (now >= state.fetchDeadline) {
    standForElection(context, now);
    return now;
  }
  return Math.min(fetchFromLeader(context, state, now), state.fetchDeadline);
}

function pollNominee(
  context: RaftContext,
  state: ProspectiveState | CandidateState,
  now: number,
): number {
  if (!isDue(context, state.electionDeadline, now)) {
    const next = askForVotes(context, state, now);
    return Math.min(next, stillTo(context, state.electionDeadline));
  }
  if (state.name === "Prospective") giveUp(context, state, now);
  else standForElection(context, now);
  return now;
}

/** One that is to stop neither stands for election nor gives up what it has begun. */
function isDue(context: RaftContext, deadline: number, now: number): boolean {
  return !context.isShuttingDown && now >= deadline;
}

function stillTo(context: RaftContext, deadline: number): number {
  return context.isShuttingDown ? Infinity : deadline;
}
