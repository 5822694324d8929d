import { assert, assertEquals } from "@std/assert";
import { cleanLog } from "../../../storage/cleaner/clean_log.ts";
import { readWholeFile } from "../../../storage/file/file_system.ts";
import { PartitionLog } from "../../../storage/log/partition_log.ts";
import { batchesIn } from "../../../storage/record/memory_records.ts";
import type { AnyRecordBatch } from "../../../storage/record/record_batch.ts";
import { type ManualEnv, manualEnv } from "../../support/manual_env.ts";
import { loadDirectory, logConfig, writeWholeFile } from "../../support/partition_log.ts";

// What FixtureGen.java gives the topic.
const CONFIGS = {
  "internal.segment.bytes": "16384",
  "segment.ms": String(2 ** 50),
  "cleanup.policy": "compact",
  "file.delete.delay.ms": "100",
  "delete.retention.ms": "4000",
  "min.cleanable.dirty.ratio": "0.01",
  "retention.ms": "-1",
};
const DELETE_RETENTION_MS = 4000;
const STATES = new URL("../../fixtures/states/", import.meta.url);
const DIRECTORY = "/data/compacted-0";

function stateDirectory(state: string): URL {
  return new URL(`${state}/compacted-0/`, STATES);
}

function openCompacted(env: ManualEnv): PartitionLog {
  const log = PartitionLog.open({
    env,
    directory: DIRECTORY,
    topicPartition: { topic: "compacted", partition: 0 },
    config: logConfig(CONFIGS),
    hadCleanShutdown: true,
  });
  log.updateHighWatermark(log.logEndOffset);
  return log;
}

function fixtureFile(state: string, name: string): Uint8Array {
  return Deno.readFileSync(new URL(name, stateDirectory(state)));
}

/** The delete horizons in a log's batches. */
function horizons(bytes: Uint8Array): number[] {
  return [...batchesIn(bytes)].map((batch) => batch.deleteHorizonMs)
    .filter((horizon) => horizon !== undefined);
}

/** A batch as text, so that a difference can be read. */
function describe(batch: AnyRecordBatch): string {
  const records = [...batch.records()].map((record) =>
    `${record.offset}@${record.timestamp}:${
      record.key === null ? "" : new TextDecoder().decode(record.key)
    }`
  );
  const bytes = batch.bytes.subarray(batch.start, batch.start + batch.sizeInBytes);
  return `${batch.baseOffset}..${batch.lastOffset} pid=${batch.producerId} seq=${batch.baseSequence} ` +
    `horizon=${batch.deleteHorizonMs} [${records}] ${bytes.toHex()}`;
}

Deno.test("cleaning what Kafka wrote keeps the bytes that Kafka's cleaner kept", async () => {
  const names = [
    "00000000000000000000.log",
    "00000000000000000127.log",
    "00000000000000000244.log",
    "00000000000000000267.log",
  ];
  const horizon = names.flatMap((name) => horizons(fixtureFile("2-after-compaction", name)));
  assertEquals(horizon.length, 1);
  const now = horizon[0]! - DELETE_RETENTION_MS;

  const env = manualEnv({ now });
  loadDirectory(stateDirectory("1-before-compaction"), env.fileSystem, DIRECTORY);
  const log = openCompacted(env);
  const { endOffset } = await cleanLog(env, log, { now });
  assertEquals(endOffset, 267);
  log.close();

  for (const name of names) {
    for (const suffix of [".log", ".index", ".timeindex", ".txnindex"]) {
      const file = name.replace(".log", suffix);
      let expected: Uint8Array;
      try {
        expected = fixtureFile("2-after-compaction", file);
      } catch {
        assertEquals(env.fileSystem.stat(`${DIRECTORY}/${file}`), undefined, file);
        continue;
      }
      assertEquals(readWholeFile(env.fileSystem, `${DIRECTORY}/${file}`), expected, file);
    }
  }
});

Deno.test("cleaning what Kafka cleaned, and appended to, comes to what Kafka's second round came to", async () => {
  // Of the records that round 3 appended only those are known that its cleanings left. They and the log before them,
  // cleaned twice at the times that Kafka's delete horizons tell, must come to the same batches.
  const first = fixtureFile("3-tombstones-removed", "00000000000000000000.log");
  const second = fixtureFile("3-tombstones-removed", "00000000000000000471.log");
  const times = [...new Set([...horizons(first), ...horizons(second)])].sort((a, b) => a - b)
    .map((horizon) => horizon - DELETE_RETENTION_MS);
  assertEquals(times.length >= 2, true);

  const env = manualEnv({ now: times[0]! });
  loadDirectory(stateDirectory("2-after-compaction"), env.fileSystem, DIRECTORY);
  const appended = [...batchesIn(first)].filter((batch) => batch.baseOffset >= 281);
  const bytes = first.subarray(appended[0]!.start);
  writeWholeFile(env.fileSystem, `${DIRECTORY}/00000000000000000281.log`, bytes);
  for (const base of ["471", "536"]) {
    for (const suffix of ["log", "index", "timeindex"]) {
      const name = `00000000000000000${base}.${suffix}`;
      writeWholeFile(
        env.fileSystem,
        `${DIRECTORY}/${name}`,
        fixtureFile("3-tombstones-removed", name),
      );
    }
  }
  for (const base of ["471", "536", "560"]) {
    const name = `00000000000000000${base}.snapshot`;
    writeWholeFile(
      env.fileSystem,
      `${DIRECTORY}/${name}`,
      fixtureFile("3-tombstones-removed", name),
    );
  }
  const log = openCompacted(env);
  let firstDirtyOffset = 267;
  for (const now of times) {
    const { endOffset } = await cleanLog(env, log, { now, firstDirtyOffset });
    firstDirtyOffset = endOffset;
    assertEquals(endOffset, 536);
  }
  const kept: string[] = [];
  for (const segment of log.segments.values(0, 536)) {
    for (const batch of segment.batches()) kept.push(describe(batch));
  }
  const expected = [...batchesIn(first), ...batchesIn(second)].map(describe);
  assertEquals(kept, expected);
  assert(kept.some((line) => line.includes("[]")), "an empty batch is kept for its producer");
  log.close();
});
