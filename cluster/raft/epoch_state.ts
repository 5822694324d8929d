/**
 * The states of a replica of the metadata log in an epoch, with Kafka's names (KIP-595, KIP-996).
 * ```text
 * Unattached   knows no leader, or cannot reach it
 * Prospective  asks, without a new epoch, whether it would be voted for
 * Candidate    has begun an epoch and asks for votes
 * Leader       has been elected
 * Resigned     has been the leader of this epoch, in this process or before a restart, and leads no more
 * Follower     fetches from the leader
 * ```
 *
 * @module
 */

import type { EpochElection } from "./epoch_election.ts";
import type { LeaderState } from "./leader_state.ts";
import type { ElectionState } from "./quorum_state.ts";
import type { ReplicaKey, VoterSet } from "./voter_set.ts";

/** Knows no leader that it can fetch from. */
export interface UnattachedState {
  /** The state's name. */
  readonly name: "Unattached";
  /** The epoch. */
  readonly epoch: number;
  /** The leader, when its id is known but not its address. */
  readonly leaderId: number | undefined;
  /** Whom this replica voted for. */
  readonly votedKey: ReplicaKey | undefined;
  /** When a voter stands for election, ms since the epoch. */
  readonly electionDeadline: number;
}

/** Gathers pre-votes. */
export interface ProspectiveState {
  /** The state's name. */
  readonly name: "Prospective";
  /** The epoch, which is still that of the state before. */
  readonly epoch: number;
  /** The last leader that was known. */
  readonly leaderId: number | undefined;
  /** Whom this replica voted for. */
  readonly votedKey: ReplicaKey | undefined;
  /** The pre-votes. */
  readonly election: EpochElection;
  /** When it gives up, ms since the epoch. */
  readonly electionDeadline: number;
}

/** Gathers votes. */
export interface CandidateState {
  /** The state's name. */
  readonly name: "Candidate";
  /** The epoch that it has begun. */
  readonly epoch: number;
  /** The votes. */
  readonly election: EpochElection;
  /** When it gives up, ms since the epoch. */
  readonly electionDeadline: number;
}

/** Leads. */
export interface LeadingState {
  /** The state's name. */
  readonly name: "Leader";
  /** The epoch. */
  readonly epoch: number;
  /** What it knows of the replicas. */
  readonly leader: LeaderState;
}

/** Follows a leader that it knows how to reach. */
export interface FollowerState {
  /** The state's name. */
  readonly name: "Follower";
  /** The epoch. */
  readonly epoch: number;
  /** The leader. */
  readonly leaderId: number;
  /** Whom this replica voted for. */
  readonly votedKey: ReplicaKey | undefined;
  /** When the leader is taken for gone, ms since the epoch. */
  readonly fetchDeadline: number;
}

/** Was the leader of this epoch and may not become it again. */
export interface ResignedState {
  /** The state's name. */
  readonly name: "Resigned";
  /** The epoch. */
  readonly epoch: number;
  /** When it moves on to the next epoch, ms since the epoch. */
  readonly electionDeadline: number;
}

/** The state of a replica. */
export type EpochState =
  | UnattachedState
  | ProspectiveState
  | CandidateState
  | LeadingState
  | FollowerState
  | ResignedState;

/** Who leads, as a state knows it. A leader that has resigned still counts as that of its epoch. */
export function leaderIdOf(state: EpochState, local: ReplicaKey): number | undefined {
  switch (state.name) {
    case "Leader":
    case "Resigned":
      return local.id;
    case "Candidate":
      return undefined;
    default:
      return state.leaderId;
  }
}

/** What of a state must survive a restart. */
export function electionOf(state: EpochState, local: ReplicaKey, voters: VoterSet): ElectionState {
  const votedKey = state.name === "Candidate"
    ? local
    : state.name === "Leader" || state.name === "Resigned"
    ? undefined
    : state.votedKey;
  return { epoch: state.epoch, leaderId: leaderIdOf(state, local), votedKey, voters: voters.ids };
}
