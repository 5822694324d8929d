/**
 * The broker beside Apache Kafka, same machine, same Java tools, in one run:
 * `deno run -A bench/broker_compare.ts [--rounds 3] [--scale 1] [PART...]`.
 *
 * Both brokers run all the time, each with what it starts with by default (Apache Kafka with its heap of 1 GiB); the tools ask one
 * and then the other, so that what else the machine does hits both. The table has the medians over the rounds; a ratio above 1
 * is better than Apache Kafka. The parts `start` and `topics` start brokers of their own, one at a time. `BENCH_DIR` says where the logs go. `--scale 0.01` is for a look whether all of it works.
 */

import {
  classPath,
  freePort,
  kafka,
  nodeProperties,
  propertiesText,
} from "../tests/interop/kafka/apache_kafka.ts";
import {
  type BrokerUnderTest,
  startApacheKafka,
  startSeglog,
} from "../tests/interop/support/broker_under_test.ts";
import {
  cpuSeconds,
  peakResidentMiB,
  residentMiB,
} from "../tests/interop/support/process_figures.ts";
import { deleteTopics, makeTopics, produceToLast } from "./workloads/topics.ts";
import { RawClient, textBatch } from "../tests/interop/support/raw_client.ts";

const root = new URL("../", import.meta.url).pathname;

/** Flags of Apache Kafka's start script. */
const KAFKA_JVM: readonly string[] = [
  ...["-Xmx1G", "-Xms1G", "-server", "-XX:+UseG1GC", "-XX:MaxGCPauseMillis=20"],
  ...["-XX:InitiatingHeapOccupancyPercent=35", "-XX:+ExplicitGCInvokesConcurrent"],
];
const TOOL_JVM: readonly string[] = [
  ...["-Xmx512M", "-server", "-XX:+UseG1GC", "-Dorg.slf4j.simpleLogger.defaultLogLevel=error"],
];

type Unit = "records/s" | "MB/s" | "ms" | "us" | "MiB" | "CPU s/GB";

/** Figures of one measure, by broker. */
interface Measured {
  readonly unit: Unit;
  readonly ours: number[];
  readonly theirs: number[];
}

/** The brokers by the names of {@linkcode Measured}. */
type Side = "ours" | "theirs";

const table = new Map<string, Measured>();
let warm = true;

function note(measure: string, unit: Unit, side: Side, figure: number): void {
  if (!warm) return;
  const row = table.get(measure) ?? { unit, ours: [], theirs: [] };
  table.set(measure, row);
  row[side].push(figure);
}

async function javaOutput(args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command("java", {
    args: [...TOOL_JVM, "-cp", await classPath(), ...args],
  }).output();
  const text = new TextDecoder().decode(stdout);
  // e2e-latency prints its figures and then fails where it commits an offset of a group.
  if (code !== 0 && text === "") throw new Error(new TextDecoder().decode(stderr));
  return text;
}

function peer(name: string, ...args: string[]): Promise<string> {
  return javaOutput([`${root}bench/peers/${name}.java`, ...args]);
}

/** Processor time of a broker for each GB that goes through it meanwhile. */
async function perGigabyte(broker: BrokerUnderTest, bytes: number, work: () => Promise<void>) {
  const before = await cpuSeconds(broker.pid);
  await work();
  return (await cpuSeconds(broker.pid) - before) / (bytes / 1e9);
}

async function createTopic(broker: BrokerUnderTest, topic: string, partitions: number) {
  using client = await RawClient.connect(broker.bootstrap);
  const [code] = await client.createTopics([topic], partitions);
  if (code !== 0) throw new Error(`cannot create ${topic}: error ${code}`);
}

/** A part of the comparison, for one broker in one round. */
type Part = (broker: BrokerUnderTest, side: Side, round: number, scale: number) => Promise<void>;

const SIZES = [[100, 2_000_000], [1024, 500_000]] as const;

