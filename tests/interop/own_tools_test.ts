import { assertEquals } from "@std/assert";
import type { Finished } from "./kafka/apache_kafka.ts";
import { startToolRunner } from "./kafka/tool_runner.ts";
import { startApacheKafka39, startBrokerUnderTest } from "./support/broker_under_test.ts";
import { comparable, type Placeholders, toolOf, transcript } from "./support/cli_fixtures.ts";
import { SEQUENCE } from "./support/cli_sequence.ts";
import {
  CLI_NODE,
  fixtureText,
  placeholders,
  SLOW,
  transcripts,
  withoutLaterApis,
} from "./support/cli_transcripts.ts";
import { isOurs, ownToolRunner, runOurs } from "./support/own_tool_runner.ts";
import { PREPARATION, STEP_FILES, STEPS } from "./support/own_tool_steps.ts";

/** Our tools print what Apache Kafka's own tools print: in the steps of the fixtures, and beside them on the same broker. */

/** What Kafka's tools do in front of ours, which describe it. */
const MAKES_DATA = /^console-(?:producer-.*|consumer-(?:group|integer-keys|missing-topic))$/;

Deno.test("our tools print what the fixtures have of Apache Kafka's", async (t) => {
  const names: string[] = [];
  for (const name of SEQUENCE) {
    const tool = toolOf(await fixtureText(name));
    if (MAKES_DATA.test(name) || isOurs(tool) && !SLOW.has(name)) {
      names.push(name);
    }
  }
  const printed = await transcripts(
    names,
    async (directory) => ownToolRunner(await startToolRunner(), directory),
  );
  for (const [name, text] of printed) {
    await t.step(name, async () => {
      const [seen, wanted] = [text, await fixtureText(name)].map((each) =>
        withoutLaterApis(comparable(name, each))
      );
      assertEquals(seen, wanted);
    });
  }
});

/** What stands for `~` in the names that Kafka's tool and ours have for themselves. */
type OwnName = "k" | "o";

/** A step's command line, taken apart. */
function commandOf(
  step: string,
  { bootstrap, controller, directory }: Placeholders,
  own: OwnName,
): readonly [tool: string, args: readonly string[]] {
  const line = step.replace(/^! /, "")
    .replaceAll("$S", `--bootstrap-server ${bootstrap}`)
    .replaceAll("$C", `--bootstrap-controller ${controller}`)
    .replaceAll("DIR/", `${directory}/`)
    .replaceAll("~", own);
  const [tool, ...args] = line.split(" ");
  return [tool!, args];
}

/** What a tool printed, without what differs from one moment, one Java process or one tool to the next. */
function comparableStep(finished: Finished, places: Placeholders): string {
  const sorted = (list: string) => list.split(", ").sort().join(", ");
  return transcript(finished, places)
    .replaceAll(/([-_])[ko]\b/g, "$1~")
    .replaceAll(/(directory\.id=)[\w-]{22}/g, "$1DIRECTORY_ID")
    .replaceAll(/\b\d+ ms ago */g, "N ms ago")
    .replaceAll(/(TIMESTAMP\s+)\d+\s/g, "$1N ")
    .replaceAll(/(HighWatermark: +|DIRECTORY_ID\t|Epoch: )\d+ */g, "$1N")
    // A client that gives up says in one way or the other how it came to it.
    .replaceAll(/(TimeoutException: |on leader: )(?:Timed out waiting|Call\().*/g, "$1…")
    // Kafka's tool tells of a plan with groups that it is none without groups, and goes on.
    .replaceAll(/^com\.fasterxml\.\S*InvalidFormatException: .*\n at .*\n/gm, "")
    .replace(/\[stderr\]\n(?=\[rc\])/, "")
    // Whatever it is that an older broker does not know, Kafka's tool warns of something else.
    .replaceAll(/^.* does not support MAX_TIMESTAMP offset specs .*\n/gm, "")
    // Java's sets of constants have an order of their own in each process.
    .replaceAll(/(Valid (?:states|types) are: )(.*)/g, (_, head, list) => head + sorted(list))
    .replaceAll(/\[[\w-]+\](?:, \[[\w-]+\])+/g, sorted);
}

const BROKERS = {
  "the same broker": startBrokerUnderTest,
  "a broker of the line before": startApacheKafka39,
} as const;

for (const [name, start] of Object.entries(BROKERS)) {
  Deno.test(`our tools print what Apache Kafka's print on ${name}`, async (t) => {
    const directory = await Deno.makeTempDir();
    try {
      await Deno.mkdir(`${directory}/node`);
      for (const [name, text] of Object.entries(STEP_FILES)) {
        await Deno.writeTextFile(`${directory}/${name}`, text.replaceAll("DIR/", `${directory}/`));
      }
      await using broker = await start(`${directory}/node`, {
        properties: CLI_NODE,
        serverProperties: true,
      });
      const places = await placeholders(broker, directory);
      await using java = await startToolRunner();
      for (const step of PREPARATION) {
        const { code, stderr } = await java.run(...commandOf(step, places, "k"));
        assertEquals([code, stderr], [0, ""], step);
      }
      for (const [tool, steps] of Object.entries(STEPS)) {
        await t.step(tool, async (t) => {
          for (const step of steps) {
            await t.step(step, async () => {
              const run = step.startsWith("! ") ? java.runAlone : java.run;
              const kafkas = await run(...commandOf(step, places, "k"));
              const ours = await runOurs(...commandOf(step, places, "o"), directory);
              assertEquals(comparableStep(ours, places), comparableStep(kafkas, places));
            });
          }
        });
      }
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  });
}
