import { assertEquals } from "@std/assert";
import { SegmentTimestamps } from "../../../storage/log/segment_timestamps.ts";
import { manualEnv } from "../../support/manual_env.ts";
import { batchOf, openLog } from "../../support/partition_log.ts";

Deno.test("the first segment that reaches a timestamp, in whatever order the timestamps are", () => {
  const env = manualEnv({ seed: 4 });
  const log = openLog(env, { "internal.segment.bytes": "100" });
  const timestamps = new SegmentTimestamps(log.segments);
  const largest: number[] = [];
  for (let i = 0; i < 60; i++) {
    const timestamp = 1 + env.random.below(1000);
    largest.push(timestamp);
    log.appendAsLeader(batchOf(["x".repeat(20)], { timestamp }), 0);
    for (let probe = 0; probe <= 1001; probe += 77) {
      const expected = largest.findIndex((each) => each >= probe);
      const found = timestamps.firstReaching(probe);
      assertEquals(found?.baseOffset, expected < 0 ? undefined : expected);
    }
  }
  log.truncateTo(30);
  largest.length = 30;
  const expected = largest.findIndex((each) => each >= 900);
  assertEquals(
    timestamps.firstReaching(900)?.baseOffset,
    expected < 0 ? undefined : expected,
  );
});
