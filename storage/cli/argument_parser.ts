/**
 * Command lines as Kafka's newer Java tools take them, with sub-commands or without, which is as argparse4j 0.7 parses them: `--name value`,
 * `--name=value`, `-n value`, `-nvalue`, several flags behind one dash; names, also those of sub-commands, may be cut short as long as they are
 * clear; behind a sub-command `@file` stands for the lines of a file.
 *
 * @module
 */

import { candidates } from "./argument_candidates.ts";
import { linePieces } from "./line_pieces.ts";

/** One option of a tool or of a command. */
export interface ArgumentDefinition {
  /** Names with their dashes, the long one first. */
  readonly flags: readonly string[];
  /** Takes a value, one each time it is given, several at once (of which the last time counts), none, or prints the version. */
  readonly action: "store" | "append" | "storeMany" | "storeTrue" | "version";
  /** What the value must be. Default: any text. */
  readonly type?: "Integer" | "Long" | "Short" | "Double";
  /** The only numbers that it may be. Default: any. */
  readonly choices?: readonly number[];
  /** Whether the command line must have it. */
  readonly isRequired?: boolean;
  /** Of the options of one group only one may be given. */
  readonly group?: string;
}

/** A sub-command. */
export interface CommandDefinition {
  /** Its name. */
  readonly name: string;
  /** Its usage, as printed in front of an error and of the help. */
  readonly usage: string;
  /** What the help says behind the usage. */
  readonly help: string;
  /** Its options beside `--help`. Of several that are missing, the last is told. */
  readonly options: readonly ArgumentDefinition[];
  /** The group of which one option must be given. */
  readonly requiredGroup?: string;
}

/** A tool. */
export interface ToolDefinition {
  /** Name of the program in messages. */
  readonly program: string;
  /** Its usage. */
  readonly usage: string;
  /** What the help says behind the usage. */
  readonly help: string;
  /** The sub-commands; none when all there is are options. */
  readonly commands: readonly CommandDefinition[];
  /** Options that stand in front of the sub-command, beside `--help`. Of several that are missing, the last is told. */
  readonly options?: readonly ArgumentDefinition[];
  /** The group of which one option must be given, in front of the sub-command. */
  readonly requiredGroup?: string;
  /** What `version` prints. */
  readonly version?: string;
}

/** What a command line says. Values are under the long names without dashes. */
export interface ParsedArguments {
  /** The sub-command; empty for a tool without. */
  readonly command: string;
  /** The value of an option that is given; the last one when it is given again. */
  value(name: string): string | undefined;
  /** All values of an option. */
  values(name: string): readonly string[];
  /** Whether an option is given. */
  has(name: string): boolean;
}

/** The command line cannot be taken, or asks for help: what to print, where, and the exit status. */
export class ArgumentExit extends Error {
  /** The exit status: 0 for help. */
  readonly status: number;
  /** What is wrong, by itself; `undefined` for help. */
  readonly problem: string | undefined;

  /**
   * Ends the parsing.
   *
   * @param text usage and help, or usage and error, as they are printed
   */
  constructor(text: string, status: number, problem?: string) {
    super(text);
    this.status = status;
    this.problem = problem;
  }
}

/**
 * The error of a command line that a tool finds wrong, in the form of those that {@linkcode parseArguments} finds.
 *
 * @param meant what may have been meant instead
 */
export function argumentFailure(
  tool: ToolDefinition,
  message: string,
  usage: string = tool.usage,
  meant: readonly string[] = [],
): ArgumentExit {
  const advice = meant.length === 0
    ? []
    : ["", "Did you mean:", ...meant.map((name) => `\t${name}`)];
  const lines = [usage, justified(`${tool.program}: error: ${message}`), ...advice];
  return new ArgumentExit(lines.join("\n"), 1, message);
}

const HELP: ArgumentDefinition = { flags: ["--help", "-h"], action: "storeTrue" };
const WIDTH = 75;

/**
 * Parses a command line.
 *
 * @param readLines the lines of a file, or `undefined` when it cannot be read
 * @throws {ArgumentExit} for help, and for what is wrong
 */
export function parseArguments(
  tool: ToolDefinition,
  args: readonly string[],
  readLines: (path: string) => readonly string[] | undefined,
): ParsedArguments {
  const failure = (usage: string): Fail => (message, meant) =>
    argumentFailure(tool, message, usage, meant);
  const fail = failure(tool.usage);
  const outer = new Options({ ...tool, options: tool.options ?? [] }, fail);
  if (tool.commands.length === 0) {
    outer.parse(args, false);
    outer.checkRequired();
    return {
      command: "",
      value: (name) => outer.values(name).at(-1),
      values: (name) => outer.values(name),
      has: (name) => outer.has(name),
    };
  }
  const at = outer.parse(args, true);
  const name = args[at];
  if (name === undefined) throw fail("too few arguments");
  const command = commandNamed(tool, name, fail);
  const failInside = failure(command.usage);
  const expanded = args.slice(at + 1).flatMap((argument) => {
    if (!argument.startsWith("@")) return [argument];
    const lines = readLines(argument.slice(1));
    if (lines !== undefined) return lines;
    throw failInside(`Could not read arguments from file '${argument.slice(1)}'`);
  });
  const inner = new Options(command, failInside);
  inner.parse(expanded, false);
  outer.checkRequired();
  inner.checkRequired();
  return {
    command: command.name,
    value: (name) => inner.values(name).at(-1) ?? outer.values(name).at(-1),
    values: (name) => [...outer.values(name), ...inner.values(name)],
    has: (name) => inner.has(name) || outer.has(name),
  };
}

