import { assertEquals } from "@std/assert";
import { manualEnv } from "../../support/manual_env.ts";
import { batchOfSize, openLog } from "../../support/partition_log.ts";

Deno.test("offsets can be found with their place on disk, or without it when the log lacks them", () => {
  const log = openLog(manualEnv(), { "internal.segment.bytes": "200" });
  for (let i = 0; i < 4; i++) log.appendAsLeader(batchOfSize(100), 0);
  assertEquals(log.maybeConvertToOffsetMetadata(3), {
    messageOffset: 3,
    segmentBaseOffset: 2,
    relativePositionInSegment: 100,
  });
  assertEquals(log.maybeConvertToOffsetMetadata(99).segmentBaseOffset, -1);
  log.updateHighWatermark(1);
  const snapshot = log.fetchOffsetSnapshot();
  assertEquals(snapshot.highWatermark, {
    messageOffset: 1,
    segmentBaseOffset: 0,
    relativePositionInSegment: 100,
  });
  assertEquals(snapshot.logEndOffset.messageOffset, 4);
  assertEquals(snapshot.lastStableOffset.messageOffset, 1);
});
