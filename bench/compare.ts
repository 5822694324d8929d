/**
 * The engine beside its peers, in one run: `deno task bench:compare [--mib 512] [--rounds 3] [WORKLOAD...]`.
 *
 * Every figure is taken in a process of its own, ours and the peer's in turn, so that what else the machine does hits
 * both. The table gives the medians over the rounds and their ratio: above 1 is better than the peer. Absolute figures mean
 * little on a shared machine. Apache Kafka's jars come from Maven (see tests/interop/kafka).
 */

import { classPath } from "../tests/interop/kafka/apache_kafka.ts";
import { compact } from "./workloads/cleaner.ts";
import * as log from "./workloads/log.ts";
import { rawRead, rawWrite, rawWriteAndSync } from "./workloads/raw_file.ts";
import { indexLookupWorkload } from "./workloads/segment.ts";

type Figure = (directory: string, bytes: number) => number | Promise<number>;

interface Comparison {
  readonly unit: "MB/s" | "records/s" | "us" | "ms" | "KiB";
  readonly ours: Figure;
  /** By name: a figure taken in Deno, or the workload of `UnifiedLogBench.java`. */
  readonly peers: Readonly<Record<string, Figure | string>>;
}

function sized(name: string): Record<string, Comparison> {
  const [count, size] = name.split("x").map(Number) as [number, number];
  return {
    [`append-leader:${name}`]: {
      unit: "MB/s",
      ours: settled((dir, bytes) => log.appendAsLeader(dir, count, size, bytes)),
      peers: {
        "Kafka UnifiedLog": `append-leader:${name}`,
        "raw writeSync": settled((dir, bytes) => rawWrite(dir, log.batchPool(count, size), bytes)),
      },
    },
    [`append-follower:${name}`]: {
      unit: "MB/s",
      ours: settled((dir, bytes) => log.appendAsFollower(dir, count, size, bytes)),
      peers: { "Kafka UnifiedLog": `append-follower:${name}` },
    },
    [`read-batches:${name}`]: {
      unit: "MB/s",
      ours: (dir, bytes) => warm(log.fill(dir, count, size, bytes), log.readBatches),
      peers: {
        "Kafka UnifiedLog": `read-batches:${name}`,
        "raw positional reads": (dir, bytes) => {
          rawWrite(`${dir}.raw`, [new Uint8Array(1 << 20)], bytes);
          rawRead(`${dir}.raw`);
          return rawRead(`${dir}.raw`);
        },
      },
    },
    [`read-records:${name}`]: {
      unit: "records/s",
      ours: (dir, bytes) => warm(log.fill(dir, count, size, bytes), log.readRecords),
      peers: { "Kafka UnifiedLog": `read-records:${name}` },
    },
  };
}

/** The median of three runs after a warm-up, as in `UnifiedLogBench.java` and `key_value_stores.ts`. */
function settled(run: (path: string, bytes: number) => number): Figure {
  return async (dir, bytes) => {
    const figures: number[] = [];
    for (let i = 0; i < 4; i++) {
      figures.push(run(dir, bytes));
      await Deno.remove(dir, { recursive: true });
    }
    return median(figures.slice(1));
  };
}

function warm(open: ReturnType<typeof log.openLog>, run: (l: typeof open) => number): number {
  run(open);
  const figure = run(open);
  open.close();
  return figure;
}

function lookup(): number {
  const workload = indexLookupWorkload(1_000_000);
  for (let i = 0; i < 200; i++) workload.step();
  const start = performance.now();
  for (let i = 0; i < 2000; i++) workload.step();
  // A step is 1,000 lookups.
  return (performance.now() - start) / 2000;
}

/** A store of `peers/key_value_stores.ts`, which has a lock file of its own. */
function store(name: string): Figure {
  return async (dir) => {
    await Deno.mkdir(dir);
    const peer = (file: string) => new URL(`peers/${file}`, import.meta.url).pathname;
    const config = ["--config", peer("peers.json"), "--lock", peer("peers.lock"), "--frozen"];
    const program = [peer("key_value_stores.ts"), name, dir, "2000"];
    return Number(await output(Deno.execPath(), ["run", "-A", ...config, ...program]));
  };
}

