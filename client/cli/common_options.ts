/**
 * The options that all tools have whose command line JOpt Simple parses in Kafka.
 *
 * @module
 */

import { type CommandLine, commandLineOfOptions } from "../../storage/cli/command_line.ts";
import type { OptionDefinition } from "../../storage/cli/option_parser.ts";

/** What every tool has. */
export const COMMON_OPTIONS: readonly OptionDefinition[] = [
  { name: "help", description: "Print usage information." },
  { name: "version", description: "Display Kafka version." },
  { name: "help-seglog", description: "Print the options that Kafka's tool lacks.", isOurs: true },
];

/** What may stand on the command line of a tool with these options beside those that all tools have. */
export function toolCommandLine(definitions: readonly OptionDefinition[]): CommandLine {
  return commandLineOfOptions([...definitions, ...COMMON_OPTIONS]);
}
