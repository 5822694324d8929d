/**
 * BrokerRegistration, API 62: a broker joins the cluster. Versions 0 to 4, all flexible.
 *
 * @module
 */

import { message } from "../../../storage/message/message_codec.ts";
import type { Api } from "../api.ts";

/** Request of BrokerRegistration. */
export interface BrokerRegistrationRequest {
  /** Id of the broker. */
  readonly brokerId: number;
  /** Id of the cluster. */
  readonly clusterId: string;
  /** Id of this run of the process. */
  readonly incarnationId: string;
  /** Addresses by listener. */
  readonly listeners: readonly BrokerRegistrationRequestListener[];
  /** Features with the levels that are supported. */
  readonly features: readonly BrokerRegistrationRequestFeature[];
  /** Rack of the broker; null when it has none. */
  readonly rack: string | null;
  /** Whether the broker still runs with ZooKeeper. */
  readonly isMigratingZkBroker: boolean;
  /** Ids of the log directories. */
  readonly logDirs: readonly string[];
  /** Epoch of the registration before, when it ended in an orderly way; -1 otherwise. */
  readonly previousBrokerEpoch: number;
}

/** An element of {@linkcode BrokerRegistrationRequest.listeners}. */
export interface BrokerRegistrationRequestListener {
  /** Name of the listener. */
  readonly name: string;
  /** Host name or address. */
  readonly host: string;
  /** Port. */
  readonly port: number;
  /** 0 PLAINTEXT, 1 SSL, 2 SASL_PLAINTEXT, 3 SASL_SSL. */
  readonly securityProtocol: number;
}

/** An element of {@linkcode BrokerRegistrationRequest.features}. */
export interface BrokerRegistrationRequestFeature {
  /** Name of the feature. */
  readonly name: string;
  /** Lowest level supported. */
  readonly minSupportedVersion: number;
  /** Highest level supported. */
  readonly maxSupportedVersion: number;
}

/** Response to BrokerRegistration. */
export interface BrokerRegistrationResponse {
  /** How long a quota held the answer back, or asks the client to pause, in ms. */
  readonly throttleTimeMs: number;
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** Epoch of the broker's registration. */
  readonly brokerEpoch: number;
}

/** The API. */
export const brokerRegistration: Api<BrokerRegistrationRequest, BrokerRegistrationResponse> = {
  key: 62,
  name: "BrokerRegistration",
  request: message<BrokerRegistrationRequest>(`
@BrokerRegistrationRequest 62 0-4 flexible 0+ listeners controller
brokerId int32
clusterId string
incarnationId uuid
listeners []Listener
  name string
  host string
  port uint16
  securityProtocol int16
features []Feature
  name string
  minSupportedVersion int16
  maxSupportedVersion int16
rack string ?0+
isMigratingZkBroker bool 1+ =false
logDirs []uuid 2+ !
previousBrokerEpoch int64 3+ ! =-1
`),
  response: message<BrokerRegistrationResponse>(`
@BrokerRegistrationResponse 62 0-4 flexible 0+
throttleTimeMs int32
errorCode int16
brokerEpoch int64 =-1
`),
};
