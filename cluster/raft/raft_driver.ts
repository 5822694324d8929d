/**
 * The metadata log of one process: the replica (`raft_node.ts`), its log, and those who follow it.
 *
 * An append is gathered, not written: {@linkcode RaftDriver.flushAndCommit} writes all that was gathered in one batch, brings it to
 * the disk with one flush, and only then moves the high watermark and tells the listeners. Who appends while a flush is under
 * way shares the next one.
 *
 * @module
 */

import type { Env } from "../../storage/env.ts";
import { LogUnavailableError } from "../../storage/errors.ts";
import { RecordBatch } from "../../storage/record/record_batch.ts";
import { BatchAccumulator, type CompletedBatch } from "./batch_accumulator.ts";
import { describeQuorum, type QuorumDescription } from "./describe_quorum.ts";
import { planKRaftUpgrade } from "./kraft_upgrade.ts";
import { ListenerContext } from "./listener_context.ts";
import { writeLogSnapshot } from "./log_snapshot.ts";
import type { OffsetAndEpoch } from "./offset_and_epoch.ts";
import { ensureOnlyVoter } from "./only_voter.ts";
import { openRaft, type RaftDriverOptions, type RaftParts } from "./raft_open.ts";
import type { CommittedBatch, LeaderAndEpoch, RaftListener } from "./raft_listener.ts";
import type { RaftLog } from "./raft_log.ts";
import type { RaftInput, RaftNode, RaftOutput } from "./raft_node.ts";

export type { RaftDriverOptions } from "./raft_open.ts";

/** How often old snapshots are looked for; Kafka's `KafkaRaftClient`. */
const CLEANING_INTERVAL_MS = 60_000;

/** The metadata log of one process. */
export class RaftDriver {
  readonly #parts: RaftParts;
  readonly #env: Env;
  readonly #log: RaftLog;
  readonly #node: RaftNode;
  readonly #snapshotting = new Set<Promise<unknown>>();
  #listeners: ListenerContext[] = [];
  #accumulator: BatchAccumulator | undefined;
  /** Written, not committed; in order. */
  #uncommitted: CommittedBatch[] = [];
  #flushing: Promise<void> | undefined;
  #timer: AbortController | undefined;
  #timerLoop: Promise<void> | undefined;
  #nextCleaning = 0;
  #started = false;
  #closed = false;
  #failure: unknown;

