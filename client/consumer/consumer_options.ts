/**
 * What a consumer is made with.
 *
 * @module
 */

import type { Serde } from "../../storage/serde/serde.ts";
import type { ClientEnv } from "../kafka_client.ts";
import type { Transport } from "../network/transport.ts";
import type { Deserializer } from "../serde/serializer.ts";
import type { PartitionAssignor } from "./assignors/partition_assignor.ts";
import type { ConsumerInterceptor } from "./consumer_interceptors.ts";

/** Configs in camel case. `consumer_config.ts` says what each does, what it may be, and what it is by default. */
export interface ConsumerConfigs {
  /** `allow.auto.create.topics` */
  readonly allowAutoCreateTopics?: boolean;
  /** `auto.commit.interval.ms` */
  readonly autoCommitIntervalMs?: number;
  /** `auto.offset.reset` */
  readonly autoOffsetReset?: "earliest" | "latest" | "none" | `by_duration:${string}`;
  /** `bootstrap.servers` */
  readonly bootstrapServers?: string | readonly string[];
  /** `check.crcs` */
  readonly checkCrcs?: boolean;
  /** `client.dns.lookup` */
  readonly clientDnsLookup?: "use_all_dns_ips" | "resolve_canonical_bootstrap_servers_only";
  /** `client.id` */
  readonly clientId?: string;
  /** `client.rack` */
  readonly clientRack?: string;
  /** `connections.max.idle.ms` */
  readonly connectionsMaxIdleMs?: number;
  /** `default.api.timeout.ms` */
  readonly defaultApiTimeoutMs?: number;
  /** `enable.auto.commit` */
  readonly enableAutoCommit?: boolean;
  /** `exclude.internal.topics` */
  readonly excludeInternalTopics?: boolean;
  /** `fetch.max.bytes` */
  readonly fetchMaxBytes?: number;
  /** `fetch.max.wait.ms` */
  readonly fetchMaxWaitMs?: number;
  /** `fetch.min.bytes` */
  readonly fetchMinBytes?: number;
  /** `group.id` */
  readonly groupId?: string;
  /** `group.instance.id` */
  readonly groupInstanceId?: string;
  /** `heartbeat.interval.ms` */
  readonly heartbeatIntervalMs?: number;
  /** `isolation.level` */
  readonly isolationLevel?: "read_committed" | "read_uncommitted";
  /** `max.partition.fetch.bytes` */
  readonly maxPartitionFetchBytes?: number;
  /** `max.poll.interval.ms` */
  readonly maxPollIntervalMs?: number;
  /** `max.poll.records` */
  readonly maxPollRecords?: number;
  /** `metadata.max.age.ms` */
  readonly metadataMaxAgeMs?: number;
  /** `metadata.recovery.rebootstrap.trigger.ms` */
  readonly metadataRecoveryRebootstrapTriggerMs?: number;
  /** `metadata.recovery.strategy` */
  readonly metadataRecoveryStrategy?: "none" | "rebootstrap";
  /** `reconnect.backoff.max.ms` */
  readonly reconnectBackoffMaxMs?: number;
  /** `reconnect.backoff.ms` */
  readonly reconnectBackoffMs?: number;
  /** `request.timeout.ms` */
  readonly requestTimeoutMs?: number;
  /** `retry.backoff.max.ms` */
  readonly retryBackoffMaxMs?: number;
  /** `retry.backoff.ms` */
  readonly retryBackoffMs?: number;
  /** `session.timeout.ms` */
  readonly sessionTimeoutMs?: number;
  /** `socket.connection.setup.timeout.max.ms` */
  readonly socketConnectionSetupTimeoutMaxMs?: number;
  /** `socket.connection.setup.timeout.ms` */
  readonly socketConnectionSetupTimeoutMs?: number;
}

/** Configs by Kafka's names or in camel case, and what is not a config. */
export interface ConsumerOptions<K, V> extends ConsumerConfigs {
  /** `interceptor.classes` */
  readonly interceptorClasses?: readonly ConsumerInterceptor<K, V>[];
  /** `key.deserializer`: one of your own, a serde, or the name of one of Kafka's. Default: bytes stay bytes */
  readonly keyDeserializer?: Deserializer<K> | Serde<K> | string;
  /** `value.deserializer`: one of your own, a serde, or the name of one of Kafka's. Default: bytes stay bytes */
  readonly valueDeserializer?: Deserializer<V> | Serde<V> | string;
  /** `partition.assignment.strategy`: assignors of your own, or names of Kafka's, the preferred one first. Default: range, cooperative-sticky */
  readonly partitionAssignmentStrategy?: string | readonly (PartitionAssignor | string)[];
  /** Clock, randomness, and who is told what happens. Default: the system's, and nobody. */
  readonly env?: ClientEnv;
  /** The network. Default: TCP. */
  readonly transport?: Transport;
  /** Any config by Kafka's name, such as `"max.poll.records"`. */
  readonly [config: `${string}.${string}`]: unknown;
}

/** How long a call may wait. */
export interface WaitOptions {
  /** Ms. Default: `default.api.timeout.ms`. */
  readonly timeoutMs?: number;
  /** Ends the wait; its reason is thrown. */
  readonly signal?: AbortSignal | undefined;
}

/** An offset, and the time of its record. */
export interface OffsetAndTimestamp {
  /** The offset. */
  readonly offset: number;
  /** The record's timestamp, ms since the epoch. */
  readonly timestamp: number;
  /** Epoch of the leader that took it; -1 when it is not known. */
  readonly leaderEpoch: number;
}
