/**
 * What the leader of an epoch appends: gathered, written, and followed until it is committed.
 *
 * @module
 */

import { LogUnavailableError } from "../../storage/errors.ts";
import { RecordBatch } from "../../storage/record/record_batch.ts";
import { BatchAccumulator } from "./batch_accumulator.ts";
import type { ControlMessage } from "./control_messages.ts";
import type { QuorumHistory } from "./quorum_history.ts";
import type { CommittedBatch } from "./raft_listener.ts";
import type { RaftLog } from "./raft_log.ts";

/** What {@linkcode LeaderAppends} is made of. */
export interface LeaderAppendsOptions {
  /** The log. */
  readonly log: RaftLog;
  /** Voters and protocol version over the log. */
  readonly history: QuorumHistory;
  /** The epoch. */
  readonly epoch: number;
  /** Bytes that a batch may have. */
  readonly maxBatchSize: number;
}

interface Waiter {
  readonly endOffset: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** The appends of one epoch. */
export class LeaderAppends {
  /** The epoch. */
  readonly epoch: number;
  readonly #log: RaftLog;
  readonly #history: QuorumHistory;
  readonly #accumulator: BatchAccumulator;
  /** Written, not committed; in order. */
  #uncommitted: CommittedBatch[] = [];
  #waiters: Waiter[] = [];
  #hasEnded = false;

  /** Begins at the log's end. */
  constructor({ log, history, epoch, maxBatchSize }: LeaderAppendsOptions) {
    this.epoch = epoch;
    this.#log = log;
    this.#history = history;
    this.#accumulator = new BatchAccumulator({ epoch, baseOffset: log.endOffset, maxBatchSize });
  }

  /** Offset that the next appended record gets. */
  get nextOffset(): number {
    return this.#accumulator.nextOffset;
  }

  /** Gathers records that belong together; see {@linkcode BatchAccumulator.append}. */
  append(records: readonly Uint8Array[], now: number): number {
    return this.#accumulator.append(records, now);
  }

  /** Gathers control records, as a batch of their own. */
  appendControl(messages: readonly ControlMessage[], now: number): void {
    this.#accumulator.appendControl(messages, now);
  }

  /**
   * Writes what was gathered.
   *
   * @returns whether there was anything
   * @throws {LogDirError} when the disk does not take it: the log is as before, and nothing can be appended in this epoch any more
   */
  write(): boolean {
    const batches = this.#accumulator.drain();
    for (const { bytes, controlMessages, ...committed } of batches) {
      this.#log.append(bytes, this.epoch);
      if (controlMessages.length > 0) this.#history.handleControlBatch(new RecordBatch(bytes));
      this.#uncommitted.push(committed);
    }
    return batches.length > 0;
  }

  /** Takes out the batches that are committed by now, and tells those who wait for them. */
  takeCommitted(): readonly CommittedBatch[] {
    const { highWatermark } = this.#log;
    const count = this.#uncommitted.findIndex(({ lastOffset }) => lastOffset >= highWatermark);
    const waiters = this.#waiters;
    this.#waiters = waiters.filter(({ endOffset }) => endOffset > highWatermark);
    for (const { endOffset, resolve } of waiters) if (endOffset <= highWatermark) resolve();
    return this.#uncommitted.splice(0, count < 0 ? this.#uncommitted.length : count);
  }

  /**
   * Resolves once what is below `endOffset` is committed.
   *
   * @throws {LogUnavailableError} when the epoch ends before: nobody knows whether it will be
   */
  async committed(endOffset: number): Promise<void> {
    if (this.#log.highWatermark >= endOffset) return;
    if (this.#hasEnded) throw this.#ended();
    await new Promise<void>((resolve, reject) => {
      this.#waiters.push({ endOffset, resolve, reject });
    });
  }

  /** Ends the epoch for those who wait. */
  end(): void {
    this.#hasEnded = true;
    for (const { reject } of this.#waiters.splice(0)) reject(this.#ended());
  }

  #ended(): LogUnavailableError {
    return new LogUnavailableError(
      `Failed to receive sufficient acknowledgments for this append before leader change, epoch: ${this.epoch}`,
    );
  }
}
