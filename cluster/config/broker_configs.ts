/**
 * Every config of a broker.
 *
 * @module
 */

import type { ConfigDefinition } from "./config_definition.ts";
import { GROUPS_CONFIGS } from "./config_definitions/groups.ts";
import { LOG_CONFIGS } from "./config_definitions/log.ts";
import { METRICS_CONFIGS } from "./config_definitions/metrics.ts";
import { MODERN_GROUPS_CONFIGS } from "./config_definitions/modern_groups.ts";
import { NETWORK_CONFIGS } from "./config_definitions/network.ts";
import { OAUTHBEARER_CONFIGS } from "./config_definitions/oauthbearer.ts";
import { PROCESS_CONFIGS } from "./config_definitions/process.ts";
import { QUOTAS_CONFIGS } from "./config_definitions/quotas.ts";
import { REMOTE_TIER_CONFIGS } from "./config_definitions/remote_tier.ts";
import { REMOVED_CONFIGS } from "./config_definitions/removed.ts";
import { REPLICATION_CONFIGS } from "./config_definitions/replication.ts";
import { SASL_CONFIGS } from "./config_definitions/sasl.ts";
import { SECURITY_CONFIGS } from "./config_definitions/security.ts";
import { SHARE_GROUPS_CONFIGS } from "./config_definitions/share_groups.ts";
import { SSL_CONFIGS } from "./config_definitions/ssl.ts";
import { TOPICS_CONFIGS } from "./config_definitions/topics.ts";
import { TRANSACTIONS_CONFIGS } from "./config_definitions/transactions.ts";

/** Every config of a broker, sorted by name. */
export const BROKER_CONFIGS: ReadonlyMap<string, ConfigDefinition> = new Map(
  [
    ...[PROCESS_CONFIGS, NETWORK_CONFIGS, TOPICS_CONFIGS, LOG_CONFIGS, REPLICATION_CONFIGS],
    ...[GROUPS_CONFIGS, MODERN_GROUPS_CONFIGS, SHARE_GROUPS_CONFIGS, TRANSACTIONS_CONFIGS],
    ...[REMOTE_TIER_CONFIGS, SSL_CONFIGS, SASL_CONFIGS, OAUTHBEARER_CONFIGS, SECURITY_CONFIGS],
    ...[QUOTAS_CONFIGS, METRICS_CONFIGS, REMOVED_CONFIGS],
  ].flat()
    .sort((a, b) => a.name < b.name ? -1 : 1)
    .map((definition) => [definition.name, definition]),
);

/** Whether a config is one that Kafka shows although nobody has set it. */
export function isPublic(definition: ConfigDefinition): boolean {
  return !definition.isInternal && !definition.isDynamicOnly && definition.removedIn === undefined;
}
