/**
 * Which cluster the directories of a node belong to.
 *
 * @module
 */

import { LogUnavailableError } from "../../storage/errors.ts";
import type { FileSystem } from "../../storage/file/file_system.ts";
import { MetaPropertiesFile } from "../../storage/file/meta_properties_file.ts";

/**
 * Reads `cluster.id` of the first directory that is formatted. What differs in others is found when they are opened.
 *
 * @throws {LogUnavailableError} when none is formatted, saying how to do that
 */
export function readClusterId(fileSystem: FileSystem, directories: readonly string[]): string {
  for (const directory of directories) {
    const { clusterId } = new MetaPropertiesFile(fileSystem, directory).read() ?? {};
    if (clusterId !== undefined) return clusterId;
  }
  throw new LogUnavailableError(
    `No \`meta.properties\` found in ${
      directories[0]
    } (have you run \`storage format\` to format the directory?)`,
  );
}
