/**
 * CreateDelegationToken, API 38: makes a delegation token. Versions 1 to 3, flexible from 2 on.
 *
 * @module
 */

import { message } from "../../../storage/message/message_codec.ts";
import type { Api } from "../api.ts";

/** Request of CreateDelegationToken. */
export interface CreateDelegationTokenRequest {
  /** Type of the owner; null for the asker. */
  readonly ownerPrincipalType: string | null;
  /** Name of the owner; null for the asker. */
  readonly ownerPrincipalName: string | null;
  /** Principals that may renew the token. */
  readonly renewers: readonly CreatableRenewers[];
  /** How long the token may live when renewed; -1 for the server's limit. */
  readonly maxLifetimeMs: number;
}

/** An element of {@linkcode CreateDelegationTokenRequest.renewers}. */
export interface CreatableRenewers {
  /** Type of the principal. */
  readonly principalType: string;
  /** Name of the principal. */
  readonly principalName: string;
}

/** Response to CreateDelegationToken. */
export interface CreateDelegationTokenResponse {
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** Type of the principal. */
  readonly principalType: string;
  /** Name of the principal. */
  readonly principalName: string;
  /** Type of who asked for the token. */
  readonly tokenRequesterPrincipalType: string;
  /** Name of who asked for the token. */
  readonly tokenRequesterPrincipalName: string;
  /** When the token was made, in ms. */
  readonly issueTimestampMs: number;
  /** When the token ends, in ms. */
  readonly expiryTimestampMs: number;
  /** Until when the token may be renewed, in ms. */
  readonly maxTimestampMs: number;
  /** Id of the token. */
  readonly tokenId: string;
  /** The token's secret. */
  readonly hmac: Uint8Array;
  /** How long a quota held the answer back, or asks the client to pause, in ms. */
  readonly throttleTimeMs: number;
}

/** The API. */
export const createDelegationToken: Api<
  CreateDelegationTokenRequest,
  CreateDelegationTokenResponse
> = {
  key: 38,
  name: "CreateDelegationToken",
  request: message<CreateDelegationTokenRequest>(`
@CreateDelegationTokenRequest 38 1-3 flexible 2+ listeners broker,controller
ownerPrincipalType string 3+ ?3+
ownerPrincipalName string 3+ ?3+
renewers []CreatableRenewers
  principalType string
  principalName string
maxLifetimeMs int64
`),
  response: message<CreateDelegationTokenResponse>(`
@CreateDelegationTokenResponse 38 1-3 flexible 2+
errorCode int16
principalType string
principalName string
tokenRequesterPrincipalType string 3+
tokenRequesterPrincipalName string 3+
issueTimestampMs int64
expiryTimestampMs int64
maxTimestampMs int64
tokenId string
hmac bytes
throttleTimeMs int32
`),
};
