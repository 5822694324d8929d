import { assert, assertEquals, assertMatch } from "@std/assert";
import { startToolRunner, type ToolRunner } from "./kafka/tool_runner.ts";
import {
  type BrokerUnderTest,
  startApacheKafka,
  startBrokerUnderTest,
} from "./support/broker_under_test.ts";
import { CLIENTS } from "./support/clients.ts";
import { base64, type Codec, fetchedFrom, type PlanRecord, type Step } from "./support/plan.ts";

/** A node's whole directory goes from this broker to Apache Kafka and back: topics, configs, records, what was deleted. */

/** The one that starts fastest. */
const client = CLIENTS.find(({ name }) => name === "franz-go")!;
const CODECS: readonly Codec[] = ["none", "gzip", "snappy", "lz4", "zstd"];
const TOPICS = ["plain", "packed", "compacted"] as const;
const PARTITIONS = 2;
const ROUND = 300;

type Start = (directory: string) => Promise<BrokerUnderTest>;

const ours: Start = (directory) => startBrokerUnderTest(directory, { serverProperties: true });
const theirs: Start = (directory) => startApacheKafka(directory);

const CONFIGS: Readonly<Record<(typeof TOPICS)[number], Readonly<Record<string, string>>>> = {
  plain: { "retention.ms": "-1" },
  packed: { "retention.ms": "-1", "compression.type": "zstd", "internal.segment.bytes": "20000" },
  compacted: { "cleanup.policy": "compact", "min.cleanable.dirty.ratio": "0.9" },
};

/** The records of one round; the key tells round and place. */
function records(round: number, partition: number): PlanRecord[] {
  return Array.from({ length: ROUND }, (_, i) => ({
    k: base64(`${round}-${partition}-${i}`),
    v: i % 10 === 3 ? null : base64(`value ${i} ${"x".repeat(i)}`),
    h: i % 3 === 0 ? [["round", base64(String(round))]] as const : [],
    t: 1_760_000_000_000 + round * 1_000_000 + i,
  }));
}

function createTopics(): Step[] {
  return [
    ...TOPICS.map((topic): Step => ({
      op: "createTopic",
      topic,
      partitions: PARTITIONS,
      configs: CONFIGS[topic],
    })),
    { op: "createTopic", topic: "deleted", partitions: 3, configs: {} },
    { op: "deleteTopic", topic: "deleted" },
  ];
}

const partitions = TOPICS.flatMap((topic) =>
  Array.from({ length: PARTITIONS }, (_, partition) => ({ topic, partition }))
);

function produceRound(round: number): Step[] {
  return partitions.map((at, i): Step => ({
    ...{ op: "produce", ...at, acks: "all", idempotent: true },
    codec: CODECS[(round + i) % CODECS.length]!,
    records: records(round, at.partition),
  }));
}

/** Every record of all rounds, from the broker that has the directory now. */
async function assertHasRounds(bootstrap: string, rounds: number): Promise<void> {
  const count = rounds * ROUND;
  const results = await client.run(bootstrap, [
    ...partitions.map((at): Step => ({ op: "fetch", ...at, from: "earliest", count })),
    ...partitions.map((at): Step => ({ op: "offsets", ...at })),
  ]);
  partitions.forEach(({ topic, partition }, i) => {
    const all = Array.from({ length: rounds }, (_, round) => records(round, partition)).flat();
    const what = `${topic}-${partition} after ${rounds} rounds`;
    assertEquals(results[i]!.records, fetchedFrom(0, all), what);
    assertEquals(results[partitions.length + i], { earliest: 0, latest: count }, what);
  });
}

/** What the tools tell of the topics and configs; partitions' epochs are not in it. */
async function described(tools: ToolRunner, bootstrap: string): Promise<string[]> {
  const commands: [string, ...string[]][] = [
    ["topics", "--describe"],
    ["topics", "--list"],
    ["configs", "--describe", "--entity-type", "topics"],
    ["configs", "--describe", "--entity-type", "brokers", "--entity-default"],
    ["configs", "--describe", "--entity-type", "brokers", "--entity-name", "1"],
    ["get-offsets"],
    ["features", "describe"],
  ];
  const texts: string[] = [];
  for (const [tool, ...args] of commands) {
    const server = ["--bootstrap-server", bootstrap];
    const all = tool === "features" ? [...server, ...args] : [...args, ...server];
    const { code, stdout, stderr } = await tools.run(tool, all);
    assertEquals(code, 0, `${tool} ${all.join(" ")}: ${stderr}`);
    texts.push(stdout.replaceAll(/(Epoch: )\d+/g, "$1N"));
  }
  return texts;
}

