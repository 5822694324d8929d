/**
 * Completion in fish.
 *
 * @module
 */

import type { CommandLineFlag } from "../command_line.ts";
import type { CompletedTool } from "./completed_tool.ts";

/** A text as fish reads it. */
function quoted(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}

function flagLine(condition: string, { name, takesValue }: CommandLineFlag): string {
  const value = takesValue ? " -r" : "";
  return `complete -c seglog -n ${quoted(condition)} -l ${name.slice("--".length)}${value}`;
}

function toolLines({ name, summary, commandLine: { flags, commands } }: CompletedTool): string[] {
  const ofTool = `__fish_seen_subcommand_from ${name} kafka-${name} kafka-${name}.sh`;
  const withoutCommand = commands.size === 0
    ? ofTool
    : `${ofTool}; and not __fish_seen_subcommand_from ${[...commands.keys()].join(" ")}`;
  return [
    `complete -c seglog -f -n __fish_use_subcommand -a ${name} -d ${quoted(summary)}`,
    ...Array.from(
      commands.keys(),
      (command) => `complete -c seglog -f -n ${quoted(withoutCommand)} -a ${command}`,
    ),
    ...flags.map((flag) => flagLine(withoutCommand, flag)),
    ...Array.from(
      commands,
      ([command, flags]) =>
        flags.map((flag) =>
          flagLine(`${ofTool}; and __fish_seen_subcommand_from ${command}`, flag)
        ),
    )
      .flat(),
  ];
}

/** A script that makes fish complete tools and flags, and files where a value stands: `seglog completion fish | source`. */
export function fishCompletion(tools: readonly CompletedTool[]): string {
  return tools.flatMap(toolLines).join("\n");
}
