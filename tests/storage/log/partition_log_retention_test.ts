import { assert, assertEquals } from "@std/assert";
import { manualEnv } from "../../support/manual_env.ts";
import {
  batchOf,
  contentOf,
  filesIn,
  LOG_DIRECTORY,
  openLog,
  readRecords,
} from "../../support/partition_log.ts";

const SMALL = { "internal.segment.bytes": "300" };

/** Ten batches of 100 bytes in segments of three, at one second each, all replicated. */
function tenBatches(configs: Record<string, string>, env = manualEnv({ now: 100_000 })) {
  const log = openLog(env, { ...SMALL, ...configs });
  for (let i = 0; i < 10; i++) {
    log.appendAsLeader(batchOf(["x".repeat(32)], { timestamp: 10_000 + 1000 * i }), 0);
  }
  log.updateHighWatermark(10);
  return log;
}

Deno.test("retention by size keeps at least that many bytes", () => {
  const log = tenBatches({ "retention.bytes": "450" });
  assertEquals(log.size, 1000);
  assertEquals(log.deleteOldSegments(), 1);
  assertEquals([log.logStartOffset, log.size], [3, 700]);
  assertEquals(log.deleteOldSegments(), 0);
});

Deno.test("retention by size of 0 rolls the active segment and deletes all before it", () => {
  const log = tenBatches({ "retention.bytes": "0" });
  assertEquals(log.deleteOldSegments(), 4);
  assertEquals([log.logStartOffset, log.logEndOffset, log.size], [10, 10, 0]);
  assertEquals(log.segments.baseOffsets, [10]);
  assertEquals(log.deleteOldSegments(), 0);
});

Deno.test("retention by time goes by the youngest record of a segment", () => {
  const env = manualEnv({ now: 16_000 });
  const log = tenBatches({ "retention.ms": "3500" }, env);
  assertEquals(log.deleteOldSegments(), 1);
  assertEquals(log.segments.baseOffsets, [3, 6, 9]);
  env.clock.set(18_501);
  assertEquals(log.deleteOldSegments(), 1);
  env.clock.set(60_000);
  assertEquals(log.deleteOldSegments(), 2);
  assertEquals(log.segments.baseOffsets, [10]);
});

Deno.test("an expired active segment is rolled before it goes; an empty one stays", () => {
  const env = manualEnv({ now: 50_000 });
  const log = openLog(env, { "retention.ms": "1000" });
  log.appendAsLeader(batchOf(["a"], { timestamp: 10_000 }), 0);
  log.updateHighWatermark(1);
  assertEquals(log.deleteOldSegments(), 1);
  assertEquals([log.segments.baseOffsets, log.logStartOffset], [[1], 1]);
  env.clock.set(90_000);
  assertEquals(log.deleteOldSegments(), 0);
});

Deno.test("segments without timestamps go by the time of their file", () => {
  const env = manualEnv({ now: 50_000 });
  const log = openLog(env, { ...SMALL, "retention.ms": "1000" });
  for (let i = 0; i < 7; i++) log.appendAsLeader(batchOf(["x".repeat(32)], { timestamp: -1 }), 0);
  log.updateHighWatermark(7);
  assertEquals(log.deleteOldSegments(), 0);
  env.clock.set(51_001);
  assertEquals(log.deleteOldSegments(), 3);
});

Deno.test("nothing at or above the high watermark goes", () => {
  const log = tenBatches({ "retention.bytes": "0" });
  for (const [highWatermark, segments] of [[0, 4], [2, 4], [3, 3], [8, 2], [10, 1]] as const) {
    log.updateHighWatermark(highWatermark);
    log.deleteOldSegments();
    assertEquals(log.segments.numberOfSegments, segments);
    assert(log.logStartOffset <= log.highWatermark);
  }
});

Deno.test("segments below the log start go under every policy", () => {
  for (const policy of ["delete", "compact"]) {
    const log = tenBatches({ "cleanup.policy": "delete", "retention.ms": "-1" });
    log.updateConfig({ ...log.config, compact: policy === "compact", delete: policy === "delete" });
    log.deleteRecords(5);
    assertEquals(log.deleteOldSegments(), 1);
    assertEquals([log.segments.baseOffsets, log.logStartOffset], [[3, 6, 9], 5]);
    log.deleteRecords(-1);
    assertEquals(log.deleteOldSegments(), 2);
    assertEquals([log.segments.baseOffsets, log.logStartOffset], [[9], 10]);
  }
});

Deno.test("a policy without delete ignores size and age", () => {
  const log = tenBatches({ "retention.bytes": "0", "retention.ms": "1" });
  log.updateConfig({ ...log.config, compact: true, delete: false });
  assertEquals(log.deleteOldSegments(), 0);
  log.updateConfig({ ...log.config, compact: true, delete: true });
  assertEquals(log.deleteOldSegments(), 4);
});

