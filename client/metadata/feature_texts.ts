/**
 * What Kafka's tools print of the features themselves, without asking a cluster.
 *
 * @module
 */

import { defaultFeatureLevel, featureOfName, FEATURES } from "./features.ts";
import {
  METADATA_VERSION_FEATURE,
  metadataVersionOfLevel,
  parseMetadataVersion,
} from "./metadata_version.ts";

/**
 * The levels with which a new cluster of a `metadata.version` begins, a line each: `group.version=1`.
 *
 * @param release the version, or a release, as the first line repeats it
 * @throws {RangeError} in Kafka's words, when there is none
 */
export function versionMapping(release: string): string[] {
  const version = parseMetadataVersion(release, true);
  return [
    `${METADATA_VERSION_FEATURE}=${version.level} (${release})`,
    ...FEATURES.map((feature) => `${feature.name}=${defaultFeatureLevel(feature, version)}`),
  ];
}

/**
 * What a level of a feature needs, a line each.
 *
 * @param unknownLevel what is wrong when the feature has no such level
 * @throws {RangeError} in Kafka's words, when there is no such feature or level
 */
export function featureDependencies(name: string, level: number, unknownLevel: string): string[] {
  if (name === METADATA_VERSION_FEATURE) {
    const version = metadataVersionOfLevel(level);
    if (version === undefined) throw new RangeError(`Unknown metadata.version ${level}`);
    return [`${name}=${level} (${version.name}) has no dependencies.`];
  }
  const feature = featureOfName(name);
  if (feature === undefined) throw new RangeError(`Unknown feature: ${name}`);
  const found = feature.levels.find((each) => each.level === level);
  if (found === undefined) throw new RangeError(unknownLevel);
  if (found.dependencies.size === 0) return [`${name}=${level} has no dependencies.`];
  return [
    `${name}=${level} requires:`,
    ...Array.from(found.dependencies, ([needed, neededLevel]) => {
      const version = needed === METADATA_VERSION_FEATURE
        ? ` (${metadataVersionOfLevel(neededLevel)!.name})`
        : "";
      return `    ${needed}=${neededLevel}${version}`;
    }),
  ];
}

/** The level of a feature as Java reads an int16; `undefined` for what is none. */
export function parseFeatureLevel(text: string): number | undefined {
  const value = /^[+-]?\d+$/.test(text) ? Number(text) : NaN;
  return value >= -0x8000 && value <= 0x7fff ? value : undefined;
}
