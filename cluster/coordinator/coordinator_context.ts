/**
 * A partition that this broker coordinates.
 *
 * @module
 */

import { type ErrorName, KafkaError } from "../../client/protocol/error_codes.ts";
import type { Env } from "../../storage/env.ts";
import type { VerificationGuard } from "../../storage/log/producer/verification_state_entry.ts";
import type { Partition, PartitionListener } from "../replication/partition.ts";
import { coordinatorError, coordinatorFailure } from "./coordinator_errors.ts";
import { loadCoordinator } from "./coordinator_loader.ts";
import {
  type CoordinatorSerde,
  type CoordinatorShard,
  type Moment,
  Output,
  type Reply,
} from "./coordinator_shard.ts";
import type { CoordinatorTimers } from "./coordinator_timers.ts";
import { DeferredEventQueue } from "./deferred_event_queue.ts";
import type { EndOfTransaction, PartitionWriter } from "./partition_writer.ts";
import { giveAnswers, PendingReply } from "./pending_reply.ts";

/** Something to be done with the state of a partition: it changes what is not in the log, and puts out the rest. */
export type CoordinatorOperation<S, R, Rec, Effect> = (
  shard: S,
  reply: Reply<R>,
  out: Output<Rec, Effect>,
  now: Moment,
) => void;

/** What the partitions of a runtime have in common. */
export interface CoordinatorContextOptions<Rec, Effect> {
  /** The world. */
  readonly env: Env;
  /** The coordinator's topic. */
  readonly topic: string;
  /** How records look. */
  readonly serde: CoordinatorSerde<Rec>;
  /** Writes them. */
  readonly writer: PartitionWriter<Rec>;
  /** Has the timers; those of a context are its own. */
  readonly timers: CoordinatorTimers;
  /** Does what an operation wants of the world. */
  readonly perform: (effect: Effect, partition: number) => void;
  /** How much a load reads at once, bytes. */
  readonly loadBufferBytes: () => number;
  /** How long an answer waits until the replicas have the records, ms. */
  readonly appendTimeoutMs: () => number;
}

/** The state of a partition: it is being loaded, at work, could not be loaded, or is somebody else's by now. */
export type CoordinatorState = "loading" | "active" | "failed" | "closed";

/** The key of the timer for answers that wait too long; those of shards have other prefixes. */
const COMMIT_TIMER = "\0commit";

/** One partition with its state. An operation is at work at a time; what it puts out is appended, replayed, and answered when it is committed. */
export class CoordinatorContext<S extends CoordinatorShard<Rec, Effect>, Rec, Effect> {
  /** Its number. */
  readonly index: number;
  /** The epoch of this broker's leadership. */
  readonly epoch: number;
  /** What it knows. */
  readonly shard: S;
  readonly #partition: Partition;
  readonly #options: CoordinatorContextOptions<Rec, Effect>;
  readonly #listener: PartitionListener;
  readonly #deferred = new DeferredEventQueue<Rec, Effect>();
  #state: CoordinatorState = "loading";
  /** Where the records end that operations have seen: an answer is good when they are committed. */
  #endOffset = 0;
  /** Whether records are being appended and replayed, while the high watermark moves with them. */
  #isAppending = false;