Deno.test("a record from the future keeps its segment, with a warning, or not at all", () => {
  const env = manualEnv({ now: 100_000 });
  const log = openLog(env, { ...SMALL, "retention.ms": "1000" });
  for (const timestamp of [1, 2, 900_000, 4, 5, 6, 7]) {
    log.appendAsLeader(batchOf(["x".repeat(32)], { timestamp }), 0);
  }
  log.updateHighWatermark(7);
  env.clock.set(200_000);
  assertEquals(log.deleteOldSegments(), 0);
  assertEquals(env.logger.matching("future timestamp", "warn").length, 1);
  log.updateConfig({ ...log.config, futureTimestampUsesFileTime: true });
  assertEquals(log.deleteOldSegments(), 3);
});

Deno.test("deleted files keep a suffix for file.delete.delay.ms and go then", () => {
  const env = manualEnv({ now: 100_000 });
  const log = tenBatches({ "retention.bytes": "450", "file.delete.delay.ms": "5000" }, env);
  log.deleteOldSegments();
  const deleted = filesIn(env.fileSystem).filter((name) => name.endsWith(".deleted"));
  assert(deleted.includes("00000000000000000000.log.deleted"));
  assertEquals(log.nextPendingFileDueMs, 105_000);
  assertEquals(log.deletePendingFiles(104_999), 0);
  assert(log.deletePendingFiles(105_000) > 0);
  assertEquals(filesIn(env.fileSystem).filter((name) => name.includes("deleted")), []);
  assertEquals(contentOf(log).length, 7);
});

Deno.test("a read that was found before its segment went can still be taken", () => {
  const log = tenBatches({ "retention.bytes": "0" });
  const data = log.read(0, { maxBytes: 1000, isolation: "log_end" });
  log.deleteOldSegments();
  assertEquals(data.bytes().length, 300);
});

Deno.test("producer snapshots go with the segments that they stand before", () => {
  const env = manualEnv({ now: 100_000 });
  const log = tenBatches({ "retention.bytes": "450" }, env);
  const snapshots = () => filesIn(env.fileSystem).filter((name) => name.endsWith(".snapshot"));
  assertEquals(snapshots().length, 3);
  log.deleteRecords(7);
  log.deleteOldSegments();
  assertEquals(log.segments.baseOffsets, [6, 9]);
  assertEquals(snapshots(), ["00000000000000000006.snapshot", "00000000000000000009.snapshot"]);
  log.deletePendingFiles(Infinity);
  assertEquals(snapshots().length, 2);
});

Deno.test("retention does not change the offsets of what it leaves", () => {
  const log = tenBatches({ "retention.bytes": "450" });
  const before = readRecords(log).map((record) => record.offset).filter((offset) => offset >= 3);
  log.deleteOldSegments();
  assertEquals(readRecords(log).map((record) => record.offset), before);
  log.appendAsLeader(batchOf(["v"], { timestamp: 1 }), 0);
  assertEquals(log.logEndOffset, 11);
});

Deno.test("a log that is deleted leaves nothing", () => {
  const env = manualEnv({ now: 100_000 });
  const log = tenBatches({ "retention.bytes": "450" }, env);
  log.deleteOldSegments();
  log.delete();
  assertEquals(env.fileSystem.stat(LOG_DIRECTORY), undefined);
  assertEquals(log.isClosed, true);
});

Deno.test("a log can be deleted after it was closed", () => {
  const env = manualEnv();
  const log = tenBatches({}, env);
  log.close();
  log.delete();
  assertEquals(env.fileSystem.stat(LOG_DIRECTORY), undefined);
});

Deno.test("a renamed log goes on in its new directory", () => {
  const env = manualEnv({ now: 100_000 });
  const log = tenBatches({ "retention.bytes": "450" }, env);
  log.deleteOldSegments();
  log.renameDir("events-0.abc-future");
  assertEquals([log.directory, log.isFuture], ["/data/events-0.abc-future", true]);
  log.renameDir("events-9");
  log.appendAsLeader(batchOf(["v"], { timestamp: 1 }), 7);
  log.deletePendingFiles(Infinity);
  log.close();
  assertEquals(filesIn(env.fileSystem, "/data"), ["events-9"]);
  assertEquals(filesIn(env.fileSystem, "/data/events-9").filter((n) => n.includes("deleted")), []);
  const again = openLog(env, {}, { directory: "/data/events-9" });
  assertEquals([again.logEndOffset, again.leaderEpochCache.latestEpoch], [11, 7]);
});

Deno.test("a log renamed in order to be deleted writes no epochs any more", () => {
  const env = manualEnv();
  const log = tenBatches({}, env);
  log.renameDir("events-0.abc-delete", false);
  assertEquals(log.leaderEpochCache.nonEmpty, false);
  log.delete();
  assertEquals(filesIn(env.fileSystem, "/data"), []);
});
