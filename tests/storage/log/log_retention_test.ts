import { assert, assertEquals } from "@std/assert";
import { manualEnv } from "../../support/manual_env.ts";
import { batchOf, openLog, readRecords } from "../../support/partition_log.ts";

const SMALL_SEGMENTS = { "internal.segment.bytes": "300" };

/** Ten batches of 100 bytes in segments of three, at one second each, all replicated. */
function tenBatches(configs: Record<string, string>, env = manualEnv({ now: 100_000 })) {
  const log = openLog(env, { ...SMALL_SEGMENTS, ...configs });
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
  const log = openLog(env, { ...SMALL_SEGMENTS, "retention.ms": "1000" });
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
  const log = openLog(env, { ...SMALL_SEGMENTS, "retention.ms": "1000" });
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

Deno.test("retention does not change the offsets of what it leaves", () => {
  const log = tenBatches({ "retention.bytes": "450" });
  const before = readRecords(log).map((record) => record.offset).filter((offset) => offset >= 3);
  log.deleteOldSegments();
  assertEquals(readRecords(log).map((record) => record.offset), before);
  log.appendAsLeader(batchOf(["v"], { timestamp: 1 }), 0);
  assertEquals(log.logEndOffset, 11);
});
