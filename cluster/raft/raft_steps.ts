/**
 * Gives the replica its inputs, and does what it puts out, in order: on the disk, over the network, for the listeners. An input that
 * comes of doing something waits until all before it is done.
 *
 * @module
 */

import { CorruptRecordError, LogUnavailableError } from "../../storage/errors.ts";
import { FollowerLog, isFollowerOutput } from "./follower_log.ts";
import { FollowerStoring } from "./follower_storing.ts";
import type { LeaderAppends } from "./leader_appends.ts";
import { LeaderLog } from "./leader_log.ts";
import { OpenRequests } from "./open_requests.ts";
import type { RaftInput, RaftOutput, ReplicaSteps, UntimedInput } from "./raft_io.ts";
import { RaftListeners } from "./raft_listeners.ts";
import type { RaftFailure, RaftResponse } from "./raft_message.ts";
import type { RaftParts } from "./raft_open.ts";

/** The steps of one replica. */
export class RaftSteps implements ReplicaSteps {
  /** The log, as the leader changes it. */
  readonly leaderLog: LeaderLog;
  /** Who follows the log. */
  readonly listeners: RaftListeners;
  /** Requests of other replicas. */
  readonly requests: OpenRequests;
  readonly #parts: RaftParts;
  readonly #storing: FollowerStoring;
  readonly #onStepped: () => void;
  /** Put out, not done yet. */
  #outputs: RaftOutput[] = [];
  #isDoing = false;
  /** The election that `quorum-state` does not have yet: nobody may learn of it. */
  #unwritten: Extract<RaftOutput, { readonly type: "election" }> | undefined;
  #failure: unknown;
  #isClosing = false;

  /**
   * Nothing has been done.
   *
   * @param onStepped told after every step: other things may be due
   */
  constructor(parts: RaftParts, onStepped: () => void) {
    const { env, env: { clock, fileSystem, logger }, log, history, maxBatchSize, node } = parts;
    this.#parts = parts;
    this.#onStepped = onStepped;
    this.leaderLog = new LeaderLog({ clock, log, history, maxBatchSize, steps: this });
    this.listeners = new RaftListeners({ fileSystem, log, node });
    this.requests = new OpenRequests(log, logger);
    this.#storing = new FollowerStoring({
      logger,
      log,
      follower: new FollowerLog({ env, log, history }),
      steps: this,
      onCommitted: () => this.#tellCommitted(),
    });
  }

  /** What the disk has failed with, when it has. */
  get failure(): unknown {
    return this.#failure;
  }

  /** Whether nothing that has been under way counts any more. */
  get isStopped(): boolean {
    return this.#isClosing || this.#failure !== undefined;
  }

  /** @throws {LogUnavailableError} when the log is closed, or has failed */
  ensureOpen(): void {
    if (!this.isStopped) return;
    throw new LogUnavailableError(
      `Cannot use a metadata log that is closed: ${this.#parts.log.directory}`,
      this.#failure === undefined ? undefined : { cause: this.#failure },
    );
  }

  /**
   * The appends of the epoch that this node leads.
   *
   * @throws {LogUnavailableError} when it leads none
   */
  ensureLeading(): LeaderAppends {
    this.ensureOpen();
    const { leaderLog: { appends } } = this;
    if (appends !== undefined) return appends;
    const { epoch } = this.#parts.node.leaderAndEpoch;
    throw new LogUnavailableError(
      `Append failed because the replica is not the current leader, epoch: ${epoch}`,
    );
  }

  /** Gives the replica an input, and does what it puts out. */
  step(input: UntimedInput): void {
    const { env: { clock }, node } = this.#parts;
    this.#outputs.push(...node.step({ ...input, now: clock.now() } as RaftInput));
    if (this.#isDoing) return;
    this.#isDoing = true;
    try {
      for (let output; (output = this.#outputs[0]) !== undefined; this.#outputs.shift()) {
        this.#do(output);
      }
      this.#writeElection();
    } catch (error) {
      this.#drop();
      throw error;
    } finally {
      this.#isDoing = false;
      this.#look();
    }
  }

  /** As {@linkcode RaftSteps.step}, where nobody could do anything about a failure. */
  tryStep(input: UntimedInput): void {
    try {
      this.step(input);
    } catch (error) {
      if (error instanceof CorruptRecordError) this.fail(error);
      else this.#logError("The metadata log could not go on", error);
    }
  }

  /** The disk has failed: nothing is written any more. */
  fail(error: unknown): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    this.#logError("The metadata log has failed", error);
    this.tryStep({ type: "resign" });
    this.requests.failAll();
    this.#parts.log.closeHandlers();
    this.#parts.onFailure(error);
  }

  /** What is under way does not count any more. */
  stop(): void {
    this.#isClosing = true;
  }

  /** Resolves once nothing is under way on the disk. */
  async settled(): Promise<void> {
    await this.leaderLog.settled();
    await this.#storing.settled();
  }

  /** Lets go of the requests, and closes the log. */
  close(): void {
    this.requests.failAll();
    this.#storing.close();
    if (this.#failure === undefined) this.#parts.log.close();
  }

  #do(output: RaftOutput): void {
    if (output.type === "election") {
      // Of several in a row only the last one is ever seen.
      this.#unwritten = output;
      return;
    }
    this.#writeElection();
    switch (output.type) {
      case "leader":
        return this.leaderLog.lead(output);
      case "high_watermark":
        this.#parts.log.updateHighWatermark(output.offset);
        return this.#tellCommitted();
      case "send":
        return void this.#send(output);
      case "answer":
        return this.requests.answer(output.id, output.answer);
      default:
        return this.#storing.store(output);
    }
  }

  #writeElection(): void {
    if (this.#unwritten === undefined || this.#failure !== undefined) return;
    this.#parts.quorumState.write(this.#unwritten.election, this.#unwritten.version);
    this.#unwritten = undefined;
  }

  /** Something could not be done: neither is what was to come after it. */
  #drop(): void {
    for (const output of this.#outputs.splice(0)) {
      if (output.type === "election") this.#unwritten = output;
      else if (output.type === "answer") this.requests.fail(output.id);
      else if (isFollowerOutput(output)) this.#storing.drop();
    }
  }

  /** Sees what has come of a step. */
  #look(): void {
    this.leaderLog.endAllBut(this.#parts.node.leader?.epoch);
    // Tells neither before all is known nor in the middle of telling.
    this.listeners.tellLeader();
    this.#onStepped();
  }

  async #send(
    { to, correlationId, request }: Extract<RaftOutput, { readonly type: "send" }>,
  ): Promise<void> {
    let response: RaftResponse | RaftFailure;
    try {
      response = await this.#parts.network!.send(to, request);
    } catch (error) {
      this.#parts.env.logger.write("debug", "No answer from another replica", { ...to, error });
      response = { type: "failure", error: "NETWORK_EXCEPTION" };
    }
    if (this.isStopped) return;
    this.tryStep({ type: "response", from: to.id, correlationId, response });
  }

  #tellCommitted(): void {
    this.listeners.tellCommitted(this.leaderLog.takeCommitted());
  }

  #logError(message: string, error: unknown): void {
    const { env: { logger }, log: { directory } } = this.#parts;
    logger.write("error", message, { directory, error });
  }
}
