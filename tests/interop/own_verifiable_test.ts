import { assert, assertEquals } from "@std/assert";
import { TextLineStream } from "@std/streams";
import type { Finished } from "./kafka/apache_kafka.ts";
import { startToolRunner } from "./kafka/tool_runner.ts";
import { startBrokerUnderTest } from "./support/broker_under_test.ts";
import { runOurs } from "./support/own_tool_runner.ts";

/** Our verifiable-producer and verifiable-consumer beside Apache Kafka's, on one broker: they tell the same, but for times, and end in the same way. */

/** `$S` is the server, `~` stands for what each of the two tools has for itself. */
const COMMANDS = `
verifiable-producer $S
verifiable-producer $S --topic v-~ --max-messages 4 --repeating-keys 3 --value-prefix 7
verifiable-producer $S --topic v-~ --max-messages 2 --acks 0 --throughput 100 --message-create-time 1000
verifiable-producer $S --topic v-~ --max-messages 1 --message-create-time -5
verifiable-producer $S --topic v-~ --max-messages 1 --producer.config producer.properties
verifiable-producer $S --topic v-~ --command-config bad.properties
verifiable-producer $S --topic bad,topic --max-messages 2
verifiable-producer --bootstrap-server nonsense --topic v-~
verifiable-consumer $S
verifiable-consumer $S --topic v-~ --group-id g-~ --max-messages 3 --verbose
verifiable-consumer $S --topic v-~ --group-id g-~ --max-messages 2 --enable-autocommit --group-instance-id i
verifiable-consumer $S --topic v-~ --group-id h-~ --reset-policy none --command-config consumer.properties
verifiable-consumer $S --topic bad,topic --group-id g-~
verifiable-consumer $S --topic v-~ --group-id g-~ --session-timeout 5
verifiable-consumer $S --topic v-~ --group-id g-~ --assignment-strategy mine
verifiable-consumer $S --topic v-~ --group-id g-~ --group-protocol none
`;

const FILES: Readonly<Record<string, string>> = {
  "producer.properties": "linger.ms=1\n",
  "consumer.properties": "max.poll.records=7\n",
  "bad.properties": "batch.size=-5\n",
};

/** What differs from one moment or one tool to the next. */
function comparable({ code, stdout, stderr }: Finished): string {
  const text = (printed: string) =>
    printed.split("\n").filter((line) => !/^\s+(at |\.\.\. \d+ more)/.test(line)).join("\n")
      .replaceAll(/"timestamp":\d+/g, '"timestamp":N')
      .replaceAll(/"avg_throughput":("NaN"|\d+\.\d+(E-?\d+)?)/g, '"avg_throughput":N')
      .replaceAll(/^\[20[0-9-]{8} [0-9:,]{12}\]/gm, "[DATE]")
      .replaceAll(/correlation id \d+/g, "correlation id N")
      .replaceAll(/\b((?:producer|consumer-[a-z]-\w)-)\d+/g, "$1N")
      .replaceAll(/\b([vgh])-[ko]\b/g, "$1-~")
      .trimEnd();
  return `${text(stdout)}\n[stderr]\n${text(stderr)}\n[rc] ${code}`;
}

Deno.test("verifiable producer and consumer tell what Apache Kafka's tell", async (t) => {
  const directory = await Deno.makeTempDir({ prefix: "seglog-interop-" });
  try {
    for (const [name, text] of Object.entries(FILES)) {
      await Deno.writeTextFile(`${directory}/${name}`, text);
    }
    await using broker = await startBrokerUnderTest(directory, {
      properties: { "group.initial.rebalance.delay.ms": "0" },
    });
    await using kafka = await startToolRunner();
    for (const line of COMMANDS.trim().split("\n")) {
      await t.step(line, async () => {
        const command = (own: string) => {
          const text = line.replace("$S", `--bootstrap-server ${broker.bootstrap}`);
          const [tool, ...args] = text.replaceAll("~", own).split(" ");
          return [tool!, args] as const;
        };
        const [tool, args] = command("k");
        const theirs = args.map((word) => word in FILES ? `${directory}/${word}` : word);
        const [wanted, printed] = await Promise.all([
          kafka.runAlone(tool, theirs),
          runOurs(...command("o"), directory),
        ]);
        assertEquals(comparable(printed), comparable(wanted));
      });
    }
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

/** Tells the process of a tool to stop, once it has said something. */
async function stopped(
  signal: Deno.Signal,
  when: string,
  args: readonly string[],
): Promise<{ readonly code: number; readonly names: readonly string[] }> {
  const cli = new URL("../../cli.ts", import.meta.url).pathname;
  await using child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", "--no-check", cli, ...args],
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const names: string[] = [];
  const lines = child.stdout.pipeThrough(new TextDecoderStream()).pipeThrough(
    new TextLineStream(),
  );
  let isTold = false;
  for await (const line of lines) {
    const { name } = JSON.parse(line);
    names.push(name);
    if (name !== when || isTold) continue;
    isTold = true;
    child.kill(signal);
  }
  return { code: (await child.status).code, names };
}

Deno.test("signals end them in order, with Java's exit status", async () => {
  const directory = await Deno.makeTempDir({ prefix: "seglog-interop-" });
  try {
    await using broker = await startBrokerUnderTest(directory, {
      properties: { "group.initial.rebalance.delay.ms": "0" },
    });
    const on = ["--bootstrap-server", broker.bootstrap, "--topic", "v"];
    const written = await stopped(
      "SIGTERM",
      "producer_send_success",
      ["verifiable-producer", ...on, "--throughput", "50"],
    );
    assertEquals(written.code, 143);
    assertEquals(written.names.slice(-2), ["shutdown_complete", "tool_data"]);
    const read = await stopped(
      "SIGINT",
      "offsets_committed",
      ["verifiable-consumer", ...on, "--group-id", "g"],
    );
    assertEquals(read.code, 130);
    assert(read.names.includes("records_consumed"));
    assertEquals(read.names.slice(-3), [
      "shutdown_requested",
      "partitions_revoked",
      "shutdown_complete",
    ]);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
