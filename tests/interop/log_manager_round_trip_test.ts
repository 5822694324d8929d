import { assert, assertEquals } from "@std/assert";
import { topicPartitionKey } from "../../storage/file/file_names.ts";
import { LogManager } from "../../storage/log_manager.ts";
import { buildBatch } from "../../storage/record/record_batch_builder.ts";
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

/** The lines of records by partition, as they were produced. */
function linesOf(records: readonly TextRecord[], offsets: readonly number[]) {
  return Map.groupBy(
    records.map((record, i) => ({ ...record, offset: offsets[i]! })),
    ({ topic, partition }) => `${topic}-${partition}`,
  );
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

Deno.test("a log directory goes from Kafka to the log manager and back, and nobody recovers anything", async () => {
  const directory = await Deno.makeTempDir();
  try {
    const first = records(4000, "kafka");
    let offsets: number[];
    let groupRead: string[];
    {
      await using broker = await startBroker(directory, BROKER);
      await createTopic(broker.bootstrap, "plain", 3, SMALL_SEGMENTS);
      await createTopic(broker.bootstrap, "compacted", 1, COMPACTED);
      offsets = await produce(broker.bootstrap, "lz4", first);
      groupRead = await groupReads(broker.bootstrap, 10);
    }

    let here: Map<string, string[]>;
    let offsetAtTime: number;
    {
      const { manager, logged } = await openManager(`${directory}/data`);
      assert(logged.some((line) => line.includes("Skipping recovery")), logged.join("\n"));
      assert(!logged.some((line) => /^Recover|orrupt|Rebuil/.test(line)), logged.join("\n"));
      assertEquals(manager.allLogs.length, 6);
      const produced = linesOf(first, offsets);
      for (const [partition, lines] of contents(manager)) {
        const texts = produced.get(partition)!.map(({ offset, timestamp, key, value }) =>
          `${offset} ${timestamp} ${key} ${value}`
        );
        assertEquals(lines, [...texts, `end ${texts.length}`]);
      }
      for (const log of manager.allLogs) {
        if (log.topicPartition.topic.startsWith("__")) {
          // The coordinator is to understand what is appended: the last thing it said, once more.
          const last = [...log.segments.values()].flatMap((segment) =>
            [...segment.batches()].flatMap((batch) =>
              batch.isControlBatch ? [] : [...batch.records()].map(({ key, value, timestamp }) => ({
                key: key?.slice() ?? null,
                value: value?.slice() ?? null,
                timestamp,
              }))
            )
          ).at(-1);
          if (last !== undefined) appendHere(log, buildBatch([last]));
          continue;
        }
        for (let i = 0; i < 300; i += 3) {
          const batch = [0, 1, 2].map((k) => ({
            key: `key-${(i + k) % 120}`,
            value: `here-${i + k}`,
            timestamp: START + 100_000 + i * 10,
          }));
          appendHere(log, textBatch(batch, { compression: { type: i % 2 ? "zstd" : "none" } }));
        }
      }
      const compacted = manager.getLog({ topic: "compacted", partition: 0 })!;
      const before = textLines(compacted).slice(0, -1);
      const cleanUpTo = await manager.compact(compacted.topicPartition);
      assertEquals(cleanUpTo, compacted.activeSegment.baseOffset);
      const dirty = before.filter((line) => parseInt(line) >= cleanUpTo);
      const clean = newest(before).filter((line) => parseInt(line) < cleanUpTo);
      assertEquals(newest(textLines(compacted).slice(0, -1)), newest(before));
      assert(textLines(compacted).length < clean.length + dirty.length + 200);
      here = contents(manager);
      const plain = manager.getLog({ topic: "plain", partition: 1 })!;
      offsetAtTime = plain.fetchOffsetByTimestamp(START + 17_000)!.offset;
      await manager.shutdown();
    }

    {
      await using broker = await startBroker(directory, BROKER);
      const logDir = `${directory}/data`;
      const skipping = `Skipping recovery of 6 logs from ${logDir} since clean shutdown file was`;
      assert(broker.lines.some((line) => line.includes(skipping)));
      assertEquals(await consume(broker.bootstrap, "read_uncommitted", "compacted", "plain"), here);
      const found = await kafka(
        "get-offsets",
        ...["--bootstrap-server", broker.bootstrap, "--topic-partitions", "plain:1"],
        ...["--time", String(START + 17_000)],
      );
      assertEquals(found.stdout.trim(), `plain:1:${offsetAtTime}`);
      const ends = ["plain-0", "plain-1", "plain-2"].map((key) => here.get(key)!.length - 1);
      const rest = ends[0]! + ends[1]! + ends[2]! - groupRead.length;
      const readOn = await groupReads(broker.bootstrap, rest);
      assertEquals(new Set([...groupRead, ...readOn]).size, groupRead.length + rest);
      const second = records(400, "kafka-again");
      const theirs = linesOf(second, await produce(broker.bootstrap, "gzip", second));
      for (const [partition, lines] of here) {
        lines.pop();
        for (const { offset, timestamp, key, value } of theirs.get(partition)!) {
          lines.push(`${offset} ${timestamp} ${key} ${value}`);
        }
        lines.push(`end ${parseInt(lines.at(-1)!) + 1}`);
      }
      console.log(broker.lines.filter((l)=>/plain-0|napshotFile/.test(l)).join('\n'));assertEquals(complaints(broker), []);
    }

    const { manager, logged } = await openManager(`${directory}/data`);
    assert(logged.some((line) => line.includes("Skipping recovery")), logged.join("\n"));
    assertEquals(contents(manager), here);
    await manager.shutdown();
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
