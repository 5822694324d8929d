/**
 * Our clients beside those of others, against Apache Kafka's broker, in one run:
 * `deno run -A bench/clients_compare.ts [--rounds 3] [--scale 1] [CLIENT...]`.
 *
 * Every client is a process of its own with the settings that its documentation has, acks=all, one topic with one partition. Batches: 512 KiB
 * for Java's client and ours, librdkafka's default of 1 MB, and with the other two what a call is given. The table has the medians over the
 * rounds. librdkafka is measured through its binding for Python: that for JavaScript comes from no package registry alone.
 */

import { classPath } from "../tests/interop/kafka/apache_kafka.ts";
import { startApacheKafka } from "../tests/interop/support/broker_under_test.ts";
import { nodeArgs, pythonEnvironment } from "../tests/interop/support/clients.ts";
import { RawClient } from "../tests/interop/support/raw_client.ts";

const root = new URL("../", import.meta.url).pathname;
const programs = `${root}bench/peers/clients/`;

/** What a client is to do. */
interface Task {
  readonly mode: "produce" | "consume" | "latency";
  readonly bootstrap: string;
  readonly topic: string;
  readonly count: number;
  readonly size: number;
  readonly codec: string;
  readonly rate: number;
  readonly group: string;
}

/** What was seen: records/s, memory, and with `latency` ms until a record was acknowledged. */
interface Seen {
  readonly rate: number;
  readonly residentMiB: number;
  readonly p50?: number;
  readonly p99?: number;
}

type Client = (task: Task) => Promise<Seen | undefined>;

async function output(command: string, args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command(command, {
    args: [...args],
    signal: AbortSignal.timeout(300_000),
  }).output();
  if (code === 0) return new TextDecoder().decode(stdout);
  throw new Error(`${command} ${args.join(" ")}: ${new TextDecoder().decode(stderr).slice(-2000)}`);
}

function last(text: string): Seen {
  return JSON.parse(text.trimEnd().split("\n").at(-1)!) as Seen;
}

function nodeClient(program: string): Client {
  return async (task) => {
    const args = await nodeArgs(`${programs}${program}`);
    return last(await output("env", [...args, JSON.stringify(task)]));
  };
}

const librdkafka: Client = async (task) => {
  const python = `${await pythonEnvironment()}/bin/python`;
  return last(await output(python, [`${programs}librdkafka.py`, JSON.stringify(task)]));
};

const ours: Client = async (task) =>
  last(
    await output(Deno.execPath(), [
      ...["run", "-A", "--quiet", "--config", `${root}deno.json`, `${programs}seglog.ts`],
      JSON.stringify(task),
    ]),
  );

/** Java's perf tools, which measure in their own way. */
const java: Client = async ({ mode, bootstrap, topic, count, size, codec }) => {
  if (mode === "latency") return undefined;
  const jvm = ["-Xmx512M", "-Dorg.slf4j.simpleLogger.defaultLogLevel=error"];
  if (mode === "consume") {
    const args = [...jvm, "-cp", await classPath(), `${root}bench/peers/ReadAll.java`];
    const text = await output("java", [...args, bootstrap, topic, `${count}`, "3"]);
    return { rate: Number(text.split(" ")[0]), residentMiB: NaN };
  }
  const text = await output("java", [
    ...[...jvm, "-cp", await classPath(), "org.apache.kafka.tools.ProducerPerformance"],
    ...["--bootstrap-server", bootstrap, "--topic", topic, "--throughput", "-1"],
    ...["--num-records", `${count}`, "--record-size", `${size}`],
    // As much at once as ours; its default is 16 KiB.
    ...["--command-property", "acks=all", `compression.type=${codec}`, "batch.size=524288"],
  ]);
  return {
    rate: Number(/, ([\d.]+) records\/sec[^\n]*$/.exec(text.trimEnd())?.[1]),
    residentMiB: NaN,
  };
};

