/**
 * `metadata.version`: which records may be in the metadata log, and which requests brokers send one another. Levels and names are
 * Kafka's.
 *
 * @module
 */

/** One level of the feature. */
export interface MetadataVersion {
  /** The level. */
  readonly level: number;
  /** The release that it belongs to, as in `4.3`. */
  readonly release: string;
  /** Its name, as in `4.3-IV0`. */
  readonly name: string;
}

/** Name of the feature. */
export const METADATA_VERSION_FEATURE = "metadata.version";

// Levels 7 on, in order; the releases before them were upgraded from long ago.
const NAMES =
  "3.3-IV3 3.4-IV0 3.5-IV0 3.5-IV1 3.5-IV2 3.6-IV0 3.6-IV1 3.6-IV2 3.7-IV0 3.7-IV1 3.7-IV2 3.7-IV3 3.7-IV4 " +
  "3.8-IV0 3.9-IV0 4.0-IV0 4.0-IV1 4.0-IV2 4.0-IV3 4.1-IV0 4.1-IV1 4.2-IV0 4.2-IV1 4.3-IV0 4.4-IV0";
const FIRST_LEVEL = 7;

/** All levels, ascending. Those behind {@linkcode LATEST_PRODUCTION_METADATA_VERSION} may still change. */
export const METADATA_VERSIONS: readonly MetadataVersion[] = NAMES.split(" ").map(
  (name, index) => ({ level: FIRST_LEVEL + index, release: name.split("-")[0]!, name }),
);

/** The lowest level that is still understood. */
export const MINIMUM_METADATA_VERSION: MetadataVersion = METADATA_VERSIONS[0]!;
/** The highest level that there is. */
export const LATEST_METADATA_VERSION: MetadataVersion = METADATA_VERSIONS.at(-1)!;
/** The highest level that is final: that of a new cluster. */
export const LATEST_PRODUCTION_METADATA_VERSION: MetadataVersion = METADATA_VERSIONS.find(
  ({ name }) => name === "4.3-IV0",
)!;

/** Whether a level is final. */
export function isProductionMetadataVersion({ level }: MetadataVersion): boolean {
  return level <= LATEST_PRODUCTION_METADATA_VERSION.level;
}

/** The version of a level; `undefined` for a level that does not exist. */
export function metadataVersionOfLevel(level: number): MetadataVersion | undefined {
  return METADATA_VERSIONS.find((version) => version.level === level);
}

/**
 * The version that a text means: `4.0-IV1`, or a release such as `4.0` or `4.0.1`, which is its last final level.
 *
 * @param allowUnstable whether levels that may still change count
 * @throws {RangeError} in Kafka's words, when there is none
 */
export function parseMetadataVersion(text: string, allowUnstable: boolean): MetadataVersion {
  // As Java splits: empty parts at the end do not count.
  const segments = text.replace(/\.+$/, "").split(".");
  const key = segments.length <= 2 ? text : segments.slice(0, 2).join(".");
  const known = METADATA_VERSIONS.filter((version) =>
    allowUnstable || isProductionMetadataVersion(version)
  );
  const found = known.find(({ name }) => name === key) ??
    known.findLast((version) => version.release === key && isProductionMetadataVersion(version));
  if (found !== undefined) return found;
  throw new RangeError(
    `Unknown metadata.version '${text}'. Supported metadata.version are: ${
      known.map(({ name }) => name).join(", ")
    }`,
  );
}
