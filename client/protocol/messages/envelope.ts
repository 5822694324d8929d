/**
 * Envelope, API 58: carries a client's request from a broker to the controller. Version 0, all flexible.
 *
 * @module
 */

import { message } from "../../../storage/message/message_codec.ts";
import type { Api } from "../api.ts";

/** Request of Envelope. */
export interface EnvelopeRequest {
  /** The forwarded request, header and all. */
  readonly requestData: Uint8Array;
  /** Principal of the client, serialized; null when none is needed. */
  readonly requestPrincipal: Uint8Array | null;
  /** Address of the client whose request is forwarded. */
  readonly clientHostAddress: Uint8Array;
}

/** Response to Envelope. */
export interface EnvelopeResponse {
  /** The response that the forwarded request got, header and all. */
  readonly responseData: Uint8Array | null;
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
}

/** The API. */
export const envelope: Api<EnvelopeRequest, EnvelopeResponse> = {
  key: 58,
  name: "Envelope",
  request: message<EnvelopeRequest>(`
@EnvelopeRequest 58 0 flexible 0+ listeners controller
requestData bytes
requestPrincipal bytes ?0+
clientHostAddress bytes
`),
  response: message<EnvelopeResponse>(`
@EnvelopeResponse 58 0 flexible 0+
responseData bytes ?0+ =null
errorCode int16
`),
};
