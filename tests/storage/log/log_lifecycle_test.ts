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
import { TestProducer as Producer } from "../../support/test_producer.ts";

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

Deno.test("a clean stop leaves a producer snapshot at the log end", () => {
  const env = manualEnv();
  const log = openLog(env);
  new Producer(log, 1).write(3, false);
  log.close();
  assert(filesIn(env.fileSystem).includes("00000000000000000003.snapshot"));
  const again = openLog(env);
  assertEquals(again.activeProducers.get(1)!.lastSeq, 2);
  assertEquals(contentOf(again).length, 3);
  assertEquals(readRecords(again)[0]!.sequence, 0);
});
