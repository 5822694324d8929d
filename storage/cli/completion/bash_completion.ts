/**
 * Completion in bash.
 *
 * @module
 */

import type { CommandLineFlag } from "../command_line.ts";
import type { CompletedTool } from "./completed_tool.ts";

function assignments(flags: readonly CommandLineFlag[], commands: Iterable<string> = []): string {
  const words = [...commands, ...flags.map(({ name }) => name)].join(" ");
  const valued = flags.filter(({ takesValue }) => takesValue).map(({ name }) => name).join(" ");
  return `words="${words}" valued="${valued}"`;
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
    '      for word in "${COMP_WORDS[@]:2:COMP_CWORD-2}"; do',
    '        case "$word" in',
    ...cases,
    "        esac",
    "      done ;;",
  ].join("\n");
}

/** A script that makes bash complete tools and flags, and files where a value stands: `source <(seglog completion bash)`. */
export function bashCompletion(tools: readonly CompletedTool[]): string {
  return `_seglog() {
  local word words valued tool="\${COMP_WORDS[1]#kafka-}" last="\${COMP_WORDS[COMP_CWORD-1]}"
  COMPREPLY=()
  case "\${tool%.sh}" in
${tools.map(toolCase).join("\n")}
    *) words="" valued="" ;;
  esac
  if [ "$COMP_CWORD" -eq 1 ]; then
    words="${tools.map(({ name }) => name).join(" ")}"
  elif [ "$last" = "=" ] || [[ " $valued " == *" $last "* ]]; then
    return
  fi
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _seglog seglog`;
}
