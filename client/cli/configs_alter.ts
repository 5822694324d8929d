/**
 * `seglog configs --alter`.
 *
 * @module
 */

import { javaSplit } from "../../storage/cli/java_text.ts";
import type { LineOutput } from "../../storage/cli/tool.ts";
import { scramMechanism } from "../metadata/scram_mechanism.ts";
import { KafkaError } from "../protocol/error_codes.ts";
import type { Admin } from "./admin_session.ts";
import type { ClientToolIo } from "./client_tool.ts";
import { readToolProperties } from "./command_config.ts";
import { type ConfigsCall, isBrokerId } from "./configs_entities.ts";
import { alterQuotas, checkQuotaNames, isClientQuota } from "./configs_quotas.ts";
import { resourceEntries, resourceOf } from "./configs_resource.ts";
import { alterScramCredentials } from "./configs_scram.ts";
import { illegalArgument, JavaException } from "./java_exception.ts";
import type { ToolOptions } from "./tool_options.ts";

/** Commas and equals signs outside of square brackets. */
const COMMA = /,(?=[^\]]*(?:\[|$))/;
const EQUALS = /\s*=\s*(?=[^\]]*(?:\[|$))/;

/**
 * The configs of `--add-config`.
 *
 * @throws {JavaException} for what is not `name=value`
 */
export function parseAddConfig(text: string): Map<string, string> {
  const parts = text.split(COMMA);
  while (parts.length > 1 && parts.at(-1) === "") parts.pop();
  const pairs = parts.map((part) => part.split(EQUALS));
  if (!pairs.every((pair) => pair.length === 2)) {
    throw illegalArgument(
      'requirement failed: Invalid entity config: all configs to be added must be in the format "key=val" or  ' +
        '"key=[val1,val2]" to group values which contain commas.',
    );
  }
  return new Map(
    pairs.map(([name, value]) => [name!.trim(), value!.replace(/\[?\]?/g, "").trim()]),
  );
}

function configsToAdd(io: ClientToolIo, options: ToolOptions): Map<string, string> {
  const file = options.value("add-config-file");
  const text = options.value("add-config");
  const configs = new Map([
    ...(file === undefined ? [] : readToolProperties(io, file)),
    ...(text === undefined ? [] : parseAddConfig(text)),
  ]);
  for (const name of configs.keys()) {
    if (!/^[$a-zA-Z0-9._-]*$/.test(name)) {
      throw illegalArgument(`Invalid character found for config key: ${name}`);
    }
  }
  return configs;
}

async function alterResource(
  admin: Admin,
  type: string,
  name: string,
  added: ReadonlyMap<string, string>,
  deleted: readonly string[],
): Promise<void> {
  if (type === "brokers" && name !== "" && !isBrokerId(name)) {
    throw illegalArgument(
      `The entity name for ${type} must be a valid integer broker id, found: ${name}`,
    );
  }
  if (type === "broker-loggers") {
    const loggers = new Set(
      (await resourceEntries(admin, type, name, true)).map((entry) => entry.name),
    );
    const unknown = [...deleted, ...added.keys()].filter((logger) => !loggers.has(logger));
    if (unknown.length > 0) {
      throw new JavaException(
        "org.apache.kafka.common.errors.InvalidConfigurationException",
        `Invalid broker logger(s): ${unknown.join(",")}`,
      );
    }
  }
  const operations = [
    ...deleted.map((name) => ({ name, op: "DELETE" as const })),
    ...[...added].map(([name, value]) => ({ name, value, op: "SET" as const })),
  ];
  try {
    const results = await admin.incrementalAlterConfigs(
      new Map([[resourceOf(type, name), operations]]),
      { timeoutMs: 30_000 },
    );
    results.all();
  } catch (error) {
    if (!(error instanceof KafkaError) || error.code !== "UNSUPPORTED_VERSION") throw error;
    throw new JavaException(
      "org.apache.kafka.common.errors.UnsupportedVersionException",
      "The INCREMENTAL_ALTER_CONFIGS API is not supported by the cluster. The API is supported starting from version " +
        "2.3.0. You may want to use an older version of this tool to interact with your cluster, or upgrade your " +
        "brokers to version 2.3.0 or newer to avoid this error.",
    );
  }
}

function checkScram(names: readonly string[], configs: readonly string[]): void {
  if (names.includes("")) {
    throw illegalArgument(
      "The use of --entity-default or --user-defaults is not allowed with User SCRAM Credentials using --bootstrap-server.",
    );
  }
  if (!configs.some(isClientQuota)) return;
  throw illegalArgument(
    "Cannot alter both quota and SCRAM credential configs simultaneously for 'users' using --bootstrap-server.",
  );
}

/** Changes configs of an entity. */
export async function alterConfigs(
  admin: Admin,
  call: ConfigsCall,
  io: ClientToolIo,
  output: LineOutput,
): Promise<void> {
  const { options, types, names } = call;
  const [type, name] = [types[0]!, names[0]!];
  const added = configsToAdd(io, options);
  const deleted = options.values("delete-config").flatMap((text) => javaSplit(text, ","))
    .map((name) => name.trim());
  if (type === "users" || type === "clients" || type === "ips") {
    checkQuotaNames(types, [...added.keys()], deleted);
    const isScram = (name: string) => type === "users" && scramMechanism(name) !== undefined;
    if ([...added.keys(), ...deleted].some(isScram)) {
      checkScram(names, [...added.keys(), ...deleted]);
      await alterScramCredentials(admin, name, added, deleted);
    } else await alterQuotas(admin, types, names, added, deleted);
  } else await alterResource(admin, type, name, added, deleted);
  output.print(
    name === ""
      ? `Completed updating default config for ${type} in the cluster.`
      : `Completed updating config for ${type.slice(0, -1)} ${name}.`,
  );
}
