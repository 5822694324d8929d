import { assertEquals, assertStringIncludes } from "@std/assert";
import { fishCompletion } from "../../../../storage/cli/completion/fish_completion.ts";
import { COMPLETED, hasShell, linesOfShell } from "./completed_tools.ts";

const script = fishCompletion(COMPLETED);

/** What fish offers for the last word of a line. */
async function completions(line: string): Promise<string[]> {
  const lines = await linesOfShell("fish", [
    "--no-config",
    "-c",
    `${script}\ncomplete -C 'seglog ${line}'`,
  ]);
  return lines.map((line) => line.split("\t")[0]!);
}

Deno.test("a summary is quoted as fish reads it", () => {
  assertStringIncludes(script, `-a topics -d 'the cluster\\'s topics: all of them'`);
});

Deno.test({
  name: "fish completes tools, commands and flags",
  ignore: !hasShell("fish"),
  async fn() {
    assertEquals((await completions("")).slice(0, 2).sort(), ["cluster", "topics"]);
    assertEquals(await completions("topics --t"), ["--topic", "--topic-id"]);
    assertEquals(await completions("kafka-topics.sh --l"), ["--list"]);
    assertEquals(await completions("cluster e"), ["endpoints"]);
    assertEquals(await completions("cluster id --"), ["--json"]);
    assertEquals(await completions("cluster endpoints --"), ["--fenced", "--file"]);
  },
});
