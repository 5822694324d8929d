import { assert, assertEquals } from "@std/assert";
import { dumpLogTool } from "../../../storage/cli/dump_log.ts";
import { filesBelow, FIXTURES, runInFixtures } from "./cli_support.ts";

const EXPECTED = `${FIXTURES}/expected`;

Deno.test("dump-log prints, of every file of the fixtures, what Kafka's tool printed", async () => {
  const goldens = filesBelow(EXPECTED);
  assert(goldens.length > 300, `${goldens.length}`);
  const different: string[] = [];
  for (const golden of goldens) {
    const text = Deno.readTextFileSync(`${EXPECTED}/${golden}`);
    const args = text.slice(0, text.indexOf("\n")).split(" ").slice(3);
    const run = await runInFixtures(dumpLogTool, args);
    const merged = run.merged.replaceAll(`${FIXTURES}/`, "");
    const actual = `$ kafka dump-log ${args.join(" ")}\n${merged}rc=${run.status}\n`;
    if (actual !== text) {
      different.push(golden);
      if (different.length === 1) assertEquals(actual.split("\n"), text.split("\n"), golden);
    }
  }
  assertEquals(different, []);
});
