/**
 * UpdateFeatures, API 57: sets the levels of features. Versions 0 to 2, all flexible.
 *
 * @module
 */

import { message } from "../../../storage/message/message_codec.ts";
import type { Api } from "../api.ts";

/** Request of UpdateFeatures. */
export interface UpdateFeaturesRequest {
  /** How long the server may take, in ms. */
  readonly timeoutMs: number;
  /** Features with the levels they shall have. */
  readonly featureUpdates: readonly FeatureUpdateKey[];
  /** Whether only to check the request, and change nothing. */
  readonly validateOnly: boolean;
}

/** An element of {@linkcode UpdateFeaturesRequest.featureUpdates}. */
export interface FeatureUpdateKey {
  /** Name of the feature. */
  readonly feature: string;
  /** Level to set; 0 removes the feature. */
  readonly maxVersionLevel: number;
  /** Whether the level may go down; replaced by `upgradeType`. */
  readonly allowDowngrade: boolean;
  /** 1 up only, 2 down without loss, 3 down with loss. */
  readonly upgradeType: number;
}

/** Response to UpdateFeatures. */
export interface UpdateFeaturesResponse {
  /** How long a quota held the answer back, or asks the client to pause, in ms. */
  readonly throttleTimeMs: number;
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** Text for the error; null for success. */
  readonly errorMessage: string | null;
  /** One answer per entry of the request. */
  readonly results: readonly UpdatableFeatureResult[];
}

/** An element of {@linkcode UpdateFeaturesResponse.results}. */
export interface UpdatableFeatureResult {
  /** Name of the feature. */
  readonly feature: string;
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** Text for the error; null for success. */
  readonly errorMessage: string | null;
}

/** The API. */
export const updateFeatures: Api<UpdateFeaturesRequest, UpdateFeaturesResponse> = {
  key: 57,
  name: "UpdateFeatures",
  request: message<UpdateFeaturesRequest>(`
@UpdateFeaturesRequest 57 0-2 flexible 0+ listeners broker,controller
timeoutMs int32 =60000
featureUpdates []FeatureUpdateKey
  feature string
  maxVersionLevel int16
  allowDowngrade bool 0
  upgradeType int8 1+ =1
validateOnly bool 1+ =false
`),
  response: message<UpdateFeaturesResponse>(`
@UpdateFeaturesResponse 57 0-2 flexible 0+
throttleTimeMs int32
errorCode int16
errorMessage string ?0+
results []UpdatableFeatureResult 0-1 !
  feature string
  errorCode int16
  errorMessage string ?0+
`),
};
