/**
 * The options of one call of a tool whose command line JOpt Simple parses in Kafka, with the checks that these tools make.
 *
 * @module
 */

import {
  type OptionDefinition,
  type ParsedOptions,
  parseOptions,
} from "../../storage/cli/option_parser.ts";
import { UncaughtFailure } from "../../storage/cli/tool.ts";
import { usageText } from "../../storage/cli/usage_text.ts";
import { KAFKA_VERSION, ToolExit } from "./client_tool.ts";
import { COMMON_OPTIONS } from "./common_options.ts";

/** `--json`, for tools that print tables. */
export const JSON_OPTION: OptionDefinition = {
  name: "json",
  description: "Print JSON instead of a table.",
  isOurs: true,
};

/** The options that were given to a tool. */
export class ToolOptions {
  readonly #definitions: readonly OptionDefinition[];
  readonly #parsed: ParsedOptions;
  readonly #isEmpty: boolean;

  /**
   * Parses a command line.
   *
   * @param definitions the tool's own options, in the order of {@linkcode usageText}'s input; those that all tools have are added
   * @throws {UncaughtFailure} for an option that is not defined, or that lacks its argument
   */
  constructor(args: readonly string[], definitions: readonly OptionDefinition[]) {
    this.#definitions = [...definitions, ...COMMON_OPTIONS];
    this.#parsed = parseOptions(args, this.#definitions);
    this.#isEmpty = args.length === 0;
  }

  /**
   * Parses the command line of a tool that answers what is wrong with it by its usage text.
   *
   * @throws {ToolExit} for an option that is not defined, or that lacks its argument
   */
  static orUsage(args: readonly string[], definitions: readonly OptionDefinition[]): ToolOptions {
    try {
      return new ToolOptions(args, definitions);
    } catch (error) {
      if (!(error instanceof UncaughtFailure)) throw error;
      throw new ToolOptions([], definitions).fail(`${error.detail}`);
    }
  }

  /** Whether an option was given. */
  has(name: string): boolean {
    return this.#parsed.has(name);
  }

  /** The value of an option, or its default. */
  value(name: string): string | undefined {
    return this.#parsed.valueOf(name);
  }

  /** All values of an option. */
  values(name: string): readonly string[] {
    return this.#parsed.valuesOf(name);
  }

  /** The names of the options in the order in which they were given. */
  get order(): readonly string[] {
    return this.#parsed.order;
  }

  /** The value of an option as an int32; `undefined` when there is none. */
  integer(name: string): number | undefined {
    return this.value(name) === undefined ? undefined : this.#parsed.integerOf(name);
  }

  /** The value of an option as a number of 64 bits; `undefined` when there is none. */
  long(name: string): number | undefined {
    return this.#parsed.longOf(name);
  }

  /** Ends the tool with a line and the usage text, on standard error. */
  fail(message: string): ToolExit {
    return new ToolExit(1, { stderr: `${message}\n${usageText(this.#definitions)}` });
  }

  /**
   * Answers `--help`, `--version` and a command line without anything.
   *
   * @param line what is told above the usage text
   */
  answerHelp(line: string): void {
    if (this.#isEmpty || this.has("help")) throw this.fail(line);
    if (this.has("version")) throw new ToolExit(0, { stdout: KAFKA_VERSION });
    if (!this.has("help-seglog")) return;
    const ours = this.#definitions.filter(({ isOurs }) => isOurs === true);
    const stdout = usageText(ours.map((option) => ({ ...option, isOurs: false })));
    throw new ToolExit(0, { stdout });
  }

  /** Options that must be there. */
  require(...names: readonly string[]): void {
    for (const name of names) {
      if (!this.has(name)) throw this.fail(`Missing required argument "[${name}]"`);
    }
  }

  /** Options that make no sense beside another. */
  refuse(used: string, others: readonly string[]): void {
    if (!this.has(used)) return;
    for (const name of others) {
      if (this.has(name)) {
        throw this.fail(`Option "[${used}]" can't be used with option "[${name}]"`);
      }
    }
  }

  /** Of these options exactly one must be there. */
  requireOneOf(...names: readonly string[]): void {
    if (names.filter((name) => this.has(name)).length === 1) return;
    const list = names.map((name) => `[${name}]`).join(", ");
    throw this.fail(`Exactly one of the following arguments is required: ${list}`);
  }
}
