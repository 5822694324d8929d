import { assertEquals } from "@std/assert";
import { append, offsetsOf, openManager, tp } from "../../support/log_manager.ts";
import { batchOf } from "../../support/partition_log.ts";
import { manualEnv } from "../../support/manual_env.ts";

Deno.test("a log whose end is empty keeps its offsets when it is moved", async () => {
  const env = manualEnv();
  await using manager = await openManager(env);
  const log = manager.getOrCreateLog(tp(0));
  append(log, 10);
  log.truncateFullyAndStartAt(40, 10);
  const to = log.directory.startsWith("/disk1") ? "/disk2" : "/disk1";
  const moved = await manager.moveLog(tp(0), to);
  assertEquals(moved.logEndOffset, 40);
});

Deno.test("a log that starts in the middle of a batch is copied with the whole batch", async () => {
  const env = manualEnv();
  await using manager = await openManager(env);
  const log = manager.getOrCreateLog(tp(0));
  log.appendAsLeader(batchOf(["a", "b", "c", "d"]), 0);
  append(log, 3);
  log.deleteRecords(2);
  const to = log.directory.startsWith("/disk1") ? "/disk2" : "/disk1";
  const moved = await manager.moveLog(tp(0), to);
  assertEquals([moved.logStartOffset, moved.logEndOffset], [2, 7]);
  assertEquals(offsetsOf(moved), [0, 1, 2, 3, 4, 5, 6]);
});

Deno.test("a copy waits while there is no room for it, and tells what it has copied", async () => {
  const env = manualEnv();
  await using manager = await openManager(env);
  const log = manager.getOrCreateLog(tp(0));
  append(log, 100);
  const to = log.directory.startsWith("/disk1") ? "/disk2" : "/disk1";
  const { size } = log;
  let isExceeded = true;
  let copied = 0;
  const move = manager.moveLog(tp(0), to, {
    quota: { isExceeded: () => isExceeded, record: (bytes) => copied += bytes },
  });
  await env.clock.advance(10_000);
  assertEquals([copied, manager.getLog(tp(0))], [0, log]);
  isExceeded = false;
  await env.clock.advance(100);
  await move;
  assertEquals([copied, manager.getLog(tp(0))!.logEndOffset], [size, 100]);
});
