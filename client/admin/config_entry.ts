/**
 * Configs of topics, brokers and other resources, as brokers describe them.
 *
 * @module
 */

import type { DescribeConfigsResourceResult } from "../protocol/messages/describe_configs.ts";

/** Where a config's value comes from, by Kafka's name. */
export type ConfigSource = (typeof CONFIG_SOURCES)[number];

/** The sources, by their numbers. */
export const CONFIG_SOURCES = [
  "UNKNOWN",
  "DYNAMIC_TOPIC_CONFIG",
  "DYNAMIC_BROKER_CONFIG",
  "DYNAMIC_DEFAULT_BROKER_CONFIG",
  "STATIC_BROKER_CONFIG",
  "DEFAULT_CONFIG",
  "DYNAMIC_BROKER_LOGGER_CONFIG",
  "DYNAMIC_CLIENT_METRICS_CONFIG",
  "DYNAMIC_GROUP_CONFIG",
] as const;

/** Type of a config's value, by Kafka's name. */
export type ConfigValueType = (typeof CONFIG_TYPES)[number];

/** The types, by their numbers. */
export const CONFIG_TYPES = [
  "UNKNOWN",
  "BOOLEAN",
  "STRING",
  "INT",
  "SHORT",
  "LONG",
  "DOUBLE",
  "LIST",
  "CLASS",
  "PASSWORD",
] as const;

/** A place that a config's value may come from. */
export interface ConfigSynonym {
  /** What the config is called there. */
  readonly name: string;
  /** The value there; `null` for none, or one that is not told. */
  readonly value: string | null;
  /** Which kind of place it is. */
  readonly source: ConfigSource;
}

/** A config. */
export interface ConfigEntry {
  /** Its name. */
  readonly name: string;
  /** Its value; `null` for none, or one that is not told. */
  readonly value: string | null;
  /** Where the value comes from. */
  readonly source: ConfigSource;
  /** Whether it is the default. */
  readonly isDefault: boolean;
  /** Whether it is a secret, which is never told. */
  readonly isSensitive: boolean;
  /** Whether it cannot be changed at run time. */
  readonly isReadOnly: boolean;
  /** All places that the value may come from, the winner first; empty unless asked for. */
  readonly synonyms: readonly ConfigSynonym[];
  /** Type of the value. */
  readonly type: ConfigValueType;
  /** What the config does; `null` unless asked for. */
  readonly documentation: string | null;
}

/** The configs of a resource. */
export class Config {
  /** In the order of the answer. */
  readonly entries: readonly ConfigEntry[];

  /** Takes them over. */
  constructor(entries: readonly ConfigEntry[]) {
    this.entries = entries;
  }

  /** A config by its name. */
  get(name: string): ConfigEntry | undefined {
    return this.entries.find((entry) => entry.name === name);
  }
}

/** What an answer tells of a config. */
export type ToldConfig =
  & Pick<
    DescribeConfigsResourceResult,
    "name" | "value" | "readOnly" | "configSource" | "isSensitive" | "synonyms"
  >
  & Partial<Pick<DescribeConfigsResourceResult, "configType" | "documentation">>;

/** A config from an answer. */
export function configEntry(told: ToldConfig): ConfigEntry {
  const source = CONFIG_SOURCES[told.configSource] ?? "UNKNOWN";
  return {
    name: told.name,
    value: told.value,
    source,
    isDefault: source === "DEFAULT_CONFIG",
    isSensitive: told.isSensitive,
    isReadOnly: told.readOnly,
    synonyms: told.synonyms.map(({ name, value, source }) => ({
      name,
      value,
      source: CONFIG_SOURCES[source] ?? "UNKNOWN",
    })),
    type: CONFIG_TYPES[told.configType ?? 0] ?? "UNKNOWN",
    documentation: told.documentation ?? null,
  };
}
