/**
 * Whose a log directory is: `meta.properties`, as `org.apache.kafka.metadata.properties.MetaProperties`.
 *
 * @module
 */

import { CorruptRecordError, LogUnavailableError } from "../errors.ts";
import type { Random } from "../env.ts";
import { parseInt32 } from "./checkpoint_file.ts";
import { META_PROPERTIES_FILE } from "./file_names.ts";
import type { FileSystem } from "./file_system.ts";
import { joinPath } from "./paths.ts";
import { decodeProperties, formatProperties, parseProperties } from "./properties.ts";
import { readSmallFile, writeTextFile } from "./text_file.ts";
import { canonicalUuid, isReservedDirectoryId, randomUuid } from "../bytes/uuid.ts";

/** What the file says. */
export interface MetaProperties {
  /** 0 is of ZooKeeper's days, where nothing had to be given; 1 is KRaft's. */
  readonly version: 0 | 1;
  /** Always given in version 1. */
  readonly clusterId?: string;
  /** Always given in version 1; `broker.id` in a file of version 0. */
  readonly nodeId?: number;
  /** Id of this log directory (KIP-858). */
  readonly directoryId?: string;
}

/** The file in one log directory. */
export class MetaPropertiesFile {
  readonly #fileSystem: FileSystem;
  readonly #directory: string;

  /**
   * The file need not be there.
   *
   * @param directory the log directory
   */
  constructor(fileSystem: FileSystem, directory: string) {
    this.#fileSystem = fileSystem;
    this.#directory = directory;
  }

  /** Where the file is. */
  get path(): string {
    return joinPath(this.#directory, META_PROPERTIES_FILE);
  }

  /**
   * What the file says, or `undefined` when it is not there: the directory is not formatted.
   *
   * @throws {CorruptRecordError} when it lacks something or has a value that can't be
   */
  read(): MetaProperties | undefined {
    const bytes = readSmallFile(this.#fileSystem, this.path);
    if (bytes === undefined) return undefined;
    try {
      return fromProperties(parseProperties(decodeProperties(bytes)));
    } catch (cause) {
      throw new CorruptRecordError(`Malformed ${this.path}: ${(cause as Error).message}`, {
        cause,
      });
    }
  }

  /**
   * Replaces the file, atomically; durable once it returns.
   *
   * @param now for the file's second line, ms since the epoch
   */
  write(properties: MetaProperties, now: number): void {
    writeTextFile(
      this.#fileSystem,
      this.path,
      formatProperties(toProperties(properties), "", now),
    );
  }
}

function fromProperties(properties: ReadonlyMap<string, string>): MetaProperties {
  const versionText = properties.get("version") ?? "0";
  const version = parseInt32(versionText.trim());
  if (version === undefined) {
    throw new CorruptRecordError(`version is not a number: ${versionText}`);
  }
  if (version !== 0 && version !== 1) throw new CorruptRecordError(`unknown version: ${version}`);
  const nodeName = version === 0 ? "broker.id" : "node.id";
  const nodeText = properties.get(nodeName);
  const nodeId = nodeText === undefined ? undefined : parseInt32(nodeText);
  if (nodeText !== undefined && nodeId === undefined) {
    throw new CorruptRecordError(`${nodeName} is not a number: ${nodeText}`);
  }
  const clusterId = properties.get("cluster.id");
  if (version === 1) {
    if (nodeId === undefined) throw new CorruptRecordError("node.id is missing");
    if (clusterId === undefined) throw new CorruptRecordError("cluster.id is missing");
  }
  const directoryId = properties.get("directory.id");
  return {
    version,
    ...(clusterId === undefined ? {} : { clusterId }),
    ...(nodeId === undefined ? {} : { nodeId }),
    ...(directoryId === undefined ? {} : { directoryId: canonicalUuid(directoryId) }),
  };
}

/** In the order in which Java's hash table has these names, so that the file is Kafka's to the byte. */
function toProperties(properties: MetaProperties): [name: string, value: string][] {
  const { version, clusterId, nodeId, directoryId } = properties;
  if (version === 1 && (clusterId === undefined || nodeId === undefined)) {
    throw new TypeError("Meta properties of version 1 need a cluster id and a node id");
  }
  const entries: [string, string | undefined][] = [
    [version === 0 ? "broker.id" : "node.id", nodeId?.toString()],
    ["directory.id", directoryId],
    ["version", String(version)],
    ["cluster.id", clusterId],
  ];
  return entries.filter((entry): entry is [string, string] => entry[1] !== undefined);
}

/** An id for a log directory: random, none of the reserved ones, and none of those in use. */
export function randomDirectoryId(random: Random, inUse: Iterable<string> = []): string {
  const taken = new Set(inUse);
  while (true) {
    const id = randomUuid(random);
    if (!isReservedDirectoryId(id) && !taken.has(id)) return id;
  }
}

/**
 * Checks that the log directories of one process belong together: one cluster, one node, and no directory twice.
 *
 * @param directories what each directory's file says, by directory
 * @param expected the cluster and node that the process is configured to be
 * @throws {LogUnavailableError} naming the directory that does not fit
 */
export function verifyMetaProperties(
  directories: ReadonlyMap<string, MetaProperties>,
  expected: { readonly clusterId?: string; readonly nodeId?: number } = {},
): void {
  let { clusterId, nodeId } = expected;
  const owners = new Map<string, string>();
  for (const [directory, properties] of directories) {
    if (properties.clusterId !== undefined) {
      clusterId ??= properties.clusterId;
      if (properties.clusterId !== clusterId) {
        throw new LogUnavailableError(
          `Cluster id of log directory ${directory} is not ${clusterId}: ${properties.clusterId}`,
        );
      }
    }
    if (properties.nodeId !== undefined) {
      nodeId ??= properties.nodeId;
      if (properties.nodeId !== nodeId) {
        throw new LogUnavailableError(
          `Node id of log directory ${directory} is not ${nodeId}: ${properties.nodeId}`,
        );
      }
    }
    const id = properties.directoryId;
    if (id === undefined) continue;
    if (isReservedDirectoryId(id)) {
      throw new LogUnavailableError(`Directory id of ${directory} is a reserved one: ${id}`);
    }
    const owner = owners.get(id);
    if (owner !== undefined) {
      throw new LogUnavailableError(`Directory id of ${directory} is also that of ${owner}: ${id}`);
    }
    owners.set(id, directory);
  }
}
