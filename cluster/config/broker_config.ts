/**
 * The configs of one broker.
 *
 * @module
 */

import { InvalidConfigError } from "../../storage/errors.ts";
import { type BrokerListeners, brokerListeners } from "./broker_listeners.ts";
import { BROKER_CONFIGS } from "./broker_configs.ts";
import { clampDynamicConfigs, sanitizeDynamicConfigs } from "./applied_configs.ts";
import { LOG_CONFIGS } from "./config_definitions/log.ts";
import { ConfigValues } from "./config_values.ts";
import { configWarning } from "./config_warnings.ts";
import { listenerConfigBase, overrideProperties } from "./dynamic_broker_configs.ts";
import type { Endpoint } from "./listeners.ts";
import { ONE_REPLICA_PROPERTIES } from "./quick_start.ts";
import { type ControllerAddress, parseBootstrapServers, parseVoters } from "./quorum_addresses.ts";
import { validateReconfiguration } from "./reconfiguration.ts";
import {
  connectionOverrides,
  logDirectories,
  validateBrokerConfig,
} from "./validate_broker_config.ts";

/** Texts by name. */
export type Properties = Readonly<Record<string, string>>;

/** Where a value comes from, the strongest first. */
export type ConfigLayer = "broker" | "default" | "static";

const NOTHING: ReadonlyMap<string, string> = new Map();

/**
 * The configs in force: what was set for this broker while it runs, else for all brokers, else in its properties, else
 * the default. Values are parsed once, when they are set; who reads them sees every change.
 */
export class BrokerConfig {
  readonly #static: ReadonlyMap<string, string>;
  #listeners: BrokerListeners;
  readonly #subscribers = new Set<{ names: readonly string[]; listener: () => void }>();
  #perBroker = NOTHING;
  #clusterDefault = NOTHING;
  #values: ConfigValues;
  /** What is odd about the properties, for the operator. */
  readonly warnings: readonly string[];
  /** `node.id`. */
  readonly nodeId: number;
  /** `process.roles`. */
  readonly processRoles: readonly string[];
  /** The log directories: `log.dirs`, or `log.dir`. */
  readonly logDirs: readonly string[];

