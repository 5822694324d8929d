/**
 * The part of a broker that transactions need, on a clock that a test moves: logs in memory, the coordinators of transactions and of groups, and
 * ways to lose a coordinator or the whole process.
 */

import { type ErrorName, KafkaError } from "../../client/protocol/error_codes.ts";
import { MetadataDelta } from "../../cluster/controller/metadata_delta.ts";
import type { MetadataImage } from "../../cluster/controller/metadata_image.ts";
import { metadataRecord } from "../../cluster/controller/metadata_records.ts";
import { coordinatorPartition } from "../../cluster/coordinator/coordinator_key.ts";
import { CoordinatorRuntime } from "../../cluster/coordinator/coordinator_runtime.ts";
import { GroupCoordinatorShard } from "../../cluster/coordinator/group_coordinator_shard.ts";
import { type GroupRecord, groupSerde } from "../../cluster/coordinator/group_records.ts";
import {
  type CommittedTopic,
  commitTransactionalOffsets,
} from "../../cluster/coordinator/offsets/offset_commit.ts";
import {
  localMarkerWriter,
  type MarkerWriter,
} from "../../cluster/coordinator/transaction/marker_writer.ts";
import type { ProducerIdAndEpoch } from "../../cluster/coordinator/transaction/producer_id_and_epoch.ts";
import { TransactionCoordinator } from "../../cluster/coordinator/transaction/transaction_coordinator.ts";
import type { TransactionMetadata } from "../../cluster/coordinator/transaction/transaction_metadata.ts";
import { transactionSerde } from "../../cluster/coordinator/transaction/transaction_record.ts";
import { transactionVerifier } from "../../cluster/coordinator/transaction/transaction_verifier.ts";
import { AppendEntry } from "../../cluster/replication/append.ts";
import { ZERO_UUID } from "../../storage/bytes/uuid.ts";
import type { TopicPartition } from "../../storage/file/file_names.ts";
import { buildBatch } from "../../storage/record/record_batch_builder.ts";
import { batchesIn } from "../../storage/record/memory_records.ts";
import { FaultyFileSystem } from "./faulty_file_system.ts";
import { imageOf } from "./metadata_image.ts";
import { type ManualEnv, manualEnv } from "./manual_env.ts";
import { batchOf, textOf } from "./partition_log.ts";
import { assigned, BROKER, openReplicas, type TestReplicas } from "./replicas.ts";
import { TRANSACTION_DEFAULTS } from "./transactions.ts";

const TRANSACTIONS = "__transaction_state";
const GROUPS = "__consumer_offsets";

const GROUP_DEFAULTS: Readonly<Record<string, number>> = {
  "offset.metadata.max.bytes": 4096,
  "offsets.retention.check.interval.ms": 600_000,
  "offsets.retention.minutes": 10_080,
  "group.max.size": 100,
};

/** How a {@linkcode TransactionBroker} differs from the defaults. */
export interface TransactionBrokerOptions {
  /** The world. */
  readonly env?: ManualEnv<FaultyFileSystem>;
  /** Level of `transaction.version`. Default: 2. */
  readonly transactionVersion?: number;
  /** Configs of transactions. */
  readonly config?: Readonly<Record<string, number | boolean>>;
  /** Partitions of data topics. Default: `a` has two, and `b` has one. */
  readonly topics?: Readonly<Record<string, number>>;
  /** Stands between the coordinator and the partitions. */
  readonly intercept?: (write: MarkerWriter) => MarkerWriter;
  /** The first producer id. Default: 1000. */
  readonly firstProducerId?: number;
  /** What the coordinator finds in its topic when it starts. */
  readonly known?: readonly TransactionMetadata[];
}

/** A record that is produced, and where it went. */
export interface Produced {
  /** The error. */
  readonly error: ErrorName;
  /** Its offset. */
  readonly offset: number;
}

/** One broker that leads everything. */
export class TransactionBroker {
  /** The world. */
  env: ManualEnv<FaultyFileSystem>;
  /** The metadata. */
  image: MetadataImage;
  /** The logs. */
  replicas!: TestReplicas;
  /** Coordinates transactions. */
  transactions!: TransactionCoordinator;
  /** Coordinates groups. */
  groups!: CoordinatorRuntime<GroupCoordinatorShard, GroupRecord>;
  /** Writes markers; nothing stands in between. */
  write!: MarkerWriter;
  /** The next producer id. */
  nextProducerId: number;
  readonly #options: TransactionBrokerOptions;
  readonly #config: Readonly<Record<string, number | boolean>>;
  readonly #topics: Record<string, number>;
  #leaderEpoch = 3;

