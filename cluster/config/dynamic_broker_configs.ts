/**
 * Which configs of a broker may be changed while it runs, under which names, and on which level.
 *
 * @module
 */

import { InvalidConfigError } from "../../storage/errors.ts";
import { BROKER_CONFIGS } from "./broker_configs.ts";
import { parseValue } from "./config_definition.ts";

const LISTENER_CONFIG = /^listener\.name\.[^.]*\.(.*)$/;

/** Configs that stand for one setting, the strongest first. */
const SYNONYMS: readonly (readonly string[])[] = [
  ["log.roll.ms", "log.roll.hours"],
  ["log.roll.jitter.ms", "log.roll.jitter.hours"],
  ["log.retention.ms", "log.retention.minutes", "log.retention.hours"],
];

const LISTENER_MECHANISM_CONFIGS = [
  "sasl.jaas.config",
  "sasl.login.callback.handler.class",
  "sasl.login.class",
  "sasl.server.callback.handler.class",
  "connections.max.reauth.ms",
];

/** Configs of listeners that also a whole cluster may have. */
const CLUSTER_LEVEL_LISTENER_CONFIGS = [
  "max.connections",
  "max.connection.creation.rate",
  "num.network.threads",
];

/** Configs that are set for one listener only, when they are changed. */
const SECURITY_CONFIGS = [
  ...["ssl.keystore.type", "ssl.keystore.location", "ssl.keystore.password", "ssl.key.password"],
  ...["ssl.truststore.type", "ssl.truststore.location", "ssl.truststore.password"],
  ...["ssl.keystore.certificate.chain", "ssl.keystore.key", "ssl.truststore.certificates"],
];

/** The config that `listener.name.x.config` is about; `undefined` for a name that is no such one. */
export function listenerConfigBase(name: string): string | undefined {
  const base = LISTENER_CONFIG.exec(name)?.[1];
  if (base === undefined) return undefined;
  return LISTENER_MECHANISM_CONFIGS.find((config) => base.endsWith(config)) ?? base;
}

/**
 * The names under which a setting may have been made, the strongest first.
 *
 * @param matchListenerOverride whether a listener's config also goes by the config of all listeners
 */
export function brokerConfigSynonyms(
  name: string,
  matchListenerOverride: boolean,
): readonly string[] {
  // The scheduler's interval is the default of the other, and not the other way round.
  if (name === "log.flush.interval.ms") return [name, "log.flush.scheduler.interval.ms"];
  const synonyms = SYNONYMS.find((names) => names.includes(name));
  if (synonyms !== undefined) return synonyms;
  const base = matchListenerOverride ? listenerConfigBase(name) : undefined;
  return base === undefined ? [name] : [name, base];
}

/** Whether a config is known and cannot be changed while the broker runs. */
export function isReadOnly(name: string): boolean {
  return BROKER_CONFIGS.get(name)?.updateMode === "read-only";
}

/** Whether a config is known and can be changed while the broker runs. */
export function isDynamic(name: string): boolean {
  const mode = BROKER_CONFIGS.get(name)?.updateMode;
  return mode !== undefined && mode !== "read-only";
}

/** Whether a config is changed with a listener's name in front only. */
export function isSecurityConfig(name: string): boolean {
  return SECURITY_CONFIGS.includes(name);
}

/** Whether a config is set for one broker only. */
export function isPerBroker(name: string): boolean {
  if (BROKER_CONFIGS.get(name)?.updateMode === "per-broker") return true;
  const base = LISTENER_CONFIG.exec(name)?.[1];
  return base !== undefined && !CLUSTER_LEVEL_LISTENER_CONFIGS.includes(base);
}

/**
 * Checks the names and values of a broker's dynamic configs.
 *
 * @param perBroker whether they are one broker's, not the cluster's default
 * @throws {InvalidConfigError} in Kafka's words
 */
export function validateDynamicConfigs(
  properties: ReadonlyMap<string, string>,
  perBroker: boolean,
): void {
  const names = [...properties.keys()];
  refuse(names.filter(isReadOnly), "Cannot update these configs dynamically");
  refuse(
    names.filter(isSecurityConfig),
    "These security configs can be dynamically updated only per-listener using the listener prefix",
  );
  for (const [name, text] of properties) validateDynamicValue(name, text);
  if (perBroker) return;
  refuse(
    names.filter(isPerBroker),
    "Cannot update these configs at default cluster level, broker id must be specified",
  );
}

/**
 * Checks one value; a name that nobody knows is nobody's business.
 *
 * @throws {InvalidConfigError} in Kafka's words
 */
export function validateDynamicValue(name: string, text: string): void {
  const definition = BROKER_CONFIGS.get(listenerConfigBase(name) ?? name);
  if (definition === undefined || definition.updateMode === "read-only") return;
  parseValue(definition, text);
}

function refuse(names: readonly string[], reason: string): void {
  if (names.length === 0) return;
  throw new InvalidConfigError(`${reason}: [${[...names].sort().join(", ")}]`);
}

/**
 * Puts dynamic configs over others: each takes the place of all that stand for the same setting. What is only a default of it stays, for it is a
 * setting of its own.
 */
export function overrideProperties(
  properties: Map<string, string>,
  overrides: ReadonlyMap<string, string>,
): void {
  for (const [name, text] of overrides) {
    for (const synonym of brokerConfigSynonyms(name, false)) {
      if (brokerConfigSynonyms(synonym, false).includes(name)) properties.delete(synonym);
    }
    properties.set(name, text);
  }
}
