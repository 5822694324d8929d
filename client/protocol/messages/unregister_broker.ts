/**
 * UnregisterBroker, API 64: takes a broker out of the cluster. Version 0, all flexible.
 *
 * @module
 */

import { message } from "../../../storage/message/message_codec.ts";
import type { Api } from "../api.ts";

/** Request of UnregisterBroker. */
export interface UnregisterBrokerRequest {
  /** Id of the broker. */
  readonly brokerId: number;
}

/** Response to UnregisterBroker. */
export interface UnregisterBrokerResponse {
  /** How long a quota held the answer back, or asks the client to pause, in ms. */
  readonly throttleTimeMs: number;
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** Text for the error; null for success. */
  readonly errorMessage: string | null;
}

/** The API. */
export const unregisterBroker: Api<UnregisterBrokerRequest, UnregisterBrokerResponse> = {
  key: 64,
  name: "UnregisterBroker",
  request: message<UnregisterBrokerRequest>(`
@UnregisterBrokerRequest 64 0 flexible 0+ listeners broker,controller
brokerId int32
`),
  response: message<UnregisterBrokerResponse>(`
@UnregisterBrokerResponse 64 0 flexible 0+
throttleTimeMs int32
errorCode int16
errorMessage string ?0+
`),
};
