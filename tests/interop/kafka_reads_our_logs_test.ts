import { assert, assertEquals } from "@std/assert";
import { cleanLog } from "../../storage/cleaner/clean_log.ts";
import { parseLogConfig } from "../../storage/log/config/log_config.ts";
import { PartitionLog } from "../../storage/log/partition_log.ts";
import { buildEndTransactionMarker } from "../../storage/record/control_record.ts";
import { buildBatch, type NewRecord } from "../../storage/record/record_batch_builder.ts";
import { systemEnv } from "../../storage/system_env.ts";
import { kafka } from "./kafka/apache_kafka.ts";

/** Apache Kafka's dump-log reads what the engine wrote, down to every record, and finds no fault in the indexes. */

const env = systemEnv();
const start = 1_743_388_057_301;
const encoder = new TextEncoder();

interface Written {
  readonly directory: string;
  /** `offset key value` of every data record that a reader is to see. */
  readonly records: string[];
  /** There are gaps between the offsets. */
  readonly compacted?: boolean;
}

function open(directory: string, configs: Record<string, string> = {}): PartitionLog {
  return PartitionLog.open({
    env,
    directory,
    topicPartition: { topic: "interop", partition: 0 },
    config: parseLogConfig({
      "internal.segment.bytes": "70000",
      "index.interval.bytes": "500",
      "retention.ms": "-1",
      "file.delete.delay.ms": "0",
      ...configs,
    }),
    hadCleanShutdown: true,
  });
}

function record(i: number, valueSize = 40): NewRecord {
  return {
    key: encoder.encode(`key-${i % 17}`),
    value: encoder.encode(`value-${i}-${"abc ".repeat(valueSize / 4)}`),
    headers: i % 5 === 0
      ? [{ key: "h", value: encoder.encode(`${i}`) }, { key: "n", value: null }]
      : [],
    timestamp: start + i,
  };
}

async function logFiles(directory: string, suffix: string): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of Deno.readDir(directory)) if (name.endsWith(suffix)) names.push(name);
  return names.sort().map((name) => `${directory}/${name}`);
}

// What the tool says of every segment whose first offset is not 0.
const firstOfSegment = /Non-consecutive offsets in \S+\n {2}-1 is followed by \d+\n/g;

/** Offsets and payloads as Kafka prints them, and no complaint. */
async function dumped(directory: string, compacted: boolean): Promise<string[]> {
  const records: string[] = [];
  const files = await logFiles(directory, ".log");
  const data = await kafka(
    "dump-log",
    "--print-data-log",
    "--deep-iteration",
    "--files",
    files.join(),
  );
  assertEquals(data.code, 0);
  if (!compacted) assertEquals(data.stderr.replaceAll(firstOfSegment, ""), "");
  assert(
    !/isvalid: false|Mismatches|not found|invalid/i.test(
      data.stdout.replaceAll("isvalid: true", ""),
    ),
  );
  for (const line of data.stdout.split("\n")) {
    const match = /^\| offset: (\d+) .*? (?:key: (\S+) )?payload: (.*)$/.exec(line);
    if (match) records.push(`${match[1]} ${match[2]} ${match[3]}`);
  }
  const indexes = [
    ...await logFiles(directory, ".index"),
    ...await logFiles(directory, ".timeindex"),
    ...await logFiles(directory, ".txnindex"),
    ...await logFiles(directory, ".snapshot"),
  ];
  const index = await kafka("dump-log", "--verify-index-only", "--files", indexes.join());
  assertEquals([index.code, index.stderr], [0, ""]);
  assert(!/Mismatches|not found|corrupt|fail/i.test(index.stdout), index.stdout);
  return records;
}

