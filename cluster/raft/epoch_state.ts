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
import type { OffsetAndEpoch } from "./offset_and_epoch.ts";
import type { ReplicaKey, VoterEndpoint, VoterSet } from "./voter_set.ts";
import type { WaitingFetch } from "./waiting_fetch.ts";

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
  /** When it stands for election, ms since the epoch; `Infinity` for one that has no vote. */
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
  /** Where it listens. */
  readonly leaderEndpoints: readonly VoterEndpoint[];
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
  /** Fetches that wait for something new, in the order of their coming. */
  readonly waiting: WaitingFetch[];
}

/** Follows a leader that it knows how to reach. What changes while it does so is written in place. */
export interface FollowerState {
  /** The state's name. */
  readonly name: "Follower";
  /** The epoch. */
  readonly epoch: number;
  /** The leader. */
  readonly leaderId: number;
  /** Whom this replica voted for. */
  readonly votedKey: ReplicaKey | undefined;
  /** Where the leader listens. */
  leaderEndpoints: readonly VoterEndpoint[];
  /** When the leader is taken for gone, ms since the epoch. */
  fetchDeadline: number;
  /** Whether a fetch from this leader has succeeded: nobody is helped to replace it then. */
  hasFetched: boolean;
  /** The high watermark that the leader has told; the log may not reach it yet. */
  leaderHighWatermark: number;
  /** The snapshot that is being fetched, and how many bytes of it are there. */
  snapshot: { readonly id: OffsetAndEpoch; readonly size: number } | undefined;
}

/** Was the leader of this epoch and may not become it again. */
export interface ResignedState {
  /** The state's name. */
  readonly name: "Resigned";
  /** The epoch. */
  readonly epoch: number;
  /** When it moves on to the next epoch, ms since the epoch. */
  readonly electionDeadline: number;
  /** Who should lead next, best first. */
  readonly successors: readonly ReplicaKey[];
  /** Other voters that have not confirmed the end of the epoch. */
  readonly unacknowledged: Set<number>;
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

/** Begins to follow a leader that has not answered yet. */
export function followerState(
  epoch: number,
  leaderId: number,
  leaderEndpoints: readonly VoterEndpoint[],
  votedKey: ReplicaKey | undefined,
  fetchDeadline: number,
): FollowerState {
  return {
    name: "Follower",
    epoch,
    leaderId,
    leaderEndpoints,
    votedKey,
    fetchDeadline,
    hasFetched: false,
    leaderHighWatermark: -1,
    snapshot: undefined,
  };
}

/** Has ceased to lead, which none of the others has confirmed. */
export function resignedState(
  epoch: number,
  successors: readonly ReplicaKey[],
  others: readonly number[],
  electionDeadline: number,
): ResignedState {
  const unacknowledged = new Set(others);
  return { name: "Resigned", epoch, electionDeadline, successors, unacknowledged };
}

/** When a state was to end that goes on as one that knows no leader; `undefined` where the wait begins anew. */
export function deadlineToKeep(state: EpochState): number | undefined {
  switch (state.name) {
    case "Candidate":
    case "Unattached":
    case "Resigned":
      return state.electionDeadline;
    case "Prospective":
      return state.election.isVoteRejected ? undefined : state.electionDeadline;
    default:
      return undefined;
  }
}
