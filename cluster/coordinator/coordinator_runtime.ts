/**
 * Drives coordinators: it runs operations on the state of a partition, appends what they put out, and answers when that is committed (Kafka's
 * `CoordinatorRuntime`).
 *
 * @module
 */

import { type ErrorName, KafkaError } from "../../client/protocol/error_codes.ts";
import type { Env } from "../../storage/env.ts";
import type { TopicPartition } from "../../storage/file/file_names.ts";
import type { VerificationGuard } from "../../storage/log/producer/verification_state_entry.ts";
import type { Compression } from "../../storage/record/compression.ts";
import type { MetadataDelta } from "../controller/metadata_delta.ts";
import type { MetadataImage } from "../controller/metadata_image.ts";
import type { Partition } from "../replication/partition.ts";
import type { CoordinatedTransaction } from "../replication/replica_manager.ts";
import { coordinatorError, coordinatorFailure } from "./coordinator_errors.ts";
import { coordinatorPartition } from "./coordinator_key.ts";
import { loadCoordinator } from "./coordinator_loader.ts";
import {
  type CoordinatorAnswer,
  type CoordinatorSerde,
  type CoordinatorShard,
  type Moment,
  Output,
  Reply,
} from "./coordinator_shard.ts";
import { CoordinatorTimers } from "./coordinator_timers.ts";
import { type EndOfTransaction, PartitionWriter } from "./partition_writer.ts";

/** The partitions that a runtime writes to; a `ReplicaManager` has them. */
export interface CoordinatorPartitions {
  /** A partition that is here, or why it is not. */
  readonly getPartition: (topic: string, partition: number) => Partition | ErrorName;
  /** Wakes who waits for records of a partition. */
  readonly recordsAppended: (partition: Partition, highWatermarkMoved: boolean) => void;
  /** Verifies a transaction before its first record goes into a partition. */
  verifyTransaction(
    topicPartition: TopicPartition,
    transaction: CoordinatedTransaction,
  ): VerificationGuard | undefined | Promise<VerificationGuard | undefined>;
}

/** What a {@linkcode CoordinatorRuntime} is made of. */
export interface CoordinatorRuntimeOptions<S, Rec, Effect> {
  /** The world. */
  readonly env: Env;
  /** The coordinator's topic. */
  readonly topic: string;
  /** Its partitions. */
  readonly partitions: CoordinatorPartitions;
  /** The metadata in force. */
  readonly image: () => MetadataImage;
  /** This broker. */
  readonly brokerId: number;
  /** How records look. */
  readonly serde: CoordinatorSerde<Rec>;
  /** Makes the state of a partition, empty. */
  readonly newShard: (partition: number, coordinatorEpoch: number) => S;
  /** Does what an operation wants of the world, when its records are committed. Default: nothing. */
  readonly perform?: (effect: Effect, partition: number) => void;
  /** How much a load reads at once, bytes. */
  readonly loadBufferBytes: () => number;
  /** How long an answer waits until the replicas have the records, ms. */
  readonly appendTimeoutMs: () => number;
  /** Compression of the records. Default: none. */
  readonly compression?: () => Compression;
}

/** An operation's output that waits until the records before it are committed. */
interface Waiting<Rec, Effect> {
  readonly endOffset: number;
  readonly deadline: number;
  readonly out: Output<Rec, Effect>;
}

/** A partition that this broker coordinates. */
class Context<S, Rec, Effect> {
  state: "loading" | "active" | "failed" | "ended" = "loading";
  /** Where the records that operations have seen end: an answer is good when they are committed. */
  endOffset = 0;
  /** Whether an operation is at work, in whose appends the high watermark moves. */
  isBusy = false;
  readonly waiting: Waiting<Rec, Effect>[] = [];

  constructor(
    readonly index: number,
    readonly epoch: number,
    readonly shard: S,
    readonly partition: Partition,
  ) {}
}

