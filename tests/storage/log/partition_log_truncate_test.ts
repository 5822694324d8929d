import { assert, assertEquals, assertThrows } from "@std/assert";
import { OffsetOutOfRangeError } from "../../../storage/errors.ts";
import { manualEnv } from "../../support/manual_env.ts";
import {
  appendAll,
  batchOf,
  batchOfSize,
  contentOf,
  filesIn,
  LOG_DIRECTORY,
  openLog,
  writeWholeFile,
} from "../../support/partition_log.ts";

const SMALL = { "internal.segment.bytes": "300" };

function tenBatches(configs: Record<string, string> = SMALL, env = manualEnv()) {
  const log = openLog(env, configs);
  for (let i = 0; i < 10; i++) log.appendAsLeader(batchOfSize(100), 0);
  return log;
}

Deno.test("a truncation takes the end off, whole segments and part of one", () => {
  const log = tenBatches();
  assertEquals(log.segments.baseOffsets, [0, 3, 6, 9]);
  assertEquals(log.truncateTo(10), false);
  assertEquals(log.truncateTo(12), false);
  assertEquals(log.logEndOffset, 10);
  assertEquals(log.truncateTo(5), true);
  assertEquals([log.logEndOffset, log.size], [5, 500]);
  assertEquals(log.segments.baseOffsets, [0, 3]);
  log.appendAsLeader(batchOf(["new"]), 0);
  assertEquals(contentOf(log, 5), ["5=new"]);
  assertEquals(log.truncateTo(0), true);
  assertEquals([log.logEndOffset, log.size, log.segments.numberOfSegments], [0, 0, 1]);
  log.appendAsLeader(batchOf(["again"]), 0);
  assertEquals(contentOf(log), ["0=again"]);
});

Deno.test("a truncation inside a batch takes the whole batch, the offset stays as asked", () => {
  const log = openLog(manualEnv());
  appendAll(log, [["a", "b", "c"], ["d", "e"]]);
  log.truncateTo(4);
  assertEquals([log.logEndOffset, contentOf(log).length], [4, 3]);
  log.appendAsLeader(batchOf(["x"]), 0);
  assertEquals(contentOf(log, 3), ["4=x"]);
});

Deno.test("a truncation to a segment's first offset leaves that segment empty", () => {
  const log = tenBatches();
  log.truncateTo(6);
  assertEquals(log.segments.baseOffsets, [0, 3, 6]);
  assertEquals([log.activeSegment.size, log.logEndOffset], [0, 6]);
});

Deno.test("a truncation below the first segment starts the log there", () => {
  const log = tenBatches({ ...SMALL, "retention.bytes": "400" });
  log.updateHighWatermark(10);
  log.deleteOldSegments();
  assertEquals(log.logStartOffset, 6);
  log.truncateTo(3);
  assertEquals([log.logStartOffset, log.logEndOffset, log.size], [3, 3, 0]);
});

Deno.test("a truncation below the log start offset moves that down", () => {
  const log = tenBatches();
  log.updateHighWatermark(8);
  log.deleteRecords(5);
  log.truncateTo(4);
  assertEquals([log.logStartOffset, log.logEndOffset, log.highWatermark], [4, 4, 4]);
});

Deno.test("a truncation to a negative offset is refused", () => {
  assertThrows(() => tenBatches().truncateTo(-1), OffsetOutOfRangeError);
});

Deno.test("a truncation takes leader epochs from its offset on", () => {
  const log = openLog(manualEnv());
  for (let epoch = 1; epoch <= 5; epoch++) log.appendAsLeader(batchOf(["v"]), epoch);
  log.truncateTo(3);
  assertEquals(log.leaderEpochCache.latestEntry, { epoch: 3, startOffset: 2 });
  assertEquals(log.endOffsetForEpoch(3), { epoch: 3, endOffset: 3 });
  log.truncateFullyAndStartAt(20);
  assertEquals(log.leaderEpochCache.latestEntry, undefined);
});

