/**
 * Runs the commands of `tests/fixtures/cli` again, against the broker under test.
 *
 * @module
 */

import { buildBatch } from "../../../storage/record/record_batch_builder.ts";
import type { KafkaVersion } from "../kafka/apache_kafka.ts";
import type { ToolRunner } from "../kafka/tool_runner.ts";
import { type BrokerUnderTest, startBrokerUnderTest } from "./broker_under_test.ts";
import { LATER_APIS } from "./cli_sequence.ts";
import { commandOf, type Placeholders, transcript } from "./cli_fixtures.ts";
import { RawClient } from "./raw_client.ts";

const fixtures = new URL("../../fixtures/cli/", import.meta.url).pathname;

/** The node that the fixtures were made with. */
export const CLI_NODE: Readonly<Record<string, string>> = {
  "node.id": "0",
  "group.initial.rebalance.delay.ms": "0",
  "offsets.topic.num.partitions": "1",
  "transaction.state.log.num.partitions": "1",
};

/** A minute passes until the tool gives up; nothing depends on it. */
export const SLOW: ReadonlySet<string> = new Set([
  "configs-broker-missing",
  "delete-records-missing-topic",
  "delete-records-missing-partition",
]);

/** The files that commands name. */
async function writeFiles(directory: string): Promise<void> {
  const moved = (replicas: number[]) =>
    JSON.stringify({
      version: 1,
      partitions: [{
        topic: "multipart-topic",
        partition: 0,
        replicas,
        log_dirs: replicas.map(() => "any"),
      }],
    });
  const files: Record<string, string> = {
    "add.properties": "retention.ms=7200000\nmax.message.bytes=1500000\n",
    "short.properties": "default.api.timeout.ms=3000\nrequest.timeout.ms=2000\n",
    "topics.json": '{"topics":[{"topic":"multipart-topic"}],"version":1}',
    "plan.json": moved([0]),
    "bad-plan.json": moved([0, 7]),
    "node/server.log.txt": "",
  };
  for await (const { name } of Deno.readDir(fixtures)) {
    const json = /^delete-records-(.*\.json)$/.exec(name)?.[1];
    if (json !== undefined) files[json] = await Deno.readTextFile(`${fixtures}${name}`);
  }
  for (const [name, text] of Object.entries(files)) {
    await Deno.writeTextFile(`${directory}/${name}`, text);
  }
}

/** What stands for what in the texts about a broker. */
export async function placeholders(
  broker: BrokerUnderTest,
  directory: string,
): Promise<Placeholders> {
  const meta = await Deno.readTextFile(`${broker.logDir}/meta.properties`);
  const properties = await Deno.readTextFile(`${directory}/node/server.properties`);
  return {
    bootstrap: broker.bootstrap,
    controller: /CONTROLLER:\/\/([^,\n]+)/.exec(properties)![1]!,
    directory,
    directoryId: /^directory\.id=(.*)$/m.exec(meta)![1]!,
    clusterId: /^cluster\.id=(.*)$/m.exec(meta)![1]!,
  };
}

/** What the maker of the fixtures did besides running the tools that it recorded. */
function besidesTheTools({ bootstrap }: BrokerUnderTest, { run, start }: ToolRunner) {
  const server = ["--bootstrap-server", bootstrap];
  let live: Deno.ChildProcess | undefined;
  const stopLive = async () => {
    live?.kill("SIGTERM");
    await live?.status;
    live = undefined;
  };
  const steps: Readonly<Record<string, () => Promise<void>>> = {
    async "console-consumer-integer-keys"() {
      using client = await RawClient.connect(bootstrap);
      await client.createTopics(["int-keys"], 1);
      for (const key of [1, 2, -7, 2147483647]) {
        const bytes = new Uint8Array(4);
        new DataView(bytes.buffer).setInt32(0, key);
        const value = new TextEncoder().encode(`value of ${key}`);
        const batch = buildBatch([{ key: bytes, value, timestamp: Date.now() }]);
        await client.produce({ topic: "int-keys", partition: 0 }, -1, batch);
      }
    },
    // Left behind by the consumers that were given no group.
    async "consumer-groups-list"() {
      const { stdout } = await run("consumer-groups", [...server, "--list"]);
      const groups = stdout.split("\n").filter((group) => group.startsWith("console-consumer-"));
      await run("consumer-groups", [
        ...[...server, "--delete"],
        ...groups.flatMap((group) => ["--group", group]),
      ]);
    },
    async "consumer-groups-describe-live"() {
      live = await start("console-consumer", [
        ...[...server, "--topic", "console-topic", "--group", "live"],
        // 3.9 has the older of the two names only.
        ...["--consumer-property", "client.id=live-client"],
      ]);
      const end = Date.now() + 60_000;
      while (Date.now() < end) {
        const args = [...server, "--describe", "--group", "live", "--state"];
        if ((await run("consumer-groups", args)).stdout.includes("Stable")) return;
      }
      throw new Error("the live group has never become stable");
    },
    "consumer-groups-reset-dry-run": stopLive,
  };
  return {
    before: async (name: string) => await steps[name]?.(),
    [Symbol.asyncDispose]: stopLive,
  };
}

/** The text of a fixture. */
export function fixtureText(name: string): Promise<string> {
  return Deno.readTextFile(`${fixtures}${name}.txt`);
}

/**
 * Runs commands against a fresh broker, in their order.
 *
 * @param startRunner starts what runs them, given the folder with the files that they name
 * @param version the line of Kafka that the tools are of
 * @returns what each printed, below the first line of its fixture
 */
export async function transcripts(
  names: readonly string[],
  startRunner: (directory: string) => Promise<ToolRunner>,
  version: KafkaVersion = "4.3.1",
): Promise<Map<string, string>> {
  const directory = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${directory}/node`);
    await writeFiles(directory);
    await using broker = await startBrokerUnderTest(`${directory}/node`, {
      properties: CLI_NODE,
      serverProperties: true,
    });
    const places = await placeholders(broker, directory);
    await using runner = await startRunner(directory);
    const printed = new Map<string, string | Promise<string>>();
    await using besides = besidesTheTools(broker, runner);
    for (const name of names) {
      await besides.before(name);
      const fixture = await fixtureText(name);
      const { tool, args: newest, input } = commandOf(fixture, places);
      // 3.9 has one name for both.
      const args = version === "4.3.1"
        ? newest
        : newest.map((arg) => arg.replace(/^--(reader|formatter)-property$/, "--property"));
      const head = fixture.slice(0, fixture.indexOf("\n") + 1);
      const run = SLOW.has(name) ? runner.runAlone : runner.run;
      const text = run(tool, args, input).then((ended) => head + transcript(ended, places));
      printed.set(name, SLOW.has(name) ? text : await text);
    }
    return new Map(
      await Promise.all([...printed].map(async ([name, text]) => [name, await text] as const)),
    );
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

/** Without the APIs that neither side need have. */
export function withoutLaterApis(text: string): string {
  return text.split("\n").filter((line) => !LATER_APIS.test(line)).join("\n");
}
