/** Directories that Apache Kafka 4.3.1 wrote: they open, read back and close as Kafka's own tools say. */

import { assert, assertEquals } from "@std/assert";
import { parseTopicPartitionName } from "../../../storage/file/file_names.ts";
import { parseLogConfig } from "../../../storage/log/config/log_config.ts";
import { PartitionLog, type PartitionLogOptions } from "../../../storage/log/partition_log.ts";
import { manualEnv } from "../../support/manual_env.ts";
import {
  loadDirectory,
  readRecords,
  snapshotDirectory,
  textOf,
} from "../../support/partition_log.ts";

const FIXTURES = new URL("../../fixtures/", import.meta.url);

function open(path: string, options: Partial<PartitionLogOptions> = {}) {
  // Later than any time in the fixtures would do; earlier keeps every producer from having expired.
  const env = manualEnv({ now: 1_700_000_000_000 });
  const name = path.slice(path.lastIndexOf("/") + 1);
  const directory = `/data/${name}`;
  loadDirectory(new URL(`${path}/`, FIXTURES), env.fileSystem, directory);
  const topicPartition = parseTopicPartitionName(name)?.topicPartition ??
    { topic: "plain", partition: 0 };
  const before = snapshotDirectory(env.fileSystem, directory);
  const log = PartitionLog.open({
    env,
    directory,
    topicPartition,
    config: parseLogConfig(),
    hadCleanShutdown: true,
    ...options,
  });
  return { env, directory, log, before };
}

function directoriesIn(path: string): string[] {
  return [...Deno.readDirSync(new URL(`${path}/`, FIXTURES))].filter((entry) => entry.isDirectory)
    .map((entry) => `${path}/${entry.name}`).sort();
}

/** The record lines of Kafka's dump of every segment. */
function expectedRecords(path: string): string[] {
  const lines: string[] = [];
  const folder = new URL(`expected/${path}/`, FIXTURES);
  for (const { name } of [...Deno.readDirSync(folder)].sort((a, b) => a.name < b.name ? -1 : 1)) {
    if (!name.endsWith(".log.txt")) continue;
    for (const line of Deno.readTextFileSync(new URL(name, folder)).split("\n")) {
      if (line.startsWith("| offset: ")) lines.push(line);
    }
  }
  return lines;
}

function checkRecords(log: PartitionLog, path: string): void {
  const expected = expectedRecords(path).filter((line) =>
    Number(/^\| offset: (\d+)/.exec(line)![1]) >= log.logStartOffset
  );
  const records = readRecords(log);
  assertEquals(records.length, expected.length, path);
  for (const [i, record] of records.entries()) {
    const line = expected[i]!;
    const [, offset, timestamp, keySize, valueSize, sequence, headerKeys, rest] =
      /^\| offset: (\d+) \w+: (-?\d+) keySize: (-?\d+) valueSize: (-?\d+) sequence: (-?\d+) headerKeys: \[(.*?)\](.*)$/s
        .exec(line)!;
    assertEquals(
      [record.offset, record.timestamp, record.keySize, record.valueSize, record.sequence],
      [offset, timestamp, keySize, valueSize, sequence].map(Number),
      line,
    );
    assertEquals(record.headers.map((header) => header.key).join(","), headerKeys, line);
    // Control records are shown by their meaning, and line breaks within a value cut the line.
    if (/ payload: | key: /.test(rest!) && !rest!.includes("\ufffd")) {
      const key = record.hasKey ? ` key: ${textOf(record.key)}` : "";
      const payload = record.hasValue ? ` payload: ${textOf(record.value)}` : "";
      assert(`${key}${payload}`.startsWith(rest!), line);
    }
  }
}

const ALL = ["broker", ...directoriesIn("states")].flatMap(directoriesIn);

for (const path of ALL) {
  Deno.test(`${path} opens after a clean stop, reads back and is left as it was`, () => {
    const { log, env, directory, before } = open(path);
    checkRecords(log, path);
    log.close();
    const after = snapshotDirectory(env.fileSystem, directory);
    const newest = [...before.keys()].filter((name) => name.endsWith(".snapshot")).sort().at(-1);
    for (const [name, bytes] of before) {
      // Snapshots of offsets where no segment begins are removed, but for the newest one: as Kafka does.
      if (name.endsWith(".snapshot") && name !== newest && !after.has(name)) continue;
      assertEquals(after.get(name), bytes, name);
    }
    for (const name of after.keys()) assert(before.has(name), name);
  });

  Deno.test(`${path} opens after an unclean stop with all its records`, () => {
    const { log, env, directory, before } = open(path, { hadCleanShutdown: false });
    checkRecords(log, path);
    log.close();
    const after = snapshotDirectory(env.fileSystem, directory);
    // Index entries depend on when the broker was restarted; the corrupt fixtures below show that a rebuild is Kafka's.
    for (const [name, bytes] of before) {
      // Where compaction took the records of a transaction, its abort cannot be found again from its marker alone.
      if (name.endsWith(".txnindex") && path.startsWith("states/2")) continue;
      if (name.endsWith(".log") || name.endsWith(".txnindex") || name.endsWith(".metadata")) {
        assertEquals(after.get(name), bytes, name);
      }
    }
  });
}