async function check(write: (directory: string) => Written | Promise<Written>): Promise<void> {
  const root = await Deno.makeTempDir();
  try {
    const { directory, records, compacted } = await write(`${root}/interop-0`);
    assert(records.length > 10);
    assertEquals(await dumped(directory, compacted ?? false), records);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

function text(bytes: Uint8Array | null | undefined): string {
  return new TextDecoder().decode(bytes!);
}

for (const type of ["none", "gzip", "snappy", "lz4", "zstd"] as const) {
  Deno.test(`Apache Kafka reads every record of our ${type} batches`, () =>
    check((directory) => {
      const log = open(directory);
      const records: string[] = [];
      for (let i = 0; i < 2000;) {
        const batch = Array.from({ length: 1 + i % 7 }, (_, k) =>
          record(i + k, i % 500 < 7 ? 6_000 : 40));
        const { firstOffset } = log.appendAsLeader(buildBatch(batch, { compression: { type } }), 3);
        batch.forEach(({ key, value }, k) =>
          records.push(`${firstOffset + k} ${text(key)} ${text(value)}`)
        );
        i += batch.length;
      }
      assert(log.segments.numberOfSegments > 1);
      log.close();
      return { directory, records };
    }));
}

Deno.test("Apache Kafka reads batches that the log compressed and stamped itself", () =>
  check((directory) => {
    const log = open(directory, {
      "compression.type": "zstd",
      "message.timestamp.type": "LogAppendTime",
    });
    const records: string[] = [];
    for (let i = 0; i < 300; i++) {
      const one = record(i);
      const { firstOffset } = log.appendAsLeader(buildBatch([one]), 0);
      records.push(`${firstOffset} ${text(one.key)} ${text(one.value)}`);
    }
    log.close();
    return { directory, records };
  }));

Deno.test("Apache Kafka reads our transactions, their index and the producer snapshots", () =>
  check((directory) => {
    const log = open(directory);
    const records: string[] = [];
    const sequences = new Map<number, number>();
    for (let i = 0; i < 200; i++) {
      const producerId = 1000 + i % 3;
      const baseSequence = sequences.get(producerId) ?? 0;
      const batch = [record(i), record(i + 1)];
      sequences.set(producerId, baseSequence + batch.length);
      const options = { producerId, producerEpoch: 0, baseSequence, isTransactional: true };
      const { firstOffset } = log.appendAsLeader(buildBatch(batch, options), 0);
      batch.forEach(({ key, value }, k) =>
        records.push(`${firstOffset + k} ${text(key)} ${text(value)}`)
      );
      if (i % 5 === 4) {
        for (const producer of [1000, 1001, 1002]) {
          const type = (i + producer) % 2 === 0 ? "COMMIT" : "ABORT";
          const marker = buildEndTransactionMarker({
            ...{ producerId: producer, producerEpoch: 0, type, timestamp: start + i },
            coordinatorEpoch: 1,
          });
          log.appendAsLeader(marker, 0, { origin: "coordinator", transactionVersion: 1 });
        }
      }
    }
    log.updateHighWatermark(log.logEndOffset);
    assert(log.collectAbortedTransactions(0, log.logEndOffset).length > 10);
    log.close();
    return { directory, records };
  }));

Deno.test("Apache Kafka reads a log that was compacted here", () =>
  check(async (directory) => {
    const log = open(directory, { "cleanup.policy": "compact" });
    const newest = new Map<string, string>();
    for (let i = 0; i < 900; i++) {
      const one = record(i);
      const { firstOffset } = log.appendAsLeader(
        buildBatch([one, record(i + 1)], { compression: { type: i % 2 === 0 ? "lz4" : "none" } }),
        0,
      );
      for (const [k, each] of [one, record(i + 1)].entries()) {
        newest.set(text(each.key), `${firstOffset + k} ${text(each.key)} ${text(each.value)}`);
      }
    }
    log.roll();
    log.updateHighWatermark(log.logEndOffset);
    await cleanLog(env, log);
    log.deletePendingFiles(env.clock.now() + 1);
    log.close();
    const order = (line: string) => Number(line.split(" ")[0]);
    return {
      directory,
      compacted: true,
      records: [...newest.values()].sort((a, b) => order(a) - order(b)),
    };
  }));
