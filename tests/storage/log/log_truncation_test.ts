import { assertEquals, assertThrows } from "@std/assert";
import { OffsetOutOfRangeError } from "../../../storage/errors.ts";
import { parentPath } from "../../../storage/file/paths.ts";
import { FaultyFileSystem } from "../../support/faulty_file_system.ts";
import { manualEnv } from "../../support/manual_env.ts";
import {
  appendAll,
  batchOf,
  batchOfSize,
  contentOf,
  openLog,
} from "../../support/partition_log.ts";
import { TestProducer as Producer } from "../../support/test_producer.ts";

const SMALL_SEGMENTS = { "internal.segment.bytes": "300" };

function tenBatches(configs: Record<string, string> = SMALL_SEGMENTS, env = manualEnv()) {
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
  const log = tenBatches({ ...SMALL_SEGMENTS, "retention.bytes": "400" });
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
  const log = tenBatches(SMALL_SEGMENTS, env);
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

Deno.test("a truncation below an open transaction forgets it, one inside keeps it", () => {
  const log = openLog(manualEnv());
  new Producer(log, 9).write(2, false);
  const producer = new Producer(log, 1);
  producer.write(1);
  producer.write(1);
  log.truncateTo(3);
  assertEquals(log.firstUnstableOffset, 2);
  log.truncateTo(2);
  assertEquals(log.firstUnstableOffset, undefined);
  producer.sequence = 0;
  producer.write(1);
  log.truncateFullyAndStartAt(0);
  assertEquals([log.firstUnstableOffset, log.activeProducers.size], [undefined, 0]);
});

Deno.test("producer state follows a truncation, with and without snapshots", () => {
  for (const withSnapshots of [true, false]) {
    const env = manualEnv();
    const log = openLog(env);
    const producer = new Producer(log, 1);
    producer.write(2, false);
    if (withSnapshots) log.takeProducerSnapshot();
    producer.write(3, false);
    log.truncateTo(2);
    assertEquals(log.activeProducers.get(1)!.lastSeq, 1);
    assertEquals(log.producerStateManager.mapEndOffset, 2);
    log.truncateTo(0);
    assertEquals(log.activeProducers.size, 0);
  }
});

Deno.test("what was cut off does not come back with a power cut, whatever was appended since then", async () => {
  for (let seed = 0; seed < 40; seed++) {
    const fileSystem = new FaultyFileSystem();
    const log = openLog(manualEnv({ fileSystem }), SMALL_SEGMENTS);
    for (const path of ["/", parentPath(log.directory)]) fileSystem.flushDirectory(path);
    for (let i = 0; i < 13; i++) log.appendAsLeader(batchOfSize(100), 0);
    if (seed % 2 === 0) await log.flush();
    log.truncateTo(8);
    // Does not fit behind what is left of the segment.
    log.appendAsLeader(batchOfSize(250), 1);
    await log.flush();
    const after = openLog(
      manualEnv({ fileSystem: fileSystem.afterCrash({ seed }) }),
      SMALL_SEGMENTS,
    );
    assertEquals(contentOf(after), contentOf(log), `seed ${seed}`);
    assertEquals(after.segments.baseOffsets, [0, 3, 6, 8]);
  }
});

Deno.test("a power cut in a truncation leaves the log's beginning, without a gap", () => {
  const cut = (fileSystem: FaultyFileSystem) => {
    const log = openLog(manualEnv({ fileSystem }), SMALL_SEGMENTS);
    for (let i = 0; i < 13; i++) log.appendAsLeader(batchOfSize(100), 0);
    log.flushSync();
    const before = fileSystem.operations;
    log.truncateTo(4);
    return { log, before };
  };
  const { before } = cut(new FaultyFileSystem());
  for (let seed = 0; seed < 60; seed++) {
    const fileSystem = new FaultyFileSystem();
    fileSystem.crashAt(before + 1 + seed % 12);
    try {
      cut(fileSystem);
    } catch (error) {
      assertEquals((error as Error).name, "SimulatedCrash");
    }
    const after = openLog(
      manualEnv({ fileSystem: fileSystem.afterCrash({ seed }) }),
      SMALL_SEGMENTS,
    );
    const offsets = contentOf(after).map((line) => Number(line.split("=")[0]));
    assertEquals(offsets, offsets.map((_, index) => index), `seed ${seed}`);
  }
});
