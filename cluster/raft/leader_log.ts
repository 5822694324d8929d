/**
 * The log of a replica, as the leader changes it: it is written when somebody wants it committed, and those who want that at the same
 * time share a flush.
 *
 * @module
 */

import type { Clock } from "../../storage/env.ts";
import { LeaderAppends } from "./leader_appends.ts";
import type { QuorumHistory } from "./quorum_history.ts";
import type { RaftOutput, ReplicaSteps } from "./raft_io.ts";
import type { CommittedBatch } from "./raft_listener.ts";
import type { RaftLog } from "./raft_log.ts";

/** What a {@linkcode LeaderLog} is made of. */
export interface LeaderLogOptions {
  /** Stamps the records that begin an epoch. */
  readonly clock: Clock;
  /** The log. */
  readonly log: RaftLog;
  /** Voters and protocol version over the log. */
  readonly history: QuorumHistory;
  /** Bytes that a batch may have. */
  readonly maxBatchSize: number;
  /** Tells the replica what was written. */
  readonly steps: ReplicaSteps;
}

/** The log as a leader changes it; while others lead there is nothing to append to. */
export class LeaderLog {
  readonly #options: LeaderLogOptions;
  #appends: LeaderAppends | undefined;
  #flushing: Promise<void> | undefined;
  /** Below it, what this node has appended as the leader survives a power cut. */
  #flushedOffset = 0;

  /** Nobody leads. */
  constructor(options: LeaderLogOptions) {
    this.#options = options;
  }

  /** The appends of the epoch that this node leads; `undefined` when it leads none. */
  get appends(): LeaderAppends | undefined {
    return this.#appends;
  }

  /**
   * Leads an epoch: its first batch is on the disk when this returns.
   *
   * @throws {LogDirError} when the disk fails
   */
  lead({ epoch, messages }: Extract<RaftOutput, { readonly type: "leader" }>): void {
    const { clock, log, history, maxBatchSize, steps } = this.#options;
    this.#appends = new LeaderAppends({ log, history, epoch, maxBatchSize });
    this.#appends.appendControl(messages, clock.now());
    this.write();
    try {
      log.flushSync();
    } catch (error) {
      steps.fail(error);
      throw error;
    }
    this.#flushed(log.endOffset);
  }

  /**
   * Writes what was gathered.
   *
   * @throws {LogDirError} when the disk does not take it: the log is as before, and somebody must be elected anew
   */
  write(): void {
    const { steps } = this.#options;
    try {
      if (this.#appends?.write()) steps.step({ type: "appended" });
    } catch (error) {
      steps.tryStep({ type: "resign" });
      throw error;
    }
  }

  /**
   * Writes what was gathered in the epoch, and resolves once it is committed.
   *
   * @throws {LogDirError} when the disk fails
   * @throws {LogUnavailableError} when the epoch ends before
   */
  async commit(appends: LeaderAppends): Promise<void> {
    this.write();
    const target = this.#options.log.endOffset;
    while (this.#flushedOffset < target && this.#appends === appends) {
      this.#flushing ??= this.#flush(appends).finally(() => this.#flushing = undefined);
      await this.#flushing;
    }
    await appends.committed(target);
  }

  /** Takes out the batches of the epoch that are committed by now. */
  takeCommitted(): readonly CommittedBatch[] {
    return this.#appends?.takeCommitted() ?? [];
  }

  /** Ends whatever is led but `epoch`. */
  endAllBut(epoch: number | undefined): void {
    if (this.#appends === undefined || this.#appends.epoch === epoch) return;
    this.#appends.end();
    this.#appends = undefined;
  }

  /** Resolves once no flush is under way, whatever has come of it. */
  async settled(): Promise<void> {
    await this.#flushing?.catch(() => {});
  }

  async #flush(appends: LeaderAppends): Promise<void> {
    const { log, steps } = this.#options;
    const { endOffset } = log;
    try {
      await log.flush();
    } catch (error) {
      // Nobody knows what is on the disk now, and a later flush may pass without it.
      steps.fail(error);
      throw error;
    }
    // What another leader has put in its place since then was not flushed with it.
    if (this.#appends === appends) this.#flushed(endOffset);
  }

  #flushed(endOffset: number): void {
    this.#flushedOffset = endOffset;
    this.#options.steps.step({ type: "flushed", endOffset });
  }
}
