/**
 * The features of a cluster beside `metadata.version` (KIP-584, KIP-1022): what levels they have, what each level needs, and with
 * which `metadata.version` a new cluster begins to use it.
 *
 * @module
 */

import {
  METADATA_VERSION_FEATURE,
  type MetadataVersion,
  MINIMUM_METADATA_VERSION,
  parseMetadataVersion,
} from "./metadata_version.ts";

/** One level of a feature. */
export interface FeatureLevel {
  /** The level. */
  readonly level: number;
  /** From this level of `metadata.version` on it is the default of a new cluster. */
  readonly bootstrapMetadataVersion: number;
  /** Levels of other features that it needs, by name. */
  readonly dependencies: ReadonlyMap<string, number>;
}

/** A feature. All levels of all of them are final. */
export interface Feature {
  /** Its name. */
  readonly name: string;
  /** Its levels, ascending, from 0 on. */
  readonly levels: readonly FeatureLevel[];
}

function levelOf(name: string): number {
  return parseMetadataVersion(name, true).level;
}

function feature(name: string, ...levels: (readonly [since: string, needs?: string])[]): Feature {
  const all = [[MINIMUM_METADATA_VERSION.name] as const, ...levels];
  return {
    name,
    levels: all.map(([since, needs], level) => ({
      level,
      bootstrapMetadataVersion: levelOf(since),
      dependencies: new Map(
        needs === undefined ? [] : [[METADATA_VERSION_FEATURE, levelOf(needs)]],
      ),
    })),
  };
}

/** The version of the quorum's protocol; it lives in the log's control records, never in a FeatureLevelRecord. */
export const KRAFT_VERSION_FEATURE = "kraft.version";

/** The features, in the order in which Kafka's tools list them. */
export const FEATURES: readonly Feature[] = [
  feature(KRAFT_VERSION_FEATURE, ["3.9-IV0"]),
  feature("transaction.version", ["4.0-IV2"], ["4.0-IV2"]),
  feature("group.version", ["4.0-IV0"]),
  feature("eligible.leader.replicas.version", ["4.1-IV0", "4.0-IV1"]),
  feature("share.version", ["4.2-IV0"]),
  feature("streams.version", ["4.2-IV1"]),
];

/** The feature of a name. */
export function featureOfName(name: string): Feature | undefined {
  return FEATURES.find((feature) => feature.name === name);
}

/** The level that a new cluster of a `metadata.version` uses. */
export function defaultFeatureLevel(feature: Feature, version: MetadataVersion): number {
  return feature.levels.findLast((level) => level.bootstrapMetadataVersion <= version.level)
    ?.level ?? 0;
}

/**
 * Why a level cannot be used beside the other levels, in Kafka's words; `undefined` when it can.
 *
 * @param levels the levels of all features, `metadata.version` among them
 */
export function featureLevelError(
  feature: Feature,
  level: number,
  levels: ReadonlyMap<string, number>,
): string | undefined {
  const found = feature.levels.find((each) => each.level === level);
  if (found === undefined) return `No feature:${feature.name} with feature level ${level}`;
  const metadataVersion = levels.get(METADATA_VERSION_FEATURE) ?? 0;
  if (level >= 1 && metadataVersion < MINIMUM_METADATA_VERSION.level) {
    return `${feature.name} could not be set to ${level} because it depends on metadata.version=${MINIMUM_METADATA_VERSION.level} (${MINIMUM_METADATA_VERSION.name})`;
  }
  for (const [name, needed] of found.dependencies) {
    if ((levels.get(name) ?? -1) < needed) {
      return `${feature.name} could not be set to ${level} because it depends on ${name} level ${needed}`;
    }
  }
  return undefined;
}
