/**
 * One config as Kafka's `ConfigDef` knows it: name, type, default, what values are allowed; and the
 * parsing of a value's text into a typed value, with Kafka's own wording when it is refused.
 *
 * @module
 */

import { InvalidConfigError } from "../../errors.ts";

/** The types that a topic config can have. */
export type ConfigType = "boolean" | "int" | "long" | "double" | "string" | "list";

/**
 * A parsed value. A `long` beyond the safe integers is clamped to ±(2^53 - 1): as milliseconds or bytes
 * both are "no limit", and its text is kept where the text matters.
 */
export type ConfigValue = boolean | number | string | readonly string[];

/** How the number in a broker property becomes the number in the topic config. */
export type ConfigUnit = "same" | "minutes to ms" | "hours to ms";

/** A broker property that gives the default of a topic config (Kafka's `ConfigSynonym`). */
export interface ConfigSynonym {
  /** Name of the broker property. */
  readonly name: string;
  /** How its number is converted. */
  readonly unit: ConfigUnit;
}

/** A rule for parsed values. */
export interface ConfigValidator {
  /** The allowed values, as Kafka's documentation prints them; empty when all are. */
  readonly validValues: string;
  /**
   * Refuses a value that is not allowed.
   *
   * @param name the config
   * @param value the parsed value
   * @param text the value as messages show it
   * @throws {InvalidConfigError} when the value is not allowed
   */
  ensureValid(name: string, value: ConfigValue, text: string): void;
}

/** One config: what it is called, what it may be, and what it does. */
export interface ConfigDefinition {
  /** Kafka's name. */
  readonly name: string;
  /** Type of the value. */
  readonly type: ConfigType;
  /** Text of the default, `undefined` when it is unset by default. */
  readonly defaultValue: string | undefined;
  /** What values are allowed beyond the type. */
  readonly validator: ConfigValidator;
  /** What it does. */
  readonly documentation: string;
  /** Broker properties that give its default; the first that is set wins. The first is Kafka's "server default property". */
  readonly brokerSynonyms: readonly ConfigSynonym[];
  /** Not shown to users by Kafka (meant for tests). */
  readonly internal: boolean;
  /** A config that Kafka does not have. */
  readonly seglog: boolean;
}

/** Takes every value of the type. */
export const anyValue: ConfigValidator = { validValues: "", ensureValid() {} };

/** Takes numbers in `[min, max]`, `max` being optional. */
export function inRange(min: number, max?: number): ConfigValidator {
  return {
    validValues: max === undefined ? `[${min},...]` : `[${min},...,${max}]`,
    ensureValid(name, value, text) {
      const number = value as number;
      if (number < min) throw invalidValue(name, text, `Value must be at least ${min}`);
      if (max !== undefined && number > max) {
        throw invalidValue(name, text, `Value must be no more than ${max}`);
      }
    },
  };
}

/** Takes one of some words. */
export function oneOf(...words: readonly string[]): ConfigValidator {
  return {
    validValues: `[${words.join(", ")}]`,
    ensureValid(name, value, text) {
      if (!words.includes(value as string)) {
        throw invalidValue(name, text, `String must be one of: ${words.join(", ")}`);
      }
    },
  };
}

/** Takes a list of some words, the empty list too. */
export function listOf(...words: readonly string[]): ConfigValidator {
  const word = oneOf(...words);
  return {
    validValues: word.validValues,
    ensureValid(name, value) {
      for (const item of value as readonly string[]) {
        if (item === "") {
          throw new InvalidConfigError(`Configuration '${name}' values must not be empty.`);
        }
        word.ensureValid(name, item, item);
      }
    },
  };
}

/** Takes gzip's levels 1 to 9, and -1 for the library's default. */
export const gzipLevel: ConfigValidator = {
  validValues: "[1,...,9] or -1",
  ensureValid(name, value, text) {
    const level = value as number;
    if (level > 9 || (level < 1 && level !== -1)) {
      throw invalidValue(name, text, "Value must be between 1 and 9 or equal to -1");
    }
  },
};

/** Takes `*` or a list of `partition:broker` pairs (Kafka's `ThrottledReplicaListValidator`). */
export const throttledReplicas: ConfigValidator = {
  validValues: "[partitionId]:[brokerId],[partitionId]:[brokerId],...",
  ensureValid(name, value, text) {
    const items = (value as readonly string[]).map((item) => item.trim());
    if (items.join("") === "*") return;
    if (!items.every((item) => /^([0-9]+:[0-9]+)?$/.test(item))) {
      throw invalidValue(
        name,
        text,
        `${name} must be the literal '*' or a list of replicas in the following format: ` +
          "[partitionId]:[brokerId],[partitionId]:[brokerId],...",
      );
    }
  },
};

