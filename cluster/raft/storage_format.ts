/**
 * Formatting log directories: making them those of a node of a cluster.
 * ```text
 * every directory     bootstrap.checkpoint, then meta.properties (version 1, cluster.id, node.id, directory.id), which ends it
 * metadata directory  with dynamic voters also __cluster_metadata-0/00000000000000000000-0000000000.checkpoint, which names them
 * ```
 *
 * @module
 */

import type { Env } from "../../storage/env.ts";
import { StorageError } from "../../storage/errors.ts";
import {
  type MetaProperties,
  MetaPropertiesFile,
  randomDirectoryId,
} from "../../storage/file/meta_properties_file.ts";
import { makeDurableDirectory } from "../../storage/file/durable_directory.ts";
import { META_PROPERTIES_FILE } from "../../storage/file/file_names.ts";
import { joinPath } from "../../storage/file/paths.ts";
import { encodeMetadataRecord } from "../controller/metadata_records.ts";
import { writeBootstrapFile } from "./bootstrap_file.ts";
import {
  type BootstrapMetadata,
  bootstrapMetadata,
  bootstrapMetadataText,
  featureLevelRecords,
} from "./bootstrap_metadata.ts";
import { type DynamicVoter, dynamicVoterSet } from "./dynamic_voters.ts";
import { KRAFT_VERSION_FEATURE } from "../../client/metadata/features.ts";
import { type FormatFeatureOptions, formatFeatures } from "./format_features.ts";
import { FormatterError } from "./formatter_error.ts";
import { metadataVersionAbilities } from "./metadata_version_abilities.ts";
import { METADATA_LOG_DIRECTORY } from "./raft_log.ts";
import { parseScramCredential } from "./scram_credential.ts";
import { BOOTSTRAP_SNAPSHOT_ID } from "./snapshot_path.ts";
import { SnapshotWriter } from "./snapshot_writer.ts";

/** What is formatted, and how. */
export interface FormatOptions extends FormatFeatureOptions {
  /** The world. */
  readonly env: Env;
  /** Takes what there is to tell, line by line. */
  readonly print: (line: string) => void;
  /** `node.id`. */
  readonly nodeId: number;
  /** The cluster. */
  readonly clusterId: string;
  /** The log directories, with that of the metadata log. */
  readonly directories: readonly string[];
  /** The one of them that holds the metadata log. */
  readonly metadataLogDirectory: string;
  /** Name of the first controller listener. */
  readonly controllerListenerName: string;
  /** The first voters, when they do not come from `controller.quorum.voters`. */
  readonly initialControllers?: readonly DynamicVoter[];
  /** Leave directories alone that are formatted already. Default: `false`, they are an error. */
  readonly ignoreFormatted?: boolean;
}

/**
 * Formats log directories, with SCRAM credentials for those that must authenticate before anything else.
 *
 * @param scram arguments of `--add-scram`
 * @throws {FormatterError} when it cannot be done as asked
 * @throws {RangeError} for a level of a feature that does not exist
 */
export async function formatStorage(
  options: FormatOptions,
  scram: readonly string[] = [],
): Promise<void> {
  const plan = planFormat(options);
  const { metadataVersion } = plan.features;
  if (scram.length > 0 && !metadataVersionAbilities(metadataVersion.level).scram) {
    throw new FormatterError("SCRAM is only supported in metadata.version 3.5-IV2 or later.");
  }
  const records = [...plan.bootstrap.records];
  for (const argument of scram) {
    const data = await parseScramCredential(argument, options.env.random);
    records.push({ type: "UserScramCredentialRecord", version: 0, data });
  }
  writeFormat(options, { ...plan, bootstrap: bootstrapMetadata(records, plan.bootstrap.source) });
}

/** As {@linkcode formatStorage}, without credentials, and at once. */
export function formatStorageSync(options: FormatOptions): void {
  writeFormat(options, planFormat(options));
}

interface FormatPlan {
  readonly features: ReturnType<typeof formatFeatures>;
  readonly bootstrap: BootstrapMetadata;
}

function planFormat(options: FormatOptions): FormatPlan {
  const { directories, metadataLogDirectory } = options;
  if (!directories.includes(metadataLogDirectory)) {
    throw new FormatterError(
      `The specified metadata log directory, ${metadataLogDirectory} was not one of the given directories: [${
        directories.join(", ")
      }]`,
    );
  }
  const features = formatFeatures(options);
  const records = featureLevelRecords(features.metadataVersion, features.levels);
  return { features, bootstrap: bootstrapMetadata(records, "format command") };
}

/** The directories by what their `meta.properties` says. */
interface FoundDirectories {
  readonly formatted: Map<string, MetaProperties>;
  readonly empty: string[];
  readonly failed: string[];
}

