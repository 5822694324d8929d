import { assertEquals } from "@std/assert";
import { bashCompletion } from "../../../../storage/cli/completion/bash_completion.ts";
import { COMPLETED, hasShell, linesOfShell } from "./completed_tools.ts";

/** What bash offers for the last word of a line. */
function completions(...words: readonly string[]): Promise<string[]> {
  const quoted = ["seglog", ...words].map((word) => `'${word}'`).join(" ");
  const call = `COMP_WORDS=(${quoted}); COMP_CWORD=${words.length}; _seglog`;
  const script = `${bashCompletion(COMPLETED)}\n${call}\nprintf '%s\\n' "\${COMPREPLY[@]}"`;
  return linesOfShell("bash", ["--norc", "-c", script]);
}

Deno.test({
  name: "bash completes tools, commands and flags, and files where a value stands",
  ignore: !hasShell("bash"),
  async fn() {
    assertEquals(await completions(""), ["topics", "cluster"]);
    assertEquals(await completions("to"), ["topics"]);
    assertEquals(await completions("topics", "--t"), ["--topic", "--topic-id"]);
    assertEquals(await completions("kafka-topics.sh", "--list", "--topic-"), ["--topic-id"]);
    assertEquals(await completions("cluster", ""), ["id", "endpoints", "--help"]);
    assertEquals(await completions("cluster", "id", ""), ["--json"]);
    assertEquals(await completions("cluster", "endpoints", "--fi"), ["--file"]);
    for (const line of [["topics", "--topic", ""], ["topics", "--topic", "=", ""], ["none", ""]]) {
      assertEquals(await completions(...line), [""]);
    }
  },
});
