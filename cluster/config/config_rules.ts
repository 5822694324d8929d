/**
 * What the controller has to know about configs: which there are, and what they may be.
 *
 * @module
 */

import { KafkaError } from "../../client/protocol/error_codes.ts";
import { TOPIC_CONFIGS, validateTopicConfigChange } from "../../storage/log/config/log_config.ts";
import { convertSynonymValue } from "../../storage/log/config/config_definition.ts";
import { topicConfig } from "../../storage/log/config/topic_configs.ts";
import { CONFIG_RESOURCE_TYPE, type ConfigResource } from "../controller/configs_image.ts";
import type { ConfigRules, EffectiveConfig } from "../controller/decision.ts";
import { invalidTopicName } from "../replication/topic_names.ts";
import { sanitizeDynamicConfigs } from "./applied_configs.ts";
import type { BrokerConfig, ConfigLayer } from "./broker_config.ts";
import { BROKER_CONFIGS } from "./broker_configs.ts";
import { CLIENT_METRICS_CONFIGS, validateClientMetricsConfigs } from "./client_metrics_configs.ts";
import { CONFIG_SOURCE } from "./config_synonyms.ts";
import { brokerConfigSynonyms, validateDynamicConfigs } from "./dynamic_broker_configs.ts";
import { GROUP_CONFIGS, validateGroupConfigs } from "./group_configs.ts";

const { BROKER, CLIENT_METRICS, GROUP, TOPIC } = CONFIG_RESOURCE_TYPE;

const SOURCES: readonly (readonly [ConfigLayer, number])[] = [
  ["broker", CONFIG_SOURCE.DYNAMIC_BROKER_CONFIG],
  ["default", CONFIG_SOURCE.DYNAMIC_DEFAULT_BROKER_CONFIG],
  ["static", CONFIG_SOURCE.STATIC_BROKER_CONFIG],
];

/** What this broker knows of configs, for the controller. */
export interface BrokerConfigRules extends ConfigRules {
  /** Text of a broker's config without what was set while it runs; `null` when it has none. */
  staticText(name: string): string | null;
  /** Text of the default of a resource's config; `null` when it has none. */
  defaultText(resource: ConfigResource, name: string): string | null;
}

/** The rules for a cluster whose nodes are configured like this one. */
export function configRules(config: BrokerConfig): BrokerConfigRules {
  return {
    get defaultNumPartitions(): number {
      return config.int("num.partitions");
    },
    get defaultReplicationFactor(): number {
      return config.int("default.replication.factor");
    },
    get unstableFeatureVersionsEnable(): boolean {
      return config.boolean("unstable.feature.versions.enable");
    },
    isList,
    validate: (resource, configs, existing) => validate(config, resource, configs, existing),
    staticText: (name) => staticText(config, name),
    defaultText,
    effectiveTopicConfigs: (own) =>
      TOPIC_CONFIGS
        .filter(({ name, internal, seglog }) => !(internal || seglog) || own.has(name))
        .map(({ name }) => effectiveTopicConfig(config, name, own)),
  };
}

function isList({ type }: ConfigResource, name: string): boolean {
  switch (type) {
    case TOPIC:
      return topicConfig(name)?.type === "list";
    case BROKER:
      return BROKER_CONFIGS.get(name)?.type === "list";
    case CLIENT_METRICS:
      return CLIENT_METRICS_CONFIGS.get(name)?.type === "list";
    case GROUP:
      return GROUP_CONFIGS.get(name)?.type === "list";
    default:
      return false;
  }
}

/** What a broker's config was at the start: what may have changed since is another's matter. */
function staticText(config: BrokerConfig, name: string): string | null {
  for (const synonym of brokerConfigSynonyms(name, false)) {
    const text = config.textIn("static", synonym);
    if (text !== undefined) return text;
  }
  return BROKER_CONFIGS.get(name)?.defaultText ?? null;
}

