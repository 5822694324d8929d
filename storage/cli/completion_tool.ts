/**
 * `seglog completion bash | zsh | fish`: prints a script that makes a shell complete the tools and their flags. Kafka has no such tool.
 *
 * @module
 */

import { commandLineOfOptions } from "./command_line.ts";
import type { CompletedTool } from "./completion/completed_tool.ts";
import { bashCompletion } from "./completion/bash_completion.ts";
import { fishCompletion } from "./completion/fish_completion.ts";
import { zshCompletion } from "./completion/zsh_completion.ts";
import { type OptionDefinition, parseOptions, plainly } from "./option_parser.ts";
import { runTool } from "./tool.ts";
import type { ToolEntry } from "./tools.ts";

const SHELLS: ReadonlyMap<string, (tools: readonly CompletedTool[]) => string> = new Map([
  ["bash", bashCompletion],
  ["zsh", zshCompletion],
  ["fish", fishCompletion],
]);

const OPTIONS: readonly OptionDefinition[] = [{ name: "help", description: "" }];

const USAGE = `Usage: seglog completion bash | zsh | fish
  bash   source <(seglog completion bash)     # in ~/.bashrc
  zsh    source <(seglog completion zsh)      # in ~/.zshrc, behind compinit
  fish   seglog completion fish | source      # in ~/.config/fish/config.fish`;

/** Tools, and the one that prints the completion of them all. */
export function withCompletion(tools: readonly ToolEntry[]): readonly ToolEntry[] {
  const completion: ToolEntry = {
    name: "completion",
    summary: "a script with which bash, zsh or fish completes tools and flags",
    commandLine: () => Promise.resolve(commandLineOfOptions(OPTIONS, SHELLS.keys())),
    run: (args, io) =>
      runTool(io, async (output) => {
        const options = plainly(() => parseOptions(args, OPTIONS));
        if (options.has("help")) {
          output.print(USAGE);
          return 0;
        }
        const [shell = "", ...more] = options.rest;
        const script = SHELLS.get(shell);
        if (script === undefined || more.length > 0) {
          output.printError(USAGE);
          return 1;
        }
        output.print(script(await Promise.all(all.map(completed))));
        return 0;
      }),
  };
  const all = [...tools, completion];
  return all;
}

async function completed({ name, summary, commandLine }: ToolEntry): Promise<CompletedTool> {
  return { name, summary, commandLine: await commandLine() };
}
