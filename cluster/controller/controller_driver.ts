/**
 * Has the controller decide, and its decisions committed.
 *
 * @module
 */

import { assert } from "@std/assert";
import { KafkaError } from "../../client/protocol/error_codes.ts";
import type { Env } from "../../storage/env.ts";
import { LogUnavailableError } from "../../storage/errors.ts";
import type { OffsetAndEpoch } from "../raft/offset_and_epoch.ts";
import type { RaftDriver } from "../raft/raft_driver.ts";
import type { CommittedBatch, LeaderAndEpoch, RaftListener } from "../raft/raft_listener.ts";
import { activate } from "./activation.ts";
import { BrokerHeartbeats, type BrokerRun } from "./broker_heartbeats.ts";
import {
  type ConfigRules,
  type ControllerContext,
  type Decision,
  MAX_RECORDS_PER_USER_OP,
} from "./decision.ts";
import { MetadataDelta } from "./metadata_delta.ts";
import { MetadataImage } from "./metadata_image.ts";
import { MetadataReplay } from "./metadata_replay.ts";
import { encodeMetadataRecord, type MetadataRecord } from "./metadata_records.ts";
import { type ControllerIntervals, PeriodicTasks } from "./periodic_tasks.ts";
import { SnapshotSchedule } from "./snapshot_schedule.ts";

/** Decides on one request. */
export type ControllerEvent<R> = (context: ControllerContext, nextOffset: number) => Decision<R>;

/** Follows the committed metadata. What takes longer is promised: whoever has asked for the change is answered after that. */
export type MetadataListener = (
  delta: MetadataDelta,
  image: MetadataImage,
) => void | Promise<void>;

/** What a {@linkcode ControllerDriver} is made of. */
export interface ControllerDriverOptions {
  /** The world. */
  readonly env: Env;
  /** The metadata log. */
  readonly raft: RaftDriver;
  /** Id of this node. */
  readonly nodeId: number;
  /** About configs. */
  readonly rules: ConfigRules;
  /** What the log of a new cluster begins with. */
  readonly bootstrapRecords: readonly MetadataRecord[];
  /** `metadata.log.max.record.bytes.between.snapshots`. */
  readonly maxBytesBetweenSnapshots: () => number;
  /** `metadata.log.max.snapshot.interval.ms`; 0 for never. */
  readonly maxSnapshotIntervalMs: () => number;
  /** How often it looks after brokers and leaders. */
  readonly intervals: ControllerIntervals;
}

