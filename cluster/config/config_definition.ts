/**
 * One config of a broker: what it is called, what it may be, what it does, and whether it does that here.
 *
 * @module
 */

import {
  anyValue,
  type ConfigDefinition as EngineConfigDefinition,
  type ConfigType as EngineConfigType,
  type ConfigValidator,
  type ConfigValue,
  parseConfigText,
} from "../../storage/log/config/config_definition.ts";
import { InvalidConfigError } from "../../storage/errors.ts";

/** The types that a config can have. A class is a name: nothing is loaded. */
export type ConfigType = EngineConfigType | "short" | "class" | "password";

/** How much a config matters. */
export type Importance = "high" | "medium" | "low";

/** How a config can be changed while the broker runs: not at all, for one broker, or also for all of them. */
export type UpdateMode = "read-only" | "per-broker" | "cluster-wide";

/** Whether a config has its effect here. */
export interface ConfigStatus {
  /** It has, it has no meaning here, or it waits for a feature. */
  readonly kind: "works" | "not-applicable" | "waits";
  /** Why it has no meaning, or which feature it waits for; empty when it works. */
  readonly reason: string;
}

/** The config has its effect. */
export const WORKS: ConfigStatus = { kind: "works", reason: "" };

/** The config is taken, and has no meaning here. */
export function notApplicable(reason: string): ConfigStatus {
  return { kind: "not-applicable", reason };
}

/** The config is taken, and has its effect once there is a feature. */
export function waitsFor(feature: string): ConfigStatus {
  return { kind: "waits", reason: feature };
}

/** What is to be said of a config with a status, after its name; `undefined` when it has its effect. */
export function lackOfEffect({ kind, reason }: ConfigStatus): string | undefined {
  if (kind === "works") return undefined;
  return kind === "waits"
    ? `has no effect yet: it waits for ${reason}.`
    : `has no effect here: ${reason}.`;
}

/** One config. */
export interface ConfigDefinition {
  /** Kafka's name. */
  readonly name: string;
  /** Type of the value. */
  readonly type: ConfigType;
  /** Text of the default; `null` when it is not set by default. */
  readonly defaultText: string | null;
  /** Whether there is no default and it must be set. */
  readonly isRequired: boolean;
  /** What values are allowed beyond the type. */
  readonly validator: ConfigValidator;
  /** How much it matters. */
  readonly importance: Importance;
  /** What it does. */
  readonly documentation: string;
  /** How it can be changed. */
  readonly updateMode: UpdateMode;
  /** Whether it has its effect here. */
  readonly status: ConfigStatus;
  /** Not shown to users unless it is set. */
  readonly isInternal: boolean;
  /** Cannot be set in the properties of a broker, only while it runs. */
  readonly isDynamicOnly: boolean;
  /** The version of Kafka that no longer knows it; `undefined` when it does. */
  readonly removedIn: string | undefined;
}

/** One row of a table of configs. */
export interface ConfigRow {
  /** Type of the value. */
  readonly type: ConfigType;
  /** Text of the default, `null` for none; without it the config must be set. */
  readonly default?: string | null;
  /** What values are allowed. Default: all of the type. */
  readonly valid?: ConfigValidator;
  /** How much it matters. */
  readonly importance: Importance;
  /** How it can be changed. Default: not while the broker runs. */
  readonly update?: Exclude<UpdateMode, "read-only">;
  /** Whether it has its effect here, when not as the rest of the table. */
  readonly status?: ConfigStatus;
  /** Not shown to users unless it is set. */
  readonly internal?: true;
  /** Cannot be set in the properties of a broker. */
  readonly dynamicOnly?: true;
  /** The version of Kafka that no longer knows it. */
  readonly removedIn?: string;
  /** What it does. */
  readonly doc: string;
}

/**
 * Makes definitions of a table.
 *
 * @param status of the rows that have none of their own
 * @param rows by name
 */
export function defineConfigs(
  status: ConfigStatus,
  rows: Readonly<Record<string, ConfigRow>>,
): ConfigDefinition[] {
  return Object.entries(rows).map(([name, row]) => ({
    name,
    type: row.type,
    defaultText: row.default ?? null,
    isRequired: row.default === undefined,
    validator: row.valid ?? anyValue,
    importance: row.importance,
    documentation: row.doc,
    updateMode: row.update ?? "read-only",
    status: row.status ?? status,
    isInternal: row.internal ?? false,
    isDynamicOnly: row.dynamicOnly ?? false,
    removedIn: row.removedIn,
  }));
}

/** A value of a config. */
export interface ParsedValue {
  /** The value; a long beyond the safe integers is the nearest of them. */
  readonly value: ConfigValue;
  /** The value as Kafka shows it; a password's is the password. */
  readonly text: string;
}

const MIN_SHORT = -0x8000;
const MAX_SHORT = 0x7fff;

/**
 * Parses a value's text and holds it against the definition.
 *
 * @throws {InvalidConfigError} in Kafka's words, when the text is not of the type or not allowed
 */
export function parseValue(
  definition: Pick<ConfigDefinition, "name" | "type" | "validator">,
  text: string,
): ParsedValue {
  const { name, type, validator } = definition;
  const [value, shown] = parseText(name, type, text);
  validator.ensureValid(name, value, shown);
  return { value, text: type === "list" ? (value as readonly string[]).join(",") : shown };
}

function parseText(name: string, type: ConfigType, text: string): [ConfigValue, string] {
  switch (type) {
    case "class":
    case "password":
      return parseConfigText(name, "string", text);
    case "short": {
      const notShort =
        `Invalid value ${text} for configuration ${name}: Not a number of type SHORT`;
      if (!/^[+-]?\d+$/.test(text.trim())) throw new InvalidConfigError(notShort);
      const value = Number(text);
      if (value < MIN_SHORT || value > MAX_SHORT) throw new InvalidConfigError(notShort);
      return [value, String(value)];
    }
    default:
      return parseConfigText(name, type, text);
  }
}

/** A definition of the engine's as one of the broker's. */
export function fromEngine(
  { name, type, defaultValue, validator, documentation, internal }: EngineConfigDefinition,
  row: Pick<ConfigRow, "importance" | "update" | "status">,
): ConfigDefinition {
  return {
    name,
    type,
    defaultText: defaultValue ?? null,
    isRequired: false,
    validator,
    importance: row.importance,
    documentation,
    updateMode: row.update ?? "read-only",
    status: row.status ?? WORKS,
    isInternal: internal,
    isDynamicOnly: false,
    removedIn: undefined,
  };
}