const produceAndConsume: Part = async (broker, side, round, scale) => {
  for (const [size, count] of SIZES) {
    const records = Math.max(1000, Math.round(count * scale));
    for (const acks of ["1", "all"]) {
      for (const codec of ["none", "lz4"]) {
        const shape = `${size} B, acks=${acks}, ${codec}`;
        const topic = `perf-${round}-${size}-${acks}-${codec}`;
        await createTopic(broker, topic, 1);
        const cpu = await perGigabyte(broker, records * size, async () => {
          const text = await javaOutput([
            "org.apache.kafka.tools.ProducerPerformance",
            ...["--bootstrap-server", broker.bootstrap, "--topic", topic, "--throughput", "-1"],
            ...["--num-records", `${records}`, "--record-size", `${size}`],
            ...["--command-property", `acks=${acks}`, `compression.type=${codec}`],
          ]);
          const total = /sent, ([\d.]+) records\/sec .* (\d+) ms 50th.* (\d+) ms 99th/
            .exec(text.trimEnd().split("\n").at(-1)!);
          if (total === null) throw new Error(`producer-perf-test: ${text}`);
          note(`producer-perf-test ${shape}`, "records/s", side, Number(total[1]));
          note(`producer-perf-test ${shape}: p50`, "ms", side, Number(total[2]));
          note(`producer-perf-test ${shape}: p99`, "ms", side, Number(total[3]));
        });
        note(`producer-perf-test ${shape}: broker`, "CPU s/GB", side, cpu);
        if (acks === "all") continue;
        const passes = 8;
        const reading = await perGigabyte(broker, passes * records * size, async () => {
          const text = await peer("ReadAll", broker.bootstrap, topic, `${records}`, `${passes}`);
          const [rate] = text.split(" ");
          note(`read all ${shape}`, "records/s", side, Number(rate));
        });
        note(`read all ${shape}: broker`, "CPU s/GB", side, reading);
      }
    }
  }
};

const manyClients: Part = async (broker, side, round, scale) => {
  const seconds = `${Math.max(2, Math.round(20 * scale))}`;
  const args = [broker.bootstrap, `many-${round}`, "50", "100", seconds, "1024"];
  const before = await cpuSeconds(broker.pid);
  const [produced, consumed] = (await peer("ManyClients", ...args)).split(" ").map(Number);
  const used = await cpuSeconds(broker.pid) - before;
  const shape = "50 producers + 50 consumers, 100 partitions";
  note(`${shape}: produced`, "records/s", side, produced!);
  note(`${shape}: consumed`, "records/s", side, consumed!);
  // With its seconds before the measurement.
  const bytes = (produced! + consumed!) * 1024 * (Number(seconds) + 15);
  note(`${shape}: broker`, "CPU s/GB", side, used / (bytes / 1e9));
};

const latency: Part = async (broker, side, round, scale) => {
  const records = `${Math.max(200, Math.round(20_000 * scale))}`;
  for (const acks of ["1", "all"]) {
    const topic = `e2e-${round}-${acks}`;
    await createTopic(broker, topic, 1);
    const text = await peer("EndToEnd", broker.bootstrap, topic, records, acks);
    const [p50, p99] = text.split(" ").map(Number);
    note(`end to end, acks=${acks}: p50`, "us", side, p50!);
    note(`end to end, acks=${acks}: p99`, "us", side, p99!);
  }
  const topic = `e2e-tool-${round}`;
  await createTopic(broker, topic, 1);
  const config = await Deno.makeTempFile();
  try {
    await Deno.writeTextFile(config, "default.api.timeout.ms=2000\n");
    const text = await javaOutput([
      "org.apache.kafka.tools.EndToEndLatency",
      ...["--bootstrap-server", broker.bootstrap, "--topic", topic, "--num-records", records],
      ...["--producer-acks", "1", "--record-size", "100", "--command-config", config],
    ]);
    note("e2e-latency: average", "ms", side, Number(/Avg latency: ([\d.]+)/.exec(text)?.[1]));
  } finally {
    await Deno.remove(config);
  }
};

