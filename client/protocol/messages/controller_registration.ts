/**
 * ControllerRegistration, API 70: a controller makes itself known to the active one. Version 0, all flexible.
 *
 * @module
 */

import { message } from "../../../storage/message/message_codec.ts";
import type { Api } from "../api.ts";

/** Request of ControllerRegistration. */
export interface ControllerRegistrationRequest {
  /** Id of the controller. */
  readonly controllerId: number;
  /** Id of this run of the process. */
  readonly incarnationId: string;
  /** Whether the controllers are ready to take over from ZooKeeper. */
  readonly zkMigrationReady: boolean;
  /** Addresses by listener. */
  readonly listeners: readonly ControllerRegistrationRequestListener[];
  /** Features with the levels that are supported. */
  readonly features: readonly ControllerRegistrationRequestFeature[];
}

/** An element of {@linkcode ControllerRegistrationRequest.listeners}. */
export interface ControllerRegistrationRequestListener {
  /** Name of the listener. */
  readonly name: string;
  /** Host name or address. */
  readonly host: string;
  /** Port. */
  readonly port: number;
  /** 0 PLAINTEXT, 1 SSL, 2 SASL_PLAINTEXT, 3 SASL_SSL. */
  readonly securityProtocol: number;
}

/** An element of {@linkcode ControllerRegistrationRequest.features}. */
export interface ControllerRegistrationRequestFeature {
  /** Name of the feature. */
  readonly name: string;
  /** Lowest level supported. */
  readonly minSupportedVersion: number;
  /** Highest level supported. */
  readonly maxSupportedVersion: number;
}

/** Response to ControllerRegistration. */
export interface ControllerRegistrationResponse {
  /** How long a quota held the answer back, or asks the client to pause, in ms. */
  readonly throttleTimeMs: number;
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** Text for the error; null for success. */
  readonly errorMessage: string | null;
}

/** The API. */
export const controllerRegistration: Api<
  ControllerRegistrationRequest,
  ControllerRegistrationResponse
> = {
  key: 70,
  name: "ControllerRegistration",
  request: message<ControllerRegistrationRequest>(`
@ControllerRegistrationRequest 70 0 flexible 0+ listeners controller
controllerId int32
incarnationId uuid
zkMigrationReady bool
listeners []Listener
  name string
  host string
  port uint16
  securityProtocol int16
features []Feature
  name string
  minSupportedVersion int16
  maxSupportedVersion int16
`),
  response: message<ControllerRegistrationResponse>(`
@ControllerRegistrationResponse 70 0 flexible 0+
throttleTimeMs int32
errorCode int16
errorMessage string ?0+
`),
};
