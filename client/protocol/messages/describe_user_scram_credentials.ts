/**
 * DescribeUserScramCredentials, API 50: which users have SCRAM credentials. Version 0, all flexible.
 *
 * @module
 */

import { message } from "../../../storage/message/message_codec.ts";
import type { Api } from "../api.ts";

/** Request of DescribeUserScramCredentials. */
export interface DescribeUserScramCredentialsRequest {
  /** Users to describe; null or empty for all. */
  readonly users: readonly UserName[] | null;
}

/** An element of {@linkcode DescribeUserScramCredentialsRequest.users}. */
export interface UserName {
  /** Name of the user. */
  readonly name: string;
}

/** Response to DescribeUserScramCredentials. */
export interface DescribeUserScramCredentialsResponse {
  /** How long a quota held the answer back, or asks the client to pause, in ms. */
  readonly throttleTimeMs: number;
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** Text for the error; null for success. */
  readonly errorMessage: string | null;
  /** One answer per entry of the request. */
  readonly results: readonly DescribeUserScramCredentialsResult[];
}

/** An element of {@linkcode DescribeUserScramCredentialsResponse.results}. */
export interface DescribeUserScramCredentialsResult {
  /** Name of the user. */
  readonly user: string;
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** Text for the error; null for success. */
  readonly errorMessage: string | null;
  /** Mechanisms that the user has credentials for. */
  readonly credentialInfos: readonly CredentialInfo[];
}

/** An element of {@linkcode DescribeUserScramCredentialsResult.credentialInfos}. */
export interface CredentialInfo {
  /** SCRAM mechanism: 1 SHA-256, 2 SHA-512. */
  readonly mechanism: number;
  /** How often the password was hashed. */
  readonly iterations: number;
}

/** The API. */
export const describeUserScramCredentials: Api<
  DescribeUserScramCredentialsRequest,
  DescribeUserScramCredentialsResponse
> = {
  key: 50,
  name: "DescribeUserScramCredentials",
  request: message<DescribeUserScramCredentialsRequest>(`
@DescribeUserScramCredentialsRequest 50 0 flexible 0+ listeners broker,controller
users []UserName ?0+
  name string
`),
  response: message<DescribeUserScramCredentialsResponse>(`
@DescribeUserScramCredentialsResponse 50 0 flexible 0+
throttleTimeMs int32
errorCode int16
errorMessage string ?0+
results []DescribeUserScramCredentialsResult
  user string
  errorCode int16
  errorMessage string ?0+
  credentialInfos []CredentialInfo
    mechanism int8
    iterations int32
`),
};