const PARTS: Readonly<Record<string, Part>> = {
  produce: produceAndConsume,
  clients: manyClients,
  latency,
};

/** From the start of the process to the first record that is acknowledged; on a directory that is formatted already. */
async function start(directory: string, rounds: number): Promise<void> {
  const port = freePort();
  const listening = "listening", acknowledged = "process start to first acknowledged record";
  const measure = async (side: Side, command: readonly string[]) => {
    for (let round = 0; round <= rounds; round++) {
      const text = await peer("FirstRecord", `${port}`, `first-${round}`, ...command);
      const [up, first] = text.split(" ").map(Number);
      // The first start formats, and fills the system's caches.
      if (round === 0) continue;
      note(`process start to ${listening}`, "ms", side, up!);
      note(acknowledged, "ms", side, first!);
    }
  };
  const file = `${directory}/start-theirs.properties`;
  const properties = nodeProperties(`${directory}/start-theirs`, {});
  const listeners = properties["listeners"]!.replace(
    /PLAINTEXT:\/\/[^,]+/,
    `PLAINTEXT://127.0.0.1:${port}`,
  );
  await Deno.writeTextFile(file, propertiesText({ ...properties, listeners }));
  await kafka("storage", "format", "--standalone", "-t", "MkU3OEVBNTcwNTJENDM2Qg", "-c", file);
  await measure("ours", [
    ...[Deno.execPath(), "run", "-A", "--config", `${root}deno.json`, `${root}cli.ts`],
    ...["server-start", "--override", `listeners=PLAINTEXT://127.0.0.1:${port}`],
    ...["--override", `log.dirs=${directory}/start-ours`],
  ]);
  await measure("theirs", ["java", ...KAFKA_JVM, "-cp", await classPath(), "kafka.Kafka", file]);
}

/** Many topics: made one by one and many a request, there after a stop and a start, deleted. */
async function topics(directory: string, rounds: number, scale: number): Promise<void> {
  const count = Math.max(20, Math.round(10_000 * scale));
  const single = Math.max(10, Math.round(1000 * scale));
  const aRequest = Math.min(500, count);
  const made = `${count} topics, ${aRequest} a request`;
  for (let round = 0; round < rounds; round++) {
    for (const side of ["ours", "theirs"] as const) {
      const place = `${directory}/topics-${round}-${side}`;
      await Deno.mkdir(place);
      const launch = side === "ours"
        ? () => startSeglog(place)
        : () => startApacheKafka(place, { jvm: KAFKA_JVM });
      const first = await launch();
      const options = { bootstrap: first.bootstrap, logDir: first.logDir, count, aRequest };
      const many = { ...options, prefix: "many" };
      // What does not count: both compile as they run.
      await makeTopics({ ...options, prefix: "warm", count: aRequest });
      const one = { ...options, prefix: "one", count: single, aRequest: 1 };
      note(`${single} topics, 1 a request: made`, "ms", side, await makeTopics(one));
      note(`${made}: made`, "ms", side, await makeTopics(many));
      note(`${made}: resident memory with them`, "MiB", side, await residentMiB(first.pid));
      const stopping = performance.now();
      await first[Symbol.asyncDispose]();
      note(`${made}: clean stop with them`, "ms", side, performance.now() - stopping);
      const starting = performance.now();
      await using second = await launch();
      const again = { ...many, bootstrap: second.bootstrap };
      await produceToLast(again);
      const took = performance.now() - starting;
      note(`${made}: process start to a record in the last one`, "ms", side, took);
      note(`${made}: deleted`, "ms", side, await deleteTopics(again));
    }
  }
}

