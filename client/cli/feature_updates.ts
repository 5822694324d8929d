/**
 * Which levels of features `seglog features` is asked for.
 *
 * @module
 */

import type { ParsedArguments } from "../../storage/cli/argument_parser.ts";
import type { FeatureUpdate } from "../admin/features.ts";
import { defaultFeatureLevel, FEATURES } from "../metadata/features.ts";
import { parseFeatureLevel } from "../metadata/feature_texts.ts";
import {
  METADATA_VERSION_FEATURE,
  type MetadataVersion,
  parseMetadataVersion,
} from "../metadata/metadata_version.ts";
import { illegalArgument, JavaException, terse } from "./java_exception.ts";

/** Whether a level may be lower than now. */
type UpgradeType = NonNullable<FeatureUpdate["upgradeType"]>;

/** Changes by feature. */
export type FeatureUpdates = Map<string, FeatureUpdate>;

function failed(message: string): JavaException {
  return new JavaException("java.lang.RuntimeException", message);
}

/**
 * Reads `feature=level`.
 *
 * @throws {JavaException} in Kafka's words
 */
export function parseNameAndLevel(text: string): { readonly name: string; readonly level: number } {
  const equals = text.indexOf("=");
  if (equals < 0) throw failed(`Can't parse feature=level string ${text}: equals sign not found.`);
  const levelText = text.slice(equals + 1).trim();
  const level = parseFeatureLevel(levelText);
  if (level !== undefined) return { name: text.slice(0, equals).trim(), level };
  throw failed(
    `Can't parse feature=level string ${text}: unable to parse ${levelText} as a short.`,
  );
}

function add(updates: FeatureUpdates, name: string, level: number, upgradeType: UpgradeType): void {
  if (level === 0 && upgradeType === "UPGRADE") {
    throw illegalArgument(
      "The upgradeType flag should be set to SAFE_DOWNGRADE or UNSAFE_DOWNGRADE when the provided maxVersionLevel:0 is < 1.",
    );
  }
  if (level < 0) throw illegalArgument("Cannot specify a negative version level.");
  if (updates.has(name)) throw failed(`Feature ${name} was specified more than once.`);
  updates.set(name, { maxVersionLevel: level, upgradeType });
}

function release(text: string): MetadataVersion {
  try {
    return parseMetadataVersion(text, true);
  } catch (error) {
    throw error instanceof RangeError ? terse(error.message) : error;
  }
}

function downgradeType(parsed: ParsedArguments): UpgradeType {
  return parsed.has("unsafe") ? "UNSAFE_DOWNGRADE" : "SAFE_DOWNGRADE";
}

/**
 * What `upgrade` or `downgrade` is to change.
 *
 * @param warn takes what is to be told beside it
 * @throws {JavaException} in Kafka's words
 */
export function levelUpdates(
  operation: "upgrade" | "downgrade",
  parsed: ParsedArguments,
  warn: (line: string) => void,
): FeatureUpdates {
  const upgradeType = operation === "upgrade" ? "UPGRADE" : downgradeType(parsed);
  const [releaseVersion, metadata] = [parsed.value("release-version"), parsed.value("metadata")];
  const features = parsed.values("feature");
  const updates: FeatureUpdates = new Map();
  if (releaseVersion !== undefined) {
    if (metadata !== undefined || features.length > 0) {
      throw terse("Can not specify `release-version` with other feature flags.");
    }
    const version = release(releaseVersion);
    add(updates, METADATA_VERSION_FEATURE, version.level, upgradeType);
    for (const feature of FEATURES) {
      const level = defaultFeatureLevel(feature, version);
      if (level > 0 || upgradeType !== "UPGRADE") add(updates, feature.name, level, upgradeType);
    }
    return updates;
  }
  if (metadata !== undefined) {
    warn(" `metadata` flag is deprecated and may be removed in a future release.");
    add(updates, METADATA_VERSION_FEATURE, release(metadata).level, upgradeType);
  }
  for (const text of features) {
    const { name, level } = parseNameAndLevel(text);
    add(updates, name, level, upgradeType);
  }
  return updates;
}

/** What `disable` is to change. */
export function disableUpdates(parsed: ParsedArguments): FeatureUpdates {
  const updates: FeatureUpdates = new Map();
  for (const name of parsed.values("feature")) add(updates, name, 0, downgradeType(parsed));
  return updates;
}