function findDirectories({ env, directories }: FormatOptions): FoundDirectories {
  const found: FoundDirectories = { formatted: new Map(), empty: [], failed: [] };
  for (const directory of [...new Set(directories)].sort()) {
    try {
      const properties = new MetaPropertiesFile(env.fileSystem, directory).read();
      if (properties === undefined) found.empty.push(directory);
      else found.formatted.set(directory, properties);
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
      found.failed.push(directory);
    }
  }
  return found;
}

/** What is there already must be of the same cluster and node. */
function verify({ clusterId, nodeId }: FormatOptions, formatted: FoundDirectories["formatted"]) {
  for (const [directory, properties] of formatted) {
    const path = joinPath(directory, META_PROPERTIES_FILE);
    if (properties.clusterId !== undefined && properties.clusterId !== clusterId) {
      throw new StorageError(
        "INVALID_CONFIG",
        `Invalid cluster.id in: ${path}. Expected ${clusterId}, but read ${properties.clusterId}`,
      );
    }
    if (properties.nodeId !== undefined && properties.nodeId !== nodeId) {
      throw new StorageError(
        "INVALID_CONFIG",
        `Stored node id ${properties.nodeId} doesn't match previous node id ${nodeId} in ${path}. ` +
          "If you moved your data, make sure your configured node id matches. If you " +
          "intend to create a new node, you should remove all data in your data directories.",
      );
    }
  }
}

function writeFormat(options: FormatOptions, plan: FormatPlan): void {
  const { env, print, clusterId, nodeId } = options;
  const { formatted, empty, failed } = findDirectories(options);
  verify(options, formatted);
  const [first] = formatted.keys();
  if (first !== undefined && options.ignoreFormatted !== true) {
    throw new FormatterError(
      `Log directory ${first} is already formatted. Use --ignore-formatted to ignore this directory and format the others.`,
    );
  }
  for (const directory of failed) {
    print(`I/O error trying to read log directory ${directory}. Ignoring...`);
  }
  if (failed.length > 0 && empty.length === 0 && formatted.size === 0) {
    throw new FormatterError("No available log directories to format.");
  }
  if (empty.length === 0) {
    print("All of the log directories are already formatted.");
    return;
  }
  print(`Bootstrap metadata: ${bootstrapMetadataText(plan.bootstrap)}`);
  const records = plan.bootstrap.records.map((record) => encodeMetadataRecord(record));
  const ids = [...formatted.values()].flatMap(({ directoryId }) => directoryId ?? []);
  for (const directory of empty) {
    const { kind, voter } = directoryKind(options, directory);
    print(
      `Formatting ${kind} ${directory} with metadata.version ${plan.features.metadataVersion.name}.`,
    );
    const directoryId = voter?.directoryId ?? randomDirectoryId(env.random, ids);
    ids.push(directoryId);
    makeDurableDirectory(env.fileSystem, directory);
    writeBootstrapFile(env, directory, records);
    if (kind.startsWith("dynamic")) writeFirstSnapshot(options, plan, directory);
    const properties = { version: 1, clusterId, nodeId, directoryId } as const;
    new MetaPropertiesFile(env.fileSystem, directory).write(properties, env.clock.now());
  }
}

/** What a directory is for, in the words of Kafka's tool, and this node's entry among the first voters. */
function directoryKind(
  { metadataLogDirectory, initialControllers, nodeId }: FormatOptions,
  directory: string,
): { readonly kind: string; readonly voter: DynamicVoter | undefined } {
  if (directory !== metadataLogDirectory) return { kind: "data directory", voter: undefined };
  if (initialControllers === undefined) return { kind: "metadata directory", voter: undefined };
  const voter = initialControllers.find((each) => each.nodeId === nodeId);
  return voter === undefined
    ? { kind: "dynamic metadata directory", voter }
    : { kind: "dynamic metadata voter directory", voter };
}

function writeFirstSnapshot(options: FormatOptions, plan: FormatPlan, directory: string): void {
  const { env, initialControllers, controllerListenerName } = options;
  const metadataDirectory = joinPath(directory, METADATA_LOG_DIRECTORY);
  makeDurableDirectory(env.fileSystem, metadataDirectory);
  const writer = new SnapshotWriter({
    env,
    directory: metadataDirectory,
    id: BOOTSTRAP_SNAPSHOT_ID,
    lastContainedLogTimestamp: env.clock.now(),
    kraftVersion: plan.features.levels.get(KRAFT_VERSION_FEATURE)!,
    voters: dynamicVoterSet(initialControllers!, controllerListenerName),
  });
  try {
    writer.freezeSync();
  } finally {
    writer.close();
  }
}
