/**
 * One replica of the metadata log as a state machine (Kafka's `KafkaRaftClient`): input and time in, what is to be done out. It touches neither files
 * nor network nor clock; of the log it sees a {@linkcode RaftLogView}, which its owner changes as it is told to.
 *
 * A quorum of one voter needs nobody else: the voter's own vote is the majority, and its own disk.
 *
 * @module
 */

import type { Random } from "../../storage/env.ts";
import { goOn, standForElection } from "./election.ts";
import { resign } from "./epoch_end.ts";
import type { EpochState, LeadingState } from "./epoch_state.ts";
import { answerWaiting, committed, refuseWaiting } from "./fetch_serving.ts";
import { followHighWatermark } from "./follower_progress.ts";
import type { LeaderState } from "./leader_state.ts";
import { Quorum } from "./quorum.ts";
import type { QuorumConfig } from "./quorum_config.ts";
import type { QuorumHistory } from "./quorum_history.ts";
import { endOfLog, type RaftContext } from "./raft_context.ts";
import { answerRequest, takeResponse } from "./raft_dispatch.ts";
import type { RaftInput, RaftOutput } from "./raft_io.ts";
import type { LeaderAndEpoch } from "./raft_listener.ts";
import type { RaftLogView } from "./raft_log_view.ts";
import type { RaftDestination } from "./raft_message.ts";
import { poll } from "./raft_poll.ts";
import { RequestManager } from "./request_manager.ts";
import type { VoterNode } from "./voter_set.ts";

export type { RaftInput, RaftOutput } from "./raft_io.ts";

/** What a replica is made of. */
export interface RaftNodeOptions {
  /** This node as a voter: its id, directory, listeners, and the protocol versions that it can. */
  readonly local: VoterNode;
  /** Voters and protocol version over the log; its owner keeps it up to date with the log's end. */
  readonly history: QuorumHistory;
  /** The log, to look at. */
  readonly log: RaftLogView;
  /** Spreads elections, and questions. */
  readonly random: Random;
  /** The configs. */
  readonly config: QuorumConfig;
  /** The listener over which voters reach each other. */
  readonly listenerName: string;
  /** Whom to ask for the leader while it is not known. */
  readonly bootstrapServers: readonly RaftDestination[];
}

/** A replica of the metadata log. */
export class RaftNode {
  readonly #quorum: Quorum;
  readonly #context: RaftContext;
  #outputs: RaftOutput[] = [];
  #nextPollAt = Infinity;

  /** Not started. */
  constructor({ local, history, log, random, config, ...options }: RaftNodeOptions) {
    const emit = (output: RaftOutput) => void this.#outputs.push(output);
    const onTransition = (before: EpochState | undefined) => this.#passed(before);
    this.#quorum = new Quorum({ local, history, random, config, emit, onTransition });
    this.#context = {
      config,
      listenerName: options.listenerName,
      quorum: this.#quorum,
      log,
      requests: new RequestManager({
        bootstrapServers: options.bootstrapServers,
        retryBackoffMs: config.retryBackoffMs,
        requestTimeoutMs: config.requestTimeoutMs,
        random,
      }),
      emit,
      isStoring: false,
      isShuttingDown: false,
    };
  }

  /** The state; there is none before the start. */
  get state(): EpochState {
    return this.#quorum.state;
  }

  /** Who leads, as far as is known. A leader that has resigned leads no more. */
  get leaderAndEpoch(): LeaderAndEpoch {
    const { state, leaderId } = this.#quorum;
    return { leaderId: state.name === "Resigned" ? undefined : leaderId, epoch: state.epoch };
  }

  /** What this node knows as the leader, when it is. */
  get leader(): LeaderState | undefined {
    return this.#leading?.leader;
  }

  /** Whether this replica votes, and nobody else does. */
  get isOnlyVoter(): boolean {
    return this.#quorum.isOnlyVoter;
  }

  /** Whether nobody needs this replica any more to find a leader. One that is to stop goes on until then, or until its time is over. */
  get isDispensable(): boolean {
    const { isVoter, isOnlyVoter, leaderId, key } = this.#quorum;
    return !isVoter || isOnlyVoter || leaderId !== undefined && leaderId !== key.id;
  }

  /** When it wants to be polled, ms since the epoch; `undefined` when only something that happens can change it. */
  get nextPollAt(): number | undefined {
    return this.#nextPollAt === Infinity ? undefined : this.#nextPollAt;
  }

  /**
   * Takes an input, and returns what is to be done.
   *
   * @throws {CorruptRecordError} when what is committed elsewhere is not what is committed here
   */
  step(input: RaftInput): readonly RaftOutput[] {
    this.#take(input);
    this.#nextPollAt = poll(this.#context, input.now);
    const outputs = this.#outputs;
    this.#outputs = [];
    return outputs;
  }

  get #leading(): LeadingState | undefined {
    if (!this.#quorum.isStarted) return undefined;
    const { state } = this.#quorum;
    return state.name === "Leader" ? state : undefined;
  }

  #take(input: RaftInput): void {
    const { now } = input;
    const context = this.#context;
    const { log } = context;
    switch (input.type) {
      case "start":
        this.#quorum.start(input.election, endOfLog(log), now);
        if (this.#quorum.state.name === "Candidate") goOn(context, now);
        else if (this.#quorum.isOnlyVoter) standForElection(context, now);
        break;
      case "appended":
        answerWaiting(context, now, ({ request }) => request.fetchOffset < log.endOffset);
        break;
      case "flushed": {
        const leading = this.#leading;
        const { lastVoters } = this.#quorum.history;
        if (leading?.leader.updateLocal(input.endOffset, lastVoters)) {
          committed(context, leading, now);
        }
        break;
      }
      case "stored":
        this.#stored(input.isStored, now);
        break;
      case "request":
        answerRequest(context, input.id, input.request, now);
        break;
      case "response":
        takeResponse(context, input, input.now);
        break;
      case "shutdown":
        context.isShuttingDown = true;
        resign(context, now);
        break;
      case "resign":
        resign(context, now);
        break;
      case "poll":
        break;
    }
  }

  /** What was under way belongs to the state that is left. */
  #passed(before: EpochState | undefined): void {
    const context = this.#context;
    context.requests.resetAll();
    if (before?.name === "Follower" && before.snapshot !== undefined) {
      context.emit({ type: "abandon_snapshot" });
    }
    if (before?.name === "Leader") refuseWaiting(context, before);
  }

  #stored(isStored: boolean, now: number): void {
    const context = this.#context;
    context.isStoring = false;
    const { state } = this.#quorum;
    if (state.name !== "Follower") return;
    if (isStored) return followHighWatermark(context, state);
    if (state.snapshot !== undefined) context.emit({ type: "abandon_snapshot" });
    state.snapshot = undefined;
    context.requests.backOff(state.leaderId, now);
  }
}
