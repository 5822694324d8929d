/**
 * The state of a replica in its epoch, and how it passes from one to another (Kafka's `QuorumState`). What must survive a restart is put out to be
 * written before anything that follows from it.
 *
 * @module
 */

import type { Random } from "../../storage/env.ts";
import { EpochElection } from "./epoch_election.ts";
import {
  deadlineToKeep,
  electionOf,
  type EpochState,
  followerState,
  leaderIdOf,
  resignedState,
} from "./epoch_state.ts";
import { LeaderState } from "./leader_state.ts";
import type { OffsetAndEpoch } from "./offset_and_epoch.ts";
import type { QuorumConfig } from "./quorum_config.ts";
import type { QuorumHistory } from "./quorum_history.ts";
import { type ElectionState, isVotedCandidate } from "./quorum_state.ts";
import type { RaftOutput } from "./raft_io.ts";
import type { ReplicaKey, VoterEndpoint, VoterNode } from "./voter_set.ts";

/** What a {@linkcode Quorum} is made of. */
export interface QuorumOptions {
  /** This node as a voter. */
  readonly local: VoterNode;
  /** Voters over the log. */
  readonly history: QuorumHistory;
  /** Spreads elections. */
  readonly random: Random;
  /** The configs. */
  readonly config: QuorumConfig;
  /** Puts out what is to be done. */
  readonly emit: (output: RaftOutput) => void;
  /** Told of every passage but those that only add a vote. */
  readonly onTransition: (before: EpochState | undefined) => void;
}

/** The state of one replica. Times are ms since the epoch. */
export class Quorum {
  readonly #options: QuorumOptions;
  #state: EpochState | undefined;

  /** Not started. */
  constructor(options: QuorumOptions) {
    this.#options = options;
  }

  /** Whether there is a state. */
  get isStarted(): boolean {
    return this.#state !== undefined;
  }

