import { assert, assertEquals, assertRejects } from "@std/assert";
import { CleanerStats } from "../../../storage/cleaner/cleaner_stats.ts";
import { CleaningTurn } from "../../../storage/cleaner/cleaning_turn.ts";
import { OffsetMap } from "../../../storage/cleaner/offset_map.ts";
import { buildOffsetMap } from "../../../storage/cleaner/offset_map_builder.ts";
import { RecordColumns } from "../../../storage/cleaner/record_columns.ts";
import { SegmentReader } from "../../../storage/cleaner/segment_reader.ts";
import { Throttler } from "../../../storage/cleaner/throttler.ts";
import { CorruptRecordError } from "../../../storage/errors.ts";
import { logFileName } from "../../../storage/file/file_names.ts";
import type { PartitionLog } from "../../../storage/log/partition_log.ts";
import {
  append,
  end,
  keyed,
  openCompactedLog,
  rollAndCommit,
  transactional,
} from "../../support/compacted_log.ts";
import { type ManualEnv, manualEnv } from "../../support/manual_env.ts";
import { bytesOf, LOG_DIRECTORY } from "../../support/partition_log.ts";

async function build(
  env: ManualEnv,
  log: PartitionLog,
  start: number,
  upTo: number,
  slots = 1000,
  loadFactor = 0.75,
) {
  const map = new OffsetMap(24 * slots, env.random);
  const stats = new CleanerStats(0);
  await buildOffsetMap(log, start, upTo, {
    map,
    reader: new SegmentReader(300),
    stats,
    turn: new CleaningTurn(env, log, new Throttler(env.clock, Infinity), undefined),
    records: new RecordColumns(),
    loadFactor,
  });
  const get = (key: string | number) => map.get(bytesOf(`${key}`), 0, `${key}`.length);
  return { map, stats, get };
}

Deno.test("the map has the latest offset of every key between two offsets", async () => {
  const env = manualEnv();
  const log = openCompactedLog(env);
  for (let i = 0; i < 200; i++) append(log, i, i);
  log.roll();
  const bases = log.segments.values().map((segment) => segment.baseOffset);
  for (const [start, upTo] of [[0, bases[1]!], [bases[1]!, bases[3]!], [bases[3]!, 200]] as const) {
    const { map, stats, get } = await build(env, log, start, upTo);
    assertEquals([map.latestOffset, map.size, stats.mapMessagesRead], [
      upTo - 1,
      upTo - start,
      upTo - start,
    ]);
    for (let i = start; i < upTo; i++) assertEquals(get(i), i);
    assertEquals([get(start - 1), get(upTo)], [-1, -1]);
  }
  log.close();
});

Deno.test("a map that becomes full says how far it went", async () => {
  const env = manualEnv();
  const log = openCompactedLog(env);
  for (let i = 0; i < 5; i++) append(log, i, i);
  rollAndCommit(log);
  const { map, stats, get } = await build(env, log, 2, 5, 3);
  assertEquals([map.size, map.latestOffset], [2, 3]);
  assertEquals([get(0), get(2), get(3), get(4)], [-1, 2, 3, -1]);
  assertEquals(stats.mapMessagesRead, 4);
  log.close();
});

Deno.test("offsets far apart are fine, and need no memory in between", async () => {
  const env = manualEnv();
  const log = openCompactedLog(env);
  log.appendAsFollower(keyed([["0", 0]], { baseOffset: 0, partitionLeaderEpoch: 0 }), 0);
  log.appendAsFollower(keyed([["1", 1]], { baseOffset: 7_206_178, partitionLeaderEpoch: 0 }), 0);
  const { map, get } = await build(env, log, 0, 7_206_179);
  assertEquals([map.latestOffset, map.size, get(0), get(1)], [7_206_178, 2, 0, 7_206_178]);
  log.close();
});

Deno.test("markers and aborted records are not in the map, but count as covered", async () => {
  const env = manualEnv();
  const log = openCompactedLog(env, { "internal.segment.bytes": "100000" });
  transactional(log, 1)(["a", "b"]);
  end(log, 1, "ABORT");
  transactional(log, 2)(["a"]);
  end(log, 2, "COMMIT");
  append(log, "c", 1);
  end(log, 2, "COMMIT");
  rollAndCommit(log);
  const { map, get, stats } = await build(env, log, 0, log.logEndOffset);
  assertEquals([get("a"), get("b"), get("c")], [3, -1, 5]);
  assertEquals([map.size, map.latestOffset, stats.mapMessagesRead], [2, 6, 7]);
  assertEquals(map.get(Uint8Array.of(0, 0, 0, 1), 0, 4), -1);
  log.close();
});

Deno.test("compressed batches are looked into", async () => {
  const env = manualEnv();
  const log = openCompactedLog(env, { "internal.segment.bytes": "100000" });
  for (const type of ["gzip", "snappy", "lz4", "zstd"] as const) {
    log.appendAsLeader(keyed([["k", 1], [type, 2]], { compression: { type } }), 0);
  }
  rollAndCommit(log);
  const { map, get } = await build(env, log, 0, 8);
  assertEquals([map.size, get("k"), get("gzip"), get("zstd")], [5, 6, 1, 7]);
  log.close();
});

Deno.test("an empty section covers what is before it", async () => {
  const env = manualEnv();
  const log = openCompactedLog(env);
  const { map } = await build(env, log, 12, 12);
  assertEquals([map.size, map.latestOffset], [0, 11]);
  log.close();
});

Deno.test("a flipped bit anywhere in a batch is found", async () => {
  for (const position of [44, 70, 75]) {
    const env = manualEnv();
    const log = openCompactedLog(env);
    append(log, "key", "value");
    rollAndCommit(log);
    log.close();
    const file = env.fileSystem.open(`${LOG_DIRECTORY}/${logFileName(0)}`);
    const byte = new Uint8Array(1);
    assert(file.read(position, byte, 0, 1) === 1);
    byte[0]! ^= 0x10;
    file.write(position, byte);
    file.close();
    const damaged = openCompactedLog(env);
    await assertRejects(() => build(env, damaged, 0, 1), CorruptRecordError);
    damaged.close();
  }
});
