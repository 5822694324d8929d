/** Tools for the tests of completion, and the shells that run its scripts where they are installed. */

import type { CompletedTool } from "../../../../storage/cli/completion/completed_tool.ts";
import { commandLineOfOptions } from "../../../../storage/cli/command_line.ts";

const flag = (name: string, takesValue = false) => ({ name: `--${name}`, takesValue });

/** One tool with flags alone, and one with commands. */
export const COMPLETED: readonly CompletedTool[] = [
  {
    name: "topics",
    summary: "the cluster's topics: all of them",
    commandLine: commandLineOfOptions([
      { name: "topic", description: "", argument: "required" },
      { name: "topic-id", description: "", argument: "required" },
      { name: "list", description: "" },
    ]),
  },
  {
    name: "cluster",
    summary: "the cluster",
    commandLine: {
      flags: [flag("help")],
      commands: new Map([["id", [flag("json")]], ["endpoints", [
        flag("fenced"),
        flag("file", true),
      ]]]),
    },
  },
];

/** Whether a shell is installed. */
export function hasShell(shell: string): boolean {
  try {
    return new Deno.Command(shell, { args: ["-c", "true"] }).outputSync().success;
  } catch {
    return false;
  }
}

/** Runs a script; gives the lines that it prints. */
export async function linesOfShell(shell: string, args: readonly string[]): Promise<string[]> {
  const { stdout, stderr } = await new Deno.Command(shell, { args: [...args] }).output();
  const text = new TextDecoder();
  const said = text.decode(stderr);
  if (said !== "") throw new Error(said);
  return text.decode(stdout).split("\n").slice(0, -1);
}
