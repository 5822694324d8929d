import { assertEquals } from "@std/assert";
import { manualEnv } from "../../support/manual_env.ts";
import { appendAll, batchOfSize, openLog } from "../../support/partition_log.ts";

const TEN_BATCHES = Array.from({ length: 10 }, (_, i) => [`v${i}`]);

Deno.test("a flush moves the recovery point up to where the log ended when it began", async () => {
  const log = openLog(manualEnv());
  appendAll(log, TEN_BATCHES);
  assertEquals([log.recoveryPoint, log.unflushedMessages], [0, 10]);
  const flushed = log.flush();
  appendAll(log, [["later"]]);
  await flushed;
  assertEquals([log.recoveryPoint, log.unflushedMessages], [10, 1]);
  await log.flush();
  assertEquals(log.recoveryPoint, 11);
});

Deno.test("a truncation during a flush keeps the recovery point below what was cut off", async () => {
  const log = openLog(manualEnv());
  appendAll(log, TEN_BATCHES);
  const flushed = log.flush();
  log.truncateTo(4);
  appendAll(log, [["x"], ["y"]]);
  await flushed;
  assertEquals([log.recoveryPoint, log.logEndOffset], [4, 6]);
});

Deno.test("a flush up to an offset leaves what is above for later", async () => {
  const env = manualEnv();
  const log = openLog(env, { "internal.segment.bytes": "200" });
  for (let i = 0; i < 6; i++) log.appendAsLeader(batchOfSize(100), 0);
  assertEquals(log.flushDueOffset, 4);
  env.clock.set(env.clock.now() + 5);
  await log.flushUptoOffsetExclusive(log.flushDueOffset!);
  assertEquals([log.recoveryPoint, log.flushDueOffset], [4, undefined]);
  assertEquals(log.lastFlushTime, env.clock.now());
});

Deno.test("segments that go while they are flushed do no harm", async () => {
  const log = openLog(manualEnv(), { "internal.segment.bytes": "200", "retention.bytes": "0" });
  for (let i = 0; i < 6; i++) log.appendAsLeader(batchOfSize(100), 0);
  log.updateHighWatermark(6);
  const flushed = log.flush();
  assertEquals(log.deleteOldSegments(), 3);
  await flushed;
  assertEquals(log.recoveryPoint, 6);
});

Deno.test("flush.messages makes appends durable as they return", () => {
  const env = manualEnv();
  const log = openLog(env, { "flush.messages": "3" });
  appendAll(log, [["a"], ["b"]]);
  assertEquals([log.recoveryPoint, log.unflushedMessages], [0, 2]);
  appendAll(log, [["c"]]);
  assertEquals([log.recoveryPoint, log.unflushedMessages], [3, 0]);
});
