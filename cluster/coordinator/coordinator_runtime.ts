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
import type { CoordinatedTransaction } from "../replication/produce_append.ts";
import {
  CoordinatorContext,
  type CoordinatorContextOptions,
  type CoordinatorOperation,
} from "./coordinator_context.ts";
import { coordinatorError, coordinatorFailure } from "./coordinator_errors.ts";
import { coordinatorPartition } from "./coordinator_key.ts";
import type { CoordinatorSerde, CoordinatorShard } from "./coordinator_shard.ts";
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

const NO_COMPRESSION: Compression = { type: "none" };

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
  readonly #contexts = new Map<number, CoordinatorContext<S, Rec, Effect>>();
  readonly #contextOptions: CoordinatorContextOptions<Rec, Effect>;
  readonly #timers: CoordinatorTimers;
  /** Those that wait until others have been loaded. */
  readonly #toLoad: CoordinatorContext<S, Rec, Effect>[] = [];
  #loading: Promise<void> | undefined;
  #isClosed = false;

  /** Coordinates nothing yet. */
  constructor(options: CoordinatorRuntimeOptions<S, Rec, Effect>) {
    const { env, topic, serde, loadBufferBytes, appendTimeoutMs, partitions } = options;
    const timers = new CoordinatorTimers(
      env.clock,
      (owner, key) => (owner as CoordinatorContext<S, Rec, Effect>).timerExpired(key),
    );
    const compression = options.compression ?? (() => NO_COMPRESSION);
    const writer = new PartitionWriter(serde, compression, partitions.recordsAppended);
    const perform = options.perform ?? (() => {});
    this.#options = options;
    this.#timers = timers;
    this.#contextOptions = {
      env,
      topic,
      serde,
      writer,
      timers,
      perform,
      loadBufferBytes,
      appendTimeoutMs,
    };
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
    for (const { state } of this.#contexts.values()) if (state === "loading") return true;
    return false;
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
    operation: CoordinatorOperation<S, R, Rec, Effect>,
    verificationGuard?: VerificationGuard,
  ): R | Promise<R> {
    return this.#active(partition).run(operation, verificationGuard);
  }

  /**
   * {@linkcode CoordinatorRuntime.run}, for an operation whose records belong to a transaction: its coordinator is asked first.
   *
   * @throws {KafkaError} as `run`; when the partition is part of no such transaction
   */
  async runInTransaction<R>(
    partition: number,
    transaction: CoordinatedTransaction,
    operation: CoordinatorOperation<S, R, Rec, Effect>,
  ): Promise<R> {
    this.#active(partition);
    const { topic, partitions } = this.#options;
    let guard: VerificationGuard | undefined;
    try {
      guard = await partitions.verifyTransaction({ topic, partition }, transaction);
    } catch (error) {
      const message = error instanceof KafkaError ? error.message : undefined;
      throw coordinatorFailure(coordinatorError(error), message);
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
    return this.#active(partition).writeMarker(end);
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
    await this.#loading;
  }

  #active(partition: number): CoordinatorContext<S, Rec, Effect> {
    const context = this.#contexts.get(partition);
    if (context?.state === "active") return context;
    throw coordinatorFailure(
      context?.state === "loading" ? "COORDINATOR_LOAD_IN_PROGRESS" : "NOT_COORDINATOR",
    );
  }

  #load(index: number, epoch: number, partition: Partition): void {
    const context = new CoordinatorContext<S, Rec, Effect>(
      { index, epoch, partition },
      this.#options.newShard(index, epoch),
      this.#contextOptions,
      () => this.#forget(context),
    );
    this.#contexts.set(index, context);
    // A partition that has nothing is there at once. The others take turns, so that there is memory for one, and clients are served meanwhile.
    if (context.isEmpty) void context.load();
    else {
      this.#toLoad.push(context);
      this.#loading ??= this.#loadAll();
    }
  }

  async #loadAll(): Promise<void> {
    for (let context; (context = this.#toLoad.shift()) !== undefined;) {
      await context.load();
    }
    this.#loading = undefined;
  }

  #unload(context: CoordinatorContext<S, Rec, Effect>): void {
    context.close();
    this.#forget(context);
  }

  #forget(context: CoordinatorContext<S, Rec, Effect>): void {
    if (this.#contexts.get(context.index) === context) this.#contexts.delete(context.index);
  }
}
