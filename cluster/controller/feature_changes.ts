/**
 * Raising and lowering the levels of features.
 *
 * @module
 */

import { KafkaError } from "../../client/protocol/error_codes.ts";
import type { FeatureUpdateKey } from "../../client/protocol/messages/update_features.ts";
import {
  featureLevelError,
  featureOfName,
  FEATURES,
  KRAFT_VERSION_FEATURE,
} from "../../client/metadata/features.ts";
import {
  LATEST_METADATA_VERSION,
  LATEST_PRODUCTION_METADATA_VERSION,
  METADATA_VERSION_FEATURE,
  METADATA_VERSIONS,
  metadataVersionOfLevel,
  MINIMUM_METADATA_VERSION,
} from "../../client/metadata/metadata_version.ts";
import { CONFIG_RESOURCE_TYPE } from "./configs_image.ts";
import type { ControllerContext, Decision } from "./decision.ts";
import { ELR_FEATURE } from "./metadata_image.ts";
import type { MetadataRecord } from "./metadata_records.ts";
import { MIN_INSYNC_REPLICAS } from "./topic_settings.ts";

/** Ways to change a level, by the protocol's number. */
export const UPGRADE_TYPE = { UPGRADE: 1, SAFE_DOWNGRADE: 2, UNSAFE_DOWNGRADE: 3 } as const;

/** The version of the quorum's protocol, which the raft layer keeps. */
export interface KRaftVersionAccess {
  /** The version in force. */
  readonly version: number;
  /** Raises it, or only tells whether it could be. Returns why it cannot be. */
  upgrade(version: number, validateOnly: boolean): string | undefined;
}

/** What is asked. */
export interface FeatureUpdates {
  /** The levels wanted; of a feature that is named twice, the last one counts. */
  readonly updates: readonly Pick<
    FeatureUpdateKey,
    "feature" | "maxVersionLevel" | "upgradeType"
  >[];
  /** Whether only to check. */
  readonly validateOnly: boolean;
}

/**
 * Decides on UpdateFeatures (Kafka's `FeatureControlManager`): all updates, or none.
 *
 * @throws {KafkaError} `INVALID_UPDATE_VERSION`, in Kafka's words
 */
export function updateFeatures(
  context: ControllerContext,
  { updates, validateOnly }: FeatureUpdates,
  kraft: KRaftVersionAccess,
): Decision<void> {
  const { image } = context;
  const wanted = new Map(updates.map((update) => [update.feature, update]));
  const levels = new Map(image.features);
  for (const { feature, maxVersionLevel } of wanted.values()) levels.set(feature, maxVersionLevel);
  const records: MetadataRecord[] = [];
  for (const update of wanted.values()) {
    checkUpdate(context, update, kraft);
    if (update.feature !== KRAFT_VERSION_FEATURE) {
      records.push(featureRecord(context, update, levels));
    }
  }
  // The quorum's version comes last: what it does is done at once, and is not undone.
  const quorum = wanted.get(KRAFT_VERSION_FEATURE);
  if (quorum?.upgradeType === UPGRADE_TYPE.UPGRADE) {
    const error = kraft.upgrade(quorum.maxVersionLevel, validateOnly);
    if (error !== undefined) refuse(quorum, error);
    // So that there is a record to wait for.
    records.push({ type: "NoOpRecord", version: 0, data: {} });
  }
  if (validateOnly) return { records: [], response: undefined };
  const usesElr = (wanted.get(ELR_FEATURE)?.maxVersionLevel ?? 0) > 0;
  return {
    records: usesElr ? [...elrSafetyRecords(context), ...records] : records,
    response: undefined,
  };
}

type Update = FeatureUpdates["updates"][number];

function refuse({ feature, maxVersionLevel }: Update, reason: string): never {
  throw new KafkaError(
    "INVALID_UPDATE_VERSION",
    `Invalid update version ${maxVersionLevel} for feature ${feature}. ${reason}`,
  );
}

function checkUpdate(
  context: ControllerContext,
  update: Update,
  { version: kraftVersion }: KRaftVersionAccess,
): void {
  const { feature, maxVersionLevel: level, upgradeType } = update;
  if (!Object.values<number>(UPGRADE_TYPE).includes(upgradeType)) {
    refuse(update, "The controller does not support the given upgrade type.");
  }
  const current = feature === KRAFT_VERSION_FEATURE
    ? kraftVersion
    : context.image.features.get(feature) ?? 0;
  if (level < 0) refuse(update, "A feature version cannot be less than 0.");
  const unsupported = reasonNotSupported(context, feature, level);
  if (unsupported !== undefined) refuse(update, unsupported);
  if (level < current && upgradeType === UPGRADE_TYPE.UPGRADE) {
    refuse(
      update,
      "Can't downgrade the version of this feature without setting the upgrade type to either safe or " +
        "unsafe downgrade.",
    );
  }
  if (level > current && upgradeType !== UPGRADE_TYPE.UPGRADE) {
    refuse(update, "Can't downgrade to a newer version.");
  }
  if (
    feature === KRAFT_VERSION_FEATURE && level !== current && upgradeType !== UPGRADE_TYPE.UPGRADE
  ) refuse(update, "Can't downgrade the version of this feature.");
}