/** `Broker.start` in a process that has started some, to the first acknowledged record. */
async function embedded(directory: string, rounds: number): Promise<void> {
  const { Broker } = await import("../cluster/server/broker.ts");
  for (let round = 0; round < 10 + rounds; round++) {
    const from = performance.now();
    await using broker = await Broker.start({ dir: `${directory}/embedded-${round}`, port: 0 });
    using client = await RawClient.connect(`127.0.0.1:${broker.endpoints[0]!.port}`);
    await client.createTopics(["t"], 1);
    await client.produce({ topic: "t", partition: 0 }, -1, textBatch(["x"]));
    const took = performance.now() - from;
    if (round >= 10) note("Broker.start to first acknowledged record", "ms", "ours", took);
  }
}

function median(figures: readonly number[]): number {
  return figures.toSorted((a, b) => a - b)[figures.length >> 1] ?? NaN;
}

function print(): void {
  console.log("| measure | unit | ours | Apache Kafka | ours against it |");
  console.log("|---|---|---|---|---|");
  const show = (figure: number) =>
    Number.isNaN(figure) ? "" : figure >= 1000 ? figure.toFixed(0) : figure.toPrecision(3);
  for (const [measure, { unit, ours, theirs }] of table) {
    const [mine, other] = [median(ours), median(theirs)];
    const ratio = unit === "records/s" || unit === "MB/s" ? mine / other : other / mine;
    const better = Number.isFinite(ratio) ? ratio.toFixed(2) : "";
    console.log(`| ${measure} | ${unit} | ${show(mine)} | ${show(other)} | ${better} |`);
  }
}

/** The parts that need both brokers, which run side by side. */
async function sideBySide(
  directory: string,
  parts: readonly Part[],
  rounds: number,
  scale: number,
) {
  for (const folder of ["ours", "theirs"]) await Deno.mkdir(`${directory}/${folder}`);
  await using ours = await startSeglog(`${directory}/ours`);
  await using theirs = await startApacheKafka(`${directory}/theirs`, { jvm: KAFKA_JVM });
  const sides: readonly (readonly [Side, BrokerUnderTest])[] = [["ours", ours], ["theirs", theirs]];
  await new Promise((resolve) => setTimeout(resolve, 5000));
  for (const [side, broker] of sides) {
    note("resident memory, idle", "MiB", side, await residentMiB(broker.pid));
  }
  // A first round that does not count: both compile as they run.
  for (let round = -1; round < rounds; round++) {
    warm = round >= 0;
    for (const part of parts) {
      for (const [side, broker] of sides) {
        await part(broker, side, round, warm ? scale : scale / 10);
      }
    }
  }
  for (const [side, broker] of sides) {
    note("resident memory, most under the load", "MiB", side, await peakResidentMiB(broker.pid));
  }
}

async function main(args: readonly string[]): Promise<void> {
  const rest = [...args];
  const flag = (name: string, otherwise: number): number => {
    const at = rest.indexOf(name);
    return at < 0 ? otherwise : Number(rest.splice(at, 2)[1]);
  };
  const rounds = flag("--rounds", 3), scale = flag("--scale", 1);
  const all = [...Object.keys(PARTS), "start", "embedded", "topics"];
  const unknown = rest.filter((name) => !all.includes(name));
  if (unknown.length > 0) throw new Error(`Unknown part: ${unknown} (there are ${all})`);
  const asked = (name: string) => rest.length === 0 || rest.includes(name);
  const directory = await Deno.makeTempDir({ dir: Deno.env.get("BENCH_DIR") ?? "/tmp" });
  try {
    const parts = Object.keys(PARTS).filter(asked).map((name) => PARTS[name]!);
    if (asked("start")) await start(directory, rounds);
    if (asked("embedded")) await embedded(directory, rounds);
    if (asked("topics")) await topics(directory, rounds, scale);
    if (parts.length > 0) await sideBySide(directory, parts, rounds, scale);
    print();
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

await main(Deno.args);
