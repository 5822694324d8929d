/**
 * Configs as DescribeConfigs tells them: value, where it comes from, and what else would give it one.
 *
 * @module
 */

import type { DescribeConfigsResourceResult } from "../../client/protocol/messages/describe_configs.ts";
import type { ConfigDefinition as TopicConfigDefinition } from "../../storage/log/config/config_definition.ts";
import { defaultConfigText } from "../../storage/log/config/log_config.ts";
import { TOPIC_CONFIGS } from "../../storage/log/config/topic_configs.ts";
import type { BrokerConfig } from "./broker_config.ts";
import { BROKER_CONFIGS, isPublic } from "./broker_configs.ts";
import { CLIENT_METRICS_CONFIGS } from "./client_metrics_configs.ts";
import { type ConfigStatus, lackOfEffect, notApplicable, parseValue } from "./config_definition.ts";
import {
  brokerConfigType,
  brokerSynonyms,
  CONFIG_SOURCE,
  configTypeId,
  type DescribedSynonym,
  isSensitive,
} from "./config_synonyms.ts";
import { isDynamic } from "./dynamic_broker_configs.ts";
import { GROUP_CONFIGS } from "./group_configs.ts";
import { topicConfigStatus } from "./topic_config_status.ts";

/** Nothing takes the metrics of clients. */
const NO_METRICS = notApplicable("nothing takes the metrics of clients");

/** A config with all that can be told of it. */
export type DescribedConfig = DescribeConfigsResourceResult;

/** The configs of a topic. */
export function describeTopicConfigs(
  config: BrokerConfig,
  own: ReadonlyMap<string, string>,
): DescribedConfig[] {
  const broker = config.engineProperties();
  return TOPIC_CONFIGS
    .filter(({ name, internal, seglog }) => !(internal || seglog) || own.has(name))
    .map((definition) => describeTopicConfig(config, definition, own, broker));
}

function describeTopicConfig(
  config: BrokerConfig,
  definition: TopicConfigDefinition,
  own: ReadonlyMap<string, string>,
  broker: Readonly<Record<string, string>>,
): DescribedConfig {
  const { name, documentation, brokerSynonyms: synonymous, type } = definition;
  const text = own.get(name) ?? defaultConfigText(definition, broker);
  const strongest = synonymous[0]?.name;
  return described({
    name,
    text: text === undefined ? null : parseValue(definition, text).text,
    own,
    ownSource: CONFIG_SOURCE.DYNAMIC_TOPIC_CONFIG,
    synonyms: strongest === undefined ? [] : brokerSynonyms(config, strongest, false),
    type: configTypeId(type),
    documentation: withStatus(documentation, topicConfigStatus(name)),
  });
}

/** What a config does, and that it does not do it here. */
function withStatus(documentation: string, status: ConfigStatus): string {
  const lack = lackOfEffect(status);
  return lack === undefined ? documentation : `${documentation} It ${lack}`;
}

/** The configs of a broker: all that Kafka shows, and what was set besides. */
export function describeBrokerConfigs(config: BrokerConfig): DescribedConfig[] {
  const shown = [...BROKER_CONFIGS.values()].filter(isPublic).map(({ name }) => name);
  const names = new Set([...shown, ...config.values.properties.keys()]);
  return [...names].sort().map((name) =>
    describeBrokerConfig(
      name,
      BROKER_CONFIGS.has(name) ? config.values.text(name) : config.values.properties.get(name),
      brokerSynonyms(config, name, isSensitive(brokerConfigType(name))),
    )
  );
}

/** What was set for all brokers while they run. */
export function describeClusterDefaults(config: BrokerConfig): DescribedConfig[] {
  return [...config.layer("default")].sort(([a], [b]) => a < b ? -1 : 1).map(([name, text]) =>
    describeBrokerConfig(
      name,
      text,
      brokerSynonyms(config, name, isSensitive(brokerConfigType(name)))
        .filter(({ source }) => source === CONFIG_SOURCE.DYNAMIC_DEFAULT_BROKER_CONFIG),
    )
  );
}

function describeBrokerConfig(
  name: string,
  text: string | undefined,
  synonyms: readonly DescribedSynonym[],
): DescribedConfig {
  const type = brokerConfigType(name);
  const isSecret = isSensitive(type);
  const definition = BROKER_CONFIGS.get(name);
  return {
    name,
    value: isSecret ? null : text ?? null,
    readOnly: !isDynamic(name),
    configSource: synonyms[0]?.source ?? CONFIG_SOURCE.DEFAULT_CONFIG,
    isSensitive: isSecret,
    synonyms: [...synonyms],
    configType: configTypeId(type),
    documentation: definition === undefined
      ? null
      : withStatus(definition.documentation, definition.status),
  };
}

/** The configs of a group. */
export function describeGroupConfigs(
  config: BrokerConfig,
  own: ReadonlyMap<string, string>,
): DescribedConfig[] {
  return [...GROUP_CONFIGS.values()].map((definition) => {
    const { name, brokerSynonym, defaultText } = definition;
    const fallback = brokerSynonym === undefined
      ? [{ name, value: defaultText!, source: CONFIG_SOURCE.DEFAULT_CONFIG }]
      : brokerSynonyms(config, brokerSynonym, false);
    const text = own.get(name) ?? defaultText ?? config.values.text(brokerSynonym!)!;
    return described({
      name,
      text: parseValue(definition, text).text,
      own,
      ownSource: CONFIG_SOURCE.GROUP_CONFIG,
      synonyms: fallback,
      type: configTypeId(definition.type),
      documentation: definition.documentation,
    });
  });
}

/** The configs of a subscription to the metrics of clients. */
export function describeClientMetricsConfigs(own: ReadonlyMap<string, string>): DescribedConfig[] {
  return [...CLIENT_METRICS_CONFIGS.values()].map((definition) =>
    described({
      name: definition.name,
      text: parseValue(definition, own.get(definition.name) ?? definition.defaultText).text,
      own,
      ownSource: CONFIG_SOURCE.CLIENT_METRICS_CONFIG,
      synonyms: [],
      type: configTypeId(definition.type),
      documentation: withStatus(definition.documentation, NO_METRICS),
    })
  );
}

/** What is told of a config that can be changed and is no secret. */
function described(parts: {
  readonly name: string;
  readonly text: string | null;
  readonly own: ReadonlyMap<string, string>;
  readonly ownSource: number;
  readonly synonyms: readonly DescribedSynonym[];
  readonly type: number;
  readonly documentation: string;
}): DescribedConfig {
  const { name, text, own, ownSource, type, documentation } = parts;
  const synonyms = own.has(name)
    ? [{ name, value: text, source: ownSource }, ...parts.synonyms]
    : [...parts.synonyms];
  return {
    name,
    value: text,
    readOnly: false,
    configSource: synonyms[0]?.source ?? CONFIG_SOURCE.DEFAULT_CONFIG,
    isSensitive: false,
    synonyms,
    configType: type,
    documentation,
  };
}
