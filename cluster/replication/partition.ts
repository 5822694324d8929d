/**
 * One partition as this broker sees it: as its leader, or as one of its followers.
 *
 * @module
 */

import { type ErrorName, KafkaError } from "../../client/protocol/error_codes.ts";
import { type TopicPartition, topicPartitionKey } from "../../storage/file/file_names.ts";
import type { AppendOptions } from "../../storage/log/append/log_append.ts";
import type { LogAppendInfo } from "../../storage/log/append/log_append_info.ts";
import type { PartitionLog } from "../../storage/log/partition_log.ts";
import type { RecordBatchBuilder } from "../../storage/record/record_batch_builder.ts";
import type { FollowerFetch, FollowerState } from "./follower_state.ts";
import { effectiveMinIsr } from "./high_watermark.ts";
import type { IsrProposal } from "./in_sync_replicas.ts";
import { LeaderReplicas, type LeaderReplicasContext } from "./leader_replicas.ts";

/** Who has a partition, as the controller has settled it. */
export interface PartitionAssignment {
  /** The brokers that have it. */
  readonly replicas: readonly number[];
  /** Those that are in sync. */
  readonly isr: readonly number[];
  /** Those that are to get it. */
  readonly addingReplicas: readonly number[];
  /** The leader, -1 for none. */
  readonly leader: number;
  /** Its epoch. */
  readonly leaderEpoch: number;
  /** Grows with every change. */
  readonly partitionEpoch: number;
}

/** What a partition needs of the broker. */
export interface PartitionContext extends LeaderReplicasContext {
  /** The log of a partition, `undefined` when it is not here. */
  readonly logOf: (topicPartition: TopicPartition) => PartitionLog | undefined;
  /** Asks the controller to settle who is in sync. */
  readonly alterIsr: (partition: Partition, proposal: IsrProposal) => void;
}

/** Told of what happens to a partition; for those who keep their state in one, as coordinators do. */
export interface PartitionListener {
  /** The high watermark has moved. */
  onHighWatermarkUpdated?(partition: Partition, highWatermark: number): void;
  /** The partition is led by another broker now. */
  onBecomingFollower?(partition: Partition): void;
  /** Its directory has failed. */
  onFailed?(partition: Partition): void;
  /** It was deleted. */
  onDeleted?(partition: Partition): void;
}

/** What an append by a leader did. */
export interface LeaderAppend {
  /** What the log did. */
  readonly info: LogAppendInfo;
  /** Whether the high watermark has moved. */
  readonly highWatermarkMoved: boolean;
}

/**
 * Who leads a partition, who is in sync, and the high watermark that follows from it. The log is asked for each time, because a
 * move to another directory replaces it.
 */
export class Partition {
  /** Its name. */
  readonly topicPartition: TopicPartition;
  /** The topic's id. */
  readonly topicId: string;
  readonly #context: PartitionContext;
  readonly #listeners = new Set<PartitionListener>();
  readonly #replicas: LeaderReplicas;
  #addingReplicas: readonly number[] = [];
  #leader = -1;
  #leaderEpoch = -1;
  #partitionEpoch = -1;
  #leaderEpochStartOffset: number | undefined;

  /** A partition nobody leads yet. */
  constructor(topicPartition: TopicPartition, topicId: string, context: PartitionContext) {
    this.topicPartition = topicPartition;
    this.topicId = topicId;
    this.#context = context;
    this.#replicas = new LeaderReplicas(context);
  }

  /** Whether this broker leads it. */
  get isLeader(): boolean {
    return this.#leader === this.#context.brokerId;
  }

  /** Who leads it, -1 when nobody does. */
  get leader(): number {
    return this.#leader;
  }

  /** The leader's epoch. */
  get leaderEpoch(): number {
    return this.#leaderEpoch;
  }

  /** Grows with every change of leader, replicas or ISR. */
  get partitionEpoch(): number {
    return this.#partitionEpoch;
  }

  /** The brokers that are in sync, as far as this one knows. */
  get isr(): ReadonlySet<number> {
    return this.#replicas.inSync.committed;
  }

  /** Log end offset at the beginning of this leader's epoch; `undefined` on a follower. */
  get leaderEpochStartOffset(): number | undefined {
    return this.#leaderEpochStartOffset;
  }