/** Levels of a feature that somebody supports. */
interface LevelRange {
  readonly min: number;
  readonly max: number;
}

const UNKNOWN: LevelRange = { min: 0, max: 0 };

function localRange(name: string, isUnstableEnabled: boolean): LevelRange {
  if (name === METADATA_VERSION_FEATURE) {
    const latest = isUnstableEnabled ? LATEST_METADATA_VERSION : LATEST_PRODUCTION_METADATA_VERSION;
    return { min: MINIMUM_METADATA_VERSION.level, max: latest.level };
  }
  const levels = FEATURES.find((feature) => feature.name === name)?.levels;
  return levels === undefined ? UNKNOWN : { min: levels[0]!.level, max: levels.at(-1)!.level };
}

/** Why not all nodes could go with a level; `undefined` when they could. */
function reasonNotSupported(
  { image: { cluster }, nodeId, rules }: ControllerContext,
  feature: string,
  level: number,
): string | undefined {
  const registered = (
    features: readonly {
      readonly name: string;
      readonly minSupportedVersion: number;
      readonly maxSupportedVersion: number;
    }[],
  ): LevelRange => {
    const found = features.find(({ name }) => name === feature);
    return found === undefined
      ? UNKNOWN
      : { min: found.minSupportedVersion, max: found.maxSupportedVersion };
  };
  const nodes: [string, LevelRange][] = [
    [`Local controller ${nodeId}`, localRange(feature, rules.unstableFeatureVersionsEnable)],
    ...[...cluster.brokers.values()].map(({ brokerId, features }): [string, LevelRange] => [
      `Broker ${brokerId}`,
      registered(features),
    ]),
    ...[...cluster.controllers.values()].filter(({ controllerId }) => controllerId !== nodeId)
      .map(({ controllerId, features }): [string, LevelRange] => [
        `Controller ${controllerId}`,
        registered(features),
      ]),
  ];
  for (const [what, { min, max }] of nodes) {
    if (min <= level && level <= max) continue;
    if (max === 0) return `${what} does not support this feature.`;
    return `${what} only supports versions ${min === max ? min : `${min}-${max}`}`;
  }
  return undefined;
}

function featureRecord(
  context: ControllerContext,
  update: Update,
  levels: ReadonlyMap<string, number>,
): MetadataRecord {
  const { feature, maxVersionLevel: level, upgradeType } = update;
  if (feature === METADATA_VERSION_FEATURE) {
    checkMetadataVersion(
      context.image.metadataVersion,
      level,
      upgradeType === UPGRADE_TYPE.UNSAFE_DOWNGRADE,
    );
  } else {
    const known = featureOfName(feature);
    const error = known === undefined
      ? `Feature ${feature} not found.`
      : featureLevelError(known, level, levels);
    if (error !== undefined) refuse(update, error);
  }
  return {
    type: "FeatureLevelRecord",
    version: 0,
    data: { name: feature, featureLevel: level },
  };
}

/** Levels that brought records, or fields of records, that the level before would not have. */
const LEVELS_WITH_NEW_METADATA: ReadonlySet<string> = new Set([
  ...["3.3-IV3", "3.4-IV0", "3.5-IV2", "3.6-IV1", "3.6-IV2", "3.7-IV0", "3.7-IV2"],
  ...["4.0-IV1", "4.3-IV0"],
]);

function checkMetadataVersion(current: number, level: number, isUnsafe: boolean): void {
  if (metadataVersionOfLevel(level) === undefined) {
    throw new KafkaError(
      "INVALID_UPDATE_VERSION",
      `Invalid metadata.version ${level}. Valid versions are from ` +
        `${MINIMUM_METADATA_VERSION.level} to ${LATEST_METADATA_VERSION.level}.`,
    );
  }
  const losesMetadata = METADATA_VERSIONS.some((version) =>
    version.level > level && version.level <= current && LEVELS_WITH_NEW_METADATA.has(version.name)
  );
  if (level >= current || !losesMetadata) return;
  throw new KafkaError(
    "INVALID_UPDATE_VERSION",
    `Unsupported metadata.version downgrade from ${current} to ${level}. ${
      isUnsafe
        ? "Unsafe metadata downgrade is not supported in this version."
        : "Refusing to perform the requested downgrade because it might delete metadata information."
    }`,
  );
}

/** With eligible leaders, how many replicas have to be in sync is the same for all brokers, and said in the metadata (KIP-966). */
function elrSafetyRecords({ image: { configs }, rules }: ControllerContext): MetadataRecord[] {
  const { BROKER: resourceType } = CONFIG_RESOURCE_TYPE;
  const record = (resourceName: string, value: string | null): MetadataRecord => ({
    type: "ConfigRecord",
    version: 0,
    data: { resourceType, resourceName, name: MIN_INSYNC_REPLICAS, value },
  });
  const records: MetadataRecord[] = [];
  if (!configs.of(resourceType, "").has(MIN_INSYNC_REPLICAS)) {
    records.push(record("", rules.staticText(MIN_INSYNC_REPLICAS) ?? "1"));
  }
  for (const { type, name } of configs.resources()) {
    if (type !== resourceType || name === "") continue;
    if (configs.of(type, name).has(MIN_INSYNC_REPLICAS)) records.push(record(name, null));
  }
  return records;
}
