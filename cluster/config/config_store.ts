/**
 * All configs that this broker knows of: its own, and those that were set in the cluster.
 *
 * @module
 */

import type { ResourceChange } from "../controller/config_changes.ts";
import { CONFIG_RESOURCE_TYPE } from "../controller/configs_image.ts";
import type { BrokerConfig } from "./broker_config.ts";
import { validateAlteration } from "./config_alteration.ts";
import {
  describeBrokerConfigs,
  describeClientMetricsConfigs,
  describeClusterDefaults,
  type DescribedConfig,
  describeGroupConfigs,
  describeTopicConfigs,
} from "./config_description.ts";

const { BROKER, CLIENT_METRICS, GROUP, TOPIC } = CONFIG_RESOURCE_TYPE;

/** The configs that were set in the cluster, as `ConfigsImage` has them. */
export interface ConfigRepository {
  /** Those of a resource, none when none are set. */
  of(type: number, name: string): ReadonlyMap<string, string>;
}

/** What a {@linkcode ConfigStore} is made of. */
export interface ConfigStoreOptions {
  /** Of this broker. */
  readonly config: BrokerConfig;
  /** The configs in the metadata, as they are now. */
  readonly repository: () => ConfigRepository;
}

/** Describes configs, and says which changes cannot be. */
export class ConfigStore {
  readonly #config: BrokerConfig;
  readonly #repository: () => ConfigRepository;

  /** Makes a store of the broker's configs and the cluster's. */
  constructor({ config, repository }: ConfigStoreOptions) {
    this.#config = config;
    this.#repository = repository;
  }

  /** Has the broker take what was set for it, and for all brokers. Returns what is odd about it, for the operator. */
  applyBrokerDynamic(): string[] {
    const repository = this.#repository();
    return this.#config.applyDynamic(
      repository.of(BROKER, String(this.#config.nodeId)),
      repository.of(BROKER, ""),
    );
  }

  /** What was set for a topic. */
  topicConfig(topic: string): Record<string, string> {
    return Object.fromEntries(this.#repository().of(TOPIC, topic));
  }

  /** The configs of a topic. */
  topic(name: string): DescribedConfig[] {
    return describeTopicConfigs(this.#config, this.#repository().of(TOPIC, name));
  }

  /** The configs of this broker. */
  broker(): DescribedConfig[] {
    return describeBrokerConfigs(this.#config);
  }

  /** What was set for all brokers while they run. */
  clusterDefault(): DescribedConfig[] {
    return describeClusterDefaults(this.#config);
  }

  /** The configs of a subscription to the metrics of clients. */
  clientMetrics(name: string): DescribedConfig[] {
    return describeClientMetricsConfigs(this.#repository().of(CLIENT_METRICS, name));
  }

  /** The configs of a group. */
  group(name: string): DescribedConfig[] {
    return describeGroupConfigs(this.#config, this.#repository().of(GROUP, name));
  }

  /**
   * Checks what only this broker can tell of a change, before the controller decides on it.
   *
   * @param isIncremental whether the change leaves other configs of the resource as they are
   * @throws {KafkaError} in Kafka's words
   */
  validateAlteration(change: ResourceChange, isIncremental: boolean): void {
    const { type, name } = change.resource;
    validateAlteration(
      this.#config,
      change,
      isIncremental ? this.#repository().of(type, name) : undefined,
    );
  }
}
