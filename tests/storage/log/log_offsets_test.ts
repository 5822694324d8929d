import { assertEquals, assertThrows } from "@std/assert";
import { OffsetOutOfRangeError } from "../../../storage/errors.ts";
import { manualEnv } from "../../support/manual_env.ts";
import { appendAll, batchOfSize, openLog } from "../../support/partition_log.ts";

const TEN_BATCHES = Array.from({ length: 10 }, (_, i) => [`v${i}`]);

Deno.test("the high watermark stays between log start and log end", () => {
  const log = openLog(manualEnv());
  assertEquals(log.highWatermark, 0);
  appendAll(log, TEN_BATCHES);
  assertEquals(log.highWatermark, 0);
  assertEquals(log.updateHighWatermark(5), 5);
  assertEquals(log.updateHighWatermark(50), 10);
  assertEquals(log.updateHighWatermark(-1), 0);
});

Deno.test("a leader's high watermark only grows, and never beyond the end", () => {
  const log = openLog(manualEnv());
  appendAll(log, TEN_BATCHES);
  assertEquals(log.maybeIncrementHighWatermark(4), 0);
  assertEquals(log.maybeIncrementHighWatermark(4), undefined);
  assertEquals(log.maybeIncrementHighWatermark(3), undefined);
  assertEquals(log.highWatermark, 4);
  const error = assertThrows(() => log.maybeIncrementHighWatermark(11), OffsetOutOfRangeError);
  assertEquals(error.message, "High watermark 11 update exceeds current log end offset 10");
});

Deno.test("a follower's high watermark follows the leader's, clamped", () => {
  const log = openLog(manualEnv());
  appendAll(log, TEN_BATCHES);
  assertEquals(log.maybeUpdateHighWatermark(3), 3);
  assertEquals(log.maybeUpdateHighWatermark(3), undefined);
  assertEquals(log.maybeUpdateHighWatermark(99), 10);
});

Deno.test("a truncation takes the high watermark down with it", () => {
  const log = openLog(manualEnv());
  appendAll(log, TEN_BATCHES);
  log.updateHighWatermark(10);
  log.truncateTo(4);
  assertEquals(log.highWatermark, 4);
  log.updateHighWatermark(2);
  log.truncateTo(3);
  assertEquals(log.highWatermark, 2);
  log.truncateFullyAndStartAt(700);
  assertEquals([log.highWatermark, log.logStartOffset, log.logEndOffset], [700, 700, 700]);
});

Deno.test("the high watermark's place follows a roll", () => {
  const log = openLog(manualEnv());
  appendAll(log, [["a"]]);
  log.updateHighWatermark(1);
  assertEquals(log.fetchOffsetSnapshot().highWatermark.segmentBaseOffset, 0);
  log.roll();
  assertEquals(log.fetchOffsetSnapshot().highWatermark, {
    messageOffset: 1,
    segmentBaseOffset: 1,
    relativePositionInSegment: 0,
  });
});

Deno.test("the log start offset grows up to the high watermark", () => {
  const log = openLog(manualEnv());
  appendAll(log, TEN_BATCHES);
  log.updateHighWatermark(6);
  assertEquals(log.maybeIncrementLogStartOffset(4), true);
  assertEquals(log.maybeIncrementLogStartOffset(3), false);
  assertEquals(log.logStartOffset, 4);
  const error = assertThrows(() => log.maybeIncrementLogStartOffset(7), OffsetOutOfRangeError);
  assertEquals(
    error.message,
    "Cannot increment the log start offset to 7 of partition events-0 since it is larger than the high watermark 6",
  );
  assertEquals(log.recoveryPoint, 4);
});

Deno.test("deleteRecords moves the log start inside a segment; -1 stands for the high watermark", () => {
  const log = openLog(manualEnv());
  appendAll(log, TEN_BATCHES);
  log.updateHighWatermark(8);
  assertEquals(log.deleteRecords(3), 3);
  assertEquals(log.deleteRecords(2), 3);
  assertThrows(() => log.deleteRecords(9), OffsetOutOfRangeError);
  assertEquals(log.deleteRecords(-1), 8);
  assertEquals(log.segments.numberOfSegments, 1);
  assertThrows(() => log.read(7, { maxBytes: 1, isolation: "log_end" }), OffsetOutOfRangeError);
});

Deno.test("the log start takes the leader epochs below it along", () => {
  const log = openLog(manualEnv());
  for (let epoch = 0; epoch < 5; epoch++) log.appendAsLeader(batchOfSize(80), epoch);
  log.updateHighWatermark(5);
  log.deleteRecords(3);
  assertEquals(log.leaderEpochCache.epochEntries, [
    { epoch: 3, startOffset: 3 },
    { epoch: 4, startOffset: 4 },
  ]);
});
