/**
 * The metadata log of one process: the replica (`raft_node.ts`), its log, and those who follow it. What the replica puts out is done by
 * `raft_steps.ts`; `raft_network.ts` tells how replicas reach each other.
 *
 * An append is gathered, not written: {@linkcode RaftDriver.flushAndCommit} writes all that was gathered in one batch, brings it to
 * the disk with one flush, and only then counts itself among those who have it. Who appends while a flush is under way shares the next
 * one. Listeners are told once a majority has it.
 *
 * @module
 */

import type { Env } from "../../storage/env.ts";
import { describeQuorum, type QuorumDescription } from "./describe_quorum.ts";
import { HandOver } from "./hand_over.ts";
import { planKRaftUpgrade } from "./kraft_upgrade.ts";
import { writeLogSnapshot } from "./log_snapshot.ts";
import type { OffsetAndEpoch } from "./offset_and_epoch.ts";
import { ensureOnlyVoter } from "./only_voter.ts";
import type { LeaderAndEpoch, RaftListener } from "./raft_listener.ts";
import type { RaftFailure, RaftRequest, RaftResponse } from "./raft_message.ts";
import { openRaft, type RaftDriverOptions, type RaftParts } from "./raft_open.ts";
import { RaftSteps } from "./raft_steps.ts";
import { RaftTiming } from "./raft_timing.ts";
import type { VoterSet } from "./voter_set.ts";

export type { RaftDriverOptions } from "./raft_open.ts";

/** The metadata log of one process. */
export class RaftDriver {
  readonly #parts: RaftParts;
  readonly #steps: RaftSteps;
  readonly #timing: RaftTiming;
  readonly #snapshotting = new Set<Promise<unknown>>();
  #handOver: HandOver | undefined;
  #started = false;
  #closed = false;

  private constructor(parts: RaftParts) {
    this.#parts = parts;
    this.#steps = new RaftSteps(parts, () => {
      this.#handOver?.stepped();
      this.#timing.changed();
    });
    this.#timing = new RaftTiming(parts, this.#steps);
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
    this.#steps.listeners.add(listener);
    if (this.#started) this.#steps.listeners.bringUp(listener);
  }

  /** Removes a listener. */
  unregister(listener: RaftListener): void {
    this.#steps.listeners.remove(listener);
  }

  /**
   * Takes up where the node stopped. The only voter elects itself; when this returns, the listeners have all that is
   * committed, and know that this node leads. Among several voters, who leads is found out later.
   *
   * @throws {InvalidConfigError} when there are other voters than this node, and no network to reach them over
   */
  start(): void {
    if (this.#started) throw new TypeError("The metadata log has been started before");
    const { env, history, local, log, network, node, quorumState } = this.#parts;
    if (network === undefined) ensureOnlyVoter(local.key, history.lastVoters);
    this.#started = true;
    this.#steps.step({ type: "start", election: quorumState.read() });
    env.logger.write("info", "Started the metadata log", {
      directory: log.directory,
      epoch: node.leaderAndEpoch.epoch,
      logEndOffset: log.endOffset,
      voters: history.lastVoters.toString(),
    });
    this.#timing.start();
  }

  /** The world that the driver acts in. */
  get env(): Env {
    return this.#parts.env;
  }

  /** Who leads, as far as is known. */
  get leaderAndEpoch(): LeaderAndEpoch {
    return this.#started ? this.#parts.node.leaderAndEpoch : { leaderId: undefined, epoch: 0 };
  }

  /** Whether this node leads and takes appends. */
  get isLeader(): boolean {
    return this.#steps.leaderLog.appends !== undefined;
  }

  /** Who votes, by the newest that the log or the configs say. */
  get voters(): VoterSet {
    return this.#parts.history.lastVoters;
  }

  /** Below it, records are committed. */
  get highWatermark(): number {
    return this.#parts.log.highWatermark;
  }

  /** Offset that the next appended record gets. */
  get logEndOffset(): number {
    return this.#steps.leaderLog.appends?.nextOffset ?? this.#parts.log.endOffset;
  }

  /** First offset that is still in the log. */
  get logStartOffset(): number {
    return this.#parts.log.startOffset;
  }

  /** The newest snapshot. */
  get latestSnapshotId(): OffsetAndEpoch | undefined {
    return this.#parts.log.snapshots.latest;
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
    return this.#steps.ensureLeading().append(records, this.#parts.env.clock.now());
  }

  /**
   * Writes what was appended, and resolves once it is committed and the listeners have taken it.
   *
   * @throws {LogDirError} when the disk fails: what was appended may be lost, and this node does not lead until it is elected again
   * @throws {LogUnavailableError} when this node has ceased to lead before: what was appended may be committed yet, or be lost
   */
  async flushAndCommit(): Promise<void> {
    await this.#steps.leaderLog.commit(this.#steps.ensureLeading());
  }

  /**
   * Raises `kraft.version`; {@linkcode RaftDriver.flushAndCommit} commits that.
   *
   * @param validateOnly only tell whether it could be done
   * @returns why it cannot be done; `undefined` when it can, or has no effect
   * @throws {LogUnavailableError} when this node does not lead
   */
  upgradeKRaftVersion(version: number, validateOnly: boolean): string | undefined {
    const appends = this.#steps.ensureLeading();
    const plan = planKRaftUpgrade(this.#parts.history, this.#parts.local, version);
    if ("error" in plan) return plan.error;
    if (validateOnly || plan.messages.length === 0) return undefined;
    appends.appendControl(plan.messages, this.#parts.env.clock.now());
    this.#steps.leaderLog.write();
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
    this.#steps.ensureOpen();
    const written = writeLogSnapshot(
      this.#parts,
      offset,
      records,
    );
    this.#snapshotting.add(written);
    return await written.finally(() => this.#snapshotting.delete(written));
  }

  /** What DescribeQuorum answers; `undefined` when this node does not lead. */
  describeQuorum(): QuorumDescription | undefined {
    const { leader } = this.#parts.node;
    return leader === undefined ? undefined : describeQuorum(leader, this.#parts.env.clock.now());
  }

  /**
   * Answers another replica; a fetch may wait for something new. Before the start, and once it has stopped or failed, the answer is
   * `BROKER_NOT_AVAILABLE`.
   */
  handle(request: RaftRequest): Promise<RaftResponse | RaftFailure> {
    return new Promise((resolve) => {
      const { requests } = this.#steps;
      const id = requests.add(resolve);
      if (!this.#started || this.#steps.isStopped) requests.fail(id);
      else this.#steps.tryStep({ type: "request", id, request });
    });
  }

  /**
   * Stops leading, and closes the log once what is under way has ended. What was appended and not flushed is dropped. Among several voters, one
   * that leads first waits until another does, at most as long as it may.
   *
   * @param isAbrupt stop as after a crash: without handing over
   */
  async shutdown(isAbrupt = false): Promise<void> {
    if (this.#closed) return;
    if (this.#started && !this.#steps.isStopped && !isAbrupt) await this.#handedOver();
    this.#closed = true;
    this.#steps.stop();
    this.#parts.network?.close();
    await this.#timing.stop();
    await this.#steps.settled();
    await Promise.allSettled([...this.#snapshotting]);
    if (this.#started) this.#steps.tryStep({ type: "resign" });
    try {
      this.#steps.close();
    } finally {
      this.#parts.lock?.release();
    }
  }

  async #handedOver(): Promise<void> {
    const { env: { clock }, node, shutdownTimeoutMs: timeoutMs } = this.#parts;
    this.#handOver = new HandOver({ clock, node, steps: this.#steps, timeoutMs });
    await this.#handOver.run();
  }
}
