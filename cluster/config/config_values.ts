/**
 * The parsed configs of a broker at one moment.
 *
 * @module
 */

import { InvalidConfigError } from "../../storage/errors.ts";
import { BROKER_CONFIGS } from "./broker_configs.ts";
import { type ConfigDefinition, type ParsedValue, parseValue } from "./config_definition.ts";
import { listenerConfigBase } from "./dynamic_broker_configs.ts";

const DEFAULTS = new Map<string, ParsedValue>();

function defaultValue(definition: ConfigDefinition): ParsedValue | undefined {
  if (definition.defaultText === null) return undefined;
  let value = DEFAULTS.get(definition.name);
  if (value === undefined) {
    DEFAULTS.set(
      definition.name,
      value = parseValue(definition, definition.defaultText),
    );
  }
  return value;
}

/** The configs of a broker; never changes. */
export class ConfigValues {
  /** What was set, as it was written. */
  readonly properties: ReadonlyMap<string, string>;
  readonly #values = new Map<string, ParsedValue>();

  /**
   * Parses what is set.
   *
   * @param properties by name; unknown ones are kept
   * @throws {InvalidConfigError} in Kafka's words, for a value that is not allowed or one that is missing
   */
  constructor(properties: ReadonlyMap<string, string>) {
    this.properties = properties;
    for (const definition of BROKER_CONFIGS.values()) {
      const text = properties.get(definition.name);
      if (text !== undefined) {
        this.#values.set(definition.name, parseValue(definition, text));
      } else if (definition.isRequired && !mayBeMissing(definition.name, properties)) {
        throw new InvalidConfigError(
          `Missing required configuration "${definition.name}" which has no default value.`,
        );
      }
    }
    for (const [name, text] of properties) {
      const definition = BROKER_CONFIGS.get(listenerConfigBase(name) ?? "");
      if (definition === undefined) continue;
      this.#values.set(name, parseValue({ ...definition, name }, text));
    }
  }

  /** Whether a config was set. */
  isSet(name: string): boolean {
    return this.properties.has(name);
  }

  /** A value as Kafka shows it; `undefined` when there is none. */
  text(name: string): string | undefined {
    return this.#find(name)?.text;
  }

  /** A number. */
  number(name: string): number {
    return this.#require(name) as number;
  }

  /** A number that need not be there. */
  optionalNumber(name: string): number | undefined {
    return this.#find(name)?.value as number | undefined;
  }

  /** A switch. */
  boolean(name: string): boolean {
    return this.#require(name) as boolean;
  }

  /** A text; `undefined` when there is none. */
  string(name: string): string | undefined {
    return this.#find(name)?.value as string | undefined;
  }

  /** Words; none when it is not set. */
  list(name: string): readonly string[] {
    return (this.#find(name)?.value as readonly string[] | undefined) ?? [];
  }

  /** The value that a config has for one listener: `listener.name.x.…`, else its own. */
  forListener(listenerName: string, name: string): ParsedValue["value"] | undefined {
    const own = this.#values.get(`listener.name.${listenerName.toLowerCase()}.${name}`);
    return (own ?? this.#find(name))?.value;
  }

  #find(name: string): ParsedValue | undefined {
    const value = this.#values.get(name);
    if (value !== undefined) return value;
    const definition = BROKER_CONFIGS.get(name);
    if (definition === undefined) throw new TypeError(`Unknown configuration '${name}'`);
    return defaultValue(definition);
  }

  #require(name: string): ParsedValue["value"] {
    const found = this.#find(name);
    if (found === undefined) throw new TypeError(`Configuration has no value: ${name}`);
    return found.value;
  }
}

/** A node that is the only one needs no listener for controllers. */
function mayBeMissing(name: string, properties: ReadonlyMap<string, string>): boolean {
  return name === "controller.listener.names" &&
    (!properties.has("process.roles") || isOnlyNode(properties));
}

/** Whether these are the properties of a node that is a broker and the only controller, by itself. */
export function isOnlyNode(properties: ReadonlyMap<string, string>): boolean {
  const roles = (properties.get("process.roles") ?? "").split(",").map((role) => role.trim());
  return roles.includes("broker") && roles.includes("controller") &&
    ["controller.listener.names", "controller.quorum.voters", "controller.quorum.bootstrap.servers"]
      .every((name) => (properties.get(name) ?? "").trim() === "");
}
