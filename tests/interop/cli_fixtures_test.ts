import { assert, assertEquals } from "@std/assert";
import { startToolRunner } from "./kafka/tool_runner.ts";
import { comparable } from "./support/cli_fixtures.ts";
import { SEQUENCE, WAITING } from "./support/cli_sequence.ts";
import { fixtureText, SLOW, transcripts, withoutLaterApis } from "./support/cli_transcripts.ts";

/** Apache Kafka's own tools print against this broker what they print against Apache Kafka. */

const fixtures = new URL("../fixtures/cli/", import.meta.url).pathname;

/** What does not reach a broker says nothing about it; and `list-endpoints` is newer than 3.9. */
const OFFLINE =
  /-help$|^storage-|^dump-log-|-version$|^unreachable|^replica|-endpoints$|-(no|missing)-(server|action|topic)$|describe-and|-without-/;

Deno.test("every fixture of the tools is checked, or waits for a feature that is named", async () => {
  const names: string[] = [];
  for await (const { name } of Deno.readDir(fixtures)) {
    if (name.endsWith(".txt")) names.push(name.slice(0, -".txt".length));
  }
  assertEquals([...SEQUENCE, ...Object.keys(WAITING)].sort(), names.sort());
});

Deno.test("Apache Kafka 4.3.1's tools print what the fixtures have", async (t) => {
  const printed = await transcripts(SEQUENCE, () => startToolRunner());
  for (const [name, text] of printed) {
    await t.step(name, async () => {
      const expected = await fixtureText(name);
      const [seen, wanted] = [text, expected].map((each) => comparable(name, each)) as [
        string,
        string,
      ];
      if (name === "broker-api-versions") {
        assertEquals(withoutLaterApis(seen), withoutLaterApis(wanted));
      } else assertEquals(seen, wanted);
    });
  }
});

Deno.test("Apache Kafka 3.9.2's tools print what they print against Apache Kafka 4.3.1", async (t) => {
  const names = SEQUENCE.filter((name) => !OFFLINE.test(name) && !SLOW.has(name));
  const printed = await transcripts(names, () => startToolRunner("3.9.2"), "3.9.2");
  const file = new URL("../fixtures/cli-3.9.2.txt", import.meta.url);
  const joined = [...printed].map(([name, text]) => `== ${name}\n${text}`).join("");
  if (Deno.env.get("RECORD") !== undefined) {
    assert(Deno.env.get("BROKER") === "apache-kafka", "only Apache Kafka makes fixtures");
    await Deno.writeTextFile(file, joined);
  }
  const expected = new Map(
    (await Deno.readTextFile(file)).split(/^== /m).slice(1)
      .map((part) => [part.slice(0, part.indexOf("\n")), part.slice(part.indexOf("\n") + 1)]),
  );
  assertEquals([...expected.keys()], names);
  for (const [name, text] of printed) {
    await t.step(name, () => {
      const [seen, wanted] = [text, expected.get(name)!].map((each) =>
        withoutLaterApis(comparable(name, each))
      ) as [string, string];
      assertEquals(seen, wanted);
    });
  }
});