  private constructor(options: TransactionBrokerOptions) {
    this.#options = options;
    this.env = options.env ?? manualEnv({ fileSystem: new FaultyFileSystem() });
    this.#config = { ...TRANSACTION_DEFAULTS, ...GROUP_DEFAULTS, ...options.config };
    this.#topics = { ...(options.topics ?? { a: 2, b: 1 }), [TRANSACTIONS]: 2, [GROUPS]: 2 };
    this.nextProducerId = options.firstProducerId ?? 1000;
    this.image = this.#imageNow();
  }

  /** Starts one, which has loaded its coordinators. */
  static async start(options: TransactionBrokerOptions = {}): Promise<TransactionBroker> {
    const broker = new TransactionBroker(options);
    await broker.#open(options.known);
    return broker;
  }

  /** The configs of transactions and groups. */
  get config() {
    return {
      int: (name: string): number => this.#config[name] as number,
      long: (name: string): number => this.#config[name] as number,
      boolean: (name: string): boolean => this.#config[name] as boolean,
    };
  }

  /** The process is killed, and starts again with the files that it has left. */
  async kill(): Promise<void> {
    // Nothing is flushed or closed. What is left of the old process has no file to write to.
    const { env, transactions, groups, replicas } = this;
    this.env = { ...env, fileSystem: env.fileSystem.processKill() };
    env.fileSystem.crash();
    await Promise.all([transactions.shutdown(), groups.shutdown()]);
    await replicas.replicaManager.shutdown().catch(() => {});
    this.#leaderEpoch++;
    this.image = this.#imageNow();
    await this.#open();
  }

  /** Another broker has coordinated for a moment; now this one does again. */
  async failOver(): Promise<void> {
    this.#leaderEpoch++;
    this.image = this.#imageNow();
    for (const topic of [TRANSACTIONS, GROUPS]) this.#assign(topic);
    this.replicas.apply(TRANSACTIONS, GROUPS);
    this.#follow();
    await this.env.clock.advance(0);
  }

  /** Deletes a topic. */
  deleteTopic(topic: string): void {
    delete this.#topics[topic];
    const { id } = this.replicas.metadata.topics.get(topic)!;
    this.replicas.metadata.topics.delete(topic);
    this.image = this.#imageNow();
    this.replicas.replicaManager.applyChanges({
      isWhole: false,
      deleted: [{ name: topic, id }],
      changed: new Map(),
      configs: new Map(),
    }, this.replicas.metadata);
  }

  /** Stops. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.transactions.shutdown();
    await this.groups.shutdown();
    await this.replicas[Symbol.asyncDispose]();
  }

  /** Produces a record in a transaction, as a client does. */
  async produce(
    transactionalId: string,
    producer: ProducerIdAndEpoch & { readonly sequence: number },
    topicPartition: TopicPartition,
    value: string,
    version: 1 | 2 = 2,
  ): Promise<Produced> {
    const records = batchOf([value], {
      producerId: producer.producerId,
      producerEpoch: producer.producerEpoch,
      baseSequence: producer.sequence,
      isTransactional: true,
      timestamp: this.env.clock.now(),
    });
    const entry = new AppendEntry(topicPartition, ZERO_UUID, records);
    try {
      await this.replicas.replicaManager.append({
        requiredAcks: -1,
        timeoutMs: 1000,
        internalTopicsAllowed: false,
        entries: [entry],
        transactionalId,
        supportsEpochBump: version === 2,
        supportsAbortableError: version === 2,
      });
    } catch (error) {
      if (!(error instanceof KafkaError)) throw error;
      return { error: error.code, offset: -1 };
    }
    return { error: entry.error, offset: entry.baseOffset };
  }

  /** Commits an offset in a transaction, for a group that is nobody's but a consumer's outside of generations. */
  async commitOffset(
    transactionalId: string,
    { producerId, producerEpoch }: ProducerIdAndEpoch,
    groupId: string,
    offset: number,
    version: 1 | 2 = 2,
  ): Promise<ErrorName> {
    const supportsEpochBump = version === 2;
    const producer = { producerId, producerEpoch };
    const partition = {
      partitionIndex: 0,
      committedOffset: offset,
      committedLeaderEpoch: -1,
      committedMetadata: "",
    };
    const commit = {
      ...{ groupId, memberId: "", groupInstanceId: null, generationId: -1 },
      topics: [{ name: "in", topicId: ZERO_UUID, partitions: [partition] }],
    };
    try {
      await this.groups.runInTransaction<CommittedTopic[]>(
        this.groups.partitionFor(groupId),
        { transactionalId, ...producer, supportsEpochBump, supportsAbortableError: true },
        ({ offsets }, reply, out, now) =>
          commitTransactionalOffsets(offsets, commit, producer, 5, reply, out, now),
      );
      return "NONE";
    } catch (error) {
      if (error instanceof KafkaError) return error.code;
      throw error;
    }
  }

  /** The partition of the groups' topic that has a group. */
  groupPartition(groupId: string): TopicPartition {
    return { topic: GROUPS, partition: this.groups.partitionFor(groupId) };
  }

