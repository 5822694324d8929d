/**
 * `storage version-mapping` and `storage feature-dependencies`.
 *
 * @module
 */

import { type LineOutput, ToolFailure } from "../../storage/cli/tool.ts";
import { defaultFeatureLevel, featureOfName, FEATURES } from "../raft/features.ts";
import {
  LATEST_PRODUCTION_METADATA_VERSION,
  METADATA_VERSION_FEATURE,
  type MetadataVersion,
  metadataVersionOfLevel,
  parseMetadataVersion,
} from "../raft/metadata_version.ts";

/**
 * The version that an option names.
 *
 * @throws {ToolFailure} when there is none
 */
export function releaseVersion(text: string, allowUnstable: boolean): MetadataVersion {
  try {
    return parseMetadataVersion(text, allowUnstable);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new ToolFailure(error.message, 1, { cause: error });
  }
}

/** Prints the levels with which a new cluster of a `metadata.version` begins. */
export function printVersionMapping(
  release: string = LATEST_PRODUCTION_METADATA_VERSION.name,
  output: LineOutput,
): void {
  const version = releaseVersion(release, true);
  output.print(`metadata.version=${version.level} (${release})`);
  for (const feature of FEATURES) {
    output.print(`${feature.name}=${defaultFeatureLevel(feature, version)}`);
  }
}

/** Prints what each `feature=level` needs. */
export function printDependencies(features: readonly string[], output: LineOutput): void {
  for (const text of features) printDependency(text, output);
}

function printDependency(text: string, output: LineOutput): void {
  const equals = text.indexOf("=");
  if (equals < 0) {
    throw new ToolFailure(
      `Invalid feature format: ${text}. Expected format: 'feature=version' (e.g. 'group.version=1')`,
    );
  }
  const name = text.slice(0, equals).trim();
  const levelText = text.slice(equals + 1).trim();
  const level = parseLevel(levelText);
  if (level === undefined) {
    throw new ToolFailure(`Invalid version format: ${levelText} for feature ${name}`);
  }
  if (name === METADATA_VERSION_FEATURE) {
    const version = metadataVersionOfLevel(level);
    if (version === undefined) throw new ToolFailure(`Unknown metadata.version ${level}`);
    output.print(`${name}=${level} (${version.name}) has no dependencies.`);
    return;
  }
  const feature = featureOfName(name);
  if (feature === undefined) throw new ToolFailure(`Unknown feature: ${name}`);
  const found = feature.levels.find((each) => each.level === level);
  if (found === undefined) {
    throw new ToolFailure(`Feature level ${level} is not supported for feature ${name}`);
  }
  if (found.dependencies.size === 0) {
    output.print(`${name}=${level} has no dependencies.`);
    return;
  }
  output.print(`${name}=${level} requires:`);
  for (const [needed, neededLevel] of found.dependencies) {
    const version = needed === METADATA_VERSION_FEATURE
      ? ` (${metadataVersionOfLevel(neededLevel)!.name})`
      : "";
    output.print(`    ${needed}=${neededLevel}${version}`);
  }
}

/** An int16 as Java reads one; `undefined` for what is none. */
export function parseLevel(text: string): number | undefined {
  const value = /^[+-]?\d+$/.test(text) ? Number(text) : NaN;
  return value >= -0x8000 && value <= 0x7fff ? value : undefined;
}