Deno.test("the log start offset of a checkpoint lies in the middle of a segment", () => {
  const { log } = open("broker/trimmed-0", { logStartOffset: 97 });
  assertEquals([log.logStartOffset, log.segments.firstSegment!.baseOffset], [97, 81]);
  assertEquals(readRecords(log)[0]!.offset, 97);
});

Deno.test("transactions of the real broker: aborted ones are listed, an open one holds readers back", () => {
  const { log } = open("broker/txn-0");
  log.updateHighWatermark(log.logEndOffset);
  const expected = [...Deno.readDirSync(new URL("expected/broker/txn-0/", FIXTURES))]
    .filter((entry) => entry.name.endsWith(".txnindex.txt"))
    .flatMap((entry) =>
      Deno.readTextFileSync(new URL(`expected/broker/txn-0/${entry.name}`, FIXTURES)).split("\n")
    ).filter((line) => line.startsWith("version:"));
  assertEquals(log.collectAbortedTransactions(0, log.logEndOffset).length, expected.length);
  assertEquals(log.lastStableOffset, log.logEndOffset);
  const open2 = open("broker/txn-open-0").log;
  open2.updateHighWatermark(open2.logEndOffset);
  assert(open2.lastStableOffset < open2.logEndOffset);
});

Deno.test("leader epochs of the real broker are loaded", () => {
  const { log } = open("broker/multiseg-0");
  assertEquals(log.leaderEpochCache.epochEntries.length, 3);
  assertEquals(log.topicId?.length, 22);
});

for (const path of directoriesIn("corrupt")) {
  const name = path.slice("corrupt/".length);
  Deno.test(`${name}: what Kafka's recovery makes of it, byte for byte`, () => {
    const { log, env, directory } = open(`${path}/before`, { hadCleanShutdown: false });
    const recovery = Deno.readTextFileSync(new URL(`${path}/recovery.txt`, FIXTURES));
    const end = Number(/^plain:0:(\d+)$/m.exec(recovery)![1]);
    assertEquals(log.logEndOffset, end);
    // The broker became leader again, which it noted, before it stopped.
    log.assignEpochStartOffset(6, end);
    log.deletePendingFiles(Infinity);
    log.close();
    const expected = new Map<string, Uint8Array>();
    for (const file of Deno.readDirSync(new URL(`${path}/after/`, FIXTURES))) {
      expected.set(file.name, Deno.readFileSync(new URL(`${path}/after/${file.name}`, FIXTURES)));
    }
    const after = snapshotDirectory(env.fileSystem, directory);
    assertEquals([...after.keys()], [...expected.keys()].sort());
    for (const [file, bytes] of expected) assertEquals(after.get(file), bytes, file);
  });
}

Deno.test("salvage keeps the batches behind a corrupt one, and says what it left out", () => {
  const kafka = open("corrupt/bad-crc-middle/before", { hadCleanShutdown: false }).log;
  assertEquals(kafka.logEndOffset, 28);
  const { log, env, directory } = open("corrupt/bad-crc-middle/before", {
    hadCleanShutdown: false,
    recovery: "salvage",
  });
  assertEquals(log.logEndOffset, 71);
  const healthy = open("broker/plain-0").log;
  const offsets = readRecords(log).map((record) => record.offset);
  const [line] = env.logger.matching("Left out corrupt bytes", "warn");
  const { position, bytes, firstMissingOffset, nextOffset } = line!.fields;
  assertEquals([position, firstMissingOffset], [10951, 28]);
  const lost = healthy.maybeConvertToOffsetMetadata(nextOffset as number);
  assertEquals(lost.relativePositionInSegment, 10951 + (bytes as number));
  assertEquals(
    offsets,
    readRecords(healthy).map((record) => record.offset).filter((offset) =>
      offset < 28 || offset >= (nextOffset as number)
    ),
  );
  log.deletePendingFiles(Infinity);
  log.close();
  const again = PartitionLog.open({
    env,
    directory,
    topicPartition: log.topicPartition,
    config: log.config,
    hadCleanShutdown: false,
  });
  assertEquals(readRecords(again).map((record) => record.offset), offsets);
});
