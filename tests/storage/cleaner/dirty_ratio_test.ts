import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import {
  calculateCleanableBytes,
  cleanableOffsets,
  filthiest,
  firstSegmentWithinLag,
  isCleanable,
  type LogExtent,
  logExtent,
  logToClean,
  maxCompactionDelay,
} from "../../../storage/cleaner/dirty_ratio.ts";
import { append, end, openCompactedLog, transactional } from "../../support/compacted_log.ts";
import { manualEnv } from "../../support/manual_env.ts";

const NOW = 1_700_000_000_000;
const HOUR = 3_600_000;

interface ExtentOptions {
  config?: Partial<LogExtent["config"]>;
  logStartOffset?: number;
  logEndOffset?: number;
  lastStableOffset?: number;
  /** Largest, and first, timestamp of each segment; they hold ten offsets and 100 bytes each. */
  times?: number[];
}

function extentOf(options: ExtentOptions = {}): LogExtent {
  const times = options.times ?? [NOW, NOW, NOW, NOW, NOW];
  const logEndOffset = options.logEndOffset ?? times.length * 10;
  return {
    topicPartition: { topic: "t", partition: 0 },
    config: {
      compact: true,
      delete: false,
      compactionLagMs: 0,
      maxCompactionLagMs: 2 ** 53 - 1,
      minCleanableRatio: 0.5,
      ...options.config,
    },
    logStartOffset: options.logStartOffset ?? 0,
    logEndOffset,
    lastStableOffset: options.lastStableOffset ?? logEndOffset,
    segments: times.map((time, i) => ({
      baseOffset: i * 10,
      size: 100,
      largestTimestamp: time,
      getFirstBatchTimestamp: () => time,
    })),
  };
}

Deno.test("a log that was never cleaned is dirty from its start to the active segment", () => {
  const offsets = cleanableOffsets(extentOf(), undefined, NOW);
  assertEquals(
    [offsets.firstDirtyOffset, offsets.firstUncleanableDirtyOffset, offsets.forceUpdateCheckpoint],
    [0, 40, false],
  );
  assertEquals(offsets.uncleanableReason, "active segment");
});

Deno.test("the checkpoint says where the dirty section begins", () => {
  const offsets = cleanableOffsets(extentOf(), 25, NOW);
  assertEquals([offsets.firstDirtyOffset, offsets.forceUpdateCheckpoint], [25, false]);
});

Deno.test("a checkpoint below the log start is reset to it, with a warning unless deletion explains it", () => {
  for (const [policy, warns] of [[false, true], [true, false]] as const) {
    const extent = extentOf({ logStartOffset: 15, config: { delete: policy } });
    const offsets = cleanableOffsets(extent, 10, NOW);
    assertEquals([offsets.firstDirtyOffset, offsets.forceUpdateCheckpoint], [15, true]);
    assertEquals(offsets.checkpointWarning !== undefined, warns);
  }
});

Deno.test("a checkpoint beyond the log end is reset to the log start", () => {
  const offsets = cleanableOffsets(extentOf({ logStartOffset: 5 }), 51, NOW);
  assertEquals([offsets.firstDirtyOffset, offsets.forceUpdateCheckpoint], [5, true]);
  assert(offsets.checkpointWarning!.includes("51"));
  assertEquals(cleanableOffsets(extentOf(), 50, NOW).forceUpdateCheckpoint, false);
});

Deno.test("a checkpoint beyond the active segment's base is kept, and nothing is cleanable", () => {
  const extent = extentOf();
  const offsets = cleanableOffsets(extent, 45, NOW);
  assertEquals([offsets.firstDirtyOffset, offsets.firstUncleanableDirtyOffset], [45, 45]);
  const candidate = logToClean(extent, extent, 45, 45);
  assertEquals([candidate.cleanableBytes, candidate.firstUncleanableOffset], [0, 40]);
  assertEquals(isCleanable(candidate, extent.config), false);
});

Deno.test("a log start beyond the active segment's base leaves nothing to clean", () => {
  const extent = extentOf({ logStartOffset: 45 });
  const offsets = cleanableOffsets(extent, 0, NOW);
  assertEquals(
    [offsets.firstDirtyOffset, offsets.firstUncleanableDirtyOffset, offsets.forceUpdateCheckpoint],
    [45, 45, true],
  );
});

Deno.test("nothing is cleaned from the last stable offset on", () => {
  const offsets = cleanableOffsets(extentOf({ lastStableOffset: 23 }), 0, NOW);
  assertEquals([offsets.firstUncleanableDirtyOffset, offsets.uncleanableReason], [
    23,
    "last stable offset",
  ]);
});

