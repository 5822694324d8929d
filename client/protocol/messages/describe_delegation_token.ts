/**
 * DescribeDelegationToken, API 41: finds delegation tokens. Versions 1 to 3, flexible from 2 on.
 *
 * @module
 */

import { message } from "../../../storage/message/message_codec.ts";
import type { Api } from "../api.ts";

/** Request of DescribeDelegationToken. */
export interface DescribeDelegationTokenRequest {
  /** Whose tokens to describe; null for all. */
  readonly owners: readonly DescribeDelegationTokenOwner[] | null;
}

/** An element of {@linkcode DescribeDelegationTokenRequest.owners}. */
export interface DescribeDelegationTokenOwner {
  /** Type of the principal. */
  readonly principalType: string;
  /** Name of the principal. */
  readonly principalName: string;
}

/** Response to DescribeDelegationToken. */
export interface DescribeDelegationTokenResponse {
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** Tokens that the asker may see. */
  readonly tokens: readonly DescribedDelegationToken[];
  /** How long a quota held the answer back, or asks the client to pause, in ms. */
  readonly throttleTimeMs: number;
}

/** An element of {@linkcode DescribeDelegationTokenResponse.tokens}. */
export interface DescribedDelegationToken {
  /** Type of the principal. */
  readonly principalType: string;
  /** Name of the principal. */
  readonly principalName: string;
  /** Type of who asked for the token. */
  readonly tokenRequesterPrincipalType: string;
  /** Name of who asked for the token. */
  readonly tokenRequesterPrincipalName: string;
  /** When the token was made, in ms. */
  readonly issueTimestamp: number;
  /** When the token ends, in ms. */
  readonly expiryTimestamp: number;
  /** Until when the token may be renewed, in ms. */
  readonly maxTimestamp: number;
  /** Id of the token. */
  readonly tokenId: string;
  /** The token's secret. */
  readonly hmac: Uint8Array;
  /** Principals that may renew the token. */
  readonly renewers: readonly DescribedDelegationTokenRenewer[];
}

/** An element of {@linkcode DescribedDelegationToken.renewers}. */
export interface DescribedDelegationTokenRenewer {
  /** Type of the principal. */
  readonly principalType: string;
  /** Name of the principal. */
  readonly principalName: string;
}

/** The API. */
export const describeDelegationToken: Api<
  DescribeDelegationTokenRequest,
  DescribeDelegationTokenResponse
> = {
  key: 41,
  name: "DescribeDelegationToken",
  request: message<DescribeDelegationTokenRequest>(`
@DescribeDelegationTokenRequest 41 1-3 flexible 2+ listeners broker,controller
owners []DescribeDelegationTokenOwner ?0+
  principalType string
  principalName string
`),
  response: message<DescribeDelegationTokenResponse>(`
@DescribeDelegationTokenResponse 41 1-3 flexible 2+
errorCode int16
tokens []DescribedDelegationToken
  principalType string
  principalName string
  tokenRequesterPrincipalType string 3+
  tokenRequesterPrincipalName string 3+
  issueTimestamp int64
  expiryTimestamp int64
  maxTimestamp int64
  tokenId string
  hmac bytes
  renewers []DescribedDelegationTokenRenewer
    principalType string
    principalName string
throttleTimeMs int32
`),
};
