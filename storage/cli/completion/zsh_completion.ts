/**
 * Completion in zsh.
 *
 * @module
 */

import type { CommandLineFlag } from "../command_line.ts";
import type { CompletedTool } from "./completed_tool.ts";

/** A word as zsh reads it. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function assignments(flags: readonly CommandLineFlag[], commands: Iterable<string> = []): string {
  const words = [...commands, ...flags.map(({ name }) => name)].join(" ");
  const valued = flags.filter(({ takesValue }) => takesValue).map(({ name }) => name).join(" ");
  return `offered=(${words}) valued=(${valued})`;
}

function toolCase({ name, commandLine: { flags, commands } }: CompletedTool): string {
  const own = `    ${name}) ${assignments(flags, commands.keys())}`;
  if (commands.size === 0) return `${own} ;;`;
  const cases = Array.from(
    commands,
    ([command, flags]) => `          ${command}) ${assignments(flags)}; break ;;`,
  );
  return [
    own,
    '      for word in "${(@)words[3,CURRENT-1]}"; do',
    '        case "$word" in',
    ...cases,
    "        esac",
    "      done ;;",
  ].join("\n");
}

/** A script that makes zsh complete tools and flags, and files where a value stands: `source <(seglog completion zsh)`. */
export function zshCompletion(tools: readonly CompletedTool[]): string {
  const names = tools.map(({ name, summary }) =>
    // Up to the first colon it is the name.
    `      ${quoted(`${name}:${summary}`)}`
  );
  return `#compdef seglog
_seglog() {
  local word tool="\${words[2]#kafka-}"
  local -a tools offered valued
  if (( CURRENT == 2 )); then
    tools=(
${names.join("\n")}
    )
    _describe tool tools
    return
  fi
  case "\${tool%.sh}" in
${tools.map(toolCase).join("\n")}
  esac
  if (( \${valued[(Ie)\${words[CURRENT-1]}]} )); then
    _files
  else
    compadd -a offered || _files
  fi
}
compdef _seglog seglog`;
}
