import { assert, assertEquals } from "@std/assert";
import { topicPartitionKey } from "../../storage/file/file_names.ts";
import type { PartitionLog } from "../../storage/log/partition_log.ts";
import { LogManager } from "../../storage/log_manager.ts";
import { buildBatch, type NewRecord } from "../../storage/record/record_batch_builder.ts";
import { systemEnv } from "../../storage/system_env.ts";
import { CollectingLogger } from "../support/manual_env.ts";
import { kafka, type RunningBroker, startBroker } from "./kafka/apache_kafka.ts";
import {
  consume,
  createTopic,
  produce,
  SMALL_SEGMENTS,
  type TextRecord,
} from "./kafka/broker_clients.ts";
import { appendHere, textBatch, textLines } from "./kafka/text_records.ts";

/** A log directory with several topics goes from a Kafka broker to the log manager, back, and back again, always cleanly. */

const START = Date.now() - 3_600_000;
const COMPACTED = { ...SMALL_SEGMENTS, "cleanup.policy": "compact" };
const BROKER = { "offsets.topic.num.partitions": "2", "log.cleaner.enable": "false" };

function records(count: number, round: string): TextRecord[] {
  return Array.from({ length: count }, (_, i) => ({
    topic: i % 4 === 3 ? "compacted" : "plain",
    partition: i % 4 === 3 ? 0 : i % 4,
    timestamp: START + i * 10,
    key: i % 11 === 0 && i % 4 !== 3 ? null : `key-${i % 97}`,
    value: i % 50 === 3 ? null : `${round}-${i}-${"x".repeat(i % 150)}`,
  }));
}

/** What readers are to find of records that were sent, by partition. */
function linesByPartition(
  records: readonly TextRecord[],
  offsets: readonly number[],
): Map<string, string[]> {
  const keys = [...new Set(records.map(({ topic, partition }) => `${topic}-${partition}`))].sort();
  const lines = new Map<string, string[]>(keys.map((key) => [key, []]));
  records.forEach(({ topic, partition, timestamp, key, value }, i) =>
    lines.get(`${topic}-${partition}`)!.push(`${offsets[i]} ${timestamp} ${key} ${value}`)
  );
  for (const each of lines.values()) each.push(`end ${parseInt(each.at(-1)!) + 1}`);
  return lines;
}

async function openManager(logDir: string): Promise<{ manager: LogManager; logged: string[] }> {
  const logger = new CollectingLogger();
  const manager = await LogManager.open({
    env: { ...systemEnv(), logger },
    logDirs: [logDir],
    topicConfigs: (topic) => topic === "plain" ? SMALL_SEGMENTS : COMPACTED,
    background: false,
  });
  return { manager, logged: logger.lines.map(({ message }) => message) };
}

function assertCleanStart(logged: readonly string[]): void {
  assert(logged.some((line) => line.startsWith("Skipping recovery")), logged.join("\n"));
  assert(!logged.some((line) => /^Recover|orrupt|Rebuil/.test(line)), logged.join("\n"));
}

/** What the manager's logs hold, by partition, without Kafka's own topics. */
function contents(manager: LogManager): Map<string, string[]> {
  const logs = manager.allLogs.filter((log) => !log.topicPartition.topic.startsWith("__"));
  return new Map(
    logs.map((log) => [topicPartitionKey(log.topicPartition), textLines(log)] as const).sort(),
  );
}

/** The newest value of each key, in order of offset. */
function newest(lines: readonly string[]): string[] {
  const byKey = new Map<string, string>();
  for (const line of lines) byKey.set(line.split(" ")[2]!, line);
  return [...byKey.values()].sort((a, b) => parseInt(a) - parseInt(b));
}

/** Has a group read on from where it stopped. */
async function groupReads(bootstrap: string, count: number): Promise<string[]> {
  const { code, stdout, stderr } = await kafka(
    "console-consumer",
    ...["--bootstrap-server", bootstrap, "--topic", "plain", "--group", "readers"],
    ...["--from-beginning", "--max-messages", String(count), "--timeout-ms", "30000"],
    ...["--formatter-property", "print.partition=true"],
    ...["--formatter-property", "print.offset=true", "--formatter-property", "print.value=false"],
  );
  assertEquals(code, 0, stderr);
  return stdout.trimEnd().split("\n");
}

/** Lines of a broker that say it mistrusted what it found. KRaft's own log always is checked. */
function complaints({ lines }: RunningBroker): string[] {
  return lines.filter((line) =>
    /Recovering|UNCLEAN|ebuilt|orrupt|nvalid|Truncat|ERROR|[sS]tray/.test(line) &&
    !/__cluster_metadata|SnapshotGenerator/.test(line)
  );
}