const NO_COMPRESSION: Compression = { type: "none" };

/** The key of the timer for answers that wait too long; those of shards have other prefixes. */
const COMMIT_TIMER = "\0commit";

/**
 * The partitions of a coordinator's topic that this broker leads, each with its state. One operation is at work at a time, and appends are
 * synchronous, so that nothing has to be rolled back: a record changes the state after it is in the log.
 */
export class CoordinatorRuntime<
  S extends CoordinatorShard<Rec, Effect>,
  Rec,
  Effect = never,
> {
  readonly #options: CoordinatorRuntimeOptions<S, Rec, Effect>;
  readonly #contexts = new Map<number, Context<S, Rec, Effect>>();
  readonly #timers: CoordinatorTimers;
  readonly #writer: PartitionWriter<Rec>;
  /** Who waits for an answer that is not there when the operation ends. */
  readonly #callers = new Map<Reply<unknown>, PromiseWithResolvers<unknown>>();
  readonly #loads = new Set<Promise<void>>();
  #isClosed = false;

  /** Coordinates nothing yet. */
  constructor(options: CoordinatorRuntimeOptions<S, Rec, Effect>) {
    this.#options = options;
    this.#timers = new CoordinatorTimers(
      options.env.clock,
      (owner, key) => this.#timerExpired(owner as Context<S, Rec, Effect>, key),
    );
    this.#writer = new PartitionWriter(
      options.serde,
      options.compression ?? (() => NO_COMPRESSION),
      options.partitions.recordsAppended,
    );
  }

  /**
   * The partition of the topic that has a key.
   *
   * @throws {KafkaError} `COORDINATOR_NOT_AVAILABLE` while there is no such topic
   */
  partitionFor(key: string): number {
    const topic = this.#options.image().topics.byName.get(this.#options.topic);
    if (topic === undefined) throw coordinatorFailure("COORDINATOR_NOT_AVAILABLE");
    return coordinatorPartition(key, topic.partitions.size);
  }

  /** The partitions that are coordinated here and have been loaded. */
  get activePartitions(): readonly number[] {
    return [...this.#contexts.values()].filter(({ state }) => state === "active")
      .map(({ index }) => index);
  }

  /** Whether any partition is being loaded. */
  get isLoading(): boolean {
    return [...this.#contexts.values()].some(({ state }) => state === "loading");
  }

  /**
   * The epoch with which this broker coordinates a partition.
   *
   * @throws {KafkaError} as {@linkcode CoordinatorRuntime.run}
   */
  coordinatorEpoch(partition: number): number {
    return this.#active(partition).epoch;
  }

  /**
   * Runs an operation on the state of a partition. Its answer comes when everything that the operation has seen and written is committed: at once
   * where nobody follows, so that a quick request costs no turn of the event loop.
   *
   * @throws {KafkaError} `NOT_COORDINATOR`, `COORDINATOR_LOAD_IN_PROGRESS`, `COORDINATOR_NOT_AVAILABLE`, or what the operation refuses with
   */
  run<R>(
    partition: number,
    operation: (shard: S, reply: Reply<R>, out: Output<Rec, Effect>, now: Moment) => void,
    verificationGuard?: VerificationGuard,
  ): R | Promise<R> {
    const context = this.#active(partition);
    const reply = new Reply<R>();
    const out = new Output<Rec, Effect>();
    operation(context.shard, reply, out, this.#now());
    // Answered at once or later, it is noted where the answer goes.
    let result: { readonly value: R } | { readonly error: KafkaError } | undefined;
    const caller = Promise.withResolvers<unknown>();
    caller.promise.catch(() => {});
    this.#callers.set(reply, {
      promise: caller.promise,
      resolve: (value) => {
        result = { value: value as R };
        caller.resolve(value);
      },
      reject: (error: KafkaError) => {
        result = { error };
        caller.reject(error);
      },
    });
    this.#process(context, out, verificationGuard);
    // Nobody but the calls above sets it.
    const settled = result as typeof result;
    if (settled === undefined) return caller.promise as Promise<R>;
    if ("error" in settled) throw settled.error;
    return settled.value;
  }

  /**
   * {@linkcode CoordinatorRuntime.run}, for an operation whose records belong to a transaction: its coordinator is asked first.
   *
   * @throws {KafkaError} as `run`; when the partition is part of no such transaction
   */
  async runInTransaction<R>(
    partition: number,
    transaction: CoordinatedTransaction,
    operation: (shard: S, reply: Reply<R>, out: Output<Rec, Effect>, now: Moment) => void,
  ): Promise<R> {
    this.#active(partition);
    const { topic, partitions } = this.#options;
    let guard: VerificationGuard | undefined;
    try {
      guard = await partitions.verifyTransaction({ topic, partition }, transaction);
    } catch (error) {
      throw coordinatorFailure(coordinatorError(error), messageOf(error));
    }
    return await this.run(partition, operation, guard);
  }

  /** The state of every partition that is active here, for what is asked of all of them. Reads only. */
  *shards(): Generator<S> {
    for (const { state, shard } of this.#contexts.values()) if (state === "active") yield shard;
  }

  /**
   * Writes the end of a transaction into a partition, and tells its state.
   *
   * @throws {KafkaError} `NOT_COORDINATOR` and the like, and what is wrong with the marker
   */
  writeMarker(partition: number, end: EndOfTransaction): void | Promise<void> {
    const context = this.#active(partition);
    context.isBusy = true;
    try {
      this.#writer.writeMarker(context.partition, end, this.#options.env.clock.now());
      context.endOffset = context.partition.log?.logEndOffset ?? context.endOffset;
      context.shard.replayEndTransaction(end.producerId, end.producerEpoch, end.committed);
    } catch (error) {
      throw coordinatorFailure(coordinatorError(error), messageOf(error));
    } finally {
      context.isBusy = false;
    }
    return this.run<void>(partition, (_shard, reply, out) => out.answer(reply, undefined));
  }

  /** Follows the metadata, after the replicas have: takes partitions over, and gives them up. */
  applyDelta(delta: MetadataDelta, image: MetadataImage): void {
    const { topic: name, brokerId, partitions } = this.#options;
    const topic = image.topics.byName.get(name);
    const isConcerned = delta.isWhole ||
      (topic !== undefined && delta.changedPartitions.has(topic.id)) ||
      delta.deletedTopics.some((deleted) => deleted.name === name);
    if (!isConcerned || this.#isClosed) return;
    for (const context of [...this.#contexts.values()]) {
      const now = topic?.partitions.get(context.index);
      if (now?.leader !== brokerId || now.leaderEpoch !== context.epoch) this.#unload(context);
    }
    for (const [index, { leader, leaderEpoch }] of topic?.partitions ?? []) {
      if (leader !== brokerId || this.#contexts.has(index)) continue;
      const partition = partitions.getPartition(name, index);
      if (typeof partition !== "string") this.#load(index, leaderEpoch, partition);
    }
  }

  /** Gives everything up; who waits is told that this is the coordinator no more. */
  async shutdown(): Promise<void> {
    this.#isClosed = true;
    for (const context of [...this.#contexts.values()]) this.#unload(context);
    this.#timers.close();
    await Promise.all(this.#loads);
  }

  #now(): Moment {
    const { clock } = this.#options.env;
    return { wallMs: clock.now(), monotonicMs: clock.monotonic() };
  }

  #active(partition: number): Context<S, Rec, Effect> {
    const context = this.#contexts.get(partition);
    if (context === undefined || context.state === "ended") {
      throw coordinatorFailure("NOT_COORDINATOR");
    }
    if (context.state === "loading") throw coordinatorFailure("COORDINATOR_LOAD_IN_PROGRESS");
    if (context.state === "failed") throw coordinatorFailure("NOT_COORDINATOR");
    return context;
  }

  #load(index: number, epoch: number, partition: Partition): void {
    const { env, topic, newShard } = this.#options;
    const context = new Context<S, Rec, Effect>(index, epoch, newShard(index, epoch), partition);
    this.#contexts.set(index, context);
    partition.addListener({
      onHighWatermarkUpdated: () => this.#committed(context),
      onBecomingFollower: () => this.#unload(context),
      onFailed: () => this.#unload(context),
      onDeleted: () => this.#unload(context),
    });
    const load = this.#replayAll(context).catch((error) => {
      if (context.state !== "loading") return;
      context.state = "failed";
      env.logger.write("error", "Failed to load a coordinator", { topic, partition: index, error });
    });
    this.#loads.add(load);
    void load.then(() => this.#loads.delete(load));
  }

  async #replayAll(context: Context<S, Rec, Effect>): Promise<void> {
    const { env, topic, serde, loadBufferBytes } = this.#options;
    const { log } = context.partition;
    if (log === undefined) throw coordinatorFailure("NOT_COORDINATOR", "its log is not here");
    const startedAt = env.clock.monotonic();
    let hasUnknown = false;
    // A partition that has nothing is there at once.
    const records = log.logEndOffset === log.logStartOffset ? 0 : await loadCoordinator({
      log,
      clock: env.clock,
      serde,
      shard: context.shard,
      bufferBytes: loadBufferBytes(),
      isWanted: () => context.state === "loading",
      onUnknown: (offset) => {
        if (!hasUnknown) {
          env.logger.write("warn", "Passed over a record of a type that is not known", {
            topic,
            partition: context.index,
            offset,
          });
        }
        hasUnknown = true;
      },
    });
    if (records === undefined || context.state !== "loading") return;
    context.state = "active";
    context.endOffset = log.logEndOffset;
    if (records > 0) {
      env.logger.write("info", "Loaded a coordinator", {
        topic,
        partition: context.index,
        records,
        ms: Math.round(env.clock.monotonic() - startedAt),
      });
    }
    const out = new Output<Rec, Effect>();
    context.shard.loaded(out, this.#now());
    this.#process(context, out);
  }

  #unload(context: Context<S, Rec, Effect>): void {
    if (context.state === "ended") return;
    const wasActive = context.state === "active";
    context.state = "ended";
    this.#contexts.delete(context.index);
    this.#timers.cancelAll(context);
    for (const { out } of context.waiting.splice(0)) this.#refuse(out.answers, "NOT_COORDINATOR");
    if (!wasActive) return;
    const out = new Output<Rec, Effect>();
    context.shard.unloaded(out);
    this.#give(out.answers);
  }

  #timerExpired(context: Context<S, Rec, Effect>, key: string): void {
    if (context.state !== "active") return;
    if (key === COMMIT_TIMER) return this.#expireWaiting(context);
    const out = new Output<Rec, Effect>();
    context.shard.timerExpired(key, out, this.#now());
    this.#process(context, out);
  }

  /** Appends what an operation has put out, sets its timers, and has its answers given when it is time. */
  #process(
    context: Context<S, Rec, Effect>,
    out: Output<Rec, Effect>,
    verificationGuard?: VerificationGuard,
  ): void {
    if (out.records.length > 0) {
      const error = this.#append(context, out, verificationGuard);
      if (error !== undefined) return this.#appendFailed(context, out, error);
    }
    for (const [key, delayMs] of out.timers) {
      if (delayMs === undefined) this.#timers.cancel(context, key);
      else this.#timers.set(context, key, delayMs);
    }
    if (out.answers.length === 0 && out.effects.length === 0) return;
    const { env, appendTimeoutMs } = this.#options;
    if (context.waiting.length === 0 && this.#isCommitted(context, context.endOffset)) {
      return this.#finish(context, out);
    }
    const timeoutMs = appendTimeoutMs();
    if (context.waiting.length === 0) this.#timers.set(context, COMMIT_TIMER, timeoutMs);
    const deadline = env.clock.monotonic() + timeoutMs;
    context.waiting.push({ endOffset: context.endOffset, deadline, out });
  }

  #append(
    context: Context<S, Rec, Effect>,
    out: Output<Rec, Effect>,
    verificationGuard: VerificationGuard | undefined,
  ): unknown {
    const { shard, partition } = context;
    context.isBusy = true;
    try {
      this.#writer.write(
        partition,
        out.records,
        { timestamp: this.#options.env.clock.now(), producer: out.producer, verificationGuard },
        (record, where) => shard.replay(record, where),
      );
      return undefined;
    } catch (error) {
      return error;
    } finally {
      context.isBusy = false;
      context.endOffset = partition.log?.logEndOffset ?? context.endOffset;
    }
  }

  #appendFailed(
    context: Context<S, Rec, Effect>,
    out: Output<Rec, Effect>,
    cause: unknown,
  ): void {
    const error = coordinatorError(cause);
    const { env, topic } = this.#options;
    env.logger.write(error === "UNKNOWN_SERVER_ERROR" ? "error" : "info", "Failed to append", {
      topic,
      partition: context.index,
      records: out.records.length,
      error: cause,
    });
    const mended = new Output<Rec, Effect>();
    out.onAppendFailed?.(error, mended);
    const answered = new Set(mended.answers.map(({ reply }) => reply));
    const message = messageOf(cause);
    for (const { reply } of out.answers) {
      if (!answered.has(reply)) mended.fail(reply, error, message);
    }
    this.#process(context, mended);
  }

  #isCommitted({ partition }: Context<S, Rec, Effect>, endOffset: number): boolean {
    return (partition.leaderLog?.highWatermark ?? -1) >= endOffset;
  }

  /** The high watermark has moved: answers whose records are below it are given. */
  #committed(context: Context<S, Rec, Effect>): void {
    if (context.isBusy || context.state !== "active") return;
    while (context.waiting.length > 0) {
      const first = context.waiting[0]!;
      if (!this.#isCommitted(context, first.endOffset)) return;
      context.waiting.shift();
      this.#finish(context, first.out);
    }
    this.#timers.cancel(context, COMMIT_TIMER);
  }

  /** Answers what has waited too long; its records may be committed all the same. */
  #expireWaiting(context: Context<S, Rec, Effect>): void {
    const now = this.#options.env.clock.monotonic();
    while (context.waiting.length > 0 && context.waiting[0]!.deadline <= now) {
      const { out } = context.waiting.shift()!;
      this.#refuse(out.answers, "COORDINATOR_NOT_AVAILABLE");
      this.#perform(context, out);
    }
    const next = context.waiting[0];
    if (next !== undefined) this.#timers.set(context, COMMIT_TIMER, next.deadline - now);
  }

  #finish(context: Context<S, Rec, Effect>, out: Output<Rec, Effect>): void {
    this.#give(out.answers);
    this.#perform(context, out);
  }

  #perform(context: Context<S, Rec, Effect>, { effects }: Output<Rec, Effect>): void {
    for (const effect of effects) this.#options.perform?.(effect, context.index);
  }

  #give(answers: readonly CoordinatorAnswer[]): void {
    for (const answer of answers) {
      const caller = this.#callers.get(answer.reply);
      if (caller === undefined) continue;
      this.#callers.delete(answer.reply);
      if ("error" in answer) caller.reject(coordinatorFailure(answer.error, answer.message));
      else caller.resolve(answer.response);
    }
  }

  #refuse(answers: readonly CoordinatorAnswer[], error: ErrorName): void {
    this.#give(answers.map(({ reply }) => ({ reply, error })));
  }
}

function messageOf(error: unknown): string | undefined {
  return error instanceof KafkaError ? error.message : undefined;
}
