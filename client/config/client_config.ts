/**
 * The configs of a client: a table of what there is, and the values that a user has given, by Kafka's names or in camel case.
 *
 * @module
 */

import type { Logger } from "../../storage/env.ts";
import { InvalidConfigError } from "../../storage/errors.ts";
import {
  anyValue,
  type ConfigType as EngineConfigType,
  type ConfigValidator,
  type ConfigValue,
  parseConfigText,
} from "../../storage/log/config/config_definition.ts";

/** The types that a config can have. A class is a name, or the thing itself. */
export type ClientConfigType = EngineConfigType | "short" | "class" | "password";

/** One row of a table of configs. */
export interface ClientConfigRow {
  /** Type of the value. */
  readonly type: ClientConfigType;
  /** Text of the default, `null` for none; without it the config must be set. */
  readonly default?: string | null;
  /** What values are allowed beyond the type. Default: all. */
  readonly valid?: ConfigValidator;
  /** How much it matters. */
  readonly importance: "high" | "medium" | "low";
  /** What it does. */
  readonly doc: string;
}

/** The configs of one kind of client, by Kafka's names. */
export type ClientConfigTable = Readonly<Record<string, ClientConfigRow>>;

/** What a user gives: texts, or values of the type, by Kafka's names or the same in camel case (`batch.size` or `batchSize`). */
export type ClientProperties = Readonly<Record<string, unknown>>;

/** The name of a config in camel case: `batchSize` for `batch.size`. */
export function camelCase(name: string): string {
  return name.replace(/[.](.)/g, (_, letter: string) => letter.toUpperCase());
}

const MIN_SHORT = -0x8000;
const MAX_SHORT = 0x7fff;

function parseText(name: string, type: ClientConfigType, text: string): [ConfigValue, string] {
  if (type === "class" || type === "password") return parseConfigText(name, "string", text);
  if (type !== "short") return parseConfigText(name, type, text);
  const value = /^[+-]?\d+$/.test(text.trim()) ? Number(text) : NaN;
  if (value >= MIN_SHORT && value <= MAX_SHORT) return [value, String(value)];
  throw new InvalidConfigError(
    `Invalid value ${text} for configuration ${name}: Not a number of type SHORT`,
  );
}

/** A value that was given, as text; `undefined` when it is a thing and not a text. */
function textOf(given: unknown): string | undefined {
  if (typeof given === "string") return given;
  if (typeof given === "number") {
    return given === Infinity ? String(Number.MAX_SAFE_INTEGER) : String(given);
  }
  if (typeof given === "boolean" || typeof given === "bigint") return String(given);
  if (Array.isArray(given) && given.every((item) => typeof item === "string")) {
    return given.join(",");
  }
  return undefined;
}

/** What the logger is told of configs that no client has, with the field `configs`. */
export const UNKNOWN_CONFIGS = "Configs were supplied that are not known";

/** The values of a client's configs. */
export class ClientConfig {
  readonly #values: ReadonlyMap<string, ConfigValue | null>;
  readonly #things: ReadonlyMap<string, unknown>;
  /** Names that were given and are in no table. */
  readonly unknown: readonly string[];

  private constructor(
    values: ReadonlyMap<string, ConfigValue | null>,
    things: ReadonlyMap<string, unknown>,
    unknown: readonly string[],
  ) {
    this.#values = values;
    this.#things = things;
    this.unknown = unknown;
  }

  /**
   * Takes what a user has given. Names that are in no table are told to the logger.
   *
   * @throws {InvalidConfigError} in Kafka's words, for a value that is not of the type or not allowed, one that is given twice, and one that must be
   * given and is not
   */
  static parse(
    table: ClientConfigTable,
    properties: ClientProperties,
    logger?: Logger,
  ): ClientConfig {
    const names = new Map(Object.keys(table).map((name) => [camelCase(name), name]));
    const given = new Map<string, unknown>();
    const unknown: string[] = [];
    for (const [key, value] of Object.entries(properties)) {
      if (value === undefined) continue;
      const name = Object.hasOwn(table, key) ? key : names.get(key);
      if (name === undefined) unknown.push(key);
      else if (given.has(name)) {
        throw new InvalidConfigError(
          `Configuration is given twice: ${name} and ${camelCase(name)}`,
        );
      } else given.set(name, value);
    }
    if (unknown.length > 0) {
      logger?.write("warn", UNKNOWN_CONFIGS, { configs: unknown });
    }
    const values = new Map<string, ConfigValue | null>();
    const things = new Map<string, unknown>();
    for (const [name, row] of Object.entries(table)) {
      const value = given.get(name) ?? null;
      const text = textOf(value);
      if (value !== null && text === undefined) {
        if (row.type !== "class" && row.type !== "list") {
          const kind = row.type.toUpperCase();
          throw new InvalidConfigError(
            `Invalid value ${value} for configuration ${name}: Expected value of type ${kind}`,
          );
        }
        things.set(name, value);
      }
      if (value === null && row.default === undefined) {
        throw new InvalidConfigError(
          `Missing required configuration "${name}" which has no default value.`,
        );
      }
      values.set(name, valueOf(name, row, value === null ? row.default! : text ?? null));
    }
    return new ClientConfig(values, things, unknown);
  }

  /** A number: a `short`, `int`, `long` or `double`. */
  number(name: string): number {
    return this.#get(name) as number;
  }

  /** A truth. */
  boolean(name: string): boolean {
    return this.#get(name) as boolean;
  }

  /** A text, a class's name among them; `null` when it is not set. */
  string(name: string): string | null {
    return this.#get(name) as string | null;
  }

  /** A list of texts. */
  list(name: string): readonly string[] {
    return (this.#get(name) ?? []) as readonly string[];
  }

  /** What was given for a class or a list of them that is the thing itself; `undefined` when it is text, or nothing. */
  thing(name: string): unknown {
    return this.#things.get(name);
  }

  #get(name: string): ConfigValue | null {
    const value = this.#values.get(name);
    if (value === undefined) throw new TypeError(`Not a config of this client: ${name}`);
    return value;
  }
}

function valueOf(name: string, row: ClientConfigRow, text: string | null): ConfigValue | null {
  if (text === null) return null;
  const [value, shown] = parseText(name, row.type, text);
  (row.valid ?? anyValue).ensureValid(name, value, shown);
  return value;
}