  /** The state; there is none before the start. */
  get state(): EpochState {
    if (this.#state === undefined) throw new TypeError("The replica has not been started");
    return this.#state;
  }

  /** The epoch. */
  get epoch(): number {
    return this.state.epoch;
  }

  /** This node. */
  get local(): VoterNode {
    return this.#options.local;
  }

  /** This replica. */
  get key(): ReplicaKey {
    return this.#options.local.key;
  }

  /** Voters over the log. */
  get history(): QuorumHistory {
    return this.#options.history;
  }

  /** Whether this replica votes. */
  get isVoter(): boolean {
    return this.history.lastVoters.isVoter(this.key);
  }

  /** Whether this replica votes, and nobody else does. */
  get isOnlyVoter(): boolean {
    return this.history.lastVoters.isOnlyVoter(this.key);
  }

  /** Who leads the epoch, or has led it until it resigned. */
  get leaderId(): number | undefined {
    return leaderIdOf(this.state, this.key);
  }

  /** Where the leader listens; empty when that is not known. */
  get leaderEndpoints(): readonly VoterEndpoint[] {
    const { state } = this;
    if (state.name === "Leader" || state.name === "Resigned") return this.local.endpoints;
    return "leaderEndpoints" in state ? state.leaderEndpoints : [];
  }

  /** Takes up the state in which the node stopped. */
  start(saved: ElectionState | undefined, logEnd: OffsetAndEpoch, now: number): void {
    const election = saved ?? { epoch: 0, leaderId: undefined, votedKey: undefined };
    const { epoch, leaderId, votedKey } = election;
    if (epoch < logEnd.epoch) {
      // The file is older than the log: whom this node voted for since then is not known.
      this.#unattached(logEnd.epoch, undefined, undefined, this.#randomDeadline(now));
    } else if (leaderId === this.key.id) {
      // It may not lead the same epoch again: what it wrote there may have been lost since.
      this.#become(this.#resigned(epoch, [], now), true);
    } else if (saved !== undefined && isVotedCandidate(saved, this.key) && this.isVoter) {
      this.#become(this.#candidate(epoch, now), true);
    } else {
      const endpoints = this.history.lastVoters.get(leaderId ?? -1)?.endpoints ?? [];
      if (leaderId === undefined || endpoints.length === 0) {
        this.#unattached(epoch, leaderId, votedKey, this.#randomDeadline(now));
      } else this.#follow(epoch, leaderId, endpoints, votedKey, now);
    }
  }

  /** Goes to an epoch of which no leader is known that can be reached. In the same epoch a vote stays given. */
  toUnattached(epoch: number, leaderId: number | undefined, now: number): void {
    const { state } = this;
    const deadline = deadlineToKeep(state) ?? this.#randomDeadline(now);
    this.#unattached(epoch, leaderId, epoch === state.epoch ? this.#votedKey : undefined, deadline);
  }

  /** Gives the epoch's vote. Who gets it has as good a chance as this node, which therefore waits anew before it stands itself. */
  addVote(votedKey: ReplicaKey, now: number): void {
    const { state } = this;
    const electionDeadline = this.#randomDeadline(now);
    if (state.name === "Unattached") {
      this.#become({ ...state, votedKey, electionDeadline }, true);
    } else if (state.name === "Prospective") {
      this.#become({ ...state, votedKey, electionDeadline, election: this.#ownVote() }, true);
    } else throw new TypeError(`A vote cannot be given as ${state.name}`);
  }

  /** Follows a leader. In the same epoch a vote stays given. */
  toFollower(
    epoch: number,
    leaderId: number,
    endpoints: readonly VoterEndpoint[],
    now: number,
  ): void {
    const votedKey = epoch === this.epoch ? this.#votedKey : undefined;
    this.#follow(epoch, leaderId, endpoints, votedKey, now);
  }

  /** Asks how a vote would go. Nothing that must be kept changes. */
  toProspective(now: number): void {
    this.#become({
      name: "Prospective",
      epoch: this.epoch,
      leaderId: this.leaderId,
      leaderEndpoints: this.leaderEndpoints,
      votedKey: this.#votedKey,
      election: this.#ownVote(),
      electionDeadline: this.#randomDeadline(now),
    }, false);
  }

  /** Begins an epoch, and gives itself its vote. */
  toCandidate(now: number): void {
    this.#become(this.#candidate(this.epoch + 1, now), true);
  }

  /** Leads. */
  toLeader(epochStartOffset: number, now: number): void {
    const { epoch, history, local } = this;
    const leader = new LeaderState({
      local,
      epoch,
      epochStartOffset,
      voters: history.lastVoters,
      fetchTimeoutMs: this.#options.config.fetchTimeoutMs,
      now,
    });
    this.#become({ name: "Leader", epoch, leader, waiting: [] }, true);
  }

  /** Leads no more. A leader that starts again is taken for resigned anyway: nothing to write. */
  toResigned(successors: readonly ReplicaKey[], now: number): void {
    this.#become(this.#resigned(this.epoch, successors, now), false);
  }

  get #votedKey(): ReplicaKey | undefined {
    return electionOf(this.state, this.key, this.history.lastVoters).votedKey;
  }

  #unattached(
    epoch: number,
    leaderId: number | undefined,
    votedKey: ReplicaKey | undefined,
    deadline: number,
  ): void {
    const electionDeadline = this.isVoter ? deadline : Infinity;
    this.#become({ name: "Unattached", epoch, leaderId, votedKey, electionDeadline }, true);
  }

  #follow(
    epoch: number,
    leaderId: number,
    leaderEndpoints: readonly VoterEndpoint[],
    votedKey: ReplicaKey | undefined,
    now: number,
  ): void {
    const fetchDeadline = now + this.#options.config.fetchTimeoutMs;
    this.#become(followerState(epoch, leaderId, leaderEndpoints, votedKey, fetchDeadline), true);
  }

  #candidate(epoch: number, now: number): EpochState {
    const election = this.#ownVote();
    return { name: "Candidate", epoch, election, electionDeadline: this.#randomDeadline(now) };
  }

  #resigned(epoch: number, successors: readonly ReplicaKey[], now: number): EpochState {
    const others = this.history.lastVoters.ids.filter((id) => id !== this.key.id);
    return resignedState(epoch, successors, others, this.#randomDeadline(now));
  }

  #ownVote(): EpochElection {
    return new EpochElection(this.history.lastVoters, this.key.id);
  }

  #become(state: EpochState, isDurable: boolean): void {
    const before = this.#state;
    this.#state = state;
    if (isDurable) {
      const { history } = this;
      this.#options.emit({
        type: "election",
        election: electionOf(state, this.key, history.lastVoters),
        version: history.lastKRaftVersion === 0 ? 0 : 1,
      });
    }
    if (before?.name !== state.name || before.epoch !== state.epoch) {
      this.#options.onTransition(before);
    }
  }

  #randomDeadline(now: number): number {
    const { config: { electionTimeoutMs }, random } = this.#options;
    return now + electionTimeoutMs + Math.floor(random.next() * electionTimeoutMs);
  }
}
