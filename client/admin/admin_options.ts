/**
 * What an admin client is made with.
 *
 * @module
 */

import type { ClientEnv } from "../kafka_client.ts";
import type { Transport } from "../network/transport.ts";

/** Configs in camel case. `admin_config.ts` says what each does, what it may be, and what it is by default. */
export interface AdminConfigs {
  /** `bootstrap.controllers` */
  readonly bootstrapControllers?: string | readonly string[];
  /** `bootstrap.servers` */
  readonly bootstrapServers?: string | readonly string[];
  /** `client.dns.lookup` */
  readonly clientDnsLookup?: "use_all_dns_ips" | "resolve_canonical_bootstrap_servers_only";
  /** `client.id` */
  readonly clientId?: string;
  /** `connections.max.idle.ms` */
  readonly connectionsMaxIdleMs?: number;
  /** `default.api.timeout.ms` */
  readonly defaultApiTimeoutMs?: number;
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
  /** `retries` */
  readonly retries?: number;
  /** `retry.backoff.max.ms` */
  readonly retryBackoffMaxMs?: number;
  /** `retry.backoff.ms` */
  readonly retryBackoffMs?: number;
  /** `security.protocol` */
  readonly securityProtocol?: "PLAINTEXT";
  /** `socket.connection.setup.timeout.max.ms` */
  readonly socketConnectionSetupTimeoutMaxMs?: number;
  /** `socket.connection.setup.timeout.ms` */
  readonly socketConnectionSetupTimeoutMs?: number;
}

/** Configs by Kafka's names or in camel case, and what is not a config. */
export interface AdminOptions extends AdminConfigs {
  /** Clock, randomness, and who is told what happens. Default: the system's, and nobody. */
  readonly env?: ClientEnv;
  /** The network. Default: TCP. */
  readonly transport?: Transport;
  /** Any config by Kafka's name, such as `"request.timeout.ms"`. */
  readonly [config: `${string}.${string}`]: unknown;
}

/** How a call is made. */
export interface CallOptions {
  /** How long it may take, ms. Default: `default.api.timeout.ms`. */
  readonly timeoutMs?: number;
  /** Ends the wait; brokers go on with what they were asked to do. */
  readonly signal?: AbortSignal;
}
