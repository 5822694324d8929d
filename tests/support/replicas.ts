/** Short ways for tests to make a broker's replicas, and to send requests to their handlers. */

import type { FileSystem } from "../../storage/file/file_system.ts";
import type { ConfigTexts } from "../../storage/log/config/log_config.ts";
import { LogManager, type LogManagerOptions } from "../../storage/log_manager.ts";
import type {
  AssignedPartition,
  BrokerEndpoint,
  MetadataView,
} from "../../cluster/replication/metadata_view.ts";
import type { PartitionContext } from "../../cluster/replication/partition.ts";
import type { ReplicaConfig } from "../../cluster/replication/replica_config.ts";
import type { ReplicaQuota } from "../../cluster/replication/replication_quota.ts";
import {
  ReplicaManager,
  type ReplicaManagerOptions,
} from "../../cluster/replication/replica_manager.ts";
import type { RequestContext } from "../../cluster/server/api_handler.ts";
import { ANONYMOUS } from "../../cluster/server/kafka_principal.ts";
import type { PartitionLog } from "../../storage/log/partition_log.ts";
import { type ManualEnv, manualEnv } from "./manual_env.ts";

/** Id of this broker. */
export const BROKER = 1;
/** Epoch of the registration of every broker. */
export const BROKER_EPOCH = 7;

/** An id that tells the topic it is made for. */
export function topicIdOf(topic: string, generation = 0): string {
  return `${topic}${generation}`.padEnd(21, "x").slice(0, 21) + "A";
}

/** A partition that this broker leads alone, but for what is given. */
export function assigned(partial: Partial<AssignedPartition> = {}): AssignedPartition {
  const replicas = partial.replicas ?? [BROKER];
  return {
    replicas,
    isr: replicas,
    addingReplicas: [],
    leader: BROKER,
    leaderEpoch: 0,
    partitionEpoch: 0,
    directories: replicas.map(() => "AAAAAAAAAAAAAAAAAAAAAA"),
    ...partial,
  };
}

/** Metadata that a test writes down. */
export class TestMetadata implements MetadataView {
  readonly topics = new Map<string, { id: string; partitions: Map<number, AssignedPartition> }>();
  readonly brokers = new Map<number, BrokerEndpoint>();

  constructor(topics: Readonly<Record<string, readonly AssignedPartition[]>> = {}) {
    for (const [name, partitions] of Object.entries(topics)) this.set(name, partitions);
    this.brokers.set(BROKER, { nodeId: BROKER, host: "localhost", port: 9092, rack: null });
  }

  set(name: string, partitions: readonly AssignedPartition[], id = topicIdOf(name)): void {
    this.topics.set(name, { id, partitions: new Map(partitions.map((one, i) => [i, one])) });
  }

  metadataVersion = 30;

  topicName(topicId: string): string | undefined {
    for (const [name, { id }] of this.topics) if (id === topicId) return name;
    return undefined;
  }

  topicId(topic: string): string | undefined {
    return this.topics.get(topic)?.id;
  }

  partitions(topic: string): ReadonlyMap<number, AssignedPartition> {
    return this.topics.get(topic)?.partitions ?? new Map();
  }

  partition(topic: string, partition: number): AssignedPartition | undefined {
    return this.partitions(topic).get(partition);
  }

  contains(topic: string, partition: number): boolean {
    return this.partition(topic, partition) !== undefined;
  }

  /** Epochs of brokers that have registered more than once. Default: {@linkcode BROKER_EPOCH}. */
  readonly brokerEpochs = new Map<number, number>();

  activeBrokerEpoch(brokerId: number): number | undefined {
    return this.brokers.has(brokerId) ? this.brokerEpochs.get(brokerId) ?? BROKER_EPOCH : undefined;
  }

  endpoint(brokerId: number, listenerName: string): BrokerEndpoint | undefined {
    return listenerName === "PLAINTEXT" ? this.brokers.get(brokerId) : undefined;
  }
}

/** Configs that a test may change. */
export class TestConfig implements ReplicaConfig {
  readonly values: Record<string, number | boolean | string | readonly string[]> = {
    "num.replica.fetchers": 1,
    "replica.lag.time.max.ms": 30_000,
    "replica.fetch.backoff.ms": 1000,
    "replica.fetch.max.bytes": 1_048_576,
    "replica.fetch.min.bytes": 1,
    "replica.fetch.response.max.bytes": 10_485_760,
    "replica.fetch.wait.max.ms": 500,
    "leader.replication.throttled.rate": Number.MAX_SAFE_INTEGER,
    "follower.replication.throttled.rate": Number.MAX_SAFE_INTEGER,
    "replica.alter.log.dirs.io.max.bytes.per.second": Number.MAX_SAFE_INTEGER,
    "alter.log.dirs.replication.quota.window.num": 11,
    "alter.log.dirs.replication.quota.window.size.seconds": 1,
    "replication.quota.window.num": 11,
    "replication.quota.window.size.seconds": 1,
    "fetch.purgatory.purge.interval.requests": 1000,
    "producer.purgatory.purge.interval.requests": 1000,
    "delete.records.purgatory.purge.interval.requests": 1,
    "transaction.partition.verification.enable": true,
    "fetch.max.bytes": 57_671_680,
    "cordoned.log.dirs": [],
  };
  readonly #listeners = new Set<() => void>();

