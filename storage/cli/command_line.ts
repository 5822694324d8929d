/**
 * What may stand on the command line of a tool, for a shell that completes it: taken from the tables that the tool itself parses with.
 *
 * @module
 */

import type { ArgumentDefinition, ToolDefinition } from "./argument_parser.ts";
import type { OptionDefinition } from "./option_parser.ts";

/** A flag. */
export interface CommandLineFlag {
  /** The flag with its dashes. */
  readonly name: string;
  /** Whether a value must follow. */
  readonly takesValue: boolean;
}

/** The command line of a tool. */
export interface CommandLine {
  /** Flags that may stand anywhere, or in front of the sub-command. */
  readonly flags: readonly CommandLineFlag[];
  /** Sub-commands with the flags behind them. */
  readonly commands: ReadonlyMap<string, readonly CommandLineFlag[]>;
}

/**
 * The command line of a tool that parses it by {@linkcode OptionDefinition}s.
 *
 * @param commands words of which one comes first
 */
export function commandLineOfOptions(
  definitions: readonly OptionDefinition[],
  commands: Iterable<string> = [],
): CommandLine {
  const flags = definitions.map(({ name, argument }) => (
    { name: `--${name}`, takesValue: argument === "required" }
  ));
  return { flags, commands: new Map(Array.from(commands, (command) => [command, flags])) };
}

/** The command line of a tool that parses it by a {@linkcode ToolDefinition}. */
export function commandLineOfArguments({ options = [], commands }: ToolDefinition): CommandLine {
  return {
    flags: flagsOf(options),
    commands: new Map(commands.map(({ name, options }) => [name, flagsOf(options)])),
  };
}

const HELP: CommandLineFlag = { name: "--help", takesValue: false };

function flagsOf(definitions: readonly ArgumentDefinition[]): CommandLineFlag[] {
  const flags = definitions.map(({ flags: [name], action }) => (
    { name: name!, takesValue: action !== "storeTrue" && action !== "version" }
  ));
  return [HELP, ...flags];
}
