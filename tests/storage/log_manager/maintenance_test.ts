import { assert, assertEquals } from "@std/assert";
import { append, faultyEnv, NAME, openManager, tp } from "../../support/log_manager.ts";
import { manualEnv } from "../../support/manual_env.ts";
import { batchOf } from "../../support/partition_log.ts";

Deno.test("retention by time deletes segments of logs that are not compacted; files go later", async () => {
  const env = manualEnv();
  await using manager = await openManager(env, {
    topicConfigs: (topic) => topic === NAME ? undefined : { "cleanup.policy": topic },
    properties: { "log.retention.ms": "10000", "log.segment.delete.delay.ms": "500" },
  });
  const logs = [NAME, "compact", "compact,delete"].map((topic) => {
    manager.updateTopicConfig(topic, {
      "internal.segment.bytes": "300",
      ...(topic === NAME ? {} : { "cleanup.policy": topic }),
    });
    const log = manager.getOrCreateLog(tp(0, topic));
    for (let i = 0; i < 20; i++) {
      log.appendAsLeader(batchOf(["v"], { key: "k", timestamp: env.clock.now() }), 0);
    }
    log.updateHighWatermark(20);
    return log;
  });
  const [plain, ...compacted] = logs;
  assert(plain!.segments.numberOfSegments > 3);
  const files = env.fileSystem.list(plain!.directory).length;
  await env.clock.advance(11_000);
  assert(await manager.cleanupLogs() > 1);
  assertEquals([plain!.logStartOffset, plain!.segments.numberOfSegments], [20, 1]);
  assertEquals(compacted.map((log) => log.logStartOffset), [0, 0]);
  assert(env.fileSystem.list(plain!.directory).some(({ name }) => name.endsWith(".deleted")));
  assert(manager.deleteLogs() <= 500);
  await env.clock.advance(500);
  manager.deleteLogs();
  const left = env.fileSystem.list(plain!.directory);
  assert(left.length < files && !left.some(({ name }) => name.endsWith(".deleted")));
});

Deno.test("retention by size keeps as many bytes as it is told", async () => {
  const env = manualEnv();
  await using manager = await openManager(env, { logDirs: ["/disk1"] });
  manager.updateTopicConfig(NAME, {
    "internal.segment.bytes": "500",
    "retention.bytes": "2500",
    "file.delete.delay.ms": "0",
  });
  const log = manager.getOrCreateLog(tp(0));
  append(log, 100);
  await manager.cleanupLogs();
  assert(log.logStartOffset > 0);
  assert(log.size >= 2500 && log.size < 3000 + 500, String(log.size));
  assertEquals(log.logEndOffset, 100);
});

Deno.test("logs are flushed when their time has come", async () => {
  const env = manualEnv();
  await using manager = await openManager(env, {
    background: true,
    properties: {
      "log.flush.scheduler.interval.ms": "1000",
      "log.initial.task.delay.ms": "0",
      "log.flush.interval.ms": "3000",
    },
  });
  const log = manager.getOrCreateLog(tp(0));
  append(log, 5);
  await env.clock.advance(2000);
  assertEquals(log.recoveryPoint, 0);
  await env.clock.advance(2000);
  assertEquals(log.recoveryPoint, 5);
});

Deno.test("segments that are full are flushed soon, the active one is not", async () => {
  const env = manualEnv();
  await using manager = await openManager(env, { background: true });
  manager.updateTopicConfig(NAME, { "internal.segment.bytes": "300" });
  const log = manager.getOrCreateLog(tp(0));
  append(log, 20);
  await env.clock.advance(1000);
  assertEquals(log.recoveryPoint, log.activeSegment.baseOffset);
});

Deno.test("an error of a flush or a checkpoint in the background takes the directory offline", async () => {
  for (
    const fault of [
      { kinds: ["flush"] as const, path: /^\/disk1\/.*\.log$/ },
      { kinds: ["rename"] as const, path: /^\/disk1\/recovery-point/ },
    ]
  ) {
    const env = faultyEnv();
    await using manager = await openManager(env, {
      background: true,
      properties: {
        "log.initial.task.delay.ms": "0",
        "log.flush.scheduler.interval.ms": "100",
        "log.flush.offset.checkpoint.interval.ms": "100",
        "log.flush.interval.ms": "0",
      },
    });
    const logs = [manager.getOrCreateLog(tp(0)), manager.getOrCreateLog(tp(1))];
    for (const log of logs) append(log);
    env.fileSystem.inject({ code: "EIO", ...fault });
    await env.clock.advance(250);
    assertEquals(manager.liveLogDirs, ["/disk2"], String(fault.path));
  }
});
