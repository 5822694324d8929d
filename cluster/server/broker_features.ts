/**
 * What this broker can do, and what the cluster runs at.
 *
 * @module
 */

import type { MetadataImage } from "../controller/metadata_image.ts";
import type { BrokerFeature } from "../controller/metadata_records.ts";
import { FEATURES, KRAFT_VERSION_FEATURE } from "../../client/metadata/features.ts";
import {
  LATEST_METADATA_VERSION,
  LATEST_PRODUCTION_METADATA_VERSION,
  METADATA_VERSION_FEATURE,
  type MetadataVersion,
  MINIMUM_METADATA_VERSION,
} from "../../client/metadata/metadata_version.ts";
import type { FeatureState } from "./handlers/api_versions.ts";

function supported(latest: MetadataVersion): FeatureState["supported"] {
  return new Map([
    ...FEATURES.map(({ name, levels }) =>
      [name, { lowest: levels[0]!.level, highest: levels.at(-1)!.level }] as const
    ),
    [METADATA_VERSION_FEATURE, {
      lowest: MINIMUM_METADATA_VERSION.level,
      highest: latest.level,
    }] as const,
  ]);
}

const FINAL_FEATURES = supported(LATEST_PRODUCTION_METADATA_VERSION);
const ALL_FEATURES = supported(LATEST_METADATA_VERSION);

/**
 * Levels of every feature that this broker knows.
 *
 * @param isUnstableEnabled `unstable.feature.versions.enable`: those too that may still change
 */
export function supportedFeatures(isUnstableEnabled: boolean): FeatureState["supported"] {
  return isUnstableEnabled ? ALL_FEATURES : FINAL_FEATURES;
}

/** What a node can do, as it tells when it registers. */
export function registeredFeatures(isUnstableEnabled: boolean): BrokerFeature[] {
  return [...supportedFeatures(isUnstableEnabled)].map(([name, { lowest, highest }]) => ({
    name,
    minSupportedVersion: lowest,
    maxSupportedVersion: highest,
  }));
}

/**
 * The features as ApiVersions tells them.
 *
 * @param isUnstableEnabled as for {@linkcode supportedFeatures}
 */
export function featureState(
  image: MetadataImage,
  kraftVersion: number,
  isUnstableEnabled: boolean,
): FeatureState {
  const finalized = new Map(image.features);
  if (kraftVersion > 0) finalized.set(KRAFT_VERSION_FEATURE, kraftVersion);
  return {
    supported: supportedFeatures(isUnstableEnabled),
    finalized,
    epoch: Math.max(image.offset, 0),
  };
}
