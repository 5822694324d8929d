/**
 * Values that come from elsewhere: `${env:NAME}`, `${file:path:key}`, `${directory:path:file}`, as Kafka's config providers.
 *
 * @module
 */

import { InvalidConfigError } from "../../storage/errors.ts";
import type { FileSystem } from "../../storage/file/file_system.ts";
import { parseProperties } from "../../storage/file/properties.ts";
import { readTextFile } from "../../storage/file/text_file.ts";

/** Where the values come from. */
export interface ConfigSources {
  /** A variable of the environment. */
  environment(name: string): string | undefined;
  /** The files. */
  readonly fileSystem: FileSystem;
}

/** Looks a value up; `undefined` when there is none. */
type ConfigProvider = (path: string, key: string) => string | undefined;

const VARIABLE = /\$\{([^}]*?):(([^}]*?):)?([^}]*?)\}/g;
const PROVIDERS = "config.providers";
const PACKAGE = "org.apache.kafka.common.config.provider.";

/** Kinds of providers, by Kafka's classes. */
const KINDS: Readonly<
  Record<
    string,
    (sources: ConfigSources, parameters: Readonly<Record<string, string>>) => ConfigProvider
  >
> = {
  [`${PACKAGE}EnvVarConfigProvider`]: environmentProvider,
  [`${PACKAGE}FileConfigProvider`]: fileProvider,
  [`${PACKAGE}DirectoryConfigProvider`]: directoryProvider,
};

/** Providers that need not be named: those of the names that everybody gives them. */
const COMMON: Readonly<Record<string, string>> = {
  env: `${PACKAGE}EnvVarConfigProvider`,
  file: `${PACKAGE}FileConfigProvider`,
  directory: `${PACKAGE}DirectoryConfigProvider`,
};

/**
 * Puts values in the place of their names, by the providers that `config.providers` lists.
 *
 * @throws {InvalidConfigError} naming the config, when a provider is not known or does not have the value
 */
export function resolveVariables(
  properties: Readonly<Record<string, string>>,
  sources: ConfigSources,
): Record<string, string> {
  const names = (properties[PROVIDERS] ?? "").split(",").map((name) => name.trim())
    .filter((name) => name !== "");
  if (names.length === 0) return { ...properties };
  const providers = new Map(
    names.map((name) => [name, makeProvider(name, properties, sources)] as const),
  );
  return Object.fromEntries(
    Object.entries(properties).map(([config, text]) =>
      config.startsWith(PROVIDERS) ? [config, text] : [config, resolve(config, text, providers)]
    ),
  );
}

function makeProvider(
  name: string,
  properties: Readonly<Record<string, string>>,
  sources: ConfigSources,
): ConfigProvider {
  const config = `${PROVIDERS}.${name}.class`;
  const className = properties[config]?.trim() ?? COMMON[name];
  if (className === undefined) {
    throw new InvalidConfigError(
      `Config provider ${name} has no class: set ${config} to one of ${
        Object.keys(KINDS).join(", ")
      }`,
    );
  }
  const make = KINDS[className];
  if (make === undefined) {
    throw new InvalidConfigError(
      `Invalid value ${className} for configuration ${config}: ` +
        `Could not load config provider class; there are ${Object.keys(KINDS).join(", ")}`,
    );
  }
  const prefix = `${PROVIDERS}.${name}.param.`;
  const parameters = Object.entries(properties).filter(([key]) => key.startsWith(prefix))
    .map(([key, value]) => [key.slice(prefix.length), value]);
  return make(sources, Object.fromEntries(parameters));
}

function resolve(
  config: string,
  text: string,
  providers: ReadonlyMap<string, ConfigProvider>,
): string {
  return text.replaceAll(
    VARIABLE,
    (all, name: string, _, path: string | undefined, key: string) => {
      const provider = providers.get(name);
      if (provider === undefined) {
        throw new InvalidConfigError(
          `Config provider of ${config} is not in ${PROVIDERS}: ${all}`,
        );
      }
      const value = provider(path ?? "", key);
      if (value === undefined) {
        throw new InvalidConfigError(`Config provider has no value for ${config}: ${all}`);
      }
      return value;
    },
  );
}

function environmentProvider(
  sources: ConfigSources,
  parameters: Readonly<Record<string, string>>,
): ConfigProvider {
  const pattern = parameters["allowlist.pattern"];
  const allowed = pattern === undefined ? undefined : new RegExp(`^(?:${pattern})$`);
  return (path, key) => {
    if (path !== "") {
      throw new InvalidConfigError(
        `Path is not supported for EnvVarConfigProvider, invalid value '${path}'`,
      );
    }
    return allowed?.test(key) === false ? undefined : sources.environment(key);
  };
}

function fileProvider(
  { fileSystem }: ConfigSources,
  parameters: Readonly<Record<string, string>>,
): ConfigProvider {
  return (path, key) => {
    if (!isAllowed(path, parameters)) return undefined;
    const text = readTextFile(fileSystem, path);
    if (text === undefined) {
      throw new InvalidConfigError(`Could not read properties from file ${path}`);
    }
    return parseProperties(text).get(key);
  };
}

function directoryProvider(
  { fileSystem }: ConfigSources,
  parameters: Readonly<Record<string, string>>,
): ConfigProvider {
  return (path, key) => {
    // A key is a name in the directory, never a way out of it.
    if (!isAllowed(path, parameters) || key.includes("/")) return undefined;
    const file = `${path.replace(/\/+$/, "")}/${key}`;
    if (fileSystem.stat(file)?.isDirectory !== false) return undefined;
    return readTextFile(fileSystem, file);
  };
}

/** Whether a path lies in one of those that `allowed.paths` lists; without it all do. */
function isAllowed(path: string, parameters: Readonly<Record<string, string>>): boolean {
  if (path === "") return false;
  const allowed = parameters["allowed.paths"];
  if (allowed === undefined || allowed.trim() === "") return true;
  const parts = partsOf(path);
  return allowed.split(",").map((each) => partsOf(each.trim())).some((root) =>
    root.every((part, index) => parts[index] === part)
  );
}

function partsOf(path: string): string[] {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return parts;
}
