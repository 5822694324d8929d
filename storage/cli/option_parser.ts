/**
 * Command-line options as Kafka's Java tools take them, which is as JOpt Simple 5 parses them without
 * abbreviations: `--name value`, `--name=value`, `-name value`; `--` ends the options.
 *
 * @module
 */

import { ToolFailure, uncaught, UncaughtFailure } from "./tool.ts";
import { usageText } from "./usage_text.ts";

/** One option of a tool. */
export interface OptionDefinition {
  /** Name without dashes. */
  readonly name: string;
  /** What it does, for the usage text. */
  readonly description: string;
  /** Whether it takes an argument. Default: none. */
  readonly argument?: "required" | "optional";
  /** The argument's type, as the usage text names it. Default: String. */
  readonly type?: string;
  /** What the usage text calls the argument. */
  readonly describedAs?: string;
  /** Value of an option that is not given, or is given without its optional argument. */
  readonly defaultsTo?: string;
  /** Options of which one must be given for this one to make sense. */
  readonly availableIf?: readonly string[];
  /** Left out of the usage text: not an option of Kafka's tool. */
  readonly isOurs?: boolean;
}

const INT32_MAX = 2 ** 31 - 1;

/** The options of one command line. Values are checked when they are asked for, as in JOpt Simple. */
export class ParsedOptions {
  readonly #definitions: ReadonlyMap<string, OptionDefinition>;
  readonly #values = new Map<string, string[]>();
  /** What is not an option nor an option's argument. */
  readonly rest: string[] = [];
  /** The names of the options in the order in which they were given. */
  readonly order: string[] = [];

  constructor(definitions: ReadonlyMap<string, OptionDefinition>) {
    this.#definitions = definitions;
  }

  /** Notes an option that was found. */
  add(name: string, value?: string): void {
    this.order.push(name);
    const values = this.#values.get(name);
    if (values === undefined) this.#values.set(name, value === undefined ? [] : [value]);
    else if (value !== undefined) values.push(value);
  }

  /** Whether the option was given. */
  has(name: string): boolean {
    return this.#values.has(name);
  }

  /**
   * The option's value, or its default.
   *
   * @throws {ToolFailure} when it was given more than once
   */
  valueOf(name: string): string | undefined {
    const values = this.#values.get(name) ?? [];
    if (values.length > 1) {
      throw uncaught(
        "joptsimple.MultipleArgumentsForOptionException",
        `Found multiple arguments for option ${name}, but you asked for only one`,
      );
    }
    return values[0] ?? this.#definitions.get(name)?.defaultsTo;
  }

  /** All values of an option that may be given more than once. */
  valuesOf(name: string): readonly string[] {
    return this.#values.get(name) ?? [];
  }

  /** The option's value as an int32. */
  integerOf(name: string): number {
    const text = this.valueOf(name);
    const value = /^[+-]?\d+$/.test(text ?? "") ? Number(text) : NaN;
    if (!(value >= -INT32_MAX - 1 && value <= INT32_MAX)) throw notParsed(name, text);
    return value;
  }

  /** The option's value as an offset or time; `undefined` when it has none. */
  longOf(name: string): number | undefined {
    const text = this.valueOf(name);
    if (text === undefined) return undefined;
    const value = /^[+-]?\d+$/.test(text) ? Number(text) : NaN;
    if (!Number.isSafeInteger(value)) throw notParsed(name, text);
    return value;
  }
}

function notParsed(name: string, text: string | undefined): ToolFailure {
  const detail = `For input string: "${text}"`;
  const format = uncaught("java.lang.NumberFormatException", detail);
  const cause = uncaught(
    "joptsimple.internal.ReflectionException",
    `java.lang.NumberFormatException: ${detail}`,
    { cause: format },
  );
  return uncaught(
    "joptsimple.OptionArgumentConversionException",
    `Cannot parse argument '${text}' of option ${name}`,
    { cause },
  );
}

/** Whether what follows is the argument of an option that need not have one: numbers that are expected may be negative, and must be numbers. */
function isOptionalArgument({ type }: OptionDefinition, text: string): boolean {
  if (type === "Integer" || type === "Long") return /^[+-]?\d+$/.test(text);
  return !looksLikeAnOption(text);
}

function looksLikeAnOption(text: string): boolean {
  return text.startsWith("-") && text !== "-";
}

/** Does something with a command line; tells what is wrong with it without the Java around it, for tools that Kafka lacks. */
export function plainly<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof UncaughtFailure)) throw error;
    throw new ToolFailure(error.detail ?? error.className, error.status, { cause: error });
  }
}

/** The usage text of a tool with a line before it, as a failure: Kafka's tools end with status 1 then. */
export function usageFailure(
  message: string,
  definitions: readonly OptionDefinition[],
): ToolFailure {
  return new ToolFailure(`${message}\n${usageText(definitions)}`);
}

/**
 * Parses a command line.
 *
 * @throws {ToolFailure} for an option that is not defined, or that lacks its argument
 */
export function parseOptions(
  args: readonly string[],
  definitions: readonly OptionDefinition[],
): ParsedOptions {
  const byName = new Map(definitions.map((definition) => [definition.name, definition]));
  const parsed = new ParsedOptions(byName);
  for (let i = 0; i < args.length; i++) {
    const token = args[i]!;
    if (token === "--") {
      parsed.rest.push(...args.slice(i + 1));
      break;
    }
    if (!looksLikeAnOption(token)) {
      parsed.rest.push(token);
      continue;
    }
    const isLong = token.startsWith("--");
    const body = token.slice(isLong ? 2 : 1);
    const equals = body.indexOf("=");
    const name = equals < 0 ? body : body.slice(0, equals);
    const inline = equals < 0 ? "" : body.slice(equals + 1);
    const definition = byName.get(name);
    if (definition === undefined) {
      // One dash in front of an unknown name is a cluster of one-letter options to JOpt Simple.
      const unknown = isLong ? name : body.slice(0, 1);
      throw uncaught(
        "joptsimple.UnrecognizedOptionException",
        `${unknown} is not a recognized option`,
      );
    }
    if (definition.argument === undefined) {
      parsed.add(name);
    } else if (inline !== "") {
      parsed.add(name, inline);
    } else if (definition.argument === "required") {
      const next = args[++i];
      if (next === undefined) {
        throw uncaught(
          "joptsimple.OptionMissingRequiredArgumentException",
          `Option ${name} requires an argument`,
        );
      }
      parsed.add(name, next);
    } else {
      const next = args[i + 1];
      if (next !== undefined && isOptionalArgument(definition, next)) {
        parsed.add(name, next);
        i++;
      } else {
        parsed.add(name);
      }
    }
  }
  checkAvailable(definitions, parsed);
  return parsed;
}

function checkAvailable(definitions: readonly OptionDefinition[], parsed: ParsedOptions): void {
  const lost = definitions.filter(({ name, availableIf }) =>
    parsed.has(name) && availableIf?.some((other) => parsed.has(other)) === false
  );
  if (lost.length === 0 || parsed.has("help") || parsed.has("version")) return;
  const names = lost.map(({ name }) => name).join(", ");
  throw uncaught(
    "joptsimple.UnavailableOptionException",
    `Option(s) [${names}] are unavailable given other options on the command line`,
  );
}