Deno.test("min.compaction.lag.ms protects from the first segment with a young record on", () => {
  const times = [NOW - 3 * HOUR, NOW - 2 * HOUR, NOW - HOUR / 2, NOW - 2 * HOUR, NOW];
  const extent = extentOf({ times, config: { compactionLagMs: HOUR } });
  const offsets = cleanableOffsets(extent, 0, NOW);
  assertEquals([offsets.firstUncleanableDirtyOffset, offsets.uncleanableReason], [
    20,
    "min.compaction.lag.ms",
  ]);
  assertEquals(firstSegmentWithinLag(extent, 0, NOW)?.baseOffset, 20);
  // Segments that are clean already do not count, and a record exactly that old is old enough.
  assertEquals(cleanableOffsets(extent, 30, NOW).firstUncleanableDirtyOffset, 40);
  assertEquals(cleanableOffsets(extent, 0, NOW + HOUR / 2).firstUncleanableDirtyOffset, 40);
  const young = extentOf({ config: { compactionLagMs: HOUR } });
  assertEquals(cleanableOffsets(young, undefined, NOW).firstUncleanableDirtyOffset, 0);
  assertEquals(firstSegmentWithinLag(extentOf(), 0, NOW), undefined);
});

Deno.test("max.compaction.lag.ms counts from the first record of the dirty segments", () => {
  const times = [NOW - 5 * HOUR, NOW - 3 * HOUR, -1, NOW - 4 * HOUR, NOW - 9 * HOUR];
  const extent = extentOf({ times, config: { maxCompactionLagMs: HOUR } });
  assertEquals(maxCompactionDelay(extent, 0, NOW), 4 * HOUR);
  assertEquals(maxCompactionDelay(extent, 10, NOW), 3 * HOUR);
  // The active segment does not count.
  assertEquals(maxCompactionDelay(extent, 40, NOW), 0);
  assertEquals(maxCompactionDelay(extentOf({ times }), 0, NOW), 0);
});

Deno.test("no file is read for a limit that is not set", () => {
  const extent = extentOf();
  const segments = extent.segments.map((segment) => ({
    ...segment,
    getFirstBatchTimestamp: (): number => {
      throw new Error("read");
    },
  }));
  assertEquals(maxCompactionDelay({ ...extent, segments }, 0, NOW), 0);
});

Deno.test("the dirty ratio is cleanable bytes over clean and cleanable ones", () => {
  const extent = extentOf();
  const candidate = logToClean("log", extent, 20, 40);
  assertEquals(
    [candidate.cleanBytes, candidate.cleanableBytes, candidate.totalBytes, candidate.log],
    [200, 200, 400, "log"],
  );
  assertAlmostEquals(candidate.cleanableRatio, 0.5);
  assertEquals(isCleanable(candidate, extent.config), false);
  assertEquals(isCleanable(candidate, { ...extent.config, minCleanableRatio: 0.49 }), true);
  assertEquals(isCleanable({ ...candidate, needCompactionNow: true }, extent.config), true);
  assertEquals(
    isCleanable({ ...candidate, needCompactionNow: true, cleanableBytes: 0 }, extent.config),
    false,
  );
  assertEquals(logToClean(0, extentOf({ times: [NOW] }), 0, 0).cleanableRatio, 0);
});

Deno.test("a segment that cannot be cleaned whole is not cleaned at all", () => {
  assertEquals(calculateCleanableBytes(extentOf(), 0, 25), {
    firstUncleanableOffset: 20,
    cleanableBytes: 200,
  });
  assertEquals(calculateCleanableBytes(extentOf(), 0, 45), {
    firstUncleanableOffset: 40,
    cleanableBytes: 400,
  });
  // A dirty section that begins within a segment has all of it.
  assertEquals(calculateCleanableBytes(extentOf(), 15, 40).cleanableBytes, 300);
  assertEquals(logToClean(0, extentOf(), 15, 40).cleanBytes, 200);
});

Deno.test("the dirtiest log is taken first", () => {
  const extent = extentOf();
  const candidates = [10, 0, 30].map((dirty) => logToClean(dirty, extent, dirty, 40));
  assertEquals(filthiest(candidates)!.log, 0);
  assertEquals(filthiest([]), undefined);
});

Deno.test("a real log with an open transaction is cleanable up to it", () => {
  const env = manualEnv({ now: NOW });
  const log = openCompactedLog(env);
  append(log, "a", 1);
  log.roll();
  transactional(log, 5)(["b"]);
  append(log, "a", 2);
  log.roll();
  log.updateHighWatermark(log.logEndOffset);
  const bounds = () => {
    const offsets = cleanableOffsets(logExtent(log), 0, NOW);
    return [offsets.firstUncleanableDirtyOffset, offsets.uncleanableReason];
  };
  assertEquals(bounds(), [1, "last stable offset"]);
  end(log, 5, "ABORT");
  // The marker is not replicated yet.
  assertEquals(bounds(), [1, "last stable offset"]);
  log.roll();
  log.updateHighWatermark(log.logEndOffset);
  assertEquals(bounds(), [4, "active segment"]);
  log.close();
});