  constructor(readonly logDirs: readonly string[]) {}

  int(name: string): number {
    return this.values[name] as number;
  }

  long(name: string): number {
    return this.values[name] as number;
  }

  boolean(name: string): boolean {
    return this.values[name] as boolean;
  }

  string(name: string): string | undefined {
    return this.values[name] as string | undefined;
  }

  list(name: string): readonly string[] {
    return this.values[name] as readonly string[];
  }

  subscribe(_names: readonly string[], listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  change(name: string, value: number | boolean | string | readonly string[]): void {
    this.values[name] = value;
    for (const listener of this.#listeners) listener();
  }
}

/** What {@linkcode openReplicas} makes. */
export interface TestReplicas<F extends FileSystem = FileSystem> extends AsyncDisposable {
  readonly env: ManualEnv<F>;
  readonly config: TestConfig;
  readonly logManager: LogManager;
  readonly replicaManager: ReplicaManager;
  readonly metadata: TestMetadata;
  /** Has the replica manager follow what was written to the metadata. */
  apply(...topics: string[]): void;
  /** The log of a partition. */
  log(topic?: string, partition?: number): PartitionLog;
}

/** How {@linkcode openReplicas} goes about it. */
export interface TestReplicasOptions<F extends FileSystem> {
  readonly env?: ManualEnv<F>;
  readonly logDirs?: readonly string[];
  readonly properties?: ConfigTexts;
  readonly topicConfigs?: Readonly<Record<string, ConfigTexts>>;
  readonly topics?: Readonly<Record<string, readonly AssignedPartition[]>>;
  readonly configs?: Readonly<Record<string, number | boolean | string | readonly string[]>>;
  readonly manager?: Partial<ReplicaManagerOptions>;
  readonly logs?: Partial<LogManagerOptions>;
}

/** A broker's replicas; by default one topic `t` of one partition, which this broker has alone. */
export async function openReplicas<F extends FileSystem>(
  options: TestReplicasOptions<F> = {},
): Promise<TestReplicas<F>> {
  const env = options.env ?? manualEnv() as unknown as ManualEnv<F>;
  const logDirs = options.logDirs ?? ["/disk1"];
  const config = new TestConfig(logDirs);
  Object.assign(config.values, options.configs);
  const logManager = await LogManager.open({
    env,
    logDirs,
    background: false,
    properties: options.properties ?? {},
    topicConfigs: (topic) => options.topicConfigs?.[topic],
    metaProperties: { create: true },
    onLogDirFailure: (directory, partitions) =>
      replicaManager.handleLogDirFailure(directory, partitions),
    ...options.logs,
  });
  const replicaManager = new ReplicaManager({
    env,
    logManager,
    config,
    brokerId: BROKER,
    ...options.manager,
  });
  const metadata = new TestMetadata(options.topics ?? { t: [assigned()] });
  const replicas: TestReplicas<F> = {
    env,
    config,
    logManager,
    replicaManager,
    metadata,
    apply: (...changed) =>
      replicaManager.applyChanges({
        isWhole: false,
        deleted: [],
        changed: new Map(changed.map((topic) => [topic, metadata.partitions(topic).keys()])),
        configs: new Map(),
      }, metadata),
    log: (topic = "t", partition = 0) => logManager.getLog({ topic, partition })!,
    [Symbol.asyncDispose]: async () => {
      await replicaManager.shutdown();
      await logManager.shutdown();
    },
  };
  replicas.apply(...metadata.topics.keys());
  return replicas;
}

/** A quota that nothing is held against. */
export const NO_QUOTA: ReplicaQuota = {
  isThrottled: () => false,
  isExceeded: () => false,
  record: () => {},
};

/** A request's context. */
export function requestContext(apiVersion: number, clientId = "test"): RequestContext {
  return {
    apiKey: 0,
    apiVersion,
    correlationId: 1,
    clientId,
    listenerName: "PLAINTEXT",
    connectionId: "127.0.0.1:9092-127.0.0.1:50000-0",
    clientHost: "127.0.0.1",
    principal: ANONYMOUS,
    session: { clientSoftwareName: "unknown", clientSoftwareVersion: "unknown" },
    frame: new Uint8Array(0),
  };
}

/** What a partition needs of a broker, around one log. */
export function partitionContext(
  env: ManualEnv<FileSystem>,
  log: () => PartitionLog | undefined,
  alive: ReadonlySet<number> = new Set(),
  overrides: Partial<PartitionContext> = {},
): PartitionContext {
  return {
    brokerId: BROKER,
    clock: env.clock,
    logOf: log,
    replicaLagTimeMaxMs: () => 30_000,
    activeBrokerEpoch: (id) => alive.has(id) ? BROKER_EPOCH : undefined,
    alterIsr: () => {},
    ...overrides,
  };
}
