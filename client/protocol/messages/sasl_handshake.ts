/**
 * SaslHandshake, API 17: chooses the SASL mechanism. Versions 0 to 1, never flexible.
 *
 * @module
 */

import { message } from "../../../storage/message/message_codec.ts";
import type { Api } from "../api.ts";

/** Request of SaslHandshake. */
export interface SaslHandshakeRequest {
  /** Name of the mechanism that the client will use. */
  readonly mechanism: string;
}

/** Response to SaslHandshake. */
export interface SaslHandshakeResponse {
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** SASL mechanisms that are enabled. */
  readonly mechanisms: readonly string[];
}

/** The API. */
export const saslHandshake: Api<SaslHandshakeRequest, SaslHandshakeResponse> = {
  key: 17,
  name: "SaslHandshake",
  request: message<SaslHandshakeRequest>(`
@SaslHandshakeRequest 17 0-1 flexible none listeners broker,controller
mechanism string
`),
  response: message<SaslHandshakeResponse>(`
@SaslHandshakeResponse 17 0-1 flexible none
errorCode int16
mechanisms []string
`),
};