/** Makes the error of a command line: what is wrong, and what may have been meant. */
type Fail = (message: string, meant?: readonly string[]) => ArgumentExit;

function commandNamed(
  tool: ToolDefinition,
  name: string,
  fail: Fail,
): CommandDefinition {
  const exact = tool.commands.filter((command) => command.name === name);
  const found = exact.length > 0
    ? exact
    : tool.commands.filter((command) => command.name.startsWith(name));
  const [command] = found;
  if (command !== undefined && found.length === 1) return command;
  const choices = tool.commands.map((command) => `'${command.name}'`).join(", ");
  if (found.length > 1) {
    const names = found.map((each) => each.name).join(", ");
    throw fail(`ambiguous command: ${name} could match ${names}`);
  }
  throw fail(
    `invalid choice: '${name}' (choose from ${choices})`,
    candidates(name, tool.commands.map((command) => command.name)),
  );
}

function isPrefix(given: string, flag: string): boolean {
  return given.startsWith("--") && given.length > 2 && flag.startsWith(given);
}

/** What options belong to, and how that is used. */
interface Taker {
  readonly usage: string;
  readonly help: string;
  readonly options: readonly ArgumentDefinition[];
  readonly requiredGroup?: string;
  readonly version?: string;
}

class Options {
  readonly #taker: Taker;
  readonly #fail: Fail;
  readonly #values = new Map<string, string[]>();
  readonly #groups = new Map<string, ArgumentDefinition>();

  constructor(taker: Taker, fail: Fail) {
    this.#taker = taker;
    this.#fail = fail;
  }

  values(name: string): readonly string[] {
    return this.#values.get(name) ?? [];
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  /** Takes options up to the end, or up to what is none; returns where it stopped. */
  parse(args: readonly string[], stopsAtName: boolean): number {
    let at = 0;
    while (at < args.length) {
      const token = args[at]!;
      if (!isFlag(token)) {
        if (stopsAtName) break;
        throw this.#unrecognized(args.slice(at).join(" "));
      }
      if (token === "--" && !stopsAtName) {
        if (at + 1 < args.length) throw this.#unrecognized(args.slice(at + 1).join(" "));
        break;
      }
      at = token.startsWith("--") ? this.#long(args, at) : this.#short(args, at);
    }
    return at;
  }

  /** @throws {ArgumentExit} when something is missing */
  checkRequired(): void {
    const { options, requiredGroup } = this.#taker;
    const missing = options.findLast((option) =>
      option.isRequired === true && !this.has(nameOf(option))
    );
    if (missing !== undefined) throw this.#fail(`argument ${flagsOf(missing)} is required`);
    if (requiredGroup === undefined || this.#groups.has(requiredGroup)) return;
    const flags = options.filter(({ group }) => group === requiredGroup).map(flagsOf).join(" ");
    throw this.#fail(`one of the arguments ${flags} is required`);
  }

  /** `--name value` or `--name=value`; returns where to go on. */
  #long(args: readonly string[], at: number): number {
    const token = args[at]!;
    const equals = token.indexOf("=");
    const given = equals < 0 ? token : token.slice(0, equals);
    const option = this.#find(given, token);
    if (takesNone(option)) {
      if (equals >= 0) {
        const value = token.slice(equals + 1);
        throw this.#fail(`argument ${flagsOf(option)}: ignore implicit argument '${value}'`);
      }
      this.#take(option);
      return at + 1;
    }
    if (option.action === "storeMany") this.#values.delete(nameOf(option));
    if (equals >= 0) {
      this.#take(option, token.slice(equals + 1));
      return at + 1;
    }
    if (option.action === "storeMany") return this.#many(option, args, at + 1);
    this.#take(option, this.#next(option, args[at + 1]));
    return at + 2;
  }

  /** All values up to the next option; returns where to go on. */
  #many(option: ArgumentDefinition, args: readonly string[], first: number): number {
    let end = first;
    while (end < args.length && !isFlag(args[end]!)) end++;
    if (end === first) throw this.#fail(`argument ${flagsOf(option)}: expected 1 argument(s)`);
    for (const value of args.slice(first, end)) this.#take(option, value);
    return end;
  }

