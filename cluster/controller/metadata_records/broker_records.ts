/**
 * Metadata records of brokers and controllers. Their tables are in `storage/message/schemas/cluster_metadata.ts`.
 *
 * @module
 */

/** A broker registers. */
export interface RegisterBrokerRecord {
  /** Id of the broker. */
  readonly brokerId: number;
  /** Whether the broker still runs with ZooKeeper. */
  readonly isMigratingZkBroker: boolean;
  /** Id of this run of the process. */
  readonly incarnationId: string;
  /** Epoch of the broker's registration. */
  readonly brokerEpoch: number;
  /** Addresses by listener. */
  readonly endPoints: readonly BrokerEndpoint[];
  /** Features with the levels that are supported. */
  readonly features: readonly BrokerFeature[];
  /** Rack of the broker; null when it has none. */
  readonly rack: string | null;
  /** Whether the broker is fenced. */
  readonly fenced: boolean;
  /** Whether the broker is shutting down in an orderly way. */
  readonly inControlledShutdown: boolean;
  /** Ids of the log directories. */
  readonly logDirs: readonly string[];
  /** Log directories that take no new partitions. */
  readonly cordonedLogDirs: readonly string[] | null;
}

/** An element of {@linkcode RegisterBrokerRecord.endPoints}. */
export interface BrokerEndpoint {
  /** Name of the listener. */
  readonly name: string;
  /** Host name or address. */
  readonly host: string;
  /** Port. */
  readonly port: number;
  /** 0 PLAINTEXT, 1 SSL, 2 SASL_PLAINTEXT, 3 SASL_SSL. */
  readonly securityProtocol: number;
}

/** An element of {@linkcode RegisterBrokerRecord.features}. */
export interface BrokerFeature {
  /** Name of the feature. */
  readonly name: string;
  /** Lowest level supported. */
  readonly minSupportedVersion: number;
  /** Highest level supported. */
  readonly maxSupportedVersion: number;
}

/** A broker leaves the cluster. */
export interface UnregisterBrokerRecord {
  /** Id of the broker. */
  readonly brokerId: number;
  /** Epoch of the broker's registration. */
  readonly brokerEpoch: number;
}

/** A broker is fenced; of old metadata versions. */
export interface FenceBrokerRecord {
  /** Id of the broker. */
  readonly id: number;
  /** Epoch of the broker's registration. */
  readonly epoch: number;
}

/** A broker is no longer fenced; of old metadata versions. */
export interface UnfenceBrokerRecord {
  /** Id of the broker. */
  readonly id: number;
  /** Epoch of the broker's registration. */
  readonly epoch: number;
}

/** A broker's registration changes. */
export interface BrokerRegistrationChangeRecord {
  /** Id of the broker. */
  readonly brokerId: number;
  /** Epoch of the broker's registration. */
  readonly brokerEpoch: number;
  /** 1 is fenced from here on, -1 no longer, 0 for no change. */
  readonly fenced: number;
  /** 1 from here on, 0 for no change. */
  readonly inControlledShutdown: number;
  /** Ids of the log directories; empty or null for no change. */
  readonly logDirs: readonly string[];
  /** Ids of the log directories; empty or null for no change. */
  readonly cordonedLogDirs: readonly string[] | null;
}

/** A controller registers. */
export interface RegisterControllerRecord {
  /** Id of the controller. */
  readonly controllerId: number;
  /** Id of this run of the process. */
  readonly incarnationId: string;
  /** Whether the controllers are ready to take over from ZooKeeper. */
  readonly zkMigrationReady: boolean;
  /** Addresses by listener. */
  readonly endPoints: readonly ControllerEndpoint[];
  /** Features with the levels that are supported. */
  readonly features: readonly ControllerFeature[];
}

/** An element of {@linkcode RegisterControllerRecord.endPoints}. */
export interface ControllerEndpoint {
  /** Name of the listener. */
  readonly name: string;
  /** Host name or address. */
  readonly host: string;
  /** Port. */
  readonly port: number;
  /** 0 PLAINTEXT, 1 SSL, 2 SASL_PLAINTEXT, 3 SASL_SSL. */
  readonly securityProtocol: number;
}

/** An element of {@linkcode RegisterControllerRecord.features}. */
export interface ControllerFeature {
  /** Name of the feature. */
  readonly name: string;
  /** Lowest level supported. */
  readonly minSupportedVersion: number;
  /** Highest level supported. */
  readonly maxSupportedVersion: number;
}
