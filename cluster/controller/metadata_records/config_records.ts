/**
 * Metadata records of configs, quotas, features and producer ids. Their tables are in `storage/message/schemas/cluster_metadata.ts`.
 *
 * @module
 */

/** A config is set or removed. */
export interface ConfigRecord {
  /** Type of the resource: 2 topic, 4 broker, 8 broker logger, 16 client metrics, 32 group. */
  readonly resourceType: number;
  /** Name of the resource; empty for the default of all brokers. */
  readonly resourceName: string;
  /** Name of the config. */
  readonly name: string;
  /** Value of the config; null removes it. */
  readonly value: string | null;
}

/** A quota is set or removed. */
export interface ClientQuotaRecord {
  /** What the quota is for. */
  readonly entity: readonly EntityData[];
  /** Name of the quota. */
  readonly key: string;
  /** The quota. */
  readonly value: number;
  /** Whether the quota goes away. */
  readonly remove: boolean;
}

/** An element of {@linkcode ClientQuotaRecord.entity}. */
export interface EntityData {
  /** Type of the entity: `user`, `client-id` or `ip`. */
  readonly entityType: string;
  /** Name of the entity; null for the default of its type. */
  readonly entityName: string | null;
}

/** A feature gets a level. */
export interface FeatureLevelRecord {
  /** Name of the feature. */
  readonly name: string;
  /** Level that the feature has from here on; 0 for none. */
  readonly featureLevel: number;
}

/** A block of producer ids is given away. */
export interface ProducerIdsRecord {
  /** Id of the broker. */
  readonly brokerId: number;
  /** Epoch of the broker's registration. */
  readonly brokerEpoch: number;
  /** First producer id that was not given away. */
  readonly nextProducerId: number;
}
