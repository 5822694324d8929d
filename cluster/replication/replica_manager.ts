/**
 * The replicas of a broker.
 *
 * @module
 */

import { type ErrorName, KafkaError } from "../../client/protocol/error_codes.ts";
import type { Env } from "../../storage/env.ts";
import { StorageError } from "../../storage/errors.ts";
import { type TopicPartition, topicPartitionKey } from "../../storage/file/file_names.ts";
import { parentPath } from "../../storage/file/paths.ts";
import type { AppendOptions } from "../../storage/log/append/log_append.ts";
import type { PartitionLog } from "../../storage/log/partition_log.ts";
import type { VerificationGuard } from "../../storage/log/producer/verification_state_entry.ts";
import type { LogManager } from "../../storage/log_manager.ts";
import { normalizePath } from "../../storage/log_manager/log_directories.ts";
import type { MetadataDelta } from "../controller/metadata_delta.ts";
import type { MetadataImage } from "../controller/metadata_image.ts";
import type { FetchPartition } from "../server/fetch_session.ts";
import {
  type AppendEntry,
  type AppendRequest,
  appendToLocalLogs,
  DelayedProduce,
  needsReplication,
  partitionsOf,
} from "./append.ts";
import {
  DelayedDeleteRecords,
  type DeleteRecordsEntry,
  deleteRecordsOnLocalLogs,
} from "./delete_records.ts";
import { decided, type DelayedCounts, DelayedRequests } from "./delayed_requests.ts";
import { type DescribedLogDir, describeLogDirs } from "./describe_log_dirs.ts";
import type { FetchParams, FetchResult } from "./fetch.ts";
import { ImageView, topicChangesOf } from "./image_view.ts";
import { HostedPartitions, type OfflinePartition } from "./hosted_partitions.ts";
import { applyPartition, type LocalReplicas, type TopicChanges } from "./local_changes.ts";
import { configuredLogDir } from "./log_dir_paths.ts";
import { LogMoves } from "./log_moves.ts";
import { MetadataFollower } from "./metadata_follower.ts";
import { assignedDirectory, type MetadataView, NO_METADATA } from "./metadata_view.ts";
import { Partition, type PartitionContext } from "./partition.ts";
import { PeerReplication, type Peers } from "./peer_replication.ts";
import type { PreferredReplicaContext } from "./preferred_replica.ts";
import {
  appendVerified,
  type CoordinatedTransaction,
  guardOf,
  type ProduceAppend,
} from "./produce_append.ts";
import type { ReplicaConfig } from "./replica_config.ts";
import { replicaSelector } from "./replica_selector.ts";
import { logMovesQuota, type ReplicaQuota, replicaQuota } from "./replication_quota.ts";
import {
  noTransactions,
  type TransactionVerifier,
  type VerificationContext,
} from "./transaction_verification.ts";
import { fetchOrWait } from "./waiting_fetch.ts";

/** The level of `metadata.version` from which on directories can be cordoned (4.3-IV0). */
const FIRST_VERSION_WITH_CORDONED_DIRS = 30;

/** Told of what happens to the directories of this broker, so that the controller may be. */
export interface DirectoryEvents {
  /** A partition is in another directory than the metadata says. */
  assigned?(topicId: string, partition: number, directoryId: string): void;
  /** A directory has failed. */
  failed?(directoryId: string): void;
}

/** What a {@linkcode ReplicaManager} is made of. */
export interface ReplicaManagerOptions {
  /** The world. */
  readonly env: Env;
  /** The logs; its `onLogDirFailure` is to call {@linkcode ReplicaManager.handleLogDirFailure}. */
  readonly logManager: LogManager;
  /** The broker's configs. */
  readonly config: ReplicaConfig;
  /** Id of this broker. */
  readonly brokerId: number;
  /** Asks the transaction coordinator (KIP-890). Default: there is none, so that no transaction is known. */
  readonly verifyTransaction?: TransactionVerifier;
  /** Told about directories. Default: nobody. */
  readonly directoryEvents?: DirectoryEvents;
  /** The other brokers. Default: there are none: what they lead is not copied, and ISRs stay as they are. */
  readonly peers?: Peers;
}

/**
 * Has the partitions of a broker, as the metadata assigns them, and serves them: Kafka's `ReplicaManager`. It is the composition of
 * the rooms beside it. What can be answered at once is; a promise means that the answer must wait.
 */
