/**
 * What the storage tool takes from a node's configuration file.
 *
 * @module
 */

import { type ToolIo, uncaught } from "../../storage/cli/tool.ts";
import { InvalidConfigError } from "../../storage/errors.ts";
import { BrokerConfig } from "../config/broker_config.ts";
import type { Endpoint } from "../config/listeners.ts";
import { loadServerProperties } from "../config/server_properties.ts";

/** The configs that formatting needs. */
export interface StorageConfig {
  /** `process.roles`. */
  readonly processRoles: readonly string[];
  /** `node.id`. */
  readonly nodeId: number;
  /** The log directories with that of the metadata log, sorted. */
  readonly directories: readonly string[];
  /** `metadata.log.dir`, or the first log directory. */
  readonly metadataLogDirectory: string;
  /** `controller.listener.names`. */
  readonly controllerListenerNames: readonly string[];
  /** The controller's listeners as others reach them, in the order of their names. */
  readonly controllerListeners: readonly Endpoint[];
  /** Whether `controller.quorum.voters` names any. */
  readonly hasStaticVoters: boolean;
  /** `unstable.feature.versions.enable`. */
  readonly allowUnstableFeatures: boolean;
}

/**
 * Reads a configuration file.
 *
 * @throws {ToolFailure} when it is not there, or a config cannot be
 */
export function readStorageConfig(io: ToolIo, path: string): StorageConfig {
  const { fileSystem } = io.env;
  if (fileSystem.stat(path) === undefined) {
    throw uncaught("java.nio.file.NoSuchFileException", path);
  }
  const environment = (name: string) => io.environment?.(name);
  try {
    const properties = loadServerProperties({ fileSystem, environment }, path);
    if (properties["process.roles"] === undefined) {
      throw new InvalidConfigError(
        'Missing required configuration "process.roles" which has no default value.',
      );
    }
    return storageConfig(BrokerConfig.parse(properties));
  } catch (cause) {
    if (!(cause instanceof InvalidConfigError)) throw cause;
    throw uncaught("org.apache.kafka.common.config.ConfigException", cause.message, { cause });
  }
}

/** The configs that formatting needs, of all that a node has. */
export function storageConfig(config: BrokerConfig): StorageConfig {
  const metadataLogDirectory = config.string("metadata.log.dir") ?? config.logDirs[0]!;
  return {
    processRoles: config.processRoles,
    nodeId: config.nodeId,
    directories: [...new Set([...config.logDirs, metadataLogDirectory])].sort(),
    metadataLogDirectory,
    controllerListenerNames: config.controllerListenerNames,
    controllerListeners: config.advertisedControllerListeners,
    hasStaticVoters: config.controllerQuorumVoters.size > 0,
    allowUnstableFeatures: config.boolean("unstable.feature.versions.enable"),
  };
}
