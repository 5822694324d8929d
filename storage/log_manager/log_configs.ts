/**
 * The configs of a process's logs: a topic's own, over the broker's, over the defaults.
 *
 * @module
 */

import { type CleanerConfig, parseCleanerConfig } from "../cleaner/cleaner_config.ts";
import { type ConfigTexts, type LogConfig, parseLogConfig } from "../log/config/log_config.ts";
import { type LogManagerConfig, parseLogManagerConfig } from "./log_manager_config.ts";

/** What the broker's properties say. */
interface BrokerConfigs {
  readonly properties: ConfigTexts;
  readonly manager: LogManagerConfig;
  readonly cleaner: CleanerConfig;
  readonly defaults: LogConfig;
}

function parseProperties(properties: ConfigTexts): BrokerConfigs {
  return {
    properties: { ...properties },
    manager: parseLogManagerConfig(properties),
    cleaner: parseCleanerConfig(properties),
    defaults: parseLogConfig({}, properties),
  };
}

/** The configs of all logs. */
export class LogConfigs {
  readonly #initial: (topic: string) => ConfigTexts | undefined;
  readonly #updated = new Map<string, ConfigTexts>();
  #broker: BrokerConfigs;

  /**
   * @param properties the broker's
   * @param topicConfigs a topic's own configs, until they are set by {@linkcode LogConfigs.set}
   * @throws {InvalidConfigError} when a property is not valid
   */
  constructor(
    properties: ConfigTexts,
    topicConfigs: (topic: string) => ConfigTexts | undefined,
  ) {
    this.#initial = topicConfigs;
    this.#broker = parseProperties(properties);
  }

  /** The log manager's own. */
  get manager(): LogManagerConfig {
    return this.#broker.manager;
  }

  /** The cleaner's. */
  get cleaner(): CleanerConfig {
    return this.#broker.cleaner;
  }

  /** Those of a topic without configs of its own. */
  get defaults(): LogConfig {
    return this.#broker.defaults;
  }

  /** Those of a topic; topics without own ones share one object. */
  of(topic: string): LogConfig {
    return this.#parse(topic, this.#broker);
  }

  /** Sets a topic's own, and returns them parsed. When they are not valid, nothing changes. */
  set(topic: string, overrides: ConfigTexts): LogConfig {
    if (Object.keys(overrides).length === 0 && this.#initial(topic) === undefined) {
      // Most topics, and those that are gone, leave nothing to remember.
      this.#updated.delete(topic);
      return this.#broker.defaults;
    }
    const config = parseLogConfig(overrides, this.#broker.properties);
    this.#updated.set(topic, { ...overrides });
    return config;
  }

  /**
   * Parses other properties of the broker's, together with these topics' configs over them.
   *
   * @returns what puts them in force and returns the topics' configs
   * @throws {InvalidConfigError} when something is not valid
   */
  prepare(
    properties: ConfigTexts,
    topics: Iterable<string>,
  ): { readonly cleaner: CleanerConfig; apply(): ReadonlyMap<string, LogConfig> } {
    const broker = parseProperties(properties);
    const byTopic = new Map<string, LogConfig>();
    for (const topic of topics) byTopic.set(topic, this.#parse(topic, broker));
    return {
      cleaner: broker.cleaner,
      apply: () => {
        this.#broker = broker;
        return byTopic;
      },
    };
  }

  #parse(topic: string, broker: BrokerConfigs): LogConfig {
    const overrides = this.#updated.get(topic) ?? this.#initial(topic);
    return overrides === undefined ? broker.defaults : parseLogConfig(overrides, broker.properties);
  }
}