  /** The offset that is committed for a group, -1 for none. */
  committedOffset(groupId: string): number {
    for (const { offsets } of this.groups.shards()) {
      const committed = offsets.offset(groupId, "in", 0);
      if (committed !== undefined) return committed.offset;
    }
    return -1;
  }

  /**
   * The values that a reader of what is committed gets from a partition.
   *
   * @param isEarly whether it is a bad one, which does not wait for open transactions
   */
  committed({ topic, partition }: TopicPartition, isEarly = false): string[] {
    const log = this.replicas.log(topic, partition);
    const end = isEarly ? log.logEndOffset : log.lastStableOffset;
    const values: string[] = [];
    let offset = log.logStartOffset;
    while (offset < end) {
      const read = log.read(offset, {
        maxBytes: 1 << 20,
        isolation: isEarly ? "log_end" : "txn_committed",
      });
      const aborted = (read.abortedTransactions ?? [])
        .toSorted((a, b) => a.firstOffset - b.firstOffset);
      const open = new Set<number>();
      let last = offset;
      for (const batch of batchesIn(read.bytes())) {
        last = batch.lastOffset + 1;
        while (aborted.length > 0 && aborted[0]!.firstOffset <= batch.lastOffset) {
          open.add(aborted.shift()!.producerId);
        }
        if (batch.isControlBatch) open.delete(batch.producerId);
        else if (!(batch.isTransactional && open.has(batch.producerId))) {
          for (const record of batch.records()) values.push(textOf(record.value)!);
        }
      }
      if (last === offset) break;
      offset = last;
    }
    return values;
  }

  async #open(known: readonly TransactionMetadata[] = []): Promise<void> {
    const { env } = this;
    const verifier = transactionVerifier({
      clock: env.clock,
      config: this.config,
      coordinator: {
        addPartitions: (request, version) => this.transactions.addPartitions(request, version),
        verifyPartitions: (request) => this.transactions.verifyPartitions(request),
      },
    });
    const names = Object.keys(this.#topics);
    this.replicas = await openReplicas({
      env,
      topics: Object.fromEntries(names.map((name) => [name, this.#assigned(name)])),
      manager: { verifyTransaction: verifier },
    }) as TestReplicas;
    const { replicaManager } = this.replicas;
    for (const value of known) this.#write(value);
    this.groups = new CoordinatorRuntime({
      ...{ env, topic: GROUPS, partitions: replicaManager, brokerId: BROKER },
      image: () => this.image,
      serde: groupSerde,
      newShard: () =>
        new GroupCoordinatorShard({ config: this.config, random: env.random, logger: env.logger }),
      loadBufferBytes: () => 1 << 20,
      appendTimeoutMs: () => 5000,
    });
    const { groups } = this;
    const { clock } = env;
    this.write = localMarkerWriter({ clock, replicaManager, groups, timeoutMs: () => 1000 });
    this.transactions = new TransactionCoordinator({
      env,
      brokerId: BROKER,
      config: this.config,
      image: () => this.image,
      partitions: replicaManager,
      writeMarkers: this.#options.intercept?.(this.write) ?? this.write,
      takeProducerId: () => this.nextProducerId++,
    });
    this.#follow();
    await env.clock.advance(0);
  }

  #write(value: TransactionMetadata): void {
    const { transactionalId } = value;
    const partition = coordinatorPartition(transactionalId, this.#topics[TRANSACTIONS]!);
    const record = { transactionalId, value, valueVersion: 1 };
    const { clock } = this.env;
    this.replicas.log(TRANSACTIONS, partition).appendAsLeader(
      buildBatch([{
        key: transactionSerde.encodeKey(record),
        value: transactionSerde.encodeValue(record),
        timestamp: clock.now(),
      }]),
      this.#leaderEpoch,
    );
  }

  #follow(): void {
    const delta = new MetadataDelta();
    delta.isWhole = true;
    this.groups.applyDelta(delta, this.image);
    this.transactions.applyDelta(delta, this.image);
  }

  #imageNow(): MetadataImage {
    const leaderEpoch = this.#leaderEpoch;
    const image = imageOf({
      topics: Object.fromEntries(
        Object.entries(this.#topics).map((
          [name, count],
        ) => [name, Array.from({ length: count }, () => ({ leaderEpoch }))]),
      ),
    });
    const featureLevel = this.#options.transactionVersion ?? 2;
    image.replay(
      metadataRecord("FeatureLevelRecord", 0, { name: "transaction.version", featureLevel }),
    );
    return image;
  }

  #assigned(topic: string) {
    const one = assigned({ leaderEpoch: this.#leaderEpoch, partitionEpoch: this.#leaderEpoch });
    return Array.from({ length: this.#topics[topic]! }, () => one);
  }

  #assign(topic: string): void {
    this.replicas.metadata.set(topic, this.#assigned(topic));
  }
}