  private constructor(parts: RaftParts) {
    this.#parts = parts;
    this.#env = parts.env;
    this.#log = parts.log;
    this.#node = parts.node;
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
   * committed, and know that this node leads.
   *
   * @throws {InvalidConfigError} when there are other voters than this node
   */
  start(): void {
    if (this.#started) throw new TypeError("The metadata log has been started before");
    const { history, local, quorumState } = this.#parts;
    ensureOnlyVoter(local.key, history.lastVoters);
    const { env } = this;
    this.#started = true;
    this.#step({
      type: "start",
      election: quorumState.read(),
      logEnd: { offset: this.#log.endOffset, epoch: this.#log.lastEpoch },
      now: env.clock.now(),
    });
    env.logger.write("info", "Started the metadata log", {
      directory: this.#log.directory,
      epoch: this.#node.leaderAndEpoch.epoch,
      logEndOffset: this.#log.endOffset,
      voters: history.lastVoters.toString(),
    });
    this.#nextCleaning = env.clock.now() + CLEANING_INTERVAL_MS;
    this.#timerLoop = this.#keepTime();
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
    return this.#accumulator !== undefined;
  }

  /** Below it, records are committed. */
  get highWatermark(): number {
    return this.#log.highWatermark;
  }

  /** Offset that the next appended record gets. */
  get logEndOffset(): number {
    return this.#accumulator?.nextOffset ?? this.#log.endOffset;
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
    return this.#leading().append(records, this.#env.clock.now());
  }

  /**
   * Writes what was appended, and resolves once it is committed and the listeners have taken it.
   *
   * @throws {LogDirError} when the disk fails: what was appended may be lost, and this node does not lead until it is elected again
   */
  async flushAndCommit(): Promise<void> {
    this.#leading();
    this.#writeAppended();
    const target = this.#log.endOffset;
    while (this.#log.highWatermark < target) {
      this.#leading();
      this.#flushing ??= this.#flush().finally(() => this.#flushing = undefined);
      await this.#flushing;
    }
  }

  /**
   * Raises `kraft.version`; {@linkcode RaftDriver.flushAndCommit} commits that.
   *
   * @param validateOnly only tell whether it could be done
   * @returns why it cannot be done; `undefined` when it can, or has no effect
   * @throws {LogUnavailableError} when this node does not lead
   */
  upgradeKRaftVersion(version: number, validateOnly: boolean): string | undefined {
    const accumulator = this.#leading();
    const plan = planKRaftUpgrade(this.#parts.history, this.#parts.local, version);
    if ("error" in plan) return plan.error;
    if (validateOnly || plan.messages.length === 0) return undefined;
    accumulator.appendControl(plan.messages, this.#env.clock.now());
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

  /** Stops leading, and closes the log once what is under way has ended. What was appended and not flushed is dropped. */
  async shutdown(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#timer?.abort();
    await this.#timerLoop;
    await this.#flushing?.catch(() => {});
    await Promise.allSettled([...this.#snapshotting]);
    if (this.#started) this.#resign();
    try {
      if (this.#failure === undefined) this.#log.close();
    } finally {
      this.#parts.lock?.release();
    }
  }

  #ensureOpen(): void {
    if (this.#closed || this.#failure !== undefined) {
      throw new LogUnavailableError(
        `Cannot use a metadata log that is closed: ${this.#log.directory}`,
        this.#failure === undefined ? undefined : { cause: this.#failure },
      );
    }
  }

  #leading(): BatchAccumulator {
    this.#ensureOpen();
    if (this.#accumulator !== undefined) return this.#accumulator;
    throw new LogUnavailableError(
      `Append failed because the replica is not the current leader, epoch: ${this.leaderAndEpoch.epoch}`,
    );
  }

  async #flush(): Promise<void> {
    const endOffset = this.#log.endOffset;
    try {
      await this.#log.flush();
    } catch (error) {
      // Nobody knows what is on the disk now, and a later flush may pass without it.
      this.#fail(error);
      throw error;
    }
    this.#step({ type: "flushed", endOffset });
  }

  /** Writes what was gathered; when the disk does not take it, the log is as before, and somebody must be elected anew. */
  #writeAppended(): void {
    const batches = this.#accumulator?.drain() ?? [];
    try {
      for (const batch of batches) this.#write(batch);
    } catch (error) {
      this.#resign();
      throw error;
    }
  }

  #write(batch: CompletedBatch): void {
    const { bytes, controlMessages, ...committed } = batch;
    this.#log.append(bytes, batch.epoch);
    if (controlMessages.length > 0) this.#parts.history.handleControlBatch(new RecordBatch(bytes));
    this.#uncommitted.push(committed);
  }

  #step(input: RaftInput): void {
    this.#do(this.#node.step(input));
  }

  #do(outputs: readonly RaftOutput[]): void {
    outputs.forEach((output, index) => {
      switch (output.type) {
        case "election":
          // Of several in a row only the last one is ever seen.
          if (outputs[index + 1]?.type !== "election") {
            this.#parts.quorumState.write(output.election, output.version);
          }
          break;
        case "leader":
          this.#lead(output);
          break;
        case "high_watermark":
          this.#log.updateHighWatermark(output.offset);
          this.#tellAll();
          break;
      }
    });
  }

  #lead({ epoch, startOffset, messages }: RaftOutput & { readonly type: "leader" }): void {
    const { maxBatchSize } = this.#parts;
    const accumulator = new BatchAccumulator({ epoch, baseOffset: startOffset, maxBatchSize });
    this.#accumulator = accumulator;
    accumulator.appendControl(messages, this.#env.clock.now());
    this.#writeAppended();
    try {
      this.#log.flushSync();
    } catch (error) {
      this.#fail(error);
      throw error;
    }
    this.#step({ type: "flushed", endOffset: this.#log.endOffset });
  }

  #resign(): void {
    this.#accumulator = undefined;
    this.#step({ type: "resign", now: this.#env.clock.now() });
    for (const context of this.#listeners) this.#tellLeader(context);
    this.#timer?.abort();
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
    this.#log.closeHandlers();
    this.#parts.onFailure(error);
  }

  #tellAll(): void {
    const { highWatermark } = this.#log;
    const count = this.#uncommitted.findIndex(({ lastOffset }) => lastOffset >= highWatermark);
    const fresh = this.#uncommitted.splice(0, count < 0 ? this.#uncommitted.length : count);
    for (const context of [...this.#listeners]) this.#tell(context, fresh);
  }

  #tell(context: ListenerContext, fresh: readonly CommittedBatch[]): void {
    context.catchUp(this.#log, this.#env.fileSystem, fresh);
    this.#tellLeader(context);
  }

  #tellLeader(context: ListenerContext): void {
    context.tellLeader(this.#node.leaderAndEpoch, this.#node.leader?.epochStartOffset);
  }

  /** Cleans, removes files and holds elections when it is time for that. */
  async #keepTime(): Promise<void> {
    const { clock } = this.#env;
    while (!this.#closed && this.#failure === undefined) {
      const due = Math.min(
        this.#nextCleaning,
        this.#log.nextPendingFileDueMs ?? Infinity,
        this.#node.nextPollAt ?? Infinity,
      );
      this.#timer = new AbortController();
      try {
        await clock.sleep(Math.max(due - clock.now(), 1), this.#timer.signal);
      } catch {
        continue; // Woken: something else is due now.
      }
      if (this.#closed || this.#failure !== undefined) return;
      this.#onTime(clock.now());
    }
  }

  #onTime(now: number): void {
    try {
      this.#log.deletePendingFiles(now);
      if (now >= this.#nextCleaning) {
        this.#nextCleaning = now + CLEANING_INTERVAL_MS;
        this.#log.clean(now);
      }
      this.#step({ type: "poll", logEndOffset: this.#log.endOffset, now });
    } catch (error) {
      this.#env.logger.write("error", "The metadata log could not do what was due", {
        directory: this.#log.directory,
        error,
      });
      if (this.#node.leader !== undefined && this.#accumulator === undefined) this.#resign();
    }
  }
}
