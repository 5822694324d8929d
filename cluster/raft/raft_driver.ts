/**
 * The metadata log of one process: the replica (`raft_node.ts`), its log, and those who follow it. What the replica puts out is done here, in order;
 * `raft_network.ts` tells how replicas reach each other.
 *
 * An append is gathered, not written: {@linkcode RaftDriver.flushAndCommit} writes all that was gathered in one batch, brings it to
 * the disk with one flush, and only then counts itself among those who have it. Who appends while a flush is under way shares the next
 * one. Listeners are told once a majority has it.
 *
 * @module
 */

import type { Env } from "../../storage/env.ts";
import { CorruptRecordError, LogUnavailableError } from "../../storage/errors.ts";
import { describeQuorum, type QuorumDescription } from "./describe_quorum.ts";
import { FollowerLog, type FollowerOutput, isFollowerOutput } from "./follower_log.ts";
import { planKRaftUpgrade } from "./kraft_upgrade.ts";
import { LeaderAppends } from "./leader_appends.ts";
import { ListenerContext } from "./listener_context.ts";
import { writeLogSnapshot } from "./log_snapshot.ts";
import type { OffsetAndEpoch } from "./offset_and_epoch.ts";
import { ensureOnlyVoter } from "./only_voter.ts";
import { OpenRequests } from "./open_requests.ts";
import { RaftAlarm } from "./raft_alarm.ts";
import type { CommittedBatch, LeaderAndEpoch, RaftListener } from "./raft_listener.ts";
import type { RaftLog } from "./raft_log.ts";
import type { RaftFailure, RaftRequest, RaftResponse } from "./raft_message.ts";
import type { RaftInput, RaftNode, RaftOutput } from "./raft_node.ts";
import { openRaft, type RaftDriverOptions, type RaftParts } from "./raft_open.ts";

export type { RaftDriverOptions } from "./raft_open.ts";

/** How often old snapshots are looked for; Kafka's `KafkaRaftClient`. */
const CLEANING_INTERVAL_MS = 60_000;

/** An input, without its time. */
type Input = RaftInput extends infer I ? I extends RaftInput ? Omit<I, "now"> : never : never;

/** The metadata log of one process. */
export class RaftDriver {
  readonly #parts: RaftParts;
  readonly #env: Env;
  readonly #log: RaftLog;
  readonly #node: RaftNode;
  readonly #follower: FollowerLog;
  readonly #requests: OpenRequests;
  readonly #alarm: RaftAlarm;
  readonly #snapshotting = new Set<Promise<unknown>>();
  #listeners: ListenerContext[] = [];
  #leading: LeaderAppends | undefined;
  /** Put out, not done yet. */
  #outputs: RaftOutput[] = [];
  #isDoing = false;
  /** The election that `quorum-state` does not have yet: nobody may learn of it. */
  #unwritten: RaftOutput & { readonly type: "election" } | undefined;
  #flushing: Promise<void> | undefined;
  /** Below it, what this node has appended as the leader survives a power cut. */
  #flushedOffset = 0;
  #storing: Promise<void> | undefined;
  #nextCleaning = 0;
  #onDispensable: (() => void) | undefined;
  #started = false;
  #closed = false;
  #failure: unknown;

  private constructor(parts: RaftParts) {
    this.#parts = parts;
    this.#env = parts.env;
    this.#log = parts.log;
    this.#node = parts.node;
    this.#follower = new FollowerLog(parts);
    this.#requests = new OpenRequests(parts.log, parts.env.logger);
    const due = () =>
      Math.min(
        this.#nextCleaning,
        this.#log.nextPendingFileDueMs ?? Infinity,
        this.#node.nextPollAt ?? Infinity,
      );
    this.#alarm = new RaftAlarm(parts.env.clock, due, (now) => this.#onTime(now));
  }

  /**
   * Opens the metadata log of a formatted log directory. Nothing is led or told before {@linkcode RaftDriver.start}.
   *
   * @throws {LogUnavailableError} when the directory is not formatted, or is that of another cluster or node
   * @throws {CorruptRecordError} when its files cannot be read
   */
  static open(options: RaftDriverOptions): RaftDriver {
    return new RaftDriver(openRaft(options));
  }

