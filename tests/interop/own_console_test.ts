import { assertEquals } from "@std/assert";
import { Admin } from "../../client/admin/mod.ts";
import { Producer } from "../../client/producer/producer.ts";
import type { Finished } from "./kafka/apache_kafka.ts";
import { startToolRunner } from "./kafka/tool_runner.ts";
import { startBrokerUnderTest } from "./support/broker_under_test.ts";
import { type Placeholders, transcript } from "./support/cli_fixtures.ts";
import { CLI_NODE, placeholders } from "./support/cli_transcripts.ts";
import {
  CONSOLE_FILES,
  CONSUMER_STEPS,
  COORDINATOR_STEPS,
  PRODUCER_STEPS,
} from "./support/own_console_steps.ts";
import { runOurs } from "./support/own_tool_runner.ts";

/** Our console producer and console consumer do what Apache Kafka's do, on the same broker, and each reads what the other has written. */

/** What stands for `~` for Kafka's tool and for ours. */
const OWN = ["k", "o"] as const;

/** Values of a few bytes for each type that has a deserializer: right ones and wrong ones, and none. */
const TYPED: Readonly<Record<string, readonly (readonly number[] | null)[]>> = {
  String: [[0xc3, 0xa9], [0xff, 0x41], null],
  Integer: [[0xff, 0xff, 0xff, 0xf9], [1, 2], null],
  Long: [[0x80, 0, 0, 0, 0, 0, 0, 1], [1], null],
  Short: [[0x80, 0], [], null],
  Float: [[0x3d, 0xcc, 0xcc, 0xcd], [0x7f, 0x80, 0, 0], null],
  Double: [[0x3f, 0xb9, 0x99, 0x99, 0x99, 0x99, 0x99, 0x9a], [0], null],
  UUID: [[...new TextEncoder().encode("01234567-89ab-cdef-0123-456789abcdef")], [0x41], null],
  Bytes: [[0x41, 0x5c, 0x0a, 0xff], [], null],
  ByteBuffer: [[1, 2, 3], [], null],
  Boolean: [[1], [7], null],
};

async function prepare(bootstrapServers: string): Promise<void> {
  await using admin = new Admin({ bootstrapServers });
  const topic = (name: string, configs: Record<string, string> = {}) => (
    { name, numPartitions: 1, configs }
  );
  const created = await admin.createTopics([
    ...["written-k", "written-o", "redirected-k", "redirected-o", "typed", "transactional"].map(
      (name) => topic(name),
    ),
    ...Object.keys(TYPED).map((type) => topic(`typed-${type}`)),
    topic("stamped", { "message.timestamp.type": "LogAppendTime" }),
  ]);
  created.all();
  await using producer = new Producer({ bootstrapServers });
  const bytes = (text: string) => new TextEncoder().encode(text);
  const headers = [{ key: "h", value: bytes("v") }, { key: "n", value: null }];
  producer.send({ topic: "typed", key: "k", value: "one", headers });
  producer.send({ topic: "typed", value: "two" });
  producer.send({ topic: "typed", key: "k" });
  producer.send({ topic: "typed", value: Uint8Array.of(0xff, 0x41), key: "\u00e9" });
  producer.send({ topic: "stamped", value: "v" });
  for (const [type, values] of Object.entries(TYPED)) {
    for (const value of values) {
      producer.send({
        topic: `typed-${type}`,
        value: value === null ? null : Uint8Array.from(value),
      });
    }
  }
  await using transactional = new Producer({ bootstrapServers, transactionalId: "x" });
  await transactional.initTransactions();
  for (const end of ["commit", "abort", "commit"] as const) {
    transactional.beginTransaction();
    await transactional.send({ topic: "transactional", value: end });
    await transactional[`${end}Transaction`]();
  }
}

/** What a tool printed, without what differs from one moment or one tool to the next. */
function comparable(finished: Finished, places: Placeholders, own: string): string {
  return transcript(finished, places)
    .replaceAll(new RegExp(`\\b(written|redirected|of-file|old|none)-${own}\\b`, "g"), "$1-~")
    .replaceAll(/correlation id \d+/g, "correlation id N")
    // How often each has tried.
    .replaceAll(/(?:.*could not be established.*\n.*disconnected.*\n)+/g, "It cannot be reached.\n")
    // Java tells where an array lies.
    .replaceAll(/\[B@[0-9a-f]+/g, "[B@N");
}

Deno.test("our console tools print and write what Apache Kafka's do", async (t) => {
  const directory = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${directory}/node`);
    await using broker = await startBrokerUnderTest(`${directory}/node`, {
      properties: CLI_NODE,
      serverProperties: true,
    });
    const places = await placeholders(broker, directory);
    const server = ["--bootstrap-server", broker.bootstrap];
    const hasty = [...server, "--command-property", "fetch.max.wait.ms=10"];
    await prepare(broker.bootstrap);
    await using java = await startToolRunner();
    const run = async (own: typeof OWN[number], tool: string, line: string, input = "") => {
      for (const [name, text] of Object.entries(CONSOLE_FILES)) {
        await Deno.writeTextFile(`${directory}/${name}`, text.replaceAll("~", own));
      }
      const args = line.split(" ").filter((arg) => arg !== "").flatMap((arg) =>
        arg === "$S"
          ? server
          : arg === "$R"
          ? hasty
          : [arg.replace("DIR/", `${directory}/`).replaceAll("~", own)]
      );
      return own === "k"
        ? await java.run(tool, args, input)
        : await runOurs(tool, args, directory, input);
    };
    const same = async (name: string, tool: string, line: string, input = "") => {
      await t.step(name, async () => {
        const kafkas = comparable(await run("k", tool, line, input), places, "k");
        const ours = comparable(await run("o", tool, line, input), places, "o");
        assertEquals(ours, kafkas);
      });
    };
    for (const [input, args] of PRODUCER_STEPS) {
      const name = `${JSON.stringify(input.slice(0, 40))} | console-producer ${args}`;
      const server = args.includes("--bootstrap-server") ? "" : "$S";
      await same(name, "console-producer", `${server} --topic written-~ ${args}`, input);
    }
    for (const topic of ["written", "redirected"]) {
      await t.step(`each reads the same of the other in ${topic}`, async () => {
        const line = (own: string) =>
          `$R --topic ${topic}-${own} --partition 0 --from-beginning --timeout-ms 1000 ` +
          "--formatter-property print.key=true --formatter-property print.headers=true " +
          "--formatter-property print.offset=true";
        const [byKafka, ...others] = await Promise.all(
          OWN.flatMap((written) =>
            OWN.map(async (reader) => {
              const { code, stdout } = await run(reader, "console-consumer", line(written));
              return { code, lines: stdout.split("\n") };
            })
          ),
        );
        for (const each of others) assertEquals(each, byKafka);
      });
    }
    for (const line of [...CONSUMER_STEPS, ...COORDINATOR_STEPS]) {
      await same(`console-consumer ${line}`, "console-consumer", line);
    }
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
