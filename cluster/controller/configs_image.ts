/**
 * The configs that were set while the cluster ran.
 *
 * @module
 */

import type { ConfigRecord } from "./metadata_records/config_records.ts";

/** Kinds of things that have configs, with Kafka's ids. */
export const CONFIG_RESOURCE_TYPE = {
  TOPIC: 2,
  BROKER: 4,
  BROKER_LOGGER: 8,
  CLIENT_METRICS: 16,
  GROUP: 32,
} as const;

/** A thing that has configs. */
export interface ConfigResource {
  /** One of {@linkcode CONFIG_RESOURCE_TYPE}. */
  readonly type: number;
  /** Name of the topic or group, id of the broker; empty for the default of all brokers. */
  readonly name: string;
}

const NO_CONFIGS: ReadonlyMap<string, string> = new Map();

/** Configs by resource. */
export class ConfigsImage {
  readonly #resources = new Map<string, { resource: ConfigResource; data: Map<string, string> }>();

  /** The configs of a resource; empty when none are set. */
  of(type: number, name: string): ReadonlyMap<string, string> {
    return this.#resources.get(`${type} ${name}`)?.data ?? NO_CONFIGS;
  }

  /** All resources with configs. */
  *resources(): Generator<ConfigResource> {
    for (const { resource } of this.#resources.values()) yield resource;
  }

  /** A config is set, or taken away. */
  replay({ resourceType: type, resourceName: name, name: config, value }: ConfigRecord): void {
    const key = `${type} ${name}`;
    let entry = this.#resources.get(key);
    if (value === null) {
      entry?.data.delete(config);
      if (entry?.data.size === 0) this.#resources.delete(key);
      return;
    }
    if (entry === undefined) {
      this.#resources.set(key, entry = { resource: { type, name }, data: new Map() });
    }
    entry.data.set(config, value);
  }

  /** The configs of something that is gone are gone. */
  delete(type: number, name: string): void {
    this.#resources.delete(`${type} ${name}`);
  }
}
