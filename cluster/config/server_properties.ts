/**
 * The properties that a broker is started with: a file in Java's syntax, and what the command line puts over it.
 *
 * @module
 */

import { InvalidConfigError } from "../../storage/errors.ts";
import { decodeProperties, parseProperties } from "../../storage/file/properties.ts";
import { readSmallFile } from "../../storage/file/text_file.ts";
import { type ConfigSources, resolveVariables } from "./config_providers.ts";

/**
 * Reads a properties file; variables in its values are left as they are.
 *
 * @throws {InvalidConfigError} when it is not there, or is none
 */
export function readServerProperties(
  { fileSystem }: Pick<ConfigSources, "fileSystem">,
  path: string,
): Record<string, string> {
  const bytes = readSmallFile(fileSystem, path);
  if (bytes === undefined) throw new InvalidConfigError(`No such file: ${path}`);
  try {
    return Object.fromEntries(parseProperties(decodeProperties(bytes)));
  } catch (cause) {
    throw new InvalidConfigError(`Malformed ${path}: ${(cause as Error).message}`, { cause });
  }
}

/**
 * Parses the arguments of `--override`: `name=value`, where the value may have a `=` too. A name alone is set to nothing.
 */
export function parseOverrides(overrides: readonly string[]): Record<string, string> {
  return Object.fromEntries(overrides.map((override) => {
    const equals = override.indexOf("=");
    return equals < 0 ? [override, ""] : [override.slice(0, equals), override.slice(equals + 1)];
  }));
}

/**
 * The properties of a broker: those of a file, with overrides over them, and variables resolved.
 *
 * @param path of the file; without one, the overrides are all there is
 * @param overrides as {@linkcode parseOverrides} takes them
 * @throws {InvalidConfigError} when the file is not there, or a variable cannot be resolved
 */
export function loadServerProperties(
  sources: ConfigSources,
  path: string | undefined,
  overrides: readonly string[] = [],
): Record<string, string> {
  const properties = path === undefined ? {} : readServerProperties(sources, path);
  return resolveVariables({ ...properties, ...parseOverrides(overrides) }, sources);
}