Deno.test("a truncation to the log end still drops an epoch that begins there", () => {
  const log = openLog(manualEnv());
  log.appendAsLeader(batchOf(["v"]), 1);
  log.assignEpochStartOffset(2, 1);
  assertEquals(log.truncateTo(1), false);
  assertEquals(log.leaderEpochCache.latestEpoch, 1);
});

Deno.test("truncating fully starts the log elsewhere", () => {
  const log = tenBatches();
  log.truncateFullyAndStartAt(50);
  assertEquals([log.logStartOffset, log.logEndOffset, log.size], [50, 50, 0]);
  assertEquals(log.segments.baseOffsets, [50]);
  log.appendAsLeader(batchOf(["v"]), 0);
  assertEquals(contentOf(log), ["50=v"]);
  log.truncateFullyAndStartAt(200, 150);
  assertEquals([log.logStartOffset, log.logEndOffset], [150, 200]);
  assertThrows(() => log.read(160, { maxBytes: 1, isolation: "log_end" }), OffsetOutOfRangeError);
  assertEquals(log.read(200, { maxBytes: 1, isolation: "log_end" }).size, 0);
});

Deno.test("truncating fully at the active segment's own offset makes it anew", () => {
  const env = manualEnv();
  const log = tenBatches(SMALL, env);
  log.truncateFullyAndStartAt(9);
  assertEquals([log.segments.baseOffsets, log.size], [[9], 0]);
  log.appendAsLeader(batchOf(["v"]), 0);
  env.clock.set(env.clock.now() + 60_000);
  log.deletePendingFiles(env.clock.now());
  assertEquals(contentOf(log), ["9=v"]);
});

Deno.test("a truncated log can be found by time up to its new end", () => {
  const log = openLog(manualEnv(), { "index.interval.bytes": "0" });
  for (let i = 0; i < 6; i++) log.appendAsLeader(batchOf(["v"], { timestamp: 100 * (i + 1) }), 0);
  log.truncateTo(3);
  assertEquals(log.fetchOffsetByTimestamp(301), undefined);
  assertEquals(log.fetchOffsetByTimestamp(-3)!.timestamp, 300);
  assertEquals(log.activeSegment.maxTimestampSoFar, 300);
});

Deno.test("a roll seals the active segment and starts an empty one", () => {
  const env = manualEnv();
  const log = openLog(env);
  appendAll(log, [["a"], ["b"]]);
  const segment = log.roll();
  assertEquals([segment.baseOffset, segment.size, log.logEndOffset], [2, 0, 2]);
  assertEquals(log.segments.numberOfSegments, 2);
  assertEquals(log.segments.firstSegment!.timeIndex.entries, 1);
  assert(filesIn(env.fileSystem).includes("00000000000000000002.snapshot"));
  assertEquals(log.flushDueOffset, 2);
});

Deno.test("an empty active segment is made anew by a roll", () => {
  const env = manualEnv();
  const log = openLog(env);
  log.roll();
  log.roll();
  assertEquals([log.segments.baseOffsets, log.logEndOffset], [[0], 0]);
  assertEquals(env.logger.matching("made anew").length, 2);
  log.appendAsLeader(batchOf(["v"]), 0);
  log.deletePendingFiles(Infinity);
  assertEquals(contentOf(log), ["0=v"]);
});

Deno.test("a roll may skip offsets, but never goes back", () => {
  const log = openLog(manualEnv(), {}, { logStartOffset: 5 });
  log.appendAsLeader(batchOf(["a"]), 0);
  assertEquals(log.roll(3).baseOffset, 6);
  assertEquals(log.roll(10).baseOffset, 10);
  log.appendAsFollower(batchOf(["v"], { baseOffset: 10, partitionLeaderEpoch: 0 }), 0);
  log.truncateTo(10);
  log.roll(10);
  assertEquals(log.segments.baseOffsets, [5, 6, 10]);
});