  /** `-n value`, `-nvalue`, or several flags; returns where to go on. */
  #short(args: readonly string[], at: number): number {
    const token = args[at]!;
    for (let i = 1; i < token.length; i++) {
      const option = this.#find(`-${token[i]}`, token);
      if (takesNone(option)) {
        this.#take(option);
        continue;
      }
      const inline = token.slice(i + 1);
      this.#take(option, inline === "" ? this.#next(option, args[at + 1]) : inline);
      return inline === "" ? at + 2 : at + 1;
    }
    return at + 1;
  }

  #find(given: string, token: string): ArgumentDefinition {
    const all = [HELP, ...this.#taker.options];
    const exact = all.find(({ flags }) => flags.includes(given));
    if (exact !== undefined) return exact;
    const found = all.flatMap((option) =>
      option.flags.filter((flag) => isPrefix(given, flag)).map((flag) => ({ option, flag }))
    );
    if (found.length > 1) {
      const names = found.map(({ flag }) => flag).sort().join(", ");
      throw this.#fail(`ambiguous option: ${given} could match ${names}`);
    }
    if (found.length === 0) throw this.#unrecognized(token);
    return found[0]!.option;
  }

  #next(option: ArgumentDefinition, value: string | undefined): string {
    if (value !== undefined && !isFlag(value)) return value;
    throw this.#fail(`argument ${flagsOf(option)}: expected one argument`);
  }

  #take(option: ArgumentDefinition, value?: string): void {
    if (option === HELP) {
      throw new ArgumentExit(`${this.#taker.usage}\n\n${this.#taker.help}`, 0);
    }
    if (option.action === "version") throw new ArgumentExit(`${this.#taker.version}`, 0);
    if (value !== undefined) this.#check(option, value);
    if (option.group !== undefined) {
      const other = this.#groups.get(option.group);
      if (other !== undefined && other !== option) {
        throw this.#fail(
          `argument ${flagsOf(option)}: not allowed with argument ${flagsOf(other)}`,
        );
      }
      this.#groups.set(option.group, option);
    }
    const name = nameOf(option);
    const values = this.#values.get(name) ?? [];
    if (value !== undefined) values.push(value);
    this.#values.set(name, values);
  }

  #check(option: ArgumentDefinition, value: string): void {
    const { type, choices } = option;
    if (type === undefined || (type === "Double" && DOUBLE.test(value))) return;
    const isNumber = /^[+-]?\d+$/.test(value);
    if (type !== "Double") {
      const [least, most] = RANGES[type];
      if (isNumber && BigInt(value) >= least && BigInt(value) <= most) {
        if (choices === undefined || choices.includes(Number(value))) return;
        throw this.#fail(
          `argument ${flagsOf(option)}: invalid choice: '${value}' (choose from {${choices}})`,
        );
      }
    }
    const reason = !isNumber || type !== "Short"
      ? `For input string: "${value}"`
      : `Value out of range. Value:"${value}" Radix:10`;
    throw this.#fail(
      `argument ${flagsOf(option)}: could not convert '${value}' to ${type} (${reason})`,
    );
  }

  #unrecognized(text: string): ArgumentExit {
    const flags = [HELP, ...this.#taker.options].flatMap(({ flags }) => flags)
      .filter((flag) => flag.replace(/^-+/, "").length > 1);
    const isName = isFlag(text) && text.replace(/^-+/, "").length > 1;
    return this.#fail(`unrecognized arguments: '${text}'`, isName ? candidates(text, flags) : []);
  }
}

const RANGES: Readonly<Record<"Integer" | "Long" | "Short", readonly [bigint, bigint]>> = {
  Integer: [-(2n ** 31n), 2n ** 31n - 1n],
  Long: [-(2n ** 63n), 2n ** 63n - 1n],
  Short: [-0x8000n, 0x7fffn],
};

/** What `Double.valueOf` takes, but for hexadecimal digits. */
const DOUBLE = /^\s*[+-]?(?:NaN|Infinity|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[fFdD]?)\s*$/;

/** A negative whole number is a value; options that look like one there are none. */
const NEGATIVE = /^-\d+$/;

function takesNone({ action }: ArgumentDefinition): boolean {
  return action === "storeTrue" || action === "version";
}

function isFlag(token: string): boolean {
  return token.startsWith("-") && token.length > 1 && !NEGATIVE.test(token);
}

function nameOf({ flags }: ArgumentDefinition): string {
  return flags[0]!.replace(/^-+/, "");
}

function flagsOf({ flags }: ArgumentDefinition): string {
  return flags.join("/");
}

/** Lines of at most 75 characters, the newline at the very end among them; all but the last are filled with spaces, which go into the middle first. */
export function justified(text: string): string {
  const lines: string[] = [];
  const pieces = linePieces(text);
  let line = "";
  for (const [index, piece] of pieces.entries()) {
    const newline = index === pieces.length - 1 ? 1 : 0;
    if (line !== "" && line.length + piece.length + newline > WIDTH) {
      lines.push(filled(line.trimEnd().split(" ")));
      line = "";
    }
    line += piece;
  }
  return [...lines, line].join("\n");
}

function filled(words: readonly string[]): string {
  const gaps = words.length - 1;
  if (gaps === 0) return words[0]!;
  const spaces = WIDTH - words.reduce((sum, word) => sum + word.length, 0);
  const each = Math.floor(spaces / gaps);
  const more = spaces % gaps;
  const from = Math.ceil((gaps - more) / 2);
  return words.map((word, index) => {
    if (index === gaps) return word;
    return word + " ".repeat(each + (index >= from && index < from + more ? 1 : 0));
  }).join("");
}
