/**
 * The first start of a node that is a whole cluster: its empty log directories are formatted without being asked.
 *
 * @module
 */

import type { Env } from "../../storage/env.ts";
import { LogUnavailableError } from "../../storage/errors.ts";
import { isLogFile, parseTopicPartitionName } from "../../storage/file/file_names.ts";
import { MetaPropertiesFile, randomDirectoryId } from "../../storage/file/meta_properties_file.ts";
import { joinPath } from "../../storage/file/paths.ts";
import { randomUuid } from "../../storage/bytes/uuid.ts";
import { formatStorageSync } from "./storage_format.ts";
import type { StaticVoter, VoterEndpoint } from "./voter_set.ts";

/** The node and its directories. */
export interface FormatIfEmptyOptions {
  /** The world. */
  readonly env: Env;
  /** `node.id`. */
  readonly nodeId: number;
  /** The log directories, with that of the metadata log. */
  readonly directories: readonly string[];
  /** The one of them that holds the metadata log. */
  readonly metadataLogDirectory: string;
  /** Whether levels of features that may still change can be used, and are. Default: `false`. */
  readonly allowUnstable?: boolean;
  /** The cluster to make. Default: a random id. */
  readonly clusterId?: string;
  /** The controller listeners as others reach them; may be none. */
  readonly controllerListeners: readonly VoterEndpoint[];
  /** `controller.quorum.voters`, parsed. */
  readonly controllerQuorumVoters?: readonly StaticVoter[];
}

/** Which cluster the directories belong to. */
export interface FormattedStorage {
  /** The cluster. */
  readonly clusterId: string;
  /** Whether they were formatted just now. */
  readonly isNew: boolean;
}

/**
 * Formats the log directories of a node that is the only voter, when none of them is formatted. With a controller listener, and
 * without `controller.quorum.voters`, the node becomes the first dynamic voter, as by `--standalone`; else its voters are those
 * of the configuration, and `kraft.version` is 0.
 *
 * @throws {LogUnavailableError} when a directory has logs, but nothing says whose they are
 */
export function formatIfEmpty(options: FormatIfEmptyOptions): FormattedStorage {
  const { env, nodeId, directories, metadataLogDirectory, controllerListeners } = options;
  for (const directory of directories) {
    const properties = new MetaPropertiesFile(env.fileSystem, directory).read();
    if (properties?.clusterId !== undefined) {
      return { clusterId: properties.clusterId, isNew: false };
    }
  }
  for (const directory of directories) refuseLogs(env, directory);
  const clusterId = options.clusterId ?? randomUuid(env.random);
  const hasDynamicQuorum = (options.controllerQuorumVoters ?? []).length === 0 &&
    controllerListeners.length > 0;
  const [listener] = controllerListeners;
  formatStorageSync({
    env,
    print: (line) => env.logger.write("info", line, {}),
    nodeId,
    clusterId,
    directories,
    metadataLogDirectory,
    controllerListenerName: listener?.name ?? "CONTROLLER",
    hasDynamicQuorum,
    allowUnstable: options.allowUnstable ?? false,
    ...(hasDynamicQuorum
      ? {
        initialControllers: [{
          nodeId,
          host: listener!.host === "" ? "localhost" : listener!.host,
          port: listener!.port,
          directoryId: randomDirectoryId(env.random),
        }],
      }
      : {}),
  });
  return { clusterId, isNew: true };
}

/** Logs without `meta.properties` were somebody's: a new identity would make strays of them. */
function refuseLogs({ fileSystem }: Env, directory: string): void {
  if (fileSystem.stat(directory) === undefined) return;
  for (const { name, isDirectory } of fileSystem.list(directory)) {
    if (!isDirectory || parseTopicPartitionName(name) === undefined) continue;
    const path = joinPath(directory, name);
    if (!fileSystem.list(path).some((entry) => isLogFile(entry.name))) continue;
    throw new LogUnavailableError(
      `No \`meta.properties\` found in ${directory}, which has logs and so is not formatted: ${name}`,
    );
  }
}