const CLIENTS: Readonly<Record<string, Client>> = {
  seglog: ours,
  kafkajs: nodeClient("kafkajs.mjs"),
  platformatic: nodeClient("platformatic.mjs"),
  librdkafka,
  java,
};

const table = new Map<string, Map<string, number[]>>();

function note(measure: string, client: string, figure: number | undefined): void {
  if (figure === undefined || Number.isNaN(figure)) return;
  const row = table.get(measure) ?? new Map<string, number[]>();
  table.set(measure, row);
  row.set(client, [...row.get(client) ?? [], figure]);
}

function median(figures: readonly number[] = []): number {
  return figures.toSorted((a, b) => a - b)[figures.length >> 1] ?? NaN;
}

function print(clients: readonly string[]): void {
  console.log(`| measure | ${clients.join(" | ")} |`);
  console.log(`|---|${"---|".repeat(clients.length)}`);
  for (const [measure, row] of table) {
    const cells = clients.map((client) => {
      const figure = median(row.get(client));
      return Number.isNaN(figure) ? "" : figure >= 1000 ? figure.toFixed(0) : figure.toPrecision(3);
    });
    console.log(`| ${measure} | ${cells.join(" | ")} |`);
  }
}

const SHAPES = [[100, 1_000_000], [1024, 300_000]] as const;

async function round(
  bootstrap: string,
  clients: readonly string[],
  number: number,
  scale: number,
): Promise<void> {
  using raw = await RawClient.connect(bootstrap);
  const task = { bootstrap, rate: 1000, group: "" };
  for (const [size, full] of SHAPES) {
    for (const codec of ["none", "lz4"]) {
      const count = Math.max(2000, Math.round(full * scale));
      for (const client of clients) {
        const topic = `r${number}-${client}-${size}-${codec}`;
        await raw.createTopics([topic], 1);
        const shape = { ...task, topic, count, size, codec };
        const produced = await CLIENTS[client]!({ ...shape, mode: "produce" });
        note(`produce ${size} B, ${codec}, records/s`, client, produced?.rate);
        note(`produce ${size} B, ${codec}, MiB`, client, produced?.residentMiB);
        const consumed = await CLIENTS[client]!({ ...shape, mode: "consume", group: topic });
        note(`consume ${size} B, ${codec}, records/s`, client, consumed?.rate);
        note(`consume ${size} B, ${codec}, MiB`, client, consumed?.residentMiB);
      }
    }
  }
  for (const client of clients) {
    const topic = `r${number}-${client}-latency`;
    await raw.createTopics([topic], 1);
    const count = Math.max(1000, Math.round(10_000 * scale));
    const shape = { ...task, topic, count, size: 100, codec: "none" };
    const seen = await CLIENTS[client]!({ ...shape, mode: "latency" });
    note("1,000 records/s, acknowledged: p50, ms", client, seen?.p50);
    note("1,000 records/s, acknowledged: p99, ms", client, seen?.p99);
  }
}

async function main(args: readonly string[]): Promise<void> {
  const rest = [...args];
  const flag = (name: string, otherwise: number): number => {
    const at = rest.indexOf(name);
    return at < 0 ? otherwise : Number(rest.splice(at, 2)[1]);
  };
  const rounds = flag("--rounds", 3), scale = flag("--scale", 1);
  const unknown = rest.filter((name) => CLIENTS[name] === undefined);
  if (unknown.length > 0) {
    throw new Error(`Unknown client: ${unknown} (there are ${Object.keys(CLIENTS)})`);
  }
  const clients = rest.length > 0 ? rest : Object.keys(CLIENTS);
  const directory = await Deno.makeTempDir({ dir: Deno.env.get("BENCH_DIR") ?? "/tmp" });
  try {
    await using broker = await startApacheKafka(directory, { jvm: ["-Xmx1G", "-Xms1G"] });
    for (let number = 0; number < rounds; number++) {
      await round(broker.bootstrap, clients, number, scale);
    }
    print(clients);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

await main(Deno.args);