Deno.test("files that lie where a roll wants to write go first", () => {
  const env = manualEnv();
  const log = openLog(env);
  appendAll(log, [["a"], ["b"]]);
  for (const suffix of ["log", "index", "timeindex", "txnindex"]) {
    writeWholeFile(
      env.fileSystem,
      `${LOG_DIRECTORY}/00000000000000000002.${suffix}`,
      new Uint8Array(100),
    );
  }
  log.roll();
  assertEquals(log.activeSegment.size, 0);
  assertEquals(env.logger.matching("already exists; deleting it first").length, 4);
  appendAll(log, [["c"]]);
  assertEquals(contentOf(log), ["0=a", "1=b", "2=c"]);
});

Deno.test("segments roll by size", () => {
  const log = tenBatches();
  assertEquals(log.segments.values().map((segment) => segment.size), [300, 300, 300, 100]);
});

Deno.test("segments roll by the time between their records", () => {
  const log = openLog(manualEnv({ now: 1_000_000 }), { "segment.ms": "1000" });
  const append = (timestamp: number) => log.appendAsLeader(batchOf(["v"], { timestamp }), 0);
  append(5_000);
  append(6_000);
  assertEquals(log.segments.numberOfSegments, 1);
  append(6_001);
  assertEquals(log.segments.baseOffsets, [0, 2]);
  append(1);
  assertEquals(log.segments.numberOfSegments, 2);
});

Deno.test("segments whose records have no time roll by the clock", () => {
  const env = manualEnv({ now: 1_000_000 });
  const log = openLog(env, { "segment.ms": "1000" });
  log.appendAsLeader(batchOf(["v"], { timestamp: -1 }), 0);
  env.clock.set(1_001_000);
  log.appendAsLeader(batchOf(["v"], { timestamp: -1 }), 0);
  assertEquals(log.segments.numberOfSegments, 1);
  env.clock.set(1_001_001);
  log.appendAsLeader(batchOf(["v"], { timestamp: -1 }), 0);
  assertEquals(log.segments.numberOfSegments, 2);
});

Deno.test("an empty segment does not roll by time", () => {
  const env = manualEnv();
  const log = openLog(env, { "segment.ms": "1000" });
  env.clock.set(env.clock.now() + 100_000);
  log.appendAsLeader(batchOf(["v"]), 0);
  assertEquals(log.segments.numberOfSegments, 1);
});

Deno.test("jitter makes a segment roll earlier, by a share of its time", () => {
  let rolledAt = 0;
  const log = openLog(manualEnv({ seed: 7 }), {
    "segment.ms": "1000",
    "segment.jitter.ms": "600",
  });
  for (let timestamp = 1; log.segments.numberOfSegments === 1; timestamp += 10) {
    log.appendAsLeader(batchOf(["v"], { timestamp }), 0);
    rolledAt = timestamp;
  }
  assert(rolledAt > 400 && rolledAt <= 1010, `rolled at ${rolledAt}`);
});

Deno.test("a segment rolls when the next offset does not fit its indexes", () => {
  const log = openLog(manualEnv());
  log.appendAsFollower(batchOf(["a"], { baseOffset: 0, partitionLeaderEpoch: 0 }), 0);
  const far = 2 ** 31 + 5;
  log.appendAsFollower(batchOf(["b"], { baseOffset: far, partitionLeaderEpoch: 0 }), 0);
  assertEquals(log.segments.baseOffsets, [0, far]);
  assertEquals(contentOf(log), ["0=a", `${far}=b`]);
});

Deno.test("a segment rolls when an index is full", () => {
  const log = openLog(manualEnv(), { "segment.index.bytes": "24", "index.interval.bytes": "0" });
  for (let i = 0; i < 8; i++) log.appendAsLeader(batchOf(["v"], { timestamp: 100 + i }), 0);
  assert(log.segments.numberOfSegments > 2);
  assertEquals(contentOf(log).length, 8);
});

Deno.test("new configs hold from the next append on", () => {
  const log = tenBatches({});
  const old = log.updateConfig({ ...log.config, segmentSize: 200 });
  assertEquals(old.segmentSize, 1 << 30);
  log.appendAsLeader(batchOfSize(100), 0);
  assertEquals(log.segments.baseOffsets, [0, 10]);
});
