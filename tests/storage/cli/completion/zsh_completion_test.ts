import { assertEquals, assertStringIncludes } from "@std/assert";
import { zshCompletion } from "../../../../storage/cli/completion/zsh_completion.ts";
import { COMPLETED, hasShell, linesOfShell } from "./completed_tools.ts";

const script = zshCompletion(COMPLETED);

/** What zsh is told to offer for the last word of a line: its own functions print what they are given. */
function offers(...words: readonly string[]): Promise<string[]> {
  const tell = [
    "compdef() { : }",
    "_files() { print -rl -- FILES }",
    "_describe() { print -rl -- $tools }",
    "compadd() { (( $#offered )) && print -rl -- $offered }",
  ];
  const quoted = ["seglog", ...words].map((word) => `'${word}'`).join(" ");
  const call = `words=(${quoted}); CURRENT=${words.length + 1}; _seglog`;
  return linesOfShell("zsh", ["-f", "-c", [...tell, script, call].join("\n")]);
}

Deno.test("a summary is quoted as zsh reads it", () => {
  assertStringIncludes(script, `'topics:the cluster'\\''s topics: all of them'`);
});

Deno.test({
  name: "zsh completes tools, commands and flags, and files where a value stands",
  ignore: !hasShell("zsh"),
  async fn() {
    assertEquals(await offers(""), [
      "topics:the cluster's topics: all of them",
      "cluster:the cluster",
    ]);
    assertEquals(await offers("kafka-topics.sh", ""), ["--topic", "--topic-id", "--list"]);
    assertEquals(await offers("cluster", ""), ["id", "endpoints", "--help"]);
    assertEquals(await offers("cluster", "id", ""), ["--json"]);
    assertEquals(await offers("cluster", "endpoints", ""), ["--fenced", "--file"]);
    assertEquals(await offers("cluster", "endpoints", "--file", ""), ["FILES"]);
    assertEquals(await offers("none", ""), ["FILES"]);
  },
});
