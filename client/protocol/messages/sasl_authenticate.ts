/**
 * SaslAuthenticate, API 36: one step of a SASL exchange. Versions 0 to 2, flexible from 2 on.
 *
 * @module
 */

import { message } from "../../../storage/message/message_codec.ts";
import type { Api } from "../api.ts";

/** Request of SaslAuthenticate. */
export interface SaslAuthenticateRequest {
  /** Bytes of the SASL exchange. */
  readonly authBytes: Uint8Array;
}

/** Response to SaslAuthenticate. */
export interface SaslAuthenticateResponse {
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** Text for the error; null for success. */
  readonly errorMessage: string | null;
  /** Bytes of the SASL exchange. */
  readonly authBytes: Uint8Array;
  /** Time until the client has to authenticate again; 0 for never. */
  readonly sessionLifetimeMs: number;
}

/** The API. */
export const saslAuthenticate: Api<SaslAuthenticateRequest, SaslAuthenticateResponse> = {
  key: 36,
  name: "SaslAuthenticate",
  request: message<SaslAuthenticateRequest>(`
@SaslAuthenticateRequest 36 0-2 flexible 2+ listeners broker,controller
authBytes bytes
`),
  response: message<SaslAuthenticateResponse>(`
@SaslAuthenticateResponse 36 0-2 flexible 2+
errorCode int16
errorMessage string ?0+
authBytes bytes
sessionLifetimeMs int64 1+ ! =0
`),
};
