/**
 * AlterUserScramCredentials, API 51: sets and removes SCRAM credentials. Version 0, all flexible.
 *
 * @module
 */

import { message } from "../../../storage/message/message_codec.ts";
import type { Api } from "../api.ts";

/** Request of AlterUserScramCredentials. */
export interface AlterUserScramCredentialsRequest {
  /** Credentials to remove. */
  readonly deletions: readonly ScramCredentialDeletion[];
  /** Credentials to set. */
  readonly upsertions: readonly ScramCredentialUpsertion[];
}

/** An element of {@linkcode AlterUserScramCredentialsRequest.deletions}. */
export interface ScramCredentialDeletion {
  /** Name of the user. */
  readonly name: string;
  /** SCRAM mechanism: 1 SHA-256, 2 SHA-512. */
  readonly mechanism: number;
}

/** An element of {@linkcode AlterUserScramCredentialsRequest.upsertions}. */
export interface ScramCredentialUpsertion {
  /** Name of the user. */
  readonly name: string;
  /** SCRAM mechanism: 1 SHA-256, 2 SHA-512. */
  readonly mechanism: number;
  /** How often the password was hashed. */
  readonly iterations: number;
  /** Salt of the password. */
  readonly salt: Uint8Array;
  /** The password, salted and hashed. */
  readonly saltedPassword: Uint8Array;
}

/** Response to AlterUserScramCredentials. */
export interface AlterUserScramCredentialsResponse {
  /** How long a quota held the answer back, or asks the client to pause, in ms. */
  readonly throttleTimeMs: number;
  /** One answer per entry of the request. */
  readonly results: readonly AlterUserScramCredentialsResult[];
}

/** An element of {@linkcode AlterUserScramCredentialsResponse.results}. */
export interface AlterUserScramCredentialsResult {
  /** Name of the user. */
  readonly user: string;
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** Text for the error; null for success. */
  readonly errorMessage: string | null;
}

/** The API. */
export const alterUserScramCredentials: Api<
  AlterUserScramCredentialsRequest,
  AlterUserScramCredentialsResponse
> = {
  key: 51,
  name: "AlterUserScramCredentials",
  request: message<AlterUserScramCredentialsRequest>(`
@AlterUserScramCredentialsRequest 51 0 flexible 0+ listeners broker,controller
deletions []ScramCredentialDeletion
  name string
  mechanism int8
upsertions []ScramCredentialUpsertion
  name string
  mechanism int8
  iterations int32
  salt bytes
  saltedPassword bytes
`),
  response: message<AlterUserScramCredentialsResponse>(`
@AlterUserScramCredentialsResponse 51 0 flexible 0+
throttleTimeMs int32
results []AlterUserScramCredentialsResult
  user string
  errorCode int16
  errorMessage string ?0+
`),
};
