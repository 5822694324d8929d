import { assert, assertEquals } from "@std/assert";
import { java } from "./kafka/apache_kafka.ts";
import { startToolRunner, type ToolRunner } from "./kafka/tool_runner.ts";
import {
  type BrokerUnderTest,
  startApacheKafka,
  startBrokerUnderTest,
} from "./support/broker_under_test.ts";
import { GROUP_CLIENTS } from "./support/clients.ts";
import { until } from "./support/group_member.ts";
import { NONE, RawClient } from "./support/raw_client.ts";

/** Groups, their offsets, and transactions go with the directory: from this broker to Apache Kafka, and back. */

const PROPERTIES = {
  "offsets.topic.num.partitions": "5",
  "transaction.state.log.num.partitions": "5",
};

type Start = (directory: string) => Promise<BrokerUnderTest>;

const ours: Start = (directory) =>
  startBrokerUnderTest(directory, { serverProperties: true, properties: PROPERTIES });
const theirs: Start = (directory) => startApacheKafka(directory, { properties: PROPERTIES });

const TOPIC = "transactional";
const member = GROUP_CLIENTS.find(({ name }) => name === "confluent-kafka")!;

async function ok(tools: ToolRunner, tool: string, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await tools.run(tool, args);
  assertEquals(code, 0, `${tool} ${args.join(" ")}: ${stderr}${stdout}`);
  return stdout;
}

/** What the tools tell of groups and transactions, and what a reader of committed records gets. */
async function told(tools: ToolRunner, bootstrap: string): Promise<string[]> {
  const server = ["--bootstrap-server", bootstrap];
  const lines = (text: string) => text.split("\n").filter((line) => line !== "").sort();
  const groups = (...args: string[]) => ok(tools, "consumer-groups", ...server, ...args);
  const transactions = async (...args: string[]) =>
    // How long ago a transaction began depends on when it is asked.
    (await ok(tools, "transactions", ...server, ...args)).replaceAll(
      /(\t1\d{12} *\t)\d+ *\t/g,
      "$1N\t",
    );
  return [
    ...lines(await groups("--list", "--state")),
    ...lines(await groups("--describe", "--all-groups", "--offsets")),
    ...lines(await transactions("list")),
    ...lines(await transactions("describe", "--transactional-id", "interop-0")),
    ...lines(await transactions("describe", "--transactional-id", "interop-1")),
    ...await java("Consume", bootstrap, "read_committed", TOPIC),
  ];
}

/** They tell the same as before; not always at once, while a broker that has just started takes its partitions over. */
async function assertTold(
  tools: ToolRunner,
  bootstrap: string,
  before: readonly string[],
): Promise<void> {
  let now = await told(tools, bootstrap);
  for (let attempt = 0; now.join() !== before.join() && attempt < 10; attempt++) {
    now = await told(tools, bootstrap);
  }
  assertEquals(now, before);
}

/** Transactions, offsets that a tool has set, and offsets of a member that has left. */
async function work(tools: ToolRunner, bootstrap: string, round: number): Promise<void> {
  await java("ProduceTransactions", bootstrap, TOPIC, `round-${round}`);
  await ok(
    tools,
    "consumer-groups",
    ...["--bootstrap-server", bootstrap, "--reset-offsets", "--execute"],
    ...["--group", `reset-${round}`, "--topic", `${TOPIC}:1`, "--to-offset", String(7 + round)],
  );
  await using joined = await member.start({
    bootstrap,
    group: "members",
    topic: TOPIC,
    assignor: "range",
    sessionMs: 10_000,
  });
  await until([joined], "it has read", () => joined.records.length > 0);
  await joined.commit();
  await joined.leave();
}

async function roundTrip(first: Start, second: Start): Promise<void> {
  const directory = await Deno.makeTempDir();
  await using tools = await startToolRunner();
  try {
    let before: string[];
    {
      await using broker = await first(directory);
      using client = await RawClient.connect(broker.bootstrap);
      assertEquals(await client.createTopics([TOPIC], 2), [NONE]);
      await work(tools, broker.bootstrap, 0);
      before = await told(tools, broker.bootstrap);
      assert(before.some((line) => /^members +transactional/.test(line)), before.join("\n"));
    }
    {
      await using broker = await second(directory);
      await assertTold(tools, broker.bootstrap, before);
      await work(tools, broker.bootstrap, 1);
      await ok(
        tools,
        "consumer-groups",
        ...["--bootstrap-server", broker.bootstrap, "--delete", "--group", "reset-0"],
      );
      before = await told(tools, broker.bootstrap);
      await broker.kill();
    }
    {
      await using broker = await first(directory);
      await assertTold(tools, broker.bootstrap, before);
      await work(tools, broker.bootstrap, 2);
      before = await told(tools, broker.bootstrap);
      await broker.kill();
    }
    {
      await using broker = await second(directory);
      await assertTold(tools, broker.bootstrap, before);
    }
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

Deno.test("groups and transactions of this broker go on in Apache Kafka, and come back", async () => {
  await roundTrip(ours, theirs);
});

Deno.test("groups and transactions of Apache Kafka go on in this broker, and go back", async () => {
  await roundTrip(theirs, ours);
});
