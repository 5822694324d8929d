/**
 * One replica of the metadata log as a state machine: input and time in, what is to be done out. It touches neither files nor network
 * nor clock.
 *
 * What other nodes say (votes, the begin and end of epochs, fetches of followers) are further inputs, and what they are asked
 * further outputs. A quorum of one voter needs none of them: the voter's own vote is the majority.
 *
 * @module
 */

import type { Random } from "../../storage/env.ts";
import {
  type ControlMessage,
  kraftVersionMessage,
  leaderChangeMessage,
  votersMessage,
} from "./control_messages.ts";
import { EpochElection } from "./epoch_election.ts";
import { electionOf, type EpochState, leaderIdOf } from "./epoch_state.ts";
import { LeaderState } from "./leader_state.ts";
import type { OffsetAndEpoch } from "./offset_and_epoch.ts";
import { BOOTSTRAP_VOTERS_OFFSET, type QuorumHistory } from "./quorum_history.ts";
import { type ElectionState, isVotedCandidate } from "./quorum_state.ts";
import type { LeaderAndEpoch } from "./raft_listener.ts";
import type { ReplicaKey, VoterNode } from "./voter_set.ts";

/** What happens to a replica. Times are ms since the epoch. */
export type RaftInput =
  /** It starts, with what its files say. */
  | {
    readonly type: "start";
    readonly election: ElectionState | undefined;
    readonly logEnd: OffsetAndEpoch;
    readonly now: number;
  }
  /** Time has passed. */
  | { readonly type: "poll"; readonly logEndOffset: number; readonly now: number }
  /** What is below the offset survives a power cut. */
  | { readonly type: "flushed"; readonly endOffset: number }
  /** Another replica fetched, and so has what is below the offset. */
  | {
    readonly type: "fetched";
    readonly replica: ReplicaKey;
    readonly fetchOffset: number;
    readonly now: number;
  }
  /** It is to lead no more. */
  | { readonly type: "resign"; readonly now: number };

/** What a replica wants done, in this order. */
export type RaftOutput =
  /** Write `quorum-state`, durably, before anything that follows. */
  | { readonly type: "election"; readonly election: ElectionState; readonly version: 0 | 1 }
  /** Lead the epoch: append these control records as its first batch. */
  | {
    readonly type: "leader";
    readonly epoch: number;
    readonly startOffset: number;
    readonly messages: readonly ControlMessage[];
  }
  /** What is below the offset is committed. */
  | { readonly type: "high_watermark"; readonly offset: number };

/** What a replica is made of. */
export interface RaftNodeOptions {
  /** This node as a voter: its id, directory, listeners, and the protocol versions that it can. */
  readonly local: VoterNode;
  /** Voters and protocol version over the log; its owner keeps it up to date with the log's end. */
  readonly history: QuorumHistory;
  /** Spreads elections. */
  readonly random: Random;
  /** `controller.quorum.election.timeout.ms`. */
  readonly electionTimeoutMs: number;
  /** `controller.quorum.fetch.timeout.ms`. */
  readonly fetchTimeoutMs: number;
}

/** A replica of the metadata log. */
export class RaftNode {
  readonly #options: RaftNodeOptions;
  #state: EpochState | undefined;
  #outputs: RaftOutput[] = [];

  /** Not started. */
  constructor(options: RaftNodeOptions) {
    this.#options = options;
  }