  /** The followers as the leader knows them. */
  get followers(): ReadonlyMap<number, FollowerState> {
    return this.#replicas.followers;
  }

  /** Its log, when it is here. */
  get log(): PartitionLog | undefined {
    return this.#context.logOf(this.topicPartition);
  }

  /** Its log, when this broker leads it. */
  get leaderLog(): PartitionLog | undefined {
    return this.isLeader ? this.log : undefined;
  }

  /** Whether a broker is being added to its replicas. */
  isAddingReplica(brokerId: number): boolean {
    return this.#addingReplicas.includes(brokerId);
  }

  /** Has somebody told of what happens here. */
  addListener(listener: PartitionListener): void {
    this.#listeners.add(listener);
  }

  /** Ends that. */
  removeListener(listener: PartitionListener): void {
    this.#listeners.delete(listener);
  }

  /**
   * This broker leads the partition from now on, or goes on leading it with other replicas. Its log must be here.
   *
   * @returns whether the high watermark has moved; `undefined` when the news is older than what is known
   */
  makeLeader(assignment: PartitionAssignment): boolean | undefined {
    if (assignment.partitionEpoch < this.#partitionEpoch) return undefined;
    const { brokerId } = this.#context;
    const log = this.#logOrThrow();
    const isNewLeader = !this.isLeader;
    // What the controller has answered comes again with the metadata. Meanwhile something else may have been proposed.
    const isKnown = !isNewLeader && assignment.partitionEpoch === this.#partitionEpoch;
    this.#replicas.assign(assignment.replicas, isKnown ? undefined : assignment.isr);
    if (assignment.leaderEpoch > this.#leaderEpoch) {
      const start = log.logEndOffset;
      // A follower may have records of an epoch that is later than any of this log: it must learn where to cut.
      log.assignEpochStartOffset(assignment.leaderEpoch, start, this.#replicas.followers.size > 0);
      this.#replicas.beginEpoch(start, isNewLeader);
      this.#leaderEpoch = assignment.leaderEpoch;
      this.#leaderEpochStartOffset = start;
    }
    this.#addingReplicas = assignment.addingReplicas;
    this.#partitionEpoch = assignment.partitionEpoch;
    this.#leader = brokerId;
    return this.#raiseHighWatermark(log);
  }

  /**
   * Another broker leads it, or nobody.
   *
   * @returns whether the leader's epoch is a new one; `undefined` when the news is older than what is known
   */
  makeFollower(assignment: PartitionAssignment): boolean | undefined {
    if (assignment.partitionEpoch < this.#partitionEpoch) return undefined;
    const isNewEpoch = assignment.leaderEpoch > this.#leaderEpoch;
    this.#leader = assignment.leader;
    this.#leaderEpoch = assignment.leaderEpoch;
    this.#leaderEpochStartOffset = undefined;
    this.#partitionEpoch = assignment.partitionEpoch;
    this.#addingReplicas = assignment.addingReplicas;
    this.#replicas.clear();
    if (isNewEpoch) { for (const listener of this.#listeners) listener.onBecomingFollower?.(this); }
    return isNewEpoch;
  }

  /** The partition is gone: it was deleted, or its directory has failed. */
  retire(reason: "deleted" | "failed"): void {
    this.#leader = -1;
    this.#leaderEpochStartOffset = undefined;
    this.#replicas.clear();
    for (const listener of this.#listeners) {
      if (reason === "deleted") listener.onDeleted?.(this);
      else listener.onFailed?.(this);
    }
    this.#listeners.clear();
  }

  /** What is wrong with a request that takes the leader's epoch for `epoch`; -1 does not say. */
  checkLeaderEpoch(epoch: number): ErrorName {
    if (epoch < 0 || epoch === this.#leaderEpoch) return "NONE";
    return epoch < this.#leaderEpoch ? "FENCED_LEADER_EPOCH" : "UNKNOWN_LEADER_EPOCH";
  }

  /**
   * The log, for a request that takes the leader's epoch for `currentLeaderEpoch`.
   *
   * @param requireLeader whether a follower may not answer
   * @throws {KafkaError} `FENCED_LEADER_EPOCH`, `UNKNOWN_LEADER_EPOCH`, `NOT_LEADER_OR_FOLLOWER`
   */
  localLog(currentLeaderEpoch: number, requireLeader: boolean): PartitionLog {
    let error = this.checkLeaderEpoch(currentLeaderEpoch);
    if (error === "NONE" && (!requireLeader || this.isLeader)) {
      const { log } = this;
      if (log !== undefined) return log;
    }
    if (error === "NONE") error = "NOT_LEADER_OR_FOLLOWER";
    throw new KafkaError(
      error,
      `Failed to find ${
        requireLeader ? "leader" : ""
      } log for partition ${this.#name} with leader ` +
        `epoch ${currentLeaderEpoch}. The current leader is ${this.#leader} and the current epoch ` +
        `${this.#leaderEpoch}`,
    );
  }

  /**
   * Appends as the leader.
   *
   * @param requiredAcks -1 is refused when too few replicas are in sync
   * @throws {KafkaError} `NOT_LEADER_OR_FOLLOWER`, `NOT_ENOUGH_REPLICAS`
   * @throws {StorageError} what the log has against the records
   */
  appendAsLeader(
    records: Uint8Array,
    requiredAcks: number,
    options: AppendOptions = {},
  ): LeaderAppend {
    const log = this.#logToAppendTo(requiredAcks);
    const info = log.appendAsLeader(records, this.#leaderEpoch, options);
    return { info, highWatermarkMoved: this.#raiseHighWatermark(log) };
  }

  /** {@linkcode Partition.appendAsLeader}, of a batch that this process has built, and need not check. */
  appendBuiltAsLeader(builder: RecordBatchBuilder, requiredAcks: number): LeaderAppend {
    const log = this.#logToAppendTo(requiredAcks);
    const info = log.appendBuilt(builder, this.#leaderEpoch);
    return { info, highWatermarkMoved: this.#raiseHighWatermark(log) };
  }

  #logToAppendTo(requiredAcks: number): PartitionLog {
    const log = this.leaderLog;
    if (log === undefined) {
      throw new KafkaError(
        "NOT_LEADER_OR_FOLLOWER",
        `Leader not local for partition ${this.#name} on broker ${this.#context.brokerId}`,
      );
    }
    const { isr } = this;
    const { minInSyncReplicas } = log.config;
    if (requiredAcks === -1 && this.#replicas.isUnderMinIsr(minInSyncReplicas)) {
      throw new KafkaError(
        "NOT_ENOUGH_REPLICAS",
        `The size of the current ISR : ${isr.size} is insufficient to satisfy the min.isr ` +
          `requirement of ${
            effectiveMinIsr(minInSyncReplicas, this.followers.size)
          } for partition ` +
          `${this.#name}, live replica(s) broker.id are : Set(${[...isr].join(", ")})`,
      );
    }
    return log;
  }

  /** Whether acks=all is fulfilled up to `requiredOffset`, or cannot be any more. */
  checkEnoughReplicasReachOffset(requiredOffset: number): { enough: boolean; error: ErrorName } {
    const log = this.leaderLog;
    if (log === undefined) return { enough: false, error: "NOT_LEADER_OR_FOLLOWER" };
    if (log.highWatermark < requiredOffset) return { enough: false, error: "NONE" };
    const minIsr = effectiveMinIsr(log.config.minInSyncReplicas, this.followers.size);
    // The ISR may have shrunk since the append.
    return {
      enough: true,
      error: minIsr <= this.#replicas.inSync.maximal.size
        ? "NONE"
        : "NOT_ENOUGH_REPLICAS_AFTER_APPEND",
    };
  }

  /**
   * What is known of an assigned follower that fetches.
   *
   * @param currentLeaderEpoch the epoch that it takes for the leader's, -1 when it does not say
   * @throws {KafkaError} when the follower is none of the replicas
   */
  follower(brokerId: number, currentLeaderEpoch: number): FollowerState {
    const state = this.followers.get(brokerId);
    if (state !== undefined) return state;
    throw new KafkaError(
      // With an epoch it is known that the two agree on the leader: then the assignment is news that has yet to come here.
      currentLeaderEpoch >= 0 ? "UNKNOWN_LEADER_EPOCH" : "NOT_LEADER_OR_FOLLOWER",
      `Replica ${brokerId} is not recognized as a valid replica of ${this.#name} in leader epoch ` +
        `${this.#leaderEpoch} with partition epoch ${this.#partitionEpoch}`,
    );
  }

  /**
   * Takes note of a follower's fetch.
   *
   * @returns whether the high or the low watermark has moved
   * @throws {KafkaError} `NOT_LEADER_OR_FOLLOWER` for one from before the follower's restart
   */
  updateFollowerFetchState(brokerId: number, fetch: FollowerFetch): boolean {
    const log = this.leaderLog;
    if (log === undefined) return false;
    if (this.#replicas.isStale(brokerId, fetch)) {
      throw new KafkaError(
        "NOT_LEADER_OR_FOLLOWER",
        `Received stale fetch state update of replica ${brokerId} of ${this.#name}: ` +
          `broker epoch ${fetch.brokerEpoch}`,
      );
    }
    const lowWatermark = this.#replicas.lowWatermark(log.logStartOffset);
    const before = this.#replicas.noteFetch(brokerId, fetch);
    if (before === undefined) return false;
    this.#propose(
      this.#replicas.expansion(brokerId, log.highWatermark, this.#leaderEpochStartOffset!),
    );
    const raised = before.logEndOffset !== fetch.fetchOffset && this.#raiseHighWatermark(log);
    return raised || this.#replicas.lowWatermark(log.logStartOffset) > lowWatermark;
  }

  /** Has the controller asked to take those out of the ISR who have not caught up for too long. */
  maybeShrinkIsr(): void {
    const log = this.leaderLog;
    if (log !== undefined) this.#propose(this.#replicas.shrinkage(log.logEndOffset));
  }

  #propose(proposal: IsrProposal | undefined): void {
    if (proposal !== undefined) this.#context.alterIsr(this, proposal);
  }

  /** Whether a proposal is still under way: the metadata may have settled the matter. */
  isProposed(proposal: IsrProposal): boolean {
    return this.#replicas.inSync.proposal === proposal;
  }

  /** The controller has not done what was proposed, and never will. */
  isrRejected(proposal: IsrProposal): void {
    if (this.isProposed(proposal)) this.#replicas.inSync.reject();
  }

  /**
   * The controller has done what was proposed.
   *
   * @returns whether the high watermark has moved; `undefined` when what is known is newer
   */
  isrAltered(
    proposal: IsrProposal,
    settled: Pick<PartitionAssignment, "isr" | "leaderEpoch" | "partitionEpoch">,
  ): boolean | undefined {
    const log = this.leaderLog;
    if (!this.isProposed(proposal) || log === undefined) return undefined;
    if (settled.leaderEpoch !== this.#leaderEpoch) return undefined;
    if (settled.partitionEpoch < this.#partitionEpoch) return undefined;
    this.#replicas.inSync.commit(new Set(settled.isr));
    this.#partitionEpoch = settled.partitionEpoch;
    return this.#raiseHighWatermark(log);
  }

  /**
   * The smallest log start offset of the replicas that are alive.
   *
   * @throws {KafkaError} when this broker does not lead it
   */
  get lowWatermark(): number {
    return this.#replicas.lowWatermark(this.localLog(-1, true).logStartOffset);
  }

  #raiseHighWatermark(log: PartitionLog): boolean {
    const highWatermark = this.#replicas.highWatermark(
      log.logEndOffset,
      log.config.minInSyncReplicas,
    );
    if (highWatermark === undefined || highWatermark < 0) return false;
    if (log.maybeIncrementHighWatermark(highWatermark) === undefined) return false;
    for (const listener of this.#listeners) {
      listener.onHighWatermarkUpdated?.(this, log.highWatermark);
    }
    return true;
  }

  get #name(): string {
    return topicPartitionKey(this.topicPartition);
  }

  #logOrThrow(): PartitionLog {
    const { log } = this;
    if (log !== undefined) return log;
    throw new KafkaError(
      "NOT_LEADER_OR_FOLLOWER",
      `Log for partition ${this.#name} is not available on broker ${this.#context.brokerId}`,
    );
  }
}
