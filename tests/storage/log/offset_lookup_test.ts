import { assertEquals } from "@std/assert";
import { buildBatch } from "../../../storage/record/record_batch_builder.ts";
import { manualEnv } from "../../support/manual_env.ts";
import { batchOf, bytesOf, openLog } from "../../support/partition_log.ts";

Deno.test("offsets by time: the first record at or after it, across segments", () => {
  const log = openLog(manualEnv(), {
    "internal.segment.bytes": "250",
    "index.interval.bytes": "0",
  });
  for (let i = 0; i < 12; i++) {
    log.appendAsLeader(batchOf([`v${i}`], { timestamp: 1000 + 10 * i }), i);
  }
  for (let i = 0; i < 12; i++) {
    const expected = { timestamp: 1000 + 10 * i, offset: i, leaderEpoch: i };
    assertEquals(log.fetchOffsetByTimestamp(1000 + 10 * i), expected);
    assertEquals(log.fetchOffsetByTimestamp(991 + 10 * i), expected);
  }
  assertEquals(log.fetchOffsetByTimestamp(2000), undefined);
  log.updateHighWatermark(12);
  log.maybeIncrementLogStartOffset(5);
  assertEquals(log.fetchOffsetByTimestamp(0)!.offset, 5);
});

Deno.test("offsets by time look inside a batch", () => {
  const log = openLog(manualEnv());
  log.appendAsLeader(
    buildBatch([10, 30, 20].map((timestamp) => ({ timestamp, value: bytesOf("v") }))),
    0,
  );
  assertEquals(log.fetchOffsetByTimestamp(15), { timestamp: 30, offset: 1, leaderEpoch: 0 });
  assertEquals(log.fetchOffsetByTimestamp(-3), { timestamp: 30, offset: 1, leaderEpoch: 0 });
});

Deno.test("special times: earliest, latest, largest timestamp, local and tiered", () => {
  const log = openLog(manualEnv(), { "internal.segment.bytes": "200" });
  assertEquals(log.fetchOffsetByTimestamp(-3), undefined);
  assertEquals(log.fetchOffsetByTimestamp(5), undefined);
  const timestamps = [100, 900, 300, 400];
  timestamps.forEach((timestamp, i) =>
    log.appendAsLeader(batchOf(["v".repeat(50)], { timestamp }), i)
  );
  assertEquals(log.fetchOffsetByTimestamp(-2), { timestamp: -1, offset: 0, leaderEpoch: 0 });
  assertEquals(log.fetchOffsetByTimestamp(-4), { timestamp: -1, offset: 0, leaderEpoch: 0 });
  assertEquals(log.fetchOffsetByTimestamp(-1), { timestamp: -1, offset: 4, leaderEpoch: 3 });
  assertEquals(log.fetchOffsetByTimestamp(-3), { timestamp: 900, offset: 1, leaderEpoch: 1 });
  assertEquals(log.fetchOffsetByTimestamp(-5), { timestamp: -1, offset: -1, leaderEpoch: -1 });
  assertEquals(log.fetchOffsetByTimestamp(-6), { timestamp: -1, offset: -1, leaderEpoch: -1 });
  log.updateHighWatermark(4);
  log.maybeIncrementLogStartOffset(2);
  assertEquals(log.fetchOffsetByTimestamp(-2), { timestamp: -1, offset: 2, leaderEpoch: 2 });
});

Deno.test("a follower's time index is built as a leader's", () => {
  const log = openLog(manualEnv(), { "index.interval.bytes": "0" });
  for (let i = 0; i < 5; i++) {
    log.appendAsFollower(
      batchOf(["v"], { baseOffset: i, partitionLeaderEpoch: 0, timestamp: 1000 + i }),
      0,
    );
  }
  log.roll();
  const [first] = log.segments.values();
  assertEquals(first!.timeIndex.lastEntry, { timestamp: 1004, offset: 4 });
  assertEquals(log.fetchOffsetByTimestamp(1003)!.offset, 3);
});