  /** `onClosed` is told when it has been closed. */
  constructor(
    place: { readonly index: number; readonly epoch: number; readonly partition: Partition },
    shard: S,
    options: CoordinatorContextOptions<Rec, Effect>,
    onClosed: () => void,
  ) {
    this.index = place.index;
    this.epoch = place.epoch;
    this.shard = shard;
    this.#partition = place.partition;
    this.#options = options;
    const close = () => {
      this.close();
      onClosed();
    };
    this.#listener = {
      onHighWatermarkUpdated: () => this.#finishCommitted(),
      onBecomingFollower: close,
      onFailed: close,
      onDeleted: close,
    };
    this.#partition.addListener(this.#listener);
  }

  /** Whether it is loaded, and may be. */
  get state(): CoordinatorState {
    return this.#state;
  }

  /** Whether there is nothing to be loaded. */
  get isEmpty(): boolean {
    const { log } = this.#partition;
    return log !== undefined && log.logStartOffset === log.logEndOffset;
  }

  /**
   * Runs an operation. The answer is there at once where nobody follows and the operation answers.
   *
   * @throws {KafkaError} what the operation refuses with
   */
  run<R>(
    operation: CoordinatorOperation<S, R, Rec, Effect>,
    verificationGuard?: VerificationGuard,
  ): R | Promise<R> {
    const reply = new PendingReply<R>();
    const out = new Output<Rec, Effect>();
    operation(this.shard, reply, out, this.#now());
    this.#process(out, verificationGuard);
    return reply.get();
  }

  /**
   * Writes the end of a transaction.
   *
   * @throws {KafkaError} what is wrong with the marker
   */
  writeMarker(end: EndOfTransaction): void | Promise<void> {
    const error = this.#append(() => {
      this.#options.writer.writeMarker(this.#partition, end, this.#options.env.clock.now());
      this.shard.replayEndTransaction(end.producerId, end.producerEpoch, end.committed);
    });
    if (error !== undefined) throw coordinatorFailure(coordinatorError(error), messageOf(error));
    return this.run<void>((_shard, reply, out) => out.answer(reply, undefined));
  }

  /** Loads it; one that has no records is there when this returns. What goes wrong is told to operators. */
  async load(): Promise<void> {
    try {
      const { log } = this.#partition;
      if (log === undefined) throw coordinatorFailure("NOT_COORDINATOR", "Its log is not here");
      if (!this.isEmpty) await this.#replayAll();
      if (this.#state !== "loading") return;
      this.#endOffset = log.logEndOffset;
      this.#state = "active";
      const out = new Output<Rec, Effect>();
      this.shard.loaded(out, this.#now());
      this.#process(out);
    } catch (error) {
      if (this.#state === "closed") return;
      this.#state = "failed";
      this.#log("error", "Failed to load a coordinator", { error });
    }
  }

  /** A timer has gone off. */
  timerExpired(key: string): void {
    if (this.#state !== "active") return;
    if (key === COMMIT_TIMER) return this.#expireDeferred();
    try {
      const out = new Output<Rec, Effect>();
      this.shard.timerExpired(key, out, this.#now());
      this.#process(out);
    } catch (error) {
      // One thing that goes wrong must not keep other timers from going off.
      this.#log("error", "Failed to do what was due", { timer: key, error });
    }
  }

  /** Gives the partition up: whoever waits is told so. */
  close(): void {
    if (this.#state === "closed") return;
    const wasActive = this.#state === "active";
    this.#state = "closed";
    this.#partition.removeListener(this.#listener);
    this.#options.timers.cancelAll(this);
    this.#refuse(this.#deferred.takeAll(), "NOT_COORDINATOR");
    if (!wasActive) return;
    const out = new Output<Rec, Effect>();
    this.shard.unloaded(out);
    giveAnswers(out.answers);
  }

  async #replayAll(): Promise<void> {
    const { env: { clock }, serde, loadBufferBytes } = this.#options;
    const startedAt = clock.monotonic();
    let unknown: number | undefined;
    const records = await loadCoordinator({
      log: this.#partition.log!,
      clock,
      serde,
      shard: this.shard,
      bufferBytes: loadBufferBytes(),
      isWanted: () => this.#state === "loading",
      onUnknown: (offset) => unknown ??= offset,
    });
    if (unknown !== undefined) {
      this.#log("warn", "Passed over records of a type that is not known", { offset: unknown });
    }
    if (records === undefined) return;
    const ms = Math.round(clock.monotonic() - startedAt);
    this.#log("info", "Loaded a coordinator", { records, ms });
  }

  /** Appends what an operation has put out, sets its timers, and has its answers given when it is time. */
  #process(out: Output<Rec, Effect>, verificationGuard?: VerificationGuard): void {
    const { env, timers, appendTimeoutMs } = this.#options;
    if (out.records.length > 0) {
      const error = this.#append(() => this.#write(out, verificationGuard));
      if (error !== undefined) return this.#appendFailed(out, error);
    }
    this.#setTimers(out);
    if (out.answers.length > 0 || out.effects.length > 0) {
      if (this.#deferred.isEmpty && this.#endOffset <= this.#highWatermark) {
        return this.#finish(out);
      }
      const timeoutMs = appendTimeoutMs();
      if (this.#deferred.deadline === undefined) timers.set(this, COMMIT_TIMER, timeoutMs);
      this.#deferred.add(this.#endOffset, env.clock.monotonic() + timeoutMs, out);
    }
    this.#finishCommitted();
  }

  #write(out: Output<Rec, Effect>, verificationGuard: VerificationGuard | undefined): void {
    const { env, writer } = this.#options;
    const { records, producer, isAtomic } = out;
    writer.write(
      this.#partition,
      records,
      { timestamp: env.clock.now(), producer, isAtomic, verificationGuard },
      (record, where) => this.shard.replay(record, where),
    );
  }

  /** Appends and replays. Returns what went wrong. */
  #append(work: () => void): unknown {
    this.#isAppending = true;
    try {
      work();
      return undefined;
    } catch (error) {
      return error ?? new Error("Nothing is known of it");
    } finally {
      this.#isAppending = false;
      this.#endOffset = this.#partition.log?.logEndOffset ?? this.#endOffset;
    }
  }

  #appendFailed(out: Output<Rec, Effect>, cause: unknown): void {
    const error = coordinatorError(cause);
    this.#log(error === "UNKNOWN_SERVER_ERROR" ? "error" : "info", "Failed to append", {
      records: out.records.length,
      error: cause,
    });
    const mended = new Output<Rec, Effect>();
    out.onAppendFailed?.(error, mended);
    // Who has been answered by that takes no notice of a second answer.
    const message = messageOf(cause);
    for (const { reply } of out.answers) mended.fail(reply, error, message);
    if (mended.records.length > 0) return this.#process(mended);
    // A disk that fails takes the partition away, in the middle of the append.
    if (this.#state !== "active") return giveAnswers(mended.answers);
    // That nothing was written is true whatever is committed.
    this.#setTimers(mended);
    this.#finish(mended);
    // Part of what need not be there together may have been written.
    this.#finishCommitted();
  }

  #setTimers(out: Output<Rec, Effect>): void {
    const { timers } = this.#options;
    for (const [key, delayMs] of out.timers) {
      if (delayMs === undefined) timers.cancel(this, key);
      else timers.set(this, key, delayMs);
    }
  }

  get #highWatermark(): number {
    return this.#partition.leaderLog?.highWatermark ?? -1;
  }

  /** The high watermark may have moved: what waited for that is over. */
  #finishCommitted(): void {
    if (this.#isAppending || this.#state !== "active" || this.#deferred.isEmpty) return;
    for (;;) {
      const out = this.#deferred.takeCommitted(this.#highWatermark);
      if (out === undefined) break;
      this.#finish(out);
    }
    if (this.#deferred.isEmpty) this.#options.timers.cancel(this, COMMIT_TIMER);
  }

  #expireDeferred(): void {
    const now = this.#options.env.clock.monotonic();
    this.#refuse(this.#deferred.takeExpired(now), "COORDINATOR_NOT_AVAILABLE");
    const { deadline } = this.#deferred;
    if (deadline !== undefined) this.#options.timers.set(this, COMMIT_TIMER, deadline - now);
  }

  #finish({ answers, effects }: Output<Rec, Effect>): void {
    giveAnswers(answers);
    for (const effect of effects) {
      try {
        this.#options.perform(effect, this.index);
      } catch (error) {
        // Others wait for what comes next, and whoever moved the high watermark has nothing to do with it.
        this.#log("error", "Failed to have an effect", { error });
      }
    }
  }

  #refuse(answers: Output<Rec, Effect>["answers"], error: ErrorName): void {
    giveAnswers(answers.map(({ reply }) => ({ reply, error })));
  }

  #now(): Moment {
    const { clock } = this.#options.env;
    return { wallMs: clock.now(), monotonicMs: clock.monotonic() };
  }

  #log(
    level: "info" | "warn" | "error",
    message: string,
    fields: Readonly<Record<string, unknown>>,
  ): void {
    const { env: { logger }, topic } = this.#options;
    logger.write(level, message, { topic, partition: this.index, ...fields });
  }
}

function messageOf(error: unknown): string | undefined {
  return error instanceof KafkaError ? error.message : undefined;
}
