import { assertEquals } from "@std/assert";
import { parseLogConfig } from "../../storage/log/config/log_config.ts";
import { PartitionLog } from "../../storage/log/partition_log.ts";
import { buildEndTransactionMarker } from "../../storage/record/control_record.ts";
import { batchesIn } from "../../storage/record/memory_records.ts";
import { buildBatch, type NewRecord } from "../../storage/record/record_batch_builder.ts";
import { systemEnv } from "../../storage/system_env.ts";
import { pseudoRandom } from "../support/pseudo_random.ts";
import { type DirectoryToOpen, logLines, openWithKafka } from "./kafka/log_lines.ts";

/**
 * Logs with random histories, whole and damaged in random ways, cleanly stopped or not: what Kafka's own log makes of them when it
 * opens them is what the engine makes of them. A failing one prints its seed; `SEED=n` runs that one alone.
 */

const env = systemEnv();
// Producers that were silent for long are forgotten.
const START = Date.now() - 600_000;
const CONFIGS = {
  "internal.segment.bytes": "700",
  "index.interval.bytes": "100",
  "retention.ms": "-1",
  "file.delete.delay.ms": "0",
};
const TIMES = [-1, -2, -3, -4, ...Array.from({ length: 25 }, (_, i) => START + i * 10)];
const HISTORIES = Number(Deno.env.get("HISTORIES") ?? 150);

type Pick = (below: number) => number;

function picker(seed: number): Pick {
  const next = pseudoRandom(seed);
  return (below) => Math.floor(next() * below);
}

function open({ directory, hadCleanShutdown, logStartOffset = 0 }: DirectoryToOpen): PartitionLog {
  return PartitionLog.open({
    env,
    directory,
    topicPartition: { topic: "history", partition: 0 },
    config: parseLogConfig(CONFIGS),
    hadCleanShutdown,
    logStartOffset,
    producerIdExpirationMs: 2 ** 31 - 1,
  });
}

/** One log, and what happens to it. */
class History {
  readonly #pick: Pick;
  readonly #directory: string;
  #log: PartitionLog;
  #leaderEpoch = 0;
  #time = 0;

  constructor(pick: Pick, directory: string) {
    this.#pick = pick;
    this.#directory = directory;
    this.#log = open({ directory, hadCleanShutdown: true });
  }

  /** Lives on for some steps, and stops cleanly. Returns the log start offset. */
  run(steps: number): number {
    for (let i = 0; i < steps; i++) this.#step();
    const { logStartOffset } = this.#log;
    this.#log.close();
    return logStartOffset;
  }

