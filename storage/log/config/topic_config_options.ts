/**
 * The topic configs as options of a program: `segmentBytes` for `segment.bytes`, and so on for the whole table. They
 * become the texts that Kafka's names have in a properties file, and are parsed as those.
 *
 * @module
 */

import { InvalidConfigError } from "../../errors.ts";
import { TOPIC_CONFIGS, type TopicConfigName, type TopicConfigValues } from "./topic_configs.ts";

/** `segment.bytes` as `SegmentBytes`. */
export type PascalCase<Text extends string> = Text extends `${infer Head}.${infer Tail}`
  ? `${Capitalize<Head>}${PascalCase<Tail>}`
  : Capitalize<Text>;

/** A config's name as an option: `segment.bytes` is `segmentBytes`; this engine's own lose their prefix `seglog.`. */
export type TopicConfigOptionName<Name extends string> = Name extends `seglog.${infer Own}`
  ? Uncapitalize<PascalCase<Own>>
  : Uncapitalize<PascalCase<Name>>;

/**
 * Every topic config under its name in camel case: `segmentBytes`, `cleanupPolicy`, `retentionMs`, `retentionBytes`,
 * `compressionType`, `minCleanableDirtyRatio`, … Values and defaults are Kafka's; `TOPIC_CONFIGS` documents each.
 */
export type TopicConfigOptions = {
  readonly [Name in TopicConfigName as TopicConfigOptionName<Name>]?:
    | TopicConfigValues[Name]
    | undefined;
};

/** The option that stands for a config. */
export function topicConfigOptionName(name: string): string {
  const words = name.replace(/^seglog\./, "").split(".");
  return words.map((word, i) => i === 0 ? word : word[0]!.toUpperCase() + word.slice(1)).join("");
}

const NAMES: ReadonlyMap<string, string> = new Map(
  TOPIC_CONFIGS.map(({ name }) => [topicConfigOptionName(name), name]),
);

/** Kafka's name of the config that an option stands for, `undefined` when it stands for none. */
export function topicConfigName(option: string): string | undefined {
  return NAMES.get(option);
}

/**
 * The configs that options stand for, as texts by Kafka's name.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(topicConfigTexts({ cleanupPolicy: ["compact", "delete"], retentionMs: 1000 }), {
 *   "cleanup.policy": "compact,delete",
 *   "retention.ms": "1000",
 * });
 * ```
 *
 * @throws {InvalidConfigError} for an option that stands for no config
 */
export function topicConfigTexts(options: TopicConfigOptions): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const [option, value] of Object.entries(options)) {
    if (value === undefined) continue;
    const name = NAMES.get(option);
    if (name === undefined) throw new InvalidConfigError(`Unknown topic config name: ${option}`);
    texts[name] = Array.isArray(value) ? value.join(",") : String(value);
  }
  return texts;
}
