/**
 * RenewDelegationToken, API 39: extends a delegation token. Versions 1 to 2, flexible from 2 on.
 *
 * @module
 */

import { message } from "../../../storage/message/message_codec.ts";
import type { Api } from "../api.ts";

/** Request of RenewDelegationToken. */
export interface RenewDelegationTokenRequest {
  /** The token's secret. */
  readonly hmac: Uint8Array;
  /** By how much to extend the token. */
  readonly renewPeriodMs: number;
}

/** Response to RenewDelegationToken. */
export interface RenewDelegationTokenResponse {
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** When the token ends, in ms. */
  readonly expiryTimestampMs: number;
  /** How long a quota held the answer back, or asks the client to pause, in ms. */
  readonly throttleTimeMs: number;
}

/** The API. */
export const renewDelegationToken: Api<RenewDelegationTokenRequest, RenewDelegationTokenResponse> =
  {
    key: 39,
    name: "RenewDelegationToken",
    request: message<RenewDelegationTokenRequest>(`
@RenewDelegationTokenRequest 39 1-2 flexible 2+ listeners broker,controller
hmac bytes
renewPeriodMs int64
`),
    response: message<RenewDelegationTokenResponse>(`
@RenewDelegationTokenResponse 39 1-2 flexible 2+
errorCode int16
expiryTimestampMs int64
throttleTimeMs int32
`),
  };