/** Kafka makes the topics and fills them. */
async function fillWithKafka(directory: string, sent: readonly TextRecord[]) {
  await using broker = await startBroker(directory, BROKER);
  await createTopic(broker.bootstrap, "plain", 3, SMALL_SEGMENTS);
  await createTopic(broker.bootstrap, "compacted", 1, COMPACTED);
  const offsets = await produce(broker.bootstrap, "lz4", sent);
  return { offsets, groupRead: await groupReads(broker.bootstrap, 10) };
}

/** Appends to a topic's log; to one of the coordinator's, what it wrote last, once more, as it has to understand it. */
function appendSome(log: PartitionLog): void {
  if (log.topicPartition.topic.startsWith("__")) {
    const last = lastRecord(log);
    if (last !== undefined) appendHere(log, buildBatch([last]));
    return;
  }
  for (let i = 0; i < 300; i += 3) {
    const batch = [0, 1, 2].map((k) => ({
      key: `key-${(i + k) % 120}`,
      value: `here-${i + k}`,
      timestamp: START + 100_000 + i * 10,
    }));
    appendHere(log, textBatch(batch, { compression: { type: i % 2 === 0 ? "zstd" : "none" } }));
  }
}

function lastRecord(log: PartitionLog): NewRecord | undefined {
  let last: NewRecord | undefined;
  for (const segment of log.segments.values()) {
    for (const batch of segment.batches()) {
      if (batch.isControlBatch) continue;
      for (const { key, value, timestamp } of batch.records()) {
        last = { key: key?.slice() ?? null, value: value?.slice() ?? null, timestamp };
      }
    }
  }
  return last;
}

/** Compacts, and holds what is left against what there was. */
async function compactHere(manager: LogManager, log: PartitionLog): Promise<void> {
  const before = textLines(log);
  const cleanUpTo = await manager.compact(log.topicPartition);
  assertEquals(cleanUpTo, log.activeSegment.baseOffset);
  const isClean = (line: string) => parseInt(line) < cleanUpTo;
  const cleaned = newest(before.filter(isClean));
  assert(cleaned.length > 50 && cleaned.length < before.filter(isClean).length);
  assertEquals(textLines(log), [...cleaned, ...before.filter((line) => !isClean(line))]);
}

/** The log manager reads, appends and compacts. */
async function useHere(logDir: string, kafkas: ReadonlyMap<string, string[]>) {
  const { manager, logged } = await openManager(logDir);
  assertCleanStart(logged);
  assertEquals(manager.allLogs.length, 6);
  assertEquals(contents(manager), kafkas);
  for (const log of manager.allLogs) appendSome(log);
  await compactHere(manager, manager.getLog({ topic: "compacted", partition: 0 })!);
  const plain = manager.getLog({ topic: "plain", partition: 1 })!;
  const atTime = plain.fetchOffsetByTimestamp(START + 17_000)!.offset;
  const here = contents(manager);
  await manager.shutdown();
  return { here, atTime };
}

/** Kafka's get-offsets. */
async function offsetAt(bootstrap: string, partition: string, timestamp: number) {
  const { stdout } = await kafka(
    "get-offsets",
    ...["--bootstrap-server", bootstrap, "--topic-partitions", partition],
    ...["--time", String(timestamp)],
  );
  return stdout.trim();
}

Deno.test("a log directory goes from Kafka to the log manager and back, and nobody recovers anything", async () => {
  const directory = await Deno.makeTempDir();
  const logDir = `${directory}/data`;
  try {
    const sent = records(4000, "kafka");
    const { offsets, groupRead } = await fillWithKafka(directory, sent);
    const { here, atTime } = await useHere(logDir, linesByPartition(sent, offsets));
    {
      await using broker = await startBroker(directory, BROKER);
      const { bootstrap, lines } = broker;
      const skipping = `Skipping recovery of 6 logs from ${logDir} since clean shutdown file was`;
      assert(lines.some((line) => line.includes(skipping)));
      assertEquals(complaints(broker), []);
      assertEquals(await consume(bootstrap, "read_uncommitted", "compacted", "plain"), here);
      assertEquals(await offsetAt(bootstrap, "plain:1", START + 17_000), `plain:1:${atTime}`);

      // The group goes on where it was, by the offsets in the coordinator's log.
      const all = [...here].flatMap(([key, texts]) =>
        key.startsWith("plain") ? texts.slice(0, -1) : []
      );
      const readOn = await groupReads(bootstrap, all.length - groupRead.length);
      assertEquals(new Set([...groupRead, ...readOn]).size, all.length);

      const more = records(400, "kafka-again");
      const appended = linesByPartition(more, await produce(bootstrap, "gzip", more));
      for (const [key, texts] of here) texts.splice(-1, 1, ...appended.get(key)!);
      assertEquals(complaints(broker), []);
    }
    const { manager, logged } = await openManager(logDir);
    assertCleanStart(logged);
    assertEquals(contents(manager), here);
    await manager.shutdown();
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