async function alterConfigs(tools: ToolRunner, bootstrap: string): Promise<void> {
  const altered = [
    ["--entity-type", "topics", "--entity-name", "plain", "--add-config", "segment.ms=7200000"],
    ["--entity-type", "brokers", "--entity-default", "--add-config", "log.retention.ms=86400001"],
    ["--entity-type", "brokers", "--entity-name", "1", "--add-config", "log.cleaner.threads=2"],
  ];
  for (const args of altered) {
    const { code, stderr } = await tools.run(
      "configs",
      ["--bootstrap-server", bootstrap, "--alter", ...args],
    );
    assertEquals(code, 0, stderr);
  }
}

/** The keys that a console consumer prints of one partition. */
async function consoleKeys(tools: ToolRunner, bootstrap: string, count: number): Promise<string[]> {
  const { stdout, stderr, code } = await tools.run("console-consumer", [
    ...["--bootstrap-server", bootstrap, "--topic", "packed", "--partition", "1"],
    ...["--offset", "earliest", "--max-messages", String(count), "--timeout-ms", "30000"],
    ...["--formatter-property", "print.key=true", "--formatter-property", "print.value=false"],
  ]);
  assertEquals(code, 0, stderr);
  return stdout.trimEnd().split("\n");
}

/** The directory is dumped while the broker runs on it. */
async function assertDumps(tools: ToolRunner, broker: BrokerUnderTest): Promise<void> {
  const log = (folder: string) => `${broker.logDir}/${folder}/00000000000000000000.log`;
  const data = await tools.run("dump-log", ["--print-data-log", "--files", log("plain-0")]);
  assertEquals(data.code, 0, data.stderr);
  assertEquals(data.stdout.match(/^\| offset: /gm)?.length, ROUND);
  assert(/keySize: 5 .*headerKeys: \[round\] key: 0-0-0 payload: value 0/.test(data.stdout));
  const metadata = await tools.run("dump-log", [
    ...["--cluster-metadata-decoder", "--skip-record-metadata"],
    ...["--files", log("__cluster_metadata-0")],
  ]);
  assertEquals(metadata.code, 0, metadata.stderr);
  assertMatch(metadata.stdout, /"type":"TOPIC_RECORD","version":0,"data":\{"name":"packed"/);
  assert(!metadata.stdout.includes("Could not decode"), metadata.stdout);
}

async function roundTrip(first: Start, second: Start): Promise<void> {
  const directory = await Deno.makeTempDir();
  await using tools = await startToolRunner();
  try {
    let before: string[];
    {
      await using broker = await first(directory);
      await client.run(broker.bootstrap, [...createTopics(), ...produceRound(0)]);
      await alterConfigs(tools, broker.bootstrap);
      await assertDumps(tools, broker);
      before = await described(tools, broker.bootstrap);
    }
    {
      await using broker = await second(directory);
      assertEquals(await described(tools, broker.bootstrap), before);
      await assertHasRounds(broker.bootstrap, 1);
      assertEquals(
        await consoleKeys(tools, broker.bootstrap, ROUND),
        Array.from({ length: ROUND }, (_, i) => `0-1-${i}`),
      );
      await client.run(broker.bootstrap, [
        ...produceRound(1),
        { op: "createTopic", topic: "late", partitions: 1, configs: { "segment.ms": "3600000" } },
      ]);
      before = await described(tools, broker.bootstrap);
    }
    {
      const broker = await first(directory);
      assertEquals(await described(tools, broker.bootstrap), before);
      await assertHasRounds(broker.bootstrap, 2);
      await client.run(broker.bootstrap, produceRound(2));
      await broker.kill();
    }
    {
      // What a killed node leaves, the other one recovers.
      await using broker = await second(directory);
      await assertHasRounds(broker.bootstrap, 3);
    }
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

Deno.test("a directory of this broker starts in Apache Kafka with all it has, and comes back", async () => {
  await roundTrip(ours, theirs);
});

Deno.test("a directory of Apache Kafka starts in this broker with all it has, and goes back", async () => {
  await roundTrip(theirs, ours);
});
