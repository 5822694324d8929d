/**
 * ExpireDelegationToken, API 40: ends a delegation token. Versions 1 to 2, flexible from 2 on.
 *
 * @module
 */

import { message } from "../../../storage/message/message_codec.ts";
import type { Api } from "../api.ts";

/** Request of ExpireDelegationToken. */
export interface ExpireDelegationTokenRequest {
  /** The token's secret. */
  readonly hmac: Uint8Array;
  /** Time until the token ends; negative to end it now. */
  readonly expiryTimePeriodMs: number;
}

/** Response to ExpireDelegationToken. */
export interface ExpireDelegationTokenResponse {
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** When the token ends, in ms. */
  readonly expiryTimestampMs: number;
  /** How long a quota held the answer back, or asks the client to pause, in ms. */
  readonly throttleTimeMs: number;
}

/** The API. */
export const expireDelegationToken: Api<
  ExpireDelegationTokenRequest,
  ExpireDelegationTokenResponse
> = {
  key: 40,
  name: "ExpireDelegationToken",
  request: message<ExpireDelegationTokenRequest>(`
@ExpireDelegationTokenRequest 40 1-2 flexible 2+ listeners broker,controller
hmac bytes
expiryTimePeriodMs int64
`),
  response: message<ExpireDelegationTokenResponse>(`
@ExpireDelegationTokenResponse 40 1-2 flexible 2+
errorCode int16
expiryTimestampMs int64
throttleTimeMs int32
`),
};
