/**
 * Where a value comes from, and what else would give it one.
 *
 * @module
 */

import type { BrokerConfig, ConfigLayer } from "./broker_config.ts";
import { BROKER_CONFIGS } from "./broker_configs.ts";
import type { ConfigType } from "./config_definition.ts";
import { brokerConfigSynonyms } from "./dynamic_broker_configs.ts";

/** Where a value comes from, with Kafka's numbers. */
export const CONFIG_SOURCE = {
  UNKNOWN: 0,
  DYNAMIC_TOPIC_CONFIG: 1,
  DYNAMIC_BROKER_CONFIG: 2,
  DYNAMIC_DEFAULT_BROKER_CONFIG: 3,
  STATIC_BROKER_CONFIG: 4,
  DEFAULT_CONFIG: 5,
  DYNAMIC_BROKER_LOGGER_CONFIG: 6,
  CLIENT_METRICS_CONFIG: 7,
  GROUP_CONFIG: 8,
} as const;

/** Types of configs, with Kafka's numbers. */
const CONFIG_TYPE: Readonly<Record<ConfigType, number>> = {
  boolean: 1,
  string: 2,
  int: 3,
  short: 4,
  long: 5,
  double: 6,
  list: 7,
  class: 8,
  password: 9,
};

/** Kafka's number of a type; 0 when nobody knows it. */
export function configTypeId(type: ConfigType | undefined): number {
  return type === undefined ? 0 : CONFIG_TYPE[type];
}

/** One thing that gives a config its value, or would. */
export interface DescribedSynonym {
  /** Name of the config there. */
  readonly name: string;
  /** Its value; `null` for a secret. */
  readonly value: string | null;
  /** One of {@linkcode CONFIG_SOURCE}. */
  readonly source: number;
}

const LAYERS: readonly (readonly [ConfigLayer, number])[] = [
  ["broker", CONFIG_SOURCE.DYNAMIC_BROKER_CONFIG],
  ["default", CONFIG_SOURCE.DYNAMIC_DEFAULT_BROKER_CONFIG],
  ["static", CONFIG_SOURCE.STATIC_BROKER_CONFIG],
];

/** Type of a broker's config, a listener's too; `undefined` when nobody knows it. */
export function brokerConfigType(name: string): ConfigType | undefined {
  return brokerConfigSynonyms(name, true).map((synonym) => BROKER_CONFIGS.get(synonym)?.type)
    .find((type) => type !== undefined);
}

/** Whether a value is a secret. One that nobody knows may be one. */
export function isSensitive(type: ConfigType | undefined): boolean {
  return type === undefined || type === "password";
}

/**
 * All that would give a broker's config a value, the strongest first. What goes before the config itself is left out.
 *
 * @param isSecret whether values are not told
 */
export function brokerSynonyms(
  config: BrokerConfig,
  name: string,
  isSecret: boolean,
): DescribedSynonym[] {
  const names = brokerConfigSynonyms(name, true);
  const synonyms: DescribedSynonym[] = [];
  const add = (name: string, value: string | undefined | null, source: number) => {
    if (value === undefined || value === null) return;
    synonyms.push({ name, value: isSecret ? null : value, source });
  };
  for (const [layer, source] of LAYERS) {
    for (const each of names) add(each, config.textIn(layer, each), source);
  }
  for (const each of names) {
    const definition = BROKER_CONFIGS.get(each);
    if (definition?.isDynamicOnly === true || definition?.removedIn !== undefined) continue;
    add(each, definition?.defaultText, CONFIG_SOURCE.DEFAULT_CONFIG);
  }
  const own = synonyms.findIndex((synonym) => synonym.name === name);
  return own < 0 ? [] : synonyms.slice(own);
}