interface QueuedEvent {
  readonly decide: ControllerEvent<unknown>;
  /** Until when it may wait for its turn, on the monotonic clock. */
  readonly deadline: number;
  readonly resolve: (response: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The controller of a node. It decides on one event after the other, on the metadata with everything decided before; what several
 * events that came at the same time decide is flushed together. An answer is given once its records are committed and every follower of the
 * metadata has taken them over, for which later decisions do not wait.
 */
export class ControllerDriver implements RaftListener {
  readonly #options: ControllerDriverOptions;
  readonly #replay = new MetadataReplay();
  readonly #listeners = new Set<MetadataListener>();
  readonly #queue: QueuedEvent[] = [];
  readonly #snapshots: SnapshotSchedule;
  readonly #heartbeats: BrokerHeartbeats;
  readonly #periodic: PeriodicTasks;
  /** With what is decided and not committed yet. */
  #decided = new MetadataImage();
  /** What the followers of the metadata that is being committed have promised. */
  #promises: Promise<void>[] = [];
  #isActive = false;
  #activation: Promise<void> | undefined;
  #working: Promise<void> | undefined;

  /** Follows nothing, and decides nothing, before {@linkcode ControllerDriver.start}. */
  constructor(options: ControllerDriverOptions) {
    this.#options = options;
    this.#snapshots = new SnapshotSchedule({
      env: options.env,
      maxBytes: options.maxBytesBetweenSnapshots,
      maxIntervalMs: options.maxSnapshotIntervalMs,
      write: () => this.#writeSnapshot(),
    });
    const { env, intervals } = options;
    this.#heartbeats = new BrokerHeartbeats(env.clock, intervals.brokerSessionTimeoutMs);
    this.#periodic = new PeriodicTasks({
      env,
      intervals,
      heartbeats: this.#heartbeats,
      image: () => this.#decided,
      submit: (decide) => this.submit(decide),
    });
  }

  /** The committed metadata. */
  get image(): MetadataImage {
    return this.#replay.image;
  }

  /** Whether this node decides. */
  get isActive(): boolean {
    return this.#isActive;
  }

  /**
   * Follows the log. When this returns on a node that leads it, the node decides, and a new cluster has what it begins with.
   *
   * @throws {LogDirError} when the disk fails
   */
  async start(): Promise<void> {
    const { raft } = this.#options;
    raft.register(this);
    raft.start();
    await this.#activation;
  }

  /**
   * Has the metadata followed from here on.
   *
   * @returns ends that
   */
  subscribe(listener: MetadataListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Decides, and answers once that is committed.
   *
   * @param timeoutMs how long the event may wait for its turn, ms
   * @throws {KafkaError} `NOT_CONTROLLER` when this node does not decide, or cannot commit what it has decided before it leads no more;
   * `REQUEST_TIMED_OUT`; whatever the decision throws
   * @throws {LogDirError} when the disk fails
   */
  submit<R>(decide: ControllerEvent<R>, timeoutMs: number = Infinity): Promise<R> {
    return new Promise<R>((resolve, reject) => {
      this.#queue.push({
        decide,
        deadline: this.#options.env.clock.monotonic() + timeoutMs,
        resolve: resolve as (response: unknown) => void,
        reject,
      });
      this.#work();
    });
  }

  /** Something was heard of a broker, which counts from now on however long its request waits for its turn. */
  heardOf(brokerId: number, brokerEpoch: number): void {
    if (!this.#isActive) return;
    this.#heartbeats.touch(brokerId, brokerEpoch);
    this.#periodic.check();
  }

  /** The connection over which something was heard of a broker has ended. */
  disconnected(run: BrokerRun): void {
    if (!this.#isActive) return;
    const endsInMs = this.#heartbeats.disconnected(run);
    if (endsInMs !== undefined) this.#periodic.fenceAfter(endsInMs);
  }

  /** Decides on nothing more, and resolves when nothing is under way. The log stays open. */
  async shutdown(): Promise<void> {
    this.#isActive = false;
    this.#periodic.end();
    await this.#working;
    this.#options.raft.unregister(this);
    await this.#snapshots.shutdown();
  }

  #work(): void {
    this.#working ??= this.#decideWhileQueued().finally(() => {
      this.#working = undefined;
      if (this.#queue.length > 0) this.#work();
    });
  }

  async #decideWhileQueued(): Promise<void> {
    while (this.#queue.length > 0) await this.#decideAll(this.#queue.splice(0));
  }

  async #decideAll(events: readonly QueuedEvent[]): Promise<void> {
    const answers: (() => void)[] = [];
    let hasRecords = false;
    for (const event of events) {
      try {
        const { records, response, isSplittable } = this.#decide(event);
        if (records.length > 0) {
          hasRecords = true;
          this.#append(records, isSplittable ?? false);
        }
        answers.push(() => event.resolve(response));
      } catch (error) {
        answers.push(() => event.reject(error));
      }
    }
    this.#promises = [];
    try {
      if (hasRecords) await this.#options.raft.flushAndCommit();
    } catch (error) {
      // Another node leads, or will: that one has to be asked what has become of it.
      const isOver = error instanceof LogUnavailableError;
      const failure = isOver ? new KafkaError("NOT_CONTROLLER") : error;
      for (const { reject } of events) reject(failure);
      return;
    }
    const answerAll = () => {
      for (const answer of answers) answer();
    };
    // The next decisions need not wait for that.
    if (this.#promises.length > 0) void Promise.all(this.#promises).then(answerAll);
    else answerAll();
  }

  #decide({ decide, deadline }: QueuedEvent): Decision<unknown> {
    const { env, raft } = this.#options;
    if (!this.#isActive) throw new KafkaError("NOT_CONTROLLER");
    if (env.clock.monotonic() > deadline) throw new KafkaError("REQUEST_TIMED_OUT");
    return decide(this.#context(), raft.logEndOffset);
  }

  #context(): ControllerContext {
    const { env, rules, nodeId } = this.#options;
    const heartbeats = this.#heartbeats;
    return { image: this.#decided, random: env.random, rules, nodeId, heartbeats };
  }

  #append(records: readonly MetadataRecord[], isSplittable: boolean): void {
    const size = isSplittable ? MAX_RECORDS_PER_USER_OP : records.length;
    for (let start = 0; start < records.length; start += size) {
      const batch = records.slice(start, start + size);
      const lastOffset = this.#options.raft.append(batch.map(encodeMetadataRecord));
      for (const record of batch) this.#decided.replay(record);
      this.#decided.offset = lastOffset;
    }
    this.#periodic.check();
  }

  /** Takes a committed batch over, and passes it on. */
  handleCommit(batch: CommittedBatch): void {
    const delta = new MetadataDelta();
    const records = this.#replay.batch(batch, delta);
    if (batch.lastOffset > this.#decided.offset) {
      for (const record of records) this.#decided.replay(record);
      this.#decided.offset = batch.lastOffset;
      this.#decided.epoch = batch.epoch;
    }
    this.#publish(delta);
    if (batch.records.length > 0) this.#snapshots.committed(batch.sizeInBytes);
  }

  /** Takes a snapshot over, and passes it on. */
  handleSnapshot(records: Iterable<Uint8Array>, id: OffsetAndEpoch): void {
    this.#replay.snapshot(records, id);
    this.#decided = copyOf(this.image);
    this.#snapshots.reset();
    const delta = new MetadataDelta();
    delta.isWhole = true;
    this.#publish(delta);
  }

  /** Decides from here on, or no longer. */
  handleLeaderChange({ leaderId }: LeaderAndEpoch): void {
    const isActive = leaderId === this.#options.nodeId;
    if (isActive === this.#isActive) return;
    this.#isActive = isActive;
    this.#heartbeats.end();
    this.#periodic.end();
    // What was decided and not committed under the leader before may never be.
    if (!isActive) this.#decided = copyOf(this.image);
    else {
      this.#heartbeats.begin(this.#decided.cluster, this.#decided.offset, this.#options.nodeId);
      this.#periodic.begin();
      this.#activation = this.#activate();
    }
  }

  /** Comes before all that waits. Not at once: whoever tells of the leader is in the middle of something. */
  #activate(): Promise<void> {
    const { bootstrapRecords, env } = this.#options;
    const activation = new Promise<void>((resolve, reject) => {
      this.#queue.unshift({
        decide: (context) => activate(context, bootstrapRecords, this.#replay.isInTransaction),
        deadline: Infinity,
        resolve: () => resolve(),
        reject,
      });
    });
    void Promise.resolve().then(() => this.#work());
    activation.catch((error) => {
      env.logger.write("error", "Failed to become the active controller", { error });
    });
    return activation;
  }

  /** A follower that fails does not keep the others, or the log, from going on. */
  #publish(delta: MetadataDelta): void {
    const failed = (error: unknown) =>
      this.#options.env.logger.write("error", "Failed to take metadata over", {
        offset: this.image.offset,
        error,
      });
    for (const listener of [...this.#listeners]) {
      try {
        const promised = listener(delta, this.image);
        if (promised instanceof Promise) this.#promises.push(promised.catch(failed));
      } catch (error) {
        failed(error);
      }
    }
  }

  /** Writes a snapshot, unless there is nothing that it could say. */
  #writeSnapshot(): Promise<void> | undefined {
    const { env, raft } = this.#options;
    // The image lags behind its offset in the middle of a transaction.
    if (this.#replay.isInTransaction || this.image.metadataVersion === 0) return undefined;
    const records = Array.from(this.image.toRecords(), encodeMetadataRecord);
    return raft.createSnapshot(this.image.offset + 1, records).then(() => {}, (error) => {
      env.logger.write("error", "Failed to write a metadata snapshot", { error });
    });
  }
}

function copyOf(image: MetadataImage): MetadataImage {
  const copy = new MetadataImage();
  for (const record of image.toRecords()) copy.replay(record);
  copy.offset = image.offset;
  copy.epoch = image.epoch;
  assert(copy.metadataVersion === image.metadataVersion);
  return copy;
}
