/**
 * The metadata with which a cluster begins: the levels of its features, and what else formatting was told.
 *
 * @module
 */

import { CorruptRecordError } from "../../storage/errors.ts";
import type { FileSystem } from "../../storage/file/file_system.ts";
import { joinPath } from "../../storage/file/paths.ts";
import { decodeMetadataRecord, type MetadataRecord } from "../controller/metadata_records.ts";
import { BOOTSTRAP_FILE, readBootstrapFile } from "./bootstrap_file.ts";
import { KRAFT_VERSION_FEATURE } from "../../client/metadata/features.ts";
import {
  LATEST_PRODUCTION_METADATA_VERSION,
  METADATA_VERSION_FEATURE,
  type MetadataVersion,
} from "../../client/metadata/metadata_version.ts";

/** The records that an empty metadata log begins with. */
export interface BootstrapMetadata {
  /** In the order in which they are written. */
  readonly records: readonly MetadataRecord[];
  /** Level of `metadata.version` among them. */
  readonly metadataVersion: number;
  /** Where they come from, for messages. */
  readonly source: string;
}

function featureLevelRecord(name: string, featureLevel: number): MetadataRecord {
  return { type: "FeatureLevelRecord", version: 0, data: { name, featureLevel } };
}

/**
 * The records that set features to their levels; one for each level above 0. `kraft.version` has none: it lives in the log's
 * control records.
 */
export function featureLevelRecords(
  metadataVersion: MetadataVersion,
  levels: ReadonlyMap<string, number>,
): MetadataRecord[] {
  const others = [...levels].filter(([name, level]) =>
    name !== METADATA_VERSION_FEATURE && name !== KRAFT_VERSION_FEATURE && level > 0
  ).sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    featureLevelRecord(METADATA_VERSION_FEATURE, metadataVersion.level),
    ...others.map(([name, level]) => featureLevelRecord(name, level)),
  ];
}

/**
 * Takes records for what a cluster begins with.
 *
 * @throws {CorruptRecordError} when none of them sets `metadata.version`
 */
export function bootstrapMetadata(
  records: readonly MetadataRecord[],
  source: string,
): BootstrapMetadata {
  let metadataVersion: number | undefined;
  for (const record of records) {
    if (record.type === "FeatureLevelRecord" && record.data.name === METADATA_VERSION_FEATURE) {
      metadataVersion = record.data.featureLevel;
    }
  }
  if (metadataVersion === undefined) {
    throw new CorruptRecordError(
      `No FeatureLevelRecord for metadata.version was found in the bootstrap metadata from ${source}`,
    );
  }
  return { records, metadataVersion, source };
}

/** What formatting left in a log directory, or, without such a file, the newest final `metadata.version` alone. */
export function readBootstrapMetadata(
  fileSystem: FileSystem,
  directory: string,
): BootstrapMetadata {
  const records = readBootstrapFile(fileSystem, directory);
  if (records === undefined) {
    return bootstrapMetadata(
      featureLevelRecords(LATEST_PRODUCTION_METADATA_VERSION, new Map()),
      "the default bootstrap",
    );
  }
  return bootstrapMetadata(
    records.map((record) => decodeMetadataRecord(record)),
    `the binary bootstrap metadata file: ${joinPath(directory, BOOTSTRAP_FILE)}`,
  );
}

/** As Kafka's tool prints it. */
export function bootstrapMetadataText(
  { records, metadataVersion, source }: BootstrapMetadata,
): string {
  const texts = records.map((record) => {
    const fields = Object.entries(record.data).map(([name, value]) => `${name}=${javaText(value)}`);
    return `ApiMessageAndVersion(${record.type}(${
      fields.join(", ")
    }) at version ${record.version})`;
  });
  return `BootstrapMetadata(records=[${
    texts.join(", ")
  }], metadataVersionLevel=${metadataVersion}, source=${source})`;
}

function javaText(value: unknown): string {
  if (typeof value === "string") return `'${value}'`;
  if (value instanceof Uint8Array) return `[${new Int8Array(value).join(", ")}]`;
  return String(value);
}
