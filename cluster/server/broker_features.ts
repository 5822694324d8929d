/**
 * What this broker can do, and what the cluster runs at.
 *
 * @module
 */

import type { MetadataImage } from "../controller/metadata_image.ts";
import { FEATURES, KRAFT_VERSION_FEATURE } from "../raft/features.ts";
import {
  LATEST_PRODUCTION_METADATA_VERSION,
  METADATA_VERSION_FEATURE,
  MINIMUM_METADATA_VERSION,
} from "../raft/metadata_version.ts";
import type { FeatureState } from "./handlers/api_versions.ts";

/** Levels of every feature that this broker knows. */
export const SUPPORTED_FEATURES: FeatureState["supported"] = new Map([
  ...FEATURES.map(({ name, levels }) =>
    [name, { lowest: levels[0]!.level, highest: levels.at(-1)!.level }] as const
  ),
  [METADATA_VERSION_FEATURE, {
    lowest: MINIMUM_METADATA_VERSION.level,
    highest: LATEST_PRODUCTION_METADATA_VERSION.level,
  }] as const,
]);

/** The features as ApiVersions tells them. */
export function featureState(image: MetadataImage, kraftVersion: number): FeatureState {
  const finalized = new Map(image.features);
  if (kraftVersion > 0) finalized.set(KRAFT_VERSION_FEATURE, kraftVersion);
  return { supported: SUPPORTED_FEATURES, finalized, epoch: Math.max(image.offset, 0) };
}
