/**
 * `storage version-mapping` and `storage feature-dependencies`.
 *
 * @module
 */

import {
  featureDependencies,
  parseFeatureLevel,
  versionMapping,
} from "../../client/metadata/feature_texts.ts";
import {
  LATEST_PRODUCTION_METADATA_VERSION,
  type MetadataVersion,
  parseMetadataVersion,
} from "../../client/metadata/metadata_version.ts";
import { type LineOutput, ToolFailure } from "../../storage/cli/tool.ts";

function orFailure<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new ToolFailure(error.message, 1, { cause: error });
  }
}

/**
 * The version that an option names.
 *
 * @throws {ToolFailure} when there is none
 */
export function releaseVersion(text: string, allowUnstable: boolean): MetadataVersion {
  return orFailure(() => parseMetadataVersion(text, allowUnstable));
}

/** Prints the levels with which a new cluster of a `metadata.version` begins. */
export function printVersionMapping(
  release: string = LATEST_PRODUCTION_METADATA_VERSION.name,
  output: LineOutput,
): void {
  for (const line of orFailure(() => versionMapping(release))) output.print(line);
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
  const level = parseFeatureLevel(levelText);
  if (level === undefined) {
    throw new ToolFailure(`Invalid version format: ${levelText} for feature ${name}`);
  }
  const unknownLevel = `Feature level ${level} is not supported for feature ${name}`;
  for (const line of orFailure(() => featureDependencies(name, level, unknownLevel))) {
    output.print(line);
  }
}