  /** The state; there is none before the start. */
  get state(): EpochState {
    if (this.#state === undefined) throw new TypeError("The replica has not been started");
    return this.#state;
  }

  /** Who leads, as far as is known. A leader that has resigned leads no more. */
  get leaderAndEpoch(): LeaderAndEpoch {
    const { state } = this;
    const leaderId = state.name === "Resigned" ? undefined : leaderIdOf(state, this.#key);
    return { leaderId, epoch: state.epoch };
  }

  /** What this node knows as the leader, when it is. */
  get leader(): LeaderState | undefined {
    return this.#state?.name === "Leader" ? this.#state.leader : undefined;
  }

  /** Whether this replica votes, and nobody else does. */
  get isOnlyVoter(): boolean {
    return this.#options.history.lastVoters.isOnlyVoter(this.#key);
  }

  /** When it wants to be polled, ms since the epoch; `undefined` when only something that happens can change it. */
  get nextPollAt(): number | undefined {
    const { state } = this;
    switch (state.name) {
      case "Leader":
        return undefined;
      case "Follower":
        return state.fetchDeadline;
      case "Unattached":
        return this.#isVoter ? state.electionDeadline : undefined;
      default:
        return state.electionDeadline;
    }
  }

  /** Takes an input, and returns what is to be done. */
  step(input: RaftInput): readonly RaftOutput[] {
    switch (input.type) {
      case "start":
        this.#start(input.election, input.logEnd, input.now);
        break;
      case "poll":
        this.#poll(input.logEndOffset, input.now);
        break;
      case "flushed":
        if (this.leader?.updateLocal(input.endOffset, this.#options.history.lastVoters)) {
          this.#committed();
        }
        break;
      case "fetched":
        if (this.leader?.updateReplica(input.replica, input.fetchOffset, input.now)) {
          this.#committed();
        }
        break;
      case "resign":
        if (this.state.name === "Leader") this.#resign(this.state.epoch, input.now);
        break;
    }
    const outputs = this.#outputs;
    this.#outputs = [];
    return outputs;
  }

  get #key(): ReplicaKey {
    return this.#options.local.key;
  }

  get #isVoter(): boolean {
    return this.#options.history.lastVoters.isVoter(this.#key);
  }

  /** Takes up the state in which the node stopped. */
  #start(saved: ElectionState | undefined, logEnd: OffsetAndEpoch, now: number): void {
    const voters = this.#options.history.lastVoters;
    const election = saved ??
      { epoch: 0, leaderId: undefined, votedKey: undefined, voters: voters.ids };
    if (election.epoch < logEnd.epoch) {
      // The file is older than the log: whom this node voted for since then is not known.
      this.#become(this.#following(logEnd.epoch, {}, now), true);
    } else if (election.leaderId === this.#key.id) {
      // It may not lead the same epoch again: what it wrote there may have been lost since.
      this.#become(this.#resigned(election.epoch, now), true);
    } else if (isVotedCandidate(election, this.#key)) {
      this.#become(this.#candidate(election.epoch, now), true);
    } else {
      this.#become(this.#following(election.epoch, election, now), true);
    }
    if (this.#state!.name === "Candidate") this.#maybeLead(logEnd.offset);
    else if (this.isOnlyVoter) this.#standForElection(logEnd.offset, now);
  }

  #poll(logEndOffset: number, now: number): void {
    const due = this.nextPollAt;
    if (due === undefined || now < due) return;
    const { state } = this;
    switch (state.name) {
      case "Unattached":
      case "Candidate":
        this.#standForElection(logEndOffset, now);
        break;
      case "Follower":
        if (this.#isVoter) this.#standForElection(logEndOffset, now);
        break;
      case "Resigned":
        this.#become(this.#following(state.epoch + 1, {}, now), true);
        break;
      case "Prospective":
        this.#become(this.#following(state.epoch, state, now), true);
        break;
      case "Leader":
        break;
    }
  }

  /** The state of one who does not stand for election: a follower when it knows where the leader is. */
  #following(
    epoch: number,
    { leaderId, votedKey }: Partial<Pick<ElectionState, "leaderId" | "votedKey">>,
    now: number,
  ): EpochState {
    const leader = leaderId === undefined || leaderId === this.#key.id
      ? undefined
      : this.#options.history.lastVoters.get(leaderId);
    if (leader === undefined || leader.endpoints.length === 0) {
      const electionDeadline = this.#electionDeadline(now);
      return { name: "Unattached", epoch, leaderId, votedKey, electionDeadline };
    }
    const fetchDeadline = now + this.#options.fetchTimeoutMs;
    return { name: "Follower", epoch, leaderId: leader.key.id, votedKey, fetchDeadline };
  }

  #standForElection(logEndOffset: number, now: number): void {
    const before = this.state;
    const election = new EpochElection(this.#options.history.lastVoters);
    election.recordVote(this.#key.id, true);
    // Nothing that must be kept has changed yet.
    this.#become({
      name: "Prospective",
      epoch: before.epoch,
      leaderId: leaderIdOf(before, this.#key),
      votedKey: electionOf(before, this.#key, this.#options.history.lastVoters).votedKey,
      election,
      electionDeadline: this.#electionDeadline(now),
    }, false);
    if (!election.isVoteGranted) return;
    this.#become(this.#candidate(before.epoch + 1, now), true);
    this.#maybeLead(logEndOffset);
  }

  #candidate(epoch: number, now: number): EpochState {
    const election = new EpochElection(this.#options.history.lastVoters);
    election.recordVote(this.#key.id, true);
    return { name: "Candidate", epoch, election, electionDeadline: this.#electionDeadline(now) };
  }

  /** Becomes the leader once the votes allow it. */
  #maybeLead(logEndOffset: number): void {
    const { state } = this;
    if (state.name !== "Candidate" || !state.election.isVoteGranted) return;
    const { local, history } = this.#options;
    const leader = new LeaderState({
      local,
      epoch: state.epoch,
      epochStartOffset: logEndOffset,
      voters: history.lastVoters,
    });
    const messages = this.#startOfEpoch(state.election.grantingVoters);
    this.#become({ name: "Leader", epoch: state.epoch, leader }, true);
    this.#outputs.push({
      type: "leader",
      epoch: state.epoch,
      startOffset: logEndOffset,
      messages,
    });
  }

  /**
   * The records that open an epoch: who leads, and the voters anew when the log does not have them yet or this node's listeners
   * are not what it has.
   */
  #startOfEpoch(grantingVoters: readonly number[]): ControlMessage[] {
    const { local, history } = this.#options;
    const voters = history.lastVoters;
    const messages = [leaderChangeMessage(this.#key.id, voters.ids, grantingVoters)];
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

  #resigned(epoch: number, now: number): EpochState {
    return { name: "Resigned", epoch, electionDeadline: this.#electionDeadline(now) };
  }

  #resign(epoch: number, now: number): void {
    // A leader that starts again is taken for resigned anyway: nothing to write.
    this.#become(this.#resigned(epoch, now), false);
  }

  #committed(): void {
    this.#outputs.push({ type: "high_watermark", offset: this.leader!.highWatermark! });
  }

  #become(state: EpochState, durably: boolean): void {
    this.#state = state;
    if (!durably) return;
    const { history } = this.#options;
    this.#outputs.push({
      type: "election",
      election: electionOf(state, this.#key, history.lastVoters),
      version: history.lastKRaftVersion === 0 ? 0 : 1,
    });
  }

  #electionDeadline(now: number): number {
    const { electionTimeoutMs, random } = this.#options;
    return now + electionTimeoutMs + Math.floor(random.next() * electionTimeoutMs);
  }
}