  /** Adds a listener; once the driver is started, it catches up before this returns. */
  register(listener: RaftListener): void {
    const context = new ListenerContext(listener);
    this.#listeners.push(context);
    if (this.#started) this.#tell(context, []);
  }

  /** Removes a listener. */
  unregister(listener: RaftListener): void {
    this.#listeners = this.#listeners.filter((context) => context.listener !== listener);
  }

  /**
   * Takes up where the node stopped. The only voter elects itself; when this returns, the listeners have all that is
   * committed, and know that this node leads. Among several voters, who leads is found out later.
   *
   * @throws {InvalidConfigError} when there are other voters than this node, and no network to reach them over
   */
  start(): void {
    if (this.#started) throw new TypeError("The metadata log has been started before");
    const { env, history, local, network, quorumState } = this.#parts;
    if (network === undefined) ensureOnlyVoter(local.key, history.lastVoters);
    this.#started = true;
    this.#step({ type: "start", election: quorumState.read() });
    env.logger.write("info", "Started the metadata log", {
      directory: this.#log.directory,
      epoch: this.#node.leaderAndEpoch.epoch,
      logEndOffset: this.#log.endOffset,
      voters: history.lastVoters.toString(),
    });
    this.#nextCleaning = env.clock.now() + CLEANING_INTERVAL_MS;
    this.#alarm.start();
  }

  /** The world that the driver acts in. */
  get env(): Env {
    return this.#env;
  }

  /** Who leads, as far as is known. */
  get leaderAndEpoch(): LeaderAndEpoch {
    return this.#started ? this.#node.leaderAndEpoch : { leaderId: undefined, epoch: 0 };
  }

  /** Whether this node leads and takes appends. */
  get isLeader(): boolean {
    return this.#leading !== undefined;
  }

  /** Below it, records are committed. */
  get highWatermark(): number {
    return this.#log.highWatermark;
  }

  /** Offset that the next appended record gets. */
  get logEndOffset(): number {
    return this.#leading?.nextOffset ?? this.#log.endOffset;
  }

  /** First offset that is still in the log. */
  get logStartOffset(): number {
    return this.#log.startOffset;
  }

  /** The newest snapshot. */
  get latestSnapshotId(): OffsetAndEpoch | undefined {
    return this.#log.snapshots.latest;
  }

  /** `kraft.version` at the log's end. */
  get kraftVersion(): number {
    return this.#parts.history.lastKRaftVersion;
  }

  /**
   * Appends records that belong together: they get consecutive offsets and one batch, and are committed all or none.
   *
   * @param records framed metadata records
   * @returns the offset of the last one
   * @throws {LogUnavailableError} when this node does not lead, or too much waits to be written
   * @throws {InvalidRecordError} when they do not fit into a batch
   */
  append(records: readonly Uint8Array[]): number {
    return this.#ensureLeading().append(records, this.#env.clock.now());
  }

  /**
   * Writes what was appended, and resolves once it is committed and the listeners have taken it.
   *
   * @throws {LogDirError} when the disk fails: what was appended may be lost, and this node does not lead until it is elected again
   * @throws {LogUnavailableError} when this node has ceased to lead before: what was appended may be committed yet, or be lost
   */
  async flushAndCommit(): Promise<void> {
    const leading = this.#ensureLeading();
    this.#writeAppended();
    const target = this.#log.endOffset;
    while (this.#flushedOffset < target && this.#leading === leading) {
      this.#flushing ??= this.#flush().finally(() => this.#flushing = undefined);
      await this.#flushing;
    }
    await leading.committed(target);
  }

  /**
   * Raises `kraft.version`; {@linkcode RaftDriver.flushAndCommit} commits that.
   *
   * @param validateOnly only tell whether it could be done
   * @returns why it cannot be done; `undefined` when it can, or has no effect
   * @throws {LogUnavailableError} when this node does not lead
   */
  upgradeKRaftVersion(version: number, validateOnly: boolean): string | undefined {
    const leading = this.#ensureLeading();
    const plan = planKRaftUpgrade(this.#parts.history, this.#parts.local, version);
    if ("error" in plan) return plan.error;
    if (validateOnly || plan.messages.length === 0) return undefined;
    leading.appendControl(plan.messages, this.#env.clock.now());
    this.#writeAppended();
    return undefined;
  }

  /**
   * Writes a snapshot of what is committed up to `offset`, after which the log may let go of it.
   *
   * @param offset behind the last record whose effect the snapshot has: the end of a committed batch
   * @param records framed metadata records that make the state; all are taken before this returns its promise
   * @returns the snapshot; `undefined` when there was one already
   * @throws {OffsetOutOfRangeError} when `offset` is not committed, or is within a batch
   */
  async createSnapshot(
    offset: number,
    records: Iterable<Uint8Array>,
  ): Promise<OffsetAndEpoch | undefined> {
    this.#ensureOpen();
    const written = writeLogSnapshot(
      { env: this.#env, log: this.#log, history: this.#parts.history },
      offset,
      records,
    );
    this.#snapshotting.add(written);
    return await written.finally(() => this.#snapshotting.delete(written));
  }

  /** What DescribeQuorum answers; `undefined` when this node does not lead. */
  describeQuorum(): QuorumDescription | undefined {
    const { leader } = this.#node;
    return leader === undefined ? undefined : describeQuorum(leader, this.#env.clock.now());
  }

  /**
   * Answers another replica; a fetch may wait for something new. Before the start, and once it has stopped or failed, the answer is
   * `BROKER_NOT_AVAILABLE`.
   */
  handle(request: RaftRequest): Promise<RaftResponse | RaftFailure> {
    return new Promise((resolve) => {
      const id = this.#requests.add(resolve);
      if (!this.#started || this.#isStopped) this.#requests.fail(id);
      else this.#trySteps({ type: "request", id, request });
    });
  }

  /**
   * Stops leading, and closes the log once what is under way has ended. What was appended and not flushed is dropped. Among several voters, one
   * that leads first waits until another does, at most as long as it may.
   */
  async shutdown(): Promise<void> {
    if (this.#closed) return;
    if (this.#started && !this.#isStopped) await this.#handOver();
    this.#closed = true;
    this.#parts.network?.close();
    await this.#alarm.stop();
    await this.#flushing?.catch(() => {});
    await this.#storing;
    await Promise.allSettled([...this.#snapshotting]);
    if (this.#started) this.#resign();
    this.#requests.failAll();
    try {
      this.#follower.close();
      if (this.#failure === undefined) this.#log.close();
    } finally {
      this.#parts.lock?.release();
    }
  }

  get #isStopped(): boolean {
    return this.#closed || this.#failure !== undefined;
  }

  #ensureOpen(): void {
    if (!this.#isStopped) return;
    throw new LogUnavailableError(
      `Cannot use a metadata log that is closed: ${this.#log.directory}`,
      this.#failure === undefined ? undefined : { cause: this.#failure },
    );
  }

  #ensureLeading(): LeaderAppends {
    this.#ensureOpen();
    if (this.#leading !== undefined) return this.#leading;
    throw new LogUnavailableError(
      `Append failed because the replica is not the current leader, epoch: ${this.leaderAndEpoch.epoch}`,
    );
  }

  async #handOver(): Promise<void> {
    if (this.#node.isOnlyVoter) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const isOver = new AbortController();
    this.#onDispensable = resolve;
    this.#trySteps({ type: "shutdown" });
    const timeout = this.#env.clock.sleep(this.#parts.shutdownTimeoutMs, isOver.signal);
    await Promise.race([promise, timeout]).finally(() => isOver.abort());
  }

  async #flush(): Promise<void> {
    const leading = this.#leading;
    const endOffset = this.#log.endOffset;
    try {
      await this.#log.flush();
    } catch (error) {
      // Nobody knows what is on the disk now, and a later flush may pass without it.
      this.#fail(error);
      throw error;
    }
    // What another leader has put in its place since then was not flushed with it.
    if (this.#leading === leading) this.#flushed(endOffset);
  }

  #flushed(endOffset: number): void {
    this.#flushedOffset = endOffset;
    this.#step({ type: "flushed", endOffset });
  }

  /** Writes what was gathered; when the disk does not take it, the log is as before, and somebody must be elected anew. */
  #writeAppended(): void {
    try {
      if (this.#leading?.write()) this.#step({ type: "appended" });
    } catch (error) {
      this.#resign();
      throw error;
    }
  }

  /** Gives the replica an input, and does what it puts out. */
  #step(input: Input): void {
    this.#outputs.push(...this.#node.step({ ...input, now: this.#env.clock.now() } as RaftInput));
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

  /** As {@linkcode RaftDriver.#step}, where nobody could do anything about a failure. */
  #trySteps(input: Input): void {
    try {
      this.#step(input);
    } catch (error) {
      const { directory } = this.#log;
      if (error instanceof CorruptRecordError) this.#fail(error);
      else {this.#env.logger.write("error", "The metadata log could not go on", {
          directory,
          error,
        });}
    }
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
        return this.#lead(output);
      case "high_watermark":
        this.#log.updateHighWatermark(output.offset);
        return this.#tellAll();
      case "send":
        return void this.#send(output);
      case "answer":
        return this.#requests.answer(output.id, output.answer);
      default:
        return this.#store(output);
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
      else if (output.type === "answer") this.#requests.fail(output.id);
      else if (isFollowerOutput(output)) queueMicrotask(() => this.#stored(false));
    }
  }

  /** Sees what has come of a step. */
  #look(): void {
    const { leader } = this.#node;
    if (this.#leading !== undefined && leader?.epoch !== this.#leading.epoch) {
      this.#leading.end();
      this.#leading = undefined;
    }
    // Tells neither before all is known nor in the middle of telling.
    for (const context of [...this.#listeners]) this.#tellLeader(context);
    if (this.#node.isDispensable) this.#onDispensable?.();
    this.#alarm.changed();
  }

  #lead({ epoch, messages }: RaftOutput & { readonly type: "leader" }): void {
    const { log, history, maxBatchSize } = this.#parts;
    const leading = this.#leading = new LeaderAppends({ log, history, epoch, maxBatchSize });
    leading.appendControl(messages, this.#env.clock.now());
    this.#writeAppended();
    try {
      log.flushSync();
    } catch (error) {
      this.#fail(error);
      throw error;
    }
    this.#flushed(log.endOffset);
  }

  async #send(
    { to, correlationId, request }: RaftOutput & { readonly type: "send" },
  ): Promise<void> {
    let response: RaftResponse | RaftFailure;
    try {
      response = await this.#parts.network!.send(to, request);
    } catch (error) {
      this.#env.logger.write("debug", "No answer from another replica", { ...to, error });
      response = { type: "failure", error: "BROKER_NOT_AVAILABLE" };
    }
    if (this.#isStopped) return;
    this.#trySteps({ type: "response", from: to.id, correlationId, response });
  }

  #store(output: FollowerOutput): void {
    let stored: Promise<void> | "done" | undefined;
    try {
      stored = this.#follower.apply(output);
    } catch (error) {
      this.#refused(error);
      return;
    }
    if (stored === "done") this.#stored(true);
    else if (stored !== undefined) this.#storing = this.#whenStored(stored);
  }

  async #whenStored(stored: Promise<void>): Promise<void> {
    const committed = this.#log.highWatermark;
    try {
      await stored;
    } catch (error) {
      // A snapshot that is none was not taken; but nobody knows what is on the disk after a flush that failed.
      if (error instanceof CorruptRecordError) this.#refused(error);
      else this.#fail(error);
      return;
    }
    if (this.#isStopped) return;
    // A snapshot has moved it.
    if (this.#log.highWatermark > committed) this.#tellAll();
    this.#stored(true);
  }

  /** What the leader has sent could not be taken, and the log is as before. */
  #refused(error: unknown): void {
    const { directory } = this.#log;
    this.#env.logger.write("error", "Failed to take over what the leader has sent", {
      directory,
      error,
    });
    this.#stored(false);
  }

  #stored(isStored: boolean): void {
    if (!this.#isStopped) this.#trySteps({ type: "stored", isStored });
  }

  #resign(): void {
    this.#trySteps({ type: "resign" });
  }

  /** The disk has failed: nothing is written any more. */
  #fail(error: unknown): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    this.#env.logger.write("error", "The metadata log has failed", {
      directory: this.#log.directory,
      error,
    });
    this.#resign();
    this.#requests.failAll();
    this.#log.closeHandlers();
    this.#parts.onFailure(error);
  }

  #tellAll(): void {
    const fresh = this.#leading?.takeCommitted() ?? [];
    for (const context of [...this.#listeners]) this.#tell(context, fresh);
  }

  #tell(context: ListenerContext, fresh: readonly CommittedBatch[]): void {
    context.catchUp(this.#log, this.#env.fileSystem, fresh);
    this.#tellLeader(context);
  }

  #tellLeader(context: ListenerContext): void {
    context.tellLeader(this.#node.leaderAndEpoch, this.#node.leader?.epochStartOffset);
  }

  /** Cleans, removes files and gives the replica its time. */
  #onTime(now: number): void {
    if (this.#isStopped) return;
    try {
      this.#log.deletePendingFiles(now);
      if (now >= this.#nextCleaning) {
        this.#nextCleaning = now + CLEANING_INTERVAL_MS;
        this.#log.clean(now);
      }
    } catch (error) {
      const { directory } = this.#log;
      this.#env.logger.write("error", "Failed to clean the metadata log", { directory, error });
    }
    this.#trySteps({ type: "poll" });
    // A leader that could not write its first record leads nothing.
    if (this.#node.leader !== undefined && this.#leading === undefined) this.#resign();
  }
}