const comparisons: Readonly<Record<string, Comparison>> = {
  ...sized("16x1024"),
  ...sized("150x100"),
  "append-records:150x100": {
    unit: "records/s",
    ours: settled((dir) => log.appendRecords(dir, 150, 100, 20_000)),
    peers: {
      "lmdb (noSync)": store("lmdb"),
      "LevelDB (classic-level)": store("leveldb"),
      "SQLite (synchronous=OFF)": store("sqlite"),
    },
  },
  "random-read:16x1024": {
    unit: "us",
    ours: (dir, bytes) =>
      warm(log.fill(dir, 16, 1024, bytes), (open) => log.randomRead(open, 100_000)),
    peers: { "Kafka UnifiedLog": "random-read:16x1024" },
  },
  "index-lookup": { unit: "us", ours: lookup, peers: { "Kafka OffsetIndex": "index-lookup" } },
  "recover:16x1024": {
    unit: "MB/s",
    ours: (dir, bytes) => {
      log.fill(dir, 16, 1024, bytes).close();
      log.recover(dir);
      return log.recover(dir);
    },
    peers: { "Kafka UnifiedLog": "recover:16x1024" },
  },
  "offset-for-timestamp:1000-segments": {
    unit: "us",
    ours: (dir) =>
      warm(log.fillSegments(dir, 1000), (open) => log.offsetForTimestamp(open, 20_000)),
    peers: {},
  },
  "open-clean:1000-segments": {
    unit: "ms",
    ours: (dir) => {
      log.fillSegments(dir, 1000).close();
      log.openClean(dir);
      return log.openClean(dir);
    },
    peers: {},
  },
  "memory-of-a-partition:10000-open": {
    unit: "KiB",
    ours: (dir) => log.openPartitions(dir, 10_000).bytes / 1024,
    peers: {},
  },
  "append-fsync:16x1024": {
    unit: "us",
    ours: (dir) => log.appendAndFlush(dir, 16, 1024, 300),
    peers: {
      "raw writeSync + fdatasync": (dir) => rawWriteAndSync(`${dir}.raw`, 16_610, 300),
      "Kafka UnifiedLog": "append-fsync:16x1024",
    },
  },
  "compact:100000x100": {
    unit: "MB/s",
    ours: (dir) => compact(dir, 100_000, 100, 1_000_000),
    peers: { "Kafka Cleaner": "compact:100000x100" },
  },
  "compact:1000000x1024": {
    unit: "MB/s",
    ours: (dir) => compact(dir, 1_000_000, 1024, 1_000_000),
    peers: { "Kafka Cleaner": "compact:1000000x1024" },
  },
};

async function output(command: string, args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command(command, { args: [...args] }).output();
  if (code !== 0) throw new Error(`${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}

async function inDeno(name: string, peer: string, mib: number): Promise<number> {
  const flags = ["run", "-A", "--v8-flags=--expose-gc"];
  const args = [...flags, import.meta.filename!, "--one", name, peer, String(mib)];
  return Number((await output(Deno.execPath(), args)).trim());
}

async function inJava(workload: string, mib: number, directory: string): Promise<number> {
  const source = new URL("peers/UnifiedLogBench.java", import.meta.url).pathname;
  const args = ["-Xms1G", "-Xmx1G", "-Dorg.slf4j.simpleLogger.defaultLogLevel=error", "-cp"];
  const text = await output("java", [
    ...args,
    ...[await classPath(), source, directory, String(mib), workload],
  ]);
  const line = text.split("\n").find((each) => each.startsWith(`${workload}\t`));
  return Number(line?.split("\t")[1]);
}

function median(figures: readonly number[]): number {
  return figures.toSorted((a, b) => a - b)[figures.length >> 1]!;
}

/** One figure in this process, for a parent that wants it isolated. */
async function one(name: string, peer: string, mib: number): Promise<void> {
  const directory = await Deno.makeTempDir({ dir: Deno.env.get("BENCH_DIR") ?? "/tmp" });
  try {
    const comparison = comparisons[name]!;
    const figure = peer === "" ? comparison.ours : comparison.peers[peer] as Figure;
    console.log(await figure(`${directory}/bench-0`, mib << 20));
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

async function main(args: readonly string[]): Promise<void> {
  if (args[0] === "--one") return await one(args[1]!, args[2]!, Number(args[3]));
  const rest = [...args];
  const flag = (name: string, otherwise: number): number => {
    const at = rest.indexOf(name);
    return at < 0 ? otherwise : Number(rest.splice(at, 2)[1]);
  };
  const mib = flag("--mib", 512), rounds = flag("--rounds", 3);
  const unknown = rest.filter((name) => !(name in comparisons));
  if (unknown.length > 0) {
    throw new Error(`Unknown workload: ${unknown} (there are ${Object.keys(comparisons)})`);
  }
  const directory = Deno.env.get("BENCH_DIR") ?? "/tmp";
  console.log("| workload | unit | ours | peer | its figure | ours against it |");
  console.log("|---|---|---|---|---|---|");
  for (const [name, { unit, peers }] of Object.entries(comparisons)) {
    if (rest.length > 0 && !rest.includes(name)) continue;
    const ours: number[] = [];
    const theirs = new Map<string, number[]>(Object.keys(peers).map((peer) => [peer, []]));
    for (let round = 0; round < rounds; round++) {
      ours.push(await inDeno(name, "", mib));
      for (const [peer, figure] of Object.entries(peers)) {
        theirs.get(peer)!.push(
          typeof figure === "string"
            ? await inJava(figure, mib, directory)
            : await inDeno(name, peer, mib),
        );
      }
    }
    const show = (figure: number) => figure.toPrecision(4).replace(/e\+(\d+)/, "e$1");
    if (theirs.size === 0) console.log(`| ${name} | ${unit} | ${show(median(ours))} | | | |`);
    for (const [peer, figures] of theirs) {
      const mine = median(ours), other = median(figures);
      const ratio = unit === "us" || unit === "ms" ? other / mine : mine / other;
      console.log(
        `| ${name} | ${unit} | ${show(mine)} | ${peer} | ${show(other)} | ${ratio.toFixed(2)} |`,
      );
    }
  }
}

await main(Deno.args);
