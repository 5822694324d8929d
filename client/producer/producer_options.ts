/**
 * What a producer is made with.
 *
 * @module
 */

import type { ClientEnv } from "../kafka_client.ts";
import type { Transport } from "../network/transport.ts";
import type { Serializer } from "../serde/serializer.ts";
import type { Partitioner } from "./partitioner.ts";
import type { ProducerInterceptor } from "./producer_interceptors.ts";

/** Configs in camel case. `producer_config.ts` says what each does, what it may be, and what it is by default. */
export interface ProducerConfigs {
  /** `acks` */
  readonly acks?: "all" | "-1" | "0" | "1" | -1 | 0 | 1;
  /** `batch.size` */
  readonly batchSize?: number;
  /** `bootstrap.servers` */
  readonly bootstrapServers?: string | readonly string[];
  /** `buffer.memory` */
  readonly bufferMemory?: number;
  /** `client.dns.lookup` */
  readonly clientDnsLookup?: "use_all_dns_ips" | "resolve_canonical_bootstrap_servers_only";
  /** `client.id` */
  readonly clientId?: string;
  /** `compression.gzip.level` */
  readonly compressionGzipLevel?: number;
  /** `compression.lz4.level` */
  readonly compressionLz4Level?: number;
  /** `compression.type` */
  readonly compressionType?: "none" | "gzip" | "snappy" | "lz4" | "zstd";
  /** `compression.zstd.level` */
  readonly compressionZstdLevel?: number;
  /** `connections.max.idle.ms` */
  readonly connectionsMaxIdleMs?: number;
  /** `delivery.timeout.ms` */
  readonly deliveryTimeoutMs?: number;
  /** `enable.idempotence` */
  readonly enableIdempotence?: boolean;
  /** `linger.ms` */
  readonly lingerMs?: number;
  /** `max.block.ms` */
  readonly maxBlockMs?: number;
  /** `max.in.flight.requests.per.connection` */
  readonly maxInFlightRequestsPerConnection?: number;
  /** `max.request.size` */
  readonly maxRequestSize?: number;
  /** `metadata.max.age.ms` */
  readonly metadataMaxAgeMs?: number;
  /** `metadata.max.idle.ms` */
  readonly metadataMaxIdleMs?: number;
  /** `metadata.recovery.rebootstrap.trigger.ms` */
  readonly metadataRecoveryRebootstrapTriggerMs?: number;
  /** `metadata.recovery.strategy` */
  readonly metadataRecoveryStrategy?: "none" | "rebootstrap";
  /** `partitioner.adaptive.partitioning.enable` */
  readonly partitionerAdaptivePartitioningEnable?: boolean;
  /** `partitioner.availability.timeout.ms` */
  readonly partitionerAvailabilityTimeoutMs?: number;
  /** `partitioner.class`: the name of one of Kafka's, or one of your own */
  readonly partitionerClass?: string | Partitioner;
  /** `partitioner.ignore.keys` */
  readonly partitionerIgnoreKeys?: boolean;
  /** `reconnect.backoff.max.ms` */
  readonly reconnectBackoffMaxMs?: number;
  /** `reconnect.backoff.ms` */
  readonly reconnectBackoffMs?: number;
  /** `request.timeout.ms` */
  readonly requestTimeoutMs?: number;
  /** `retries` */
  readonly retries?: number;
  /** `retry.backoff.max.ms` */
  readonly retryBackoffMaxMs?: number;
  /** `retry.backoff.ms` */
  readonly retryBackoffMs?: number;
  /** `socket.connection.setup.timeout.max.ms` */
  readonly socketConnectionSetupTimeoutMaxMs?: number;
  /** `socket.connection.setup.timeout.ms` */
  readonly socketConnectionSetupTimeoutMs?: number;
  /** `transaction.timeout.ms` */
  readonly transactionTimeoutMs?: number;
  /** `transactional.id` */
  readonly transactionalId?: string;
}

/** Configs by Kafka's names or in camel case, and what is not a config. */
export interface ProducerOptions<K, V> extends ProducerConfigs {
  /** `interceptor.classes` */
  readonly interceptorClasses?: readonly ProducerInterceptor<K, V>[];
  /** `key.serializer`: one of your own, a serde, or the name of one of Kafka's. Default: texts become UTF-8, bytes are sent as they are */
  readonly keySerializer?: Serializer<K> | string;
  /** `value.serializer`: one of your own, a serde, or the name of one of Kafka's. Default: texts become UTF-8, bytes are sent as they are */
  readonly valueSerializer?: Serializer<V> | string;
  /** Clock, randomness, and who is told what happens. Default: the system's, and nobody. */
  readonly env?: ClientEnv;
  /** The network. Default: TCP. */
  readonly transport?: Transport;
  /** Any config by Kafka's name, such as `"batch.size"`. */
  readonly [config: `${string}.${string}`]: unknown;
}

/** How long to wait, and what may end the wait. */
export interface WaitOptions {
  /** Ends the wait; what was begun goes on. */
  readonly signal?: AbortSignal;
}

/** How a producer is closed. */
export interface CloseOptions {
  /** How long records may still be sent, ms; those that are left are given up. Default: until they are sent or too old. */
  readonly timeoutMs?: number;
}
