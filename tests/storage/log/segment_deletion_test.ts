import { assert, assertEquals } from "@std/assert";
import { manualEnv } from "../../support/manual_env.ts";
import { batchOf, contentOf, filesIn, openLog } from "../../support/partition_log.ts";

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
