/**
 * A cluster of ours beside one of Apache Kafka, three brokers and three controllers each, a process a node, same settings, same clients:
 * `deno run -A bench/cluster_compare.ts [--rounds 3] [--scale 1]`.
 *
 * One cluster runs at a time. `fail-over` is the time from `kill -9` until the producer's next record is acknowledged, that of the record being sent
 * then; `produce` is Apache Kafka's producer-perf-test with acks=all over three replicas. The table has the medians over the rounds.
 */

import { Admin } from "../client/admin/admin.ts";
import { Producer } from "../client/producer/producer.ts";
import { classPath, run } from "../tests/interop/kafka/apache_kafka.ts";
import {
  type ClusterKind,
  type ClusterUnderTest,
  startClusterUnderTest,
} from "../tests/interop/support/cluster_under_test.ts";

const RECORD_BYTES = 100;
const PROPERTIES: Readonly<Record<string, string>> = { "min.insync.replicas": "2" };

type Figures = Map<string, number[]>;

function note(figures: Figures, measure: string, figure: number): void {
  const all = figures.get(measure) ?? [];
  figures.set(measure, all);
  all.push(figure);
}

async function leaderOf(admin: Admin, topic: string): Promise<number> {
  const [description] = (await admin.describeTopics([topic])).values();
  return description!.partitions[0]!.leader!.id;
}

/** Sends one record after the other; tells how long the first one takes that is sent after `strike`. */
async function failOver(servers: string, topic: string, strike: () => Promise<void>) {
  const producer = new Producer({ "bootstrap.servers": servers, "delivery.timeout.ms": 120_000 });
  try {
    for (let i = 0; i < 200; i++) await producer.send({ topic, value: "before" });
    const struck = performance.now();
    await strike();
    await producer.send({ topic, value: "after" });
    return performance.now() - struck;
  } finally {
    await producer.close();
  }
}

/** Waits until all replicas of the topic are in sync again. */
async function untilInSync(admin: Admin, topic: string): Promise<void> {
  while (true) {
    const [description] = (await admin.describeTopics([topic])).values();
    if (description!.partitions.every(({ isr, replicas }) => isr.length === replicas.length)) {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function perfTest(servers: string, records: number): Promise<number> {
  const { stdout, stderr } = await run("java", [
    ...["-Xmx512M", "-Dorg.slf4j.simpleLogger.defaultLogLevel=error", "-cp", await classPath()],
    ...["org.apache.kafka.tools.ProducerPerformance", "--topic", "perf"],
    ...["--num-records", String(records), "--record-size", String(RECORD_BYTES)],
    ...["--throughput", "-1", "--bootstrap-server", servers],
    ...["--command-property", "acks=all"],
  ]);
  const figures = [...stdout.matchAll(/([\d.]+) records\/sec/g)];
  if (figures.length === 0) throw new Error(`${stdout}${stderr}`);
  return Number(figures.at(-1)![1]);
}

async function measure(
  cluster: ClusterUnderTest,
  rounds: number,
  scale: number,
): Promise<Figures> {
  const figures: Figures = new Map();
  const { bootstrap } = cluster;
  const admin = new Admin({ "bootstrap.servers": bootstrap });
  await admin.createTopics([
    { name: "t", numPartitions: 1, replicationFactor: 3 },
    { name: "perf", numPartitions: 3, replicationFactor: 3 },
  ]).then((made) => made.all());
  await perfTest(bootstrap, 200_000 * scale);
  for (let round = 0; round < rounds; round++) {
    note(
      figures,
      "producer-perf-test 100 B, acks=all, 3 replicas | records/s",
      await perfTest(bootstrap, 2_000_000 * scale),
    );
  }
  for (let round = 0; round < rounds; round++) {
    const leader = cluster.node(await leaderOf(admin, "t"));
    const leaderMs = await failOver(bootstrap, "t", () => leader.stop("SIGKILL"));
    note(figures, "fail-over: leader killed | ms", leaderMs);
    await leader.start();
    await untilInSync(admin, "t");
    const { leaderId } = await admin.describeMetadataQuorum();
    const controller = cluster.node(leaderId);
    const controllerMs = await failOver(bootstrap, "t", () => controller.stop("SIGKILL"));
    note(figures, "fail-over: active controller killed | ms", controllerMs);
    await controller.start();
  }
  await admin.close();
  return figures;
}

function median(figures: readonly number[]): number {
  return figures.toSorted((a, b) => a - b)[figures.length >> 1]!;
}

async function main(args: readonly string[]): Promise<void> {
  const option = (name: string, otherwise: number) => {
    const at = args.indexOf(`--${name}`);
    return at < 0 ? otherwise : Number(args[at + 1]);
  };
  const all = new Map<ClusterKind, Figures>();
  for (const kind of ["seglog", "apache-kafka"] as const) {
    const directory = await Deno.makeTempDir({ dir: Deno.env.get("BENCH_DIR") ?? "/tmp" });
    try {
      await using cluster = await startClusterUnderTest(directory, {
        kind,
        properties: PROPERTIES,
      });
      all.set(kind, await measure(cluster, option("rounds", 3), option("scale", 1)));
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  }
  console.log("| measure | unit | ours | Apache Kafka | ours against it |\n|---|---|---|---|---|");
  for (const [measure, figures] of all.get("seglog")!) {
    const [ours, theirs] = [median(figures), median(all.get("apache-kafka")!.get(measure)!)];
    const ratio = measure.endsWith("ms") ? theirs / ours : ours / theirs;
    console.log(`| ${measure} | ${ours.toFixed(0)} | ${theirs.toFixed(0)} | ${ratio.toFixed(2)} |`);
  }
}

await main(Deno.args);