function defaultText({ type }: ConfigResource, name: string): string | null {
  switch (type) {
    case TOPIC:
      return topicConfig(name)?.defaultValue ?? null;
    case BROKER:
      return BROKER_CONFIGS.get(name)?.defaultText ?? null;
    case CLIENT_METRICS:
      return CLIENT_METRICS_CONFIGS.get(name)?.defaultText ?? null;
    case GROUP: {
      const definition = GROUP_CONFIGS.get(name);
      return definition?.defaultText ??
        BROKER_CONFIGS.get(definition?.brokerSynonym ?? "")?.defaultText ?? null;
    }
    default:
      return null;
  }
}

function validate(
  config: BrokerConfig,
  { type, name }: ConfigResource,
  configs: ReadonlyMap<string, string>,
  existing: ReadonlyMap<string, string>,
): void {
  switch (type) {
    case TOPIC:
      validateTopicName(name);
      validateTopicConfigChange(
        Object.fromEntries(existing),
        Object.fromEntries(configs),
        config.engineProperties(),
        hasTieredStorage(config),
      );
      return;
    case BROKER:
      return validateBroker(config, name, configs, existing);
    case CLIENT_METRICS:
      return validateClientMetricsConfigs(name, configs);
    case GROUP:
      if (name === "") {
        throw new KafkaError("INVALID_REQUEST", "Default group resources are not allowed.");
      }
      return validateGroupConfigs(configs, config.values);
    default:
      throw new KafkaError("INVALID_REQUEST", `Unknown resource type ${type}`);
  }
}

/** While the feature is not there, saying so does not help. */
function hasTieredStorage(config: BrokerConfig): boolean {
  const name = "remote.log.storage.system.enable";
  return BROKER_CONFIGS.get(name)!.status.kind === "works" && config.boolean(name);
}

function validateTopicName(name: string): void {
  if (name === "") {
    throw new KafkaError("INVALID_REQUEST", "Default topic resources are not allowed.");
  }
  const invalid = invalidTopicName(name);
  if (invalid !== undefined) throw new KafkaError("INVALID_TOPIC_EXCEPTION", invalid);
}

/** Of another broker only the name is known here: it checks its configs itself, before the controller is asked. */
function validateBroker(
  config: BrokerConfig,
  name: string,
  configs: ReadonlyMap<string, string>,
  existing: ReadonlyMap<string, string>,
): void {
  if (name !== "") {
    if (!/^[+-]?\d+$/.test(name)) {
      throw new KafkaError("INVALID_REQUEST", "Unable to parse broker name as a base 10 number.");
    }
    if (Number(name) < 0) throw new KafkaError("INVALID_REQUEST", "Invalid negative broker ID.");
    if (Number(name) !== config.nodeId) return;
  }
  const isOwn = name !== "";
  // What was there before and cannot be has no effect, and does not stand in the way.
  const kept = sanitizeDynamicConfigs(existing, isOwn, []);
  const next = new Map(
    [...configs].filter(([config, text]) => existing.get(config) !== text || kept.has(config)),
  );
  validateDynamicConfigs(next, isOwn);
  config.validateDynamic(next, isOwn);
}

function effectiveTopicConfig(
  config: BrokerConfig,
  name: string,
  own: ReadonlyMap<string, string>,
): EffectiveConfig {
  const fixed = { name, readOnly: false, isSensitive: false };
  const text = own.get(name);
  if (text !== undefined) {
    return { ...fixed, value: text, configSource: CONFIG_SOURCE.DYNAMIC_TOPIC_CONFIG };
  }
  const { brokerSynonyms, defaultValue } = topicConfig(name)!;
  for (const [layer, configSource] of SOURCES) {
    for (const synonym of brokerSynonyms) {
      const value = config.textIn(layer, synonym.name);
      if (value === undefined) continue;
      return { ...fixed, value: convertSynonymValue(synonym, value), configSource };
    }
  }
  return { ...fixed, value: defaultValue ?? null, configSource: CONFIG_SOURCE.DEFAULT_CONFIG };
}