  private constructor(properties: ReadonlyMap<string, string>) {
    this.#static = properties;
    this.#values = new ConfigValues(properties);
    this.#listeners = brokerListeners(this.#values);
    validateBrokerConfig(this.#values, this.#listeners);
    ensurePlaintext(this.#listeners);
    this.warnings = [...properties]
      // Every example of one node has these, and nobody expects anything else of it.
      .filter(([name, text]) => ONE_REPLICA_PROPERTIES[name] !== text)
      .flatMap(([name]) => configWarning(name) ?? []).sort();
    this.nodeId = this.#values.number("node.id");
    this.processRoles = this.#values.list("process.roles");
    this.logDirs = logDirectories(this.#values);
  }

  /**
   * Parses the properties of a broker.
   *
   * @param overrides properties that take the place of those of the same name
   * @throws {InvalidConfigError} in Kafka's words: the config, the value, and what is allowed
   */
  static parse(properties: Properties, overrides: Properties = {}): BrokerConfig {
    const all = new Map(Object.entries({ ...properties, ...overrides }));
    // Two names of one thing: the one that is set tells the other.
    const [nodeId, brokerId] = [all.get("node.id"), all.get("broker.id")];
    if (nodeId !== undefined && brokerId === undefined) all.set("broker.id", nodeId);
    if (nodeId === undefined && brokerId !== undefined) all.set("node.id", brokerId);
    return new BrokerConfig(all);
  }

  /** The listeners that are not the controller's. */
  get listeners(): readonly Endpoint[] {
    return this.#listeners.broker;
  }

  /** The controller's listeners. */
  get controllerListeners(): readonly Endpoint[] {
    return this.#listeners.controller;
  }

  /** What clients are told: `advertised.listeners`, or the listeners. An empty host is this machine, by whatever name. */
  get advertisedListeners(): readonly Endpoint[] {
    return this.#listeners.advertisedBroker;
  }

  /** What other nodes are told of the controller, in the order of `controller.listener.names`. */
  get advertisedControllerListeners(): readonly Endpoint[] {
    return this.#listeners.advertisedController;
  }

  /** The listener that brokers use among themselves. */
  get interBrokerListenerName(): string {
    return this.#listeners.interBrokerListenerName;
  }

  /** `controller.listener.names`. */
  get controllerListenerNames(): readonly string[] {
    return this.list("controller.listener.names");
  }

  /** `controller.quorum.voters`, by node id. */
  get controllerQuorumVoters(): ReadonlyMap<number, ControllerAddress> {
    return parseVoters(this.list("controller.quorum.voters"));
  }

  /** `controller.quorum.bootstrap.servers`. */
  get controllerQuorumBootstrapServers(): readonly ControllerAddress[] {
    return parseBootstrapServers(this.list("controller.quorum.bootstrap.servers"));
  }

  /** `max.connections.per.ip.overrides`, by host. */
  get maxConnectionsPerIpOverrides(): ReadonlyMap<string, number> {
    return connectionOverrides(this.#values);
  }

  /** The parsed configs as they are now. */
  get values(): ConfigValues {
    return this.#values;
  }

  /** A number. */
  int(name: string): number {
    return this.#values.number(name);
  }

  /** A number that may be large; beyond 2^53 - 1 it is that. */
  long(name: string): number {
    return this.#values.number(name);
  }

  /** A number with a fraction. */
  double(name: string): number {
    return this.#values.number(name);
  }

  /** A switch. */
  boolean(name: string): boolean {
    return this.#values.boolean(name);
  }

  /** A text; `undefined` for none. */
  string(name: string): string | undefined {
    return this.#values.string(name);
  }

  /** Words; none when it is not set. */
  list(name: string): readonly string[] {
    return this.#values.list(name);
  }

  /** Whether a config has a value. */
  isSet(name: string): boolean {
    return this.#values.text(name) !== undefined;
  }

  /** A number that one listener has for itself: `listener.name.x.…`; `undefined` when it has none. */
  listenerInt(listenerName: string, name: string): number | undefined {
    const own = `listener.name.${listenerName.toLowerCase()}.${name}`;
    return this.#values.isSet(own)
      ? this.#values.forListener(listenerName, name) as number
      : undefined;
  }

  /** Has a function called after one of the configs was changed. Returns what ends that. */
  subscribe(names: readonly string[], listener: () => void): () => void {
    const subscriber = { names, listener };
    this.#subscribers.add(subscriber);
    return () => this.#subscribers.delete(subscriber);
  }

  /** What was set in one layer, by name. */
  layer(layer: ConfigLayer): ReadonlyMap<string, string> {
    switch (layer) {
      case "broker":
        return this.#perBroker;
      case "default":
        return this.#clusterDefault;
      case "static":
        return this.#static;
    }
  }

  /** The text of a config in one layer; `undefined` when that layer has none. */
  textIn(layer: ConfigLayer, name: string): string | undefined {
    return this.layer(layer).get(name);
  }

  /**
   * Takes over what was set while the cluster runs, and has those told who follow what has changed. What cannot be is left
   * out: it was refused when it was set, or is of another version. When all together cannot be, nothing changes.
   *
   * @returns what is odd about them, for the operator
   */
  applyDynamic(
    perBroker: ReadonlyMap<string, string>,
    clusterDefault: ReadonlyMap<string, string>,
  ): string[] {
    const problems: string[] = [];
    const layers = [
      sanitizeDynamicConfigs(clusterDefault, false, problems),
      sanitizeDynamicConfigs(perBroker, true, problems),
    ] as const;
    [this.#clusterDefault, this.#perBroker] = layers;
    const before = this.#values;
    try {
      this.#values = this.#combine(...layers, problems);
    } catch (error) {
      if (!(error instanceof InvalidConfigError)) throw error;
      return [...problems, `Dynamic configs could not be applied: ${error.message}`];
    }
    this.#listeners = brokerListeners(this.#values);
    const changed = changedNames(before, this.#values);
    for (const { names, listener } of [...this.#subscribers]) {
      if (names.some((name) => changed.has(name))) listener();
    }
    return problems;
  }

  /**
   * Checks dynamic configs as if they were set now.
   *
   * @param perBroker whether they are this broker's, not those of all brokers
   * @throws {InvalidConfigError} in Kafka's words
   */
  validateDynamic(configs: ReadonlyMap<string, string>, perBroker: boolean): void {
    const next = perBroker
      ? this.#combine(this.#clusterDefault, configs)
      : this.#combine(configs, this.#perBroker);
    validateReconfiguration(this.#values, next);
  }

  /** The texts that the storage engine takes: the defaults of topics, and its own configs. */
  engineProperties(): Record<string, string> {
    const properties: Record<string, string> = {};
    for (const { name } of LOG_CONFIGS) {
      const text = this.#values.properties.get(name);
      if (text !== undefined) properties[name] = text;
    }
    return properties;
  }

  #combine(
    clusterDefault: ReadonlyMap<string, string>,
    perBroker: ReadonlyMap<string, string>,
    problems: string[] = [],
  ): ConfigValues {
    const properties = new Map(this.#static);
    overrideProperties(properties, clusterDefault);
    overrideProperties(properties, perBroker);
    clampDynamicConfigs(properties, problems);
    const values = new ConfigValues(properties);
    const listeners = brokerListeners(values);
    validateBrokerConfig(values, listeners);
    ensurePlaintext(listeners);
    return values;
  }
}

/** Bytes in the clear on a listener that is to be protected would be worse than no listener. */
function ensurePlaintext({ all }: BrokerListeners): void {
  for (const { listenerName, securityProtocol } of all) {
    if (securityProtocol === "PLAINTEXT") continue;
    throw new InvalidConfigError(
      `Invalid value ${securityProtocol} for configuration listener.security.protocol.map: ` +
        `listener ${listenerName} can only be PLAINTEXT, as TLS and SASL are not there yet`,
    );
  }
}

/** What one listener has for itself counts as a change of what all have, too. */
function changedNames(before: ConfigValues, after: ConfigValues): Set<string> {
  const changed = new Set(
    [...BROKER_CONFIGS.keys()].filter((name) => before.text(name) !== after.text(name)),
  );
  for (const name of [...before.properties.keys(), ...after.properties.keys()]) {
    const base = listenerConfigBase(name);
    if (base === undefined || before.properties.get(name) === after.properties.get(name)) continue;
    changed.add(name).add(base);
  }
  return changed;
}