export class ReplicaManager {
  readonly #env: Env;
  readonly #logManager: LogManager;
  readonly #config: ReplicaConfig;
  readonly #verifier: TransactionVerifier;
  readonly #directoryEvents: DirectoryEvents;
  readonly #hosted = new HostedPartitions();
  readonly #moves: LogMoves;
  readonly #follower: MetadataFollower;
  readonly #partitionContext: PartitionContext;
  readonly #directoryIds = new Map<string, string>();
  readonly #delayed: DelayedRequests;
  readonly #leaderQuota: ReplicaQuota;
  readonly #preferredReplicas: PreferredReplicaContext | undefined;
  readonly #peers: PeerReplication | undefined;
  readonly #unsubscribe: () => void;
  #metadata: MetadataView = NO_METADATA;

  /** A manager without partitions. */
  constructor(options: ReplicaManagerOptions) {
    const { env, logManager, config, brokerId } = options;
    this.#env = env;
    this.#logManager = logManager;
    this.#config = config;
    this.#verifier = options.verifyTransaction ?? noTransactions;
    this.#directoryEvents = options.directoryEvents ?? {};
    this.#moves = new LogMoves({
      env,
      logManager,
      getPartition: this.getPartition,
      quota: logMovesQuota(env.clock, config),
      onMoved: (partition, log) => this.#moved(partition, log),
    });
    this.#follower = new MetadataFollower({ env, local: () => this.#localReplicas() });
    this.#partitionContext = {
      brokerId,
      clock: env.clock,
      logOf: (topicPartition) => logManager.getLog(topicPartition),
      replicaLagTimeMaxMs: () => config.long("replica.lag.time.max.ms"),
      activeBrokerEpoch: (id) => this.#metadata.activeBrokerEpoch(id),
      alterIsr: (partition, proposal) =>
        this.#peers === undefined
          ? partition.isrRejected(proposal)
          : this.#peers.alterIsr(partition, proposal),
    };
    const quotas = {
      ...{ clock: env.clock, config, brokerId },
      logOf: (topicPartition: TopicPartition) => logManager.getLog(topicPartition),
    };
    this.#leaderQuota = replicaQuota("leader", quotas);
    const selector = replicaSelector(config.string("replica.selector.class"));
    this.#preferredReplicas = selector === undefined ? undefined : {
      selector,
      endpoint: (id, listenerName) => this.#metadata.endpoint(id, listenerName),
    };
    this.#delayed = new DelayedRequests(env.clock, config);
    for (const directory of logManager.liveLogDirs) {
      const id = logManager.directoryId(directory);
      if (id !== undefined) this.#directoryIds.set(directory, id);
    }
    const cordon = () => logManager.updateCordonedLogDirs(cordonedLogDirs(config));
    cordon();
    this.#unsubscribe = config.subscribe(["cordoned.log.dirs"], cordon);
    this.#peers = options.peers === undefined ? undefined : new PeerReplication({
      ...{ env, config, brokerId, logManager, peers: options.peers },
      partitions: () => this.#hosted.online(),
      followedLog: (topicPartition) => this.#followedLog(topicPartition),
      followerQuota: replicaQuota("follower", quotas),
      onMoved: ({ topic, partition }) => {
        const moved = this.#hosted.get(topic, partition)?.online;
        if (moved !== undefined) this.#wake(moved);
      },
    });
  }

  /** The metadata in force. */
  get metadata(): MetadataView {
    return this.#metadata;
  }

  /** How many requests wait, by kind. */
  get delayed(): DelayedCounts {
    return this.#delayed.counts;
  }

  /** The partitions that can be used. */
  partitions(): Iterable<Partition> {
    return this.#hosted.online();
  }

  /**
   * A partition of this broker, or why there is none: `KAFKA_STORAGE_ERROR` when its directory has failed, `NOT_LEADER_OR_FOLLOWER`
   * when another broker has it, `UNKNOWN_TOPIC_OR_PARTITION` when nobody has.
   */
  readonly getPartition = (topic: string, partition: number): Partition | ErrorName => {
    let hosted = this.#hosted.get(topic, partition);
    if (hosted === undefined && this.#follower.applyNow(topic, partition)) {
      hosted = this.#hosted.get(topic, partition);
    }
    if (hosted?.online !== undefined) return hosted.online;
    if (hosted !== undefined) return this.#retry(hosted.offline);
    return this.#metadata.contains(topic, partition)
      ? "NOT_LEADER_OR_FOLLOWER"
      : "UNKNOWN_TOPIC_OR_PARTITION";
  };

  /**
   * Follows the metadata: makes, leads, gives up and deletes partitions, and takes their topics' configs over. It is in force when this
   * returns, so that requests see all of it; the logs of many partitions are made, or deleted, a few at a time.
   *
   * @param delta what has changed
   * @param image all of it, with the changes
   * @returns nothing when all is done, and else a promise of that
   */
  applyDelta(delta: MetadataDelta, image: MetadataImage): void | Promise<void> {
    return this.applyChanges(topicChangesOf(delta, image), new ImageView(image));
  }

  /** {@linkcode ReplicaManager.applyDelta}, for metadata from elsewhere than the controller's image. */
  applyChanges(changes: TopicChanges, metadata: MetadataView): void | Promise<void> {
    this.#metadata = metadata;
    return this.#follower.apply(changes);
  }

  #localReplicas(): LocalReplicas {
    return {
      env: this.#env,
      logManager: this.#logManager,
      hosted: this.#hosted,
      moves: this.#moves,
      fetchers: this.#peers?.fetchers,
      metadata: this.#metadata,
      brokerId: this.#partitionContext.brokerId,
      newPartition: (topicPartition, topicId) =>
        new Partition(topicPartition, topicId, this.#partitionContext),
      wake: this.#wake,
      placed: (partition, log) => this.#placed(partition, log),
    };
  }

  /** A partition for whose log there was no room: perhaps there is now. */
  #retry({ topicPartition, retryAt }: OfflinePartition): Partition | ErrorName {
    const error = "KAFKA_STORAGE_ERROR";
    if (retryAt === undefined || this.#env.clock.monotonic() < retryAt) return error;
    applyPartition(this.#localReplicas(), topicPartition);
    return this.#hosted.get(topicPartition.topic, topicPartition.partition)?.online ?? error;
  }

  /**
   * Appends records, and waits for the replicas where acks=all asks for that. What became of an entry is noted in it.
   *
   * @throws {KafkaError} when the request as a whole is refused
   */
  append(request: ProduceAppend): void | Promise<void> {
    return appendVerified(this.#verification(), request, (append) => this.#append(append));
  }

  /**
   * Verifies a transaction before its first record goes into a partition that a coordinator writes to by itself.
   *
   * @returns what the append is to show; nothing when the transaction is open there already
   * @throws {KafkaError} when the partition is part of no such transaction
   */
  verifyTransaction(
    topicPartition: TopicPartition,
    transaction: CoordinatedTransaction,
  ): VerificationGuard | undefined | Promise<VerificationGuard | undefined> {
    return guardOf(this.#verification(), topicPartition, transaction);
  }

  /**
   * Appends what a coordinator has to write, the ends of transactions, and waits for the replicas. What became of an entry is noted in it.
   *
   * @param transactionVersion version of the transaction protocol: 0, 1 or 2
   */
  appendAsCoordinator(
    entries: readonly AppendEntry[],
    timeoutMs: number,
    transactionVersion: number,
  ): void | Promise<void> {
    const options: AppendOptions = { origin: "coordinator", transactionVersion };
    const requiredAcks = -1;
    return this.#append({
      ...{ entries, timeoutMs, requiredAcks },
      internalTopicsAllowed: true,
      optionsOf: () => options,
    });
  }

  #verification(): VerificationContext {
    return {
      getPartition: this.getPartition,
      verifier: this.#verifier,
      enabled: this.#config.boolean("transaction.partition.verification.enable"),
    };
  }

  #append(append: AppendRequest): void | Promise<void> {
    appendToLocalLogs(
      { env: this.#env, getPartition: this.getPartition, appended: this.recordsAppended },
      append,
    );
    if (!needsReplication(append)) return;
    const { entries, timeoutMs } = append;
    return decided(
      this.#delayed.produce,
      partitionsOf(entries, this.getPartition),
      timeoutMs,
      (done) => new DelayedProduce(entries, this.getPartition, done),
    );
  }

  /** Records were appended to a partition, by whomever: wakes who waits for them. */
  readonly recordsAppended = (partition: Partition, highWatermarkMoved: boolean): void => {
    this.#delayed.appended(partition, highWatermarkMoved);
  };

  readonly #wake = (partition: Partition): void => this.#delayed.wake(partition);

  /** Reads partitions; waits for `minBytes` if there is nothing else to tell. */
  fetch(
    params: FetchParams,
    partitions: readonly FetchPartition[],
  ): FetchResult[] | Promise<FetchResult[]> {
    const broker = {
      env: this.#env,
      getPartition: this.getPartition,
      watermarkMoved: this.#wake,
      leaderQuota: this.#leaderQuota,
      preferredReplicas: this.#preferredReplicas,
    };
    return fetchOrWait(broker, this.#delayed.fetch, params, partitions);
  }

  /** Deletes the records below offsets, and waits for the replicas. What became of an entry is noted in it. */
  deleteRecords(entries: readonly DeleteRecordsEntry[], timeoutMs: number): void | Promise<void> {
    deleteRecordsOnLocalLogs({ env: this.#env, getPartition: this.getPartition }, entries);
    const pending = entries.filter((entry) => entry.isPending);
    if (pending.length === 0) return;
    return decided(
      this.#delayed.deleteRecords,
      partitionsOf(pending, this.getPartition),
      timeoutMs,
      (done) => new DelayedDeleteRecords(pending, this.getPartition, done),
    );
  }

  /** The log directories, with the logs that are asked for. */
  describeLogDirs(wanted: (topicPartition: TopicPartition) => boolean): DescribedLogDir[] {
    return describeLogDirs(
      {
        env: this.#env,
        logManager: this.#logManager,
        servedLog: ({ topic, partition }) => this.#hosted.get(topic, partition)?.online?.log,
        knowsCordoned: this.#metadata.metadataVersion >= FIRST_VERSION_WITH_CORDONED_DIRS,
      },
      [...new Set(this.#config.logDirs.map(normalizePath))],
      wanted,
    );
  }

  /** Has a partition in another directory before long. Returns what is wrong with that. */
  alterReplicaLogDir(topicPartition: TopicPartition, directory: string): ErrorName {
    try {
      const { fileSystem } = this.#env;
      const { logDirs } = this.#config;
      this.#moves.alter(topicPartition, configuredLogDir(fileSystem, logDirs, directory));
      return "NONE";
    } catch (error) {
      this.#env.logger.write("warn", "Unable to alter log dirs", {
        partition: topicPartitionKey(topicPartition),
        directory,
        error,
      });
      if (error instanceof KafkaError || error instanceof StorageError) return error.code;
      throw error;
    }
  }

  /** A directory has failed: its partitions are not served any more, and the others are. */
  handleLogDirFailure(directory: string, partitions: readonly TopicPartition[]): void {
    for (const topicPartition of partitions) {
      const partition = this.#hosted.get(topicPartition.topic, topicPartition.partition)?.online;
      if (partition === undefined) continue;
      const { topicId } = partition;
      this.#peers?.fetchers.stop(topicPartition);
      this.#hosted.setOffline({ topicPartition, topicId });
      partition.retire("failed");
      this.#wake(partition);
    }
    const id = this.#directoryIds.get(normalizePath(directory));
    if (id !== undefined) this.#directoryEvents.failed?.(id);
  }

  #moved(partition: Partition, log: PartitionLog): void {
    this.#placed(partition, log);
    this.#wake(partition);
  }

  #followedLog({ topic, partition }: TopicPartition): PartitionLog | undefined {
    const found = this.#hosted.get(topic, partition)?.online;
    return found === undefined || found.isLeader ? undefined : found.log;
  }

  /** Tells where a log is, when the metadata says otherwise. */
  #placed({ topicPartition: { topic, partition }, topicId }: Partition, log: PartitionLog): void {
    const id = this.#directoryIds.get(parentPath(log.directory));
    const assigned = this.#metadata.partition(topic, partition);
    if (id === undefined || assigned === undefined) return;
    if (assignedDirectory(assigned, this.#partitionContext.brokerId) === id) return;
    this.#directoryEvents.assigned?.(topicId, partition, id);
  }

  /** Answers what waits, and ends the moves of logs. The log manager, which writes the checkpoints, is shut down after it. */
  async shutdown(): Promise<void> {
    this.#unsubscribe();
    await this.#follower.finish();
    await this.#peers?.shutdown();
    await this.#moves.shutdown();
    this.#delayed.shutdown();
  }
}

/** `cordoned.log.dirs`; `*` stands for all. */
function cordonedLogDirs(config: ReplicaConfig): readonly string[] {
  const cordoned = config.list("cordoned.log.dirs");
  return cordoned.includes("*") ? config.logDirs : cordoned;
}