  #step(): void {
    const log = this.#log, pick = this.#pick;
    switch (pick(20)) {
      case 0:
        log.roll();
        break;
      case 1:
        this.#leaderEpoch += 1 + pick(2);
        break;
      case 2:
        log.truncateTo(log.logEndOffset - pick(Math.min(log.logEndOffset - log.logStartOffset, 9)));
        break;
      case 3:
        log.deleteRecords(log.logStartOffset + pick(log.logEndOffset - log.logStartOffset) / 4 | 0);
        log.deleteOldSegments();
        break;
      case 4: {
        const baseOffset = log.logEndOffset + pick(5);
        const batch = buildBatch(this.#records(), {
          baseOffset,
          partitionLeaderEpoch: this.#leaderEpoch,
        });
        log.appendAsFollower(batch, this.#leaderEpoch);
        break;
      }
      case 5: {
        const { logStartOffset } = log;
        log.close();
        this.#log = open({ directory: this.#directory, hadCleanShutdown: true, logStartOffset });
        break;
      }
      case 6:
      case 7:
      case 8:
        this.#endTransaction();
        break;
      default:
        this.#append();
    }
    this.#log.updateHighWatermark(this.#log.logEndOffset);
  }

  #records(): NewRecord[] {
    return Array.from({ length: 1 + this.#pick(4) }, () => ({
      key: new Uint8Array([this.#pick(20)]),
      value: new Uint8Array(this.#pick(60)),
      timestamp: START + (this.#time += this.#pick(4)) - this.#pick(9),
    }));
  }

  #append(): void {
    const pick = this.#pick;
    const type = (["none", "none", "gzip", "lz4", "snappy", "zstd"] as const)[pick(6)]!;
    const records = this.#records();
    const producerId = 10 + pick(6);
    if (producerId > 13) {
      this.#log.appendAsLeader(
        buildBatch(records, { compression: { type } }),
        this.#leaderEpoch,
      );
      return;
    }
    const entry = this.#log.activeProducers.get(producerId);
    const epoch = Math.max(entry?.producerEpoch ?? 0, 0);
    // A new epoch begins anew, unless a transaction is open.
    const isNew = entry === undefined || entry.isEmpty ||
      (entry.currentTxnFirstOffset === undefined && pick(8) === 0);
    const batch = buildBatch(records, {
      compression: { type },
      producerId,
      producerEpoch: isNew && entry !== undefined ? epoch + 1 : epoch,
      baseSequence: isNew ? 0 : (entry.lastSeq + 1) % 2 ** 31,
      isTransactional: producerId > 11,
    });
    this.#log.appendAsLeader(batch, this.#leaderEpoch);
  }

  #endTransaction(): void {
    const producerId = 12 + this.#pick(2);
    const entry = this.#log.activeProducers.get(producerId);
    if (entry === undefined || entry.producerEpoch < 0) return;
    const marker = buildEndTransactionMarker({
      ...{ producerId, producerEpoch: entry.producerEpoch + this.#pick(2), coordinatorEpoch: 1 },
      type: this.#pick(2) === 0 ? "COMMIT" : "ABORT",
      timestamp: START + this.#time,
    });
    this.#log.appendAsLeader(marker, this.#leaderEpoch, {
      origin: "coordinator",
      transactionVersion: 1,
    });
  }
}

/** Does something to the files of a log. Returns what. */
async function damage(directory: string, pick: Pick): Promise<string> {
  const names: string[] = [];
  for await (const { name } of Deno.readDir(directory)) names.push(name);
  const ending = (...suffixes: string[]) =>
    names.filter((name) => suffixes.some((suffix) => name.endsWith(suffix))).sort();
  const logs = ending(".log");
  const any = (from: readonly string[]) => `${directory}/${from[pick(from.length)]}`;
  const indexes = ending(".index", ".timeindex", ".txnindex", ".snapshot");
  const kind = pick(8);
  const file = kind < 3 ? any(kind === 0 ? logs : logs.slice(-2)) : any(indexes);
  const bytes = await Deno.readFile(file);
  switch (kind) {
    case 0: // A bit turns.
    case 3:
      if (bytes.length > 0) bytes[placeToDamage(file, bytes, pick)]! ^= 1 << pick(8);
      break;
    case 1: // The end is missing.
    case 4:
      return await truncate(file, pick(bytes.length + 1));
    case 2: // Something is behind the end.
    case 5:
      await Deno.writeFile(file, new Uint8Array(1 + pick(100)).fill(pick(2)), { append: true });
      return `appended to ${file}`;
    case 6:
      await Deno.remove(file);
      return `removed ${file}`;
    default:
      return await truncate(file, 0);
  }
  await Deno.writeFile(file, bytes);
  return `damaged ${file}`;
}

/**
 * Not outside the CRC: Kafka believes any base offset, and may empty the segment then, and any magic above 2. Here what cannot be
 * is cut off.
 */
function placeToDamage(file: string, bytes: Uint8Array, pick: Pick): number {
  const place = pick(bytes.length);
  if (!file.endsWith(".log")) return place;
  const inside = [...batchesIn(bytes)].find(({ start }) => place >= start && place < start + 17);
  return inside === undefined ? place : inside.start + 21;
}

