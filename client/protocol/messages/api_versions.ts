/**
 * ApiVersions, API 18: which APIs and versions a server has, and at which levels its features are. Versions 0 to 4, flexible from 3 on.
 *
 * @module
 */

import { message } from "../../../storage/message/message_codec.ts";
import type { Api } from "../api.ts";

/** Request of ApiVersions. */
export interface ApiVersionsRequest {
  /** Name of the client's library. */
  readonly clientSoftwareName: string;
  /** Version of the client's library. */
  readonly clientSoftwareVersion: string;
}

/** Response to ApiVersions. */
export interface ApiVersionsResponse {
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** APIs that the server has, with their versions. */
  readonly apiKeys: readonly ApiVersion[];
  /** How long a quota held the answer back, or asks the client to pause, in ms. */
  readonly throttleTimeMs: number;
  /** Features with the levels that this server supports. */
  readonly supportedFeatures: readonly SupportedFeatureKey[];
  /** Offset in the metadata log of the finalized features, or -1. */
  readonly finalizedFeaturesEpoch: number;
  /** Features with the levels that the cluster runs at. */
  readonly finalizedFeatures: readonly FinalizedFeatureKey[];
  /** Whether this controller is ready to take over from ZooKeeper. */
  readonly zkMigrationReady: boolean;
}

/** An element of {@linkcode ApiVersionsResponse.apiKeys}. */
export interface ApiVersion {
  /** Number of the API. */
  readonly apiKey: number;
  /** Lowest version that is supported. */
  readonly minVersion: number;
  /** Highest version that is supported. */
  readonly maxVersion: number;
}

/** An element of {@linkcode ApiVersionsResponse.supportedFeatures}. */
export interface SupportedFeatureKey {
  /** Name of the feature. */
  readonly name: string;
  /** Lowest version. */
  readonly minVersion: number;
  /** Highest version. */
  readonly maxVersion: number;
}

/** An element of {@linkcode ApiVersionsResponse.finalizedFeatures}. */
export interface FinalizedFeatureKey {
  /** Name of the feature. */
  readonly name: string;
  /** Highest level that the cluster runs at. */
  readonly maxVersionLevel: number;
  /** Lowest level that the cluster runs at. */
  readonly minVersionLevel: number;
}

/** The API. */
export const apiVersions: Api<ApiVersionsRequest, ApiVersionsResponse> = {
  key: 18,
  name: "ApiVersions",
  request: message<ApiVersionsRequest>(`
@ApiVersionsRequest 18 0-4 flexible 3+ listeners broker,controller
clientSoftwareName string 3+ !
clientSoftwareVersion string 3+ !
`),
  response: message<ApiVersionsResponse>(`
@ApiVersionsResponse 18 0-4 flexible 3+
errorCode int16
apiKeys []ApiVersion
  apiKey int16
  minVersion int16
  maxVersion int16
throttleTimeMs int32 1+ !
supportedFeatures []SupportedFeatureKey 3+ ! #0
  name string 3+
  minVersion int16 3+
  maxVersion int16 3+
finalizedFeaturesEpoch int64 3+ ! #1 =-1
finalizedFeatures []FinalizedFeatureKey 3+ ! #2
  name string 3+
  maxVersionLevel int16 3+
  minVersionLevel int16 3+
zkMigrationReady bool 3+ ! #3 =false
`),
};