const MAX_INT = 2 ** 31 - 1;
const MIN_INT = -(2 ** 31);
const MAX_LONG = 2n ** 63n - 1n;
const MIN_LONG = -(2n ** 63n);
const DOUBLE = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?[dDfF]?$/;

/** Parses a long's text exactly; `undefined` when it is none. */
function parseLongText(text: string): bigint | undefined {
  if (!/^[+-]?\d{1,40}$/.test(text)) return undefined;
  const value = BigInt(text.startsWith("+") ? text.slice(1) : text);
  return value > MAX_LONG || value < MIN_LONG ? undefined : value;
}

/** The nearest safe integer: what a long becomes as a number. */
export function clampLong(value: bigint): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) return Number.MAX_SAFE_INTEGER;
  if (value < BigInt(Number.MIN_SAFE_INTEGER)) return Number.MIN_SAFE_INTEGER;
  return Number(value);
}

function invalidValue(name: string, text: string, reason: string): InvalidConfigError {
  return new InvalidConfigError(`Invalid value ${text} for configuration ${name}: ${reason}`);
}

/** A double as Java writes it: `0.5`, `1.0E10`, `1.7976931348623157E308`. */
function doubleText(value: number): string {
  const size = Math.abs(value);
  if (value === 0 || (size >= 1e-3 && size < 1e7)) {
    return Number.isInteger(value) ? `${value}.0` : String(value);
  }
  const [digits, exponent] = value.toExponential().split("e") as [string, string];
  return `${digits.includes(".") ? digits : `${digits}.0`}E${Number(exponent)}`;
}

/**
 * Parses a value's text without holding it against a definition's rules.
 *
 * @returns the value, and how messages show it
 * @throws {InvalidConfigError} in Kafka's words, when the text is not of the type
 */
export function parseConfigText(
  name: string,
  type: ConfigType,
  text: string,
): [value: ConfigValue, shown: string] {
  const trimmed = text.trim();
  switch (type) {
    case "boolean": {
      const lower = trimmed.toLowerCase();
      if (lower === "true") return [true, "true"];
      if (lower === "false") return [false, "false"];
      throw invalidValue(name, text, "Expected value to be either true or false");
    }
    case "int": {
      const value = parseLongText(trimmed);
      if (value === undefined || value > MAX_INT || value < MIN_INT) {
        throw invalidValue(name, text, "Not a number of type INT");
      }
      return [Number(value), String(value)];
    }
    case "long": {
      const value = parseLongText(trimmed);
      if (value === undefined) throw invalidValue(name, text, "Not a number of type LONG");
      return [clampLong(value), String(value)];
    }
    case "double": {
      if (!DOUBLE.test(trimmed)) throw invalidValue(name, text, "Not a number of type DOUBLE");
      const value = Number.parseFloat(trimmed);
      return [value, doubleText(value)];
    }
    case "string":
      return [trimmed, trimmed];
    case "list": {
      // A doubled item is dropped, as Kafka does (with a warning) since 4.2.
      const items = trimmed === "" ? [] : [...new Set(trimmed.split(/\s*,\s*/))];
      return [items, `[${items.join(", ")}]`];
    }
  }
}

/**
 * Parses a value's text and holds it against the definition.
 *
 * @param definition the config
 * @param text the value as it is written in a properties file
 * @returns the typed value; longs are clamped to the safe integers
 * @throws {InvalidConfigError} in Kafka's words, when the text is not of the type or not allowed
 */
export function parseConfigValue(definition: ConfigDefinition, text: string): ConfigValue {
  const [value, shown] = parseConfigText(definition.name, definition.type, text);
  definition.validator.ensureValid(definition.name, value, shown);
  return value;
}

/**
 * Converts a broker property's text into the topic config's: hours and minutes become milliseconds,
 * a negative one stays "no limit" (-1).
 *
 * @throws {InvalidConfigError} naming the broker property, when its text is not a number
 */
export function convertSynonymValue(synonym: ConfigSynonym, text: string): string {
  if (synonym.unit === "same") return text;
  const value = parseLongText(text.trim());
  if (value === undefined) throw invalidValue(synonym.name, text, "Not a number of type INT");
  if (value < 0n) return "-1";
  return String(value * (synonym.unit === "hours to ms" ? 3_600_000n : 60_000n));
}

/**
 * Parses the values of a table's configs.
 *
 * @param definitions the table; each config has a default
 * @param properties texts by name; other names are of no interest here
 * @throws {InvalidConfigError} for a value that is not allowed
 */
export function parseConfigTable(
  definitions: readonly ConfigDefinition[],
  properties: Readonly<Record<string, string>>,
): ReadonlyMap<string, ConfigValue> {
  return new Map(
    definitions.map((definition) => [
      definition.name,
      parseConfigValue(definition, properties[definition.name] ?? definition.defaultValue!),
    ]),
  );
}
