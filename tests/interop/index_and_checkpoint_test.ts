import { assert, assertEquals } from "@std/assert";
import { cleanLog } from "../../storage/cleaner/clean_log.ts";
import { parseLogConfig } from "../../storage/log/config/log_config.ts";
import { PartitionLog } from "../../storage/log/partition_log.ts";
import { buildEndTransactionMarker } from "../../storage/record/control_record.ts";
import { buildBatch, type NewRecord } from "../../storage/record/record_batch_builder.ts";
import { systemEnv } from "../../storage/system_env.ts";
import { pseudoRandom } from "../support/pseudo_random.ts";
import { kafka } from "./kafka/apache_kafka.ts";
import { logLines, openWithKafka } from "./kafka/log_lines.ts";

/**
 * Kafka's own log opens what the engine wrote, and knows the same of it: offsets, segments, leader epochs, producers with their
 * open transactions, aborted transactions, offsets by time. After a clean stop it has that from our indexes, snapshots and
 * checkpoints; after an unclean one it makes them anew from our records.
 */

const env = systemEnv();
const START = Date.now() - 3_600_000;
const SMALL = {
  "internal.segment.bytes": "20000",
  "index.interval.bytes": "300",
  "retention.ms": "-1",
  "file.delete.delay.ms": "0",
};

/** Times between and beyond the records', and the special ones. */
const TIMES = [
  ...[-1, -2, -3, -4, 0],
  ...Array.from({ length: 60 }, (_, i) => START - 10 + i * 41),
  START + 10_000_000,
];

function open(
  directory: string,
  configs: Record<string, string>,
  { hadCleanShutdown = true } = {},
): PartitionLog {
  return PartitionLog.open({
    env,
    directory,
    topicPartition: { topic: "interop", partition: 0 },
    config: parseLogConfig(configs),
    hadCleanShutdown,
    producerIdExpirationMs: 2 ** 31 - 1,
  });
}

const random = pseudoRandom(7);

/** Records whose times go back now and then. */
function records(first: number, count: number): NewRecord[] {
  return Array.from({ length: count }, (_, k) => ({
    key: new TextEncoder().encode(`key-${(first + k) % 13}`),
    value: new TextEncoder().encode(`value-${first + k}`.repeat(1 + (first + k) % 9)),
    timestamp: START + first + k - Math.floor(random() * 30),
  }));
}

type Fill = (log: PartitionLog) => void | Promise<void>;

const CASES: Readonly<Record<string, readonly [Record<string, string>, Fill]>> = {
  "plain batches of several leaders": [{}, (log) => {
    for (let i = 0; i < 2400; i += 6) {
      const type = (["none", "lz4", "gzip"] as const)[i % 3]!;
      log.appendAsLeader(buildBatch(records(i, 6), { compression: { type } }), i >> 9);
    }
  }],
  "batches with the time of the append": [
    { "message.timestamp.type": "LogAppendTime", "compression.type": "zstd" },
    (log) => {
      for (let i = 0; i < 2400; i += 6) log.appendAsLeader(buildBatch(records(i, 6)), 2);
    },
  ],
  "transactions, some of them open": [{}, fillWithTransactions],
  "a compacted log": [
    { "cleanup.policy": "compact" },
    async (log) => {
      fillWithTransactions(log);
      log.roll();
      log.updateHighWatermark(log.logEndOffset);
      await cleanLog(env, log);
      log.deletePendingFiles(env.clock.now() + 1);
    },
  ],
};

function fillWithTransactions(log: PartitionLog): void {
  const sequences = new Map<number, number>();
  for (let n = 0; n < 500; n++) {
    const producerId = 1000 + n % 3;
    const producer = { producerId, producerEpoch: 3 };
    const leaderEpoch = n >> 8;
    const baseSequence = sequences.get(producerId) ?? 2 ** 31 - 200;
    sequences.set(producerId, (baseSequence + 4) % 2 ** 31);
    const isTransactional = producerId !== 1002;
    log.appendAsLeader(
      buildBatch(records(n * 4, 4), { ...producer, baseSequence, isTransactional }),
      leaderEpoch,
    );
    // The last transactions stay open.
    if (!isTransactional || n % 7 > 1 || n > 490) continue;
    const marker = buildEndTransactionMarker({
      ...{ ...producer, timestamp: START + n * 4, coordinatorEpoch: 8 },
      type: n % 7 === 0 ? "COMMIT" : "ABORT",
    });
    log.appendAsLeader(marker, leaderEpoch, { origin: "coordinator", transactionVersion: 1 });
  }
}

async function filesOf(directory: string, ...suffixes: string[]): Promise<string> {
  const files: string[] = [];
  for await (const { name } of Deno.readDir(directory)) {
    if (suffixes.some((suffix) => name.endsWith(suffix))) files.push(`${directory}/${name}`);
  }
  return files.sort().join();
}

async function copyDirectory(from: string, to: string): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  for await (const { name } of Deno.readDir(from)) {
    await Deno.copyFile(`${from}/${name}`, `${to}/${name}`);
  }
}

for (const [name, [overrides, fill]] of Object.entries(CASES)) {
  Deno.test(`Kafka's log knows of ours what we know of it: ${name}`, async () => {
    const root = await Deno.makeTempDir();
    try {
      const directory = `${root}/interop-0`, copy = `${root}/copy/interop-0`;
      const configs = { ...SMALL, ...overrides };
      const log = open(directory, configs);
      await fill(log);
      log.updateHighWatermark(log.logEndOffset);
      const lines = logLines(log, TIMES);
      log.close();
      await copyDirectory(directory, copy);

      const indexes = await filesOf(directory, ".index", ".timeindex", ".txnindex", ".snapshot");
      const checks = ["--index-sanity-check", "--verify-index-only"].map((option) =>
        kafka("dump-log", option, "--files", indexes)
      );
      for (const { code, stdout, stderr } of await Promise.all(checks)) {
        assertEquals([code, stderr], [0, ""]);
        assert(!/Mismatches|not found|corrupt|fail|Found timestamp/i.test(stdout), stdout);
      }

      const recovered = open(copy, configs, { hadCleanShutdown: false });
      recovered.updateHighWatermark(recovered.logEndOffset);
      const recoveredLines = logLines(recovered, TIMES);
      recovered.close();
      // Of aborted transactions without records, compaction keeps the index entries, and recovery cannot make them anew.
      if (!recovered.config.compact) assertEquals(recoveredLines, lines);

      const theirs = await openWithKafka(
        [{ directory, hadCleanShutdown: true }, { directory: copy, hadCleanShutdown: false }],
        configs,
        TIMES,
      );
      assertEquals(theirs, [lines, recoveredLines]);

      // Kafka has closed it.
      const again = open(directory, configs);
      again.updateHighWatermark(again.logEndOffset);
      assertEquals(logLines(again, TIMES), lines);
      again.close();
    } finally {
      await Deno.remove(root, { recursive: true });
    }
  });
}
