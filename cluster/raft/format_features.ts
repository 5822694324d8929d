/**
 * The levels that the features of a new cluster begin with.
 *
 * @module
 */

import {
  defaultFeatureLevel,
  featureLevelError,
  featureOfName,
  FEATURES,
  KRAFT_VERSION_FEATURE,
} from "../../client/metadata/features.ts";
import { FormatterError } from "./formatter_error.ts";
import { LATEST_KRAFT_VERSION } from "./kraft_upgrade.ts";
import {
  isProductionMetadataVersion,
  LATEST_METADATA_VERSION,
  LATEST_PRODUCTION_METADATA_VERSION,
  METADATA_VERSION_FEATURE,
  type MetadataVersion,
  metadataVersionOfLevel,
  MINIMUM_METADATA_VERSION,
} from "../../client/metadata/metadata_version.ts";

/** What whoever formats says of features. */
export interface FormatFeatureOptions {
  /** `--release-version`. */
  readonly releaseVersion?: MetadataVersion;
  /** `--feature`: levels by name. */
  readonly features?: ReadonlyMap<string, number>;
  /** `unstable.feature.versions.enable`. */
  readonly allowUnstable?: boolean;
  /** The voters do not come from `controller.quorum.voters`. */
  readonly hasDynamicQuorum: boolean;
}

/** Every feature's level, and the `metadata.version` that they go with. */
export interface FormatFeatures {
  /** The version. */
  readonly metadataVersion: MetadataVersion;
  /** The levels, `metadata.version` and `kraft.version` among them. */
  readonly levels: ReadonlyMap<string, number>;
}

/**
 * Completes the levels that were given with defaults.
 *
 * @throws {FormatterError} when they contradict each other
 * @throws {RangeError} when a level does not exist, or lacks what it needs
 */
export function formatFeatures(options: FormatFeatureOptions): FormatFeatures {
  const given = options.features ?? new Map<string, number>();
  const metadataVersion = chosenMetadataVersion(options, given.get(METADATA_VERSION_FEATURE));
  const levels = new Map(given).set(METADATA_VERSION_FEATURE, metadataVersion.level);
  for (const name of given.keys()) {
    if (name === METADATA_VERSION_FEATURE || featureOfName(name) !== undefined) continue;
    const known = FEATURES.map((feature) => feature.name).sort().join(", ");
    throw new FormatterError(`Unsupported feature: ${name}. Supported features are: ${known}`);
  }
  for (const feature of FEATURES) {
    if (feature.name === KRAFT_VERSION_FEATURE) {
      levels.set(feature.name, kraftVersion(given.get(feature.name), options.hasDynamicQuorum));
    } else if (!levels.has(feature.name)) {
      levels.set(feature.name, defaultFeatureLevel(feature, metadataVersion));
    }
  }
  for (const name of [...levels.keys()].sort()) {
    if (name === METADATA_VERSION_FEATURE) continue;
    const error = featureLevelError(featureOfName(name)!, levels.get(name)!, levels);
    if (error !== undefined) throw new RangeError(error);
  }
  return { metadataVersion, levels };
}

function chosenMetadataVersion(
  { releaseVersion, allowUnstable = false }: FormatFeatureOptions,
  level: number | undefined,
): MetadataVersion {
  if (level !== undefined && releaseVersion !== undefined) {
    throw new FormatterError(
      "Use --release-version instead of --feature metadata.version=X to avoid ambiguity.",
    );
  }
  const version = level === undefined ? releaseVersion : metadataVersionOfLevel(level);
  if (version === undefined) {
    if (level === undefined) {
      return allowUnstable ? LATEST_METADATA_VERSION : LATEST_PRODUCTION_METADATA_VERSION;
    }
    throw new RangeError(
      `No MetadataVersion with feature level ${level}. Valid feature levels are from ${MINIMUM_METADATA_VERSION.level} to ${LATEST_METADATA_VERSION.level}.`,
    );
  }
  if (!allowUnstable && !isProductionMetadataVersion(version)) {
    throw new FormatterError(`metadata.version ${version.name} is not yet stable.`);
  }
  return version;
}

function kraftVersion(given: number | undefined, hasDynamicQuorum: boolean): number {
  if (given === undefined) return hasDynamicQuorum ? LATEST_KRAFT_VERSION : 0;
  if (given === 0 && hasDynamicQuorum) {
    throw new FormatterError(
      "Cannot set kraft.version to 0 if controller.quorum.voters is empty and one of the flags " +
        "--standalone, --initial-controllers, or --no-initial-controllers is used. For dynamic " +
        "controllers support, try removing the --feature flag for kraft.version.",
    );
  }
  if (given !== 0 && !hasDynamicQuorum) {
    throw new FormatterError(
      `Cannot set kraft.version to ${given} unless controller.quorum.voters is empty and one of the flags ` +
        "--standalone, --initial-controllers, or --no-initial-controllers is used. " +
        "For dynamic controllers support, try using one of --standalone, --initial-controllers, " +
        "or --no-initial-controllers and removing controller.quorum.voters.",
    );
  }
  return given;
}