async function truncate(file: string, size: number): Promise<string> {
  await Deno.truncate(file, size);
  return `truncated ${file} to ${size}`;
}

/** Thousands of small files are flushed: a disk in memory, where there is one, saves minutes. */
async function makeQuickDir(): Promise<string> {
  try {
    return await Deno.makeTempDir({ dir: "/dev/shm" });
  } catch {
    return await Deno.makeTempDir();
  }
}

async function copyDirectory(from: string, to: string): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  for await (const { name, isFile } of Deno.readDir(from)) {
    if (isFile) await Deno.copyFile(`${from}/${name}`, `${to}/${name}`);
  }
}

/** What the engine knows of a log, and what a look at every record says about the times. */
function openHere(directory: DirectoryToOpen): { lines: string[]; scanned: Map<string, string> } {
  const log = open(directory);
  log.updateHighWatermark(log.logEndOffset);
  const scanned = new Map<string, string>();
  for (const segment of log.segments.values()) {
    for (const batch of segment.batches()) {
      for (const { offset, timestamp } of batch.records()) {
        if (offset < log.logStartOffset) continue;
        for (const time of TIMES.filter((each) => each >= 0 && each <= timestamp)) {
          if (scanned.has(`at ${time}: none`)) continue;
          const line =
            `at ${time}: ${offset} of ${timestamp} in epoch ${batch.partitionLeaderEpoch}`;
          scanned.set(`at ${time}: none`, line);
        }
      }
    }
  }
  const lines = logLines(log, TIMES);
  log.close();
  return { lines, scanned };
}

function assertSame(directory: DirectoryToOpen, theirs: readonly string[], what: string): void {
  const { lines, scanned } = openHere(directory);
  // A transaction index of nonsense keeps Kafka from starting.
  if (theirs.at(-1) === "error") return;
  // Kafka looks no further than the first segment that is new enough, though the records that made it so may be deleted.
  assertEquals(lines, theirs.map((line) => scanned.get(line) ?? line), what);
}

Deno.test("Kafka opens logs with random histories, whole and damaged, with the same outcome", async () => {
  const root = await makeQuickDir();
  const only = Deno.env.get("SEED");
  const seeds = only === undefined
    ? Array.from({ length: HISTORIES }, (_, seed) => seed)
    : [Number(only)];
  const what: string[] = [], theirs: DirectoryToOpen[] = [], ours: DirectoryToOpen[] = [];
  try {
    for (const seed of seeds) {
      const pick = picker(seed);
      const original = `${root}/${seed}/history-0`;
      const logStartOffset = new History(pick, original).run(20 + pick(60));
      for (const kind of ["clean", "unclean", "damaged", "damaged again"]) {
        const copy = `${root}/${seed} ${kind}`.replaceAll(" ", "-");
        await copyDirectory(original, `${copy}/history-0`);
        const done = kind.startsWith("damaged") ? await damage(`${copy}/history-0`, pick) : kind;
        // After a clean stop nobody looks at records, time indexes and the entries of other indexes.
        const isSeen = /snapshot/.test(done) || /^(removed|truncated).*\.index/.test(done) ||
          /^(removed|truncated|appended).*\.txnindex/.test(done);
        const hadCleanShutdown = kind === "clean" || (isSeen && pick(2) === 0);
        await copyDirectory(`${copy}/history-0`, `${copy}-kafka/history-0`);
        const how = { hadCleanShutdown, logStartOffset };
        what.push(`seed ${seed}, ${done}, ${hadCleanShutdown ? "clean" : "unclean"}`);
        ours.push({ directory: `${copy}/history-0`, ...how });
        theirs.push({ directory: `${copy}-kafka/history-0`, ...how });
      }
    }
    const lines = await openWithKafka(theirs, CONFIGS, TIMES);
    ours.forEach((directory, i) => assertSame(directory, lines[i]!, what[i]!));
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});
