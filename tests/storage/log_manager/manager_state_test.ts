import { assertEquals } from "@std/assert";
import { append, checkpoint, DIRS, NAME, openManager, tp } from "../../support/log_manager.ts";
import { manualEnv } from "../../support/manual_env.ts";
import { batchOf } from "../../support/partition_log.ts";

Deno.test("checkpoints are written from time to time, and at the end", async () => {
  const env = manualEnv();
  const { fileSystem } = env;
  const manager = await openManager(env, {
    logDirs: ["/disk1"],
    background: true,
    properties: {
      "log.initial.task.delay.ms": "10",
      "log.flush.offset.checkpoint.interval.ms": "100",
      "log.flush.start.offset.checkpoint.interval.ms": "200",
      "replica.high.watermark.checkpoint.interval.ms": "50",
    },
  });
  const log = manager.getOrCreateLog(tp(0));
  append(log, 10);
  await env.clock.advance(10);
  assertEquals(checkpoint(fileSystem, "/disk1", "recovery-point"), { "kafka-0": 0 });
  await log.flush();
  log.deleteRecords(4);
  log.appendAsLeader(batchOf(["more"]), 0);
  await env.clock.advance(50);
  assertEquals(checkpoint(fileSystem, "/disk1", "replication"), { "kafka-0": 10 });
  assertEquals(checkpoint(fileSystem, "/disk1", "recovery-point"), { "kafka-0": 0 });
  await env.clock.advance(50);
  assertEquals(checkpoint(fileSystem, "/disk1", "recovery-point"), { "kafka-0": 10 });
  // The start is there before the recovery point, whatever its own interval is.
  assertEquals(checkpoint(fileSystem, "/disk1", "log-start"), { "kafka-0": 4 });
  log.deleteRecords(5);
  await env.clock.advance(100);
  assertEquals(checkpoint(fileSystem, "/disk1", "log-start"), { "kafka-0": 5 });
  await manager.shutdown();
  assertEquals(checkpoint(fileSystem, "/disk1", "recovery-point"), { "kafka-0": 11 });
  assertEquals(env.clock.sleeping, 0);
});

Deno.test("a checkpoint lists all logs of its directory and no other", async () => {
  const env = manualEnv();
  await using manager = await openManager(env);
  for (let partition = 0; partition < 6; partition++) {
    const log = manager.getOrCreateLog(tp(partition));
    append(log, 50 + partition);
    await log.flush();
  }
  manager.checkpointLogRecoveryOffsets();
  const all = DIRS.map((dir) => checkpoint(env.fileSystem, dir, "recovery-point"));
  assertEquals(all.map((one) => Object.keys(one).length), [3, 3]);
  for (const log of manager.allLogs) {
    const { partition } = log.topicPartition;
    const own = all[DIRS.findIndex((dir) => log.directory.startsWith(dir))]!;
    assertEquals(own[`kafka-${partition}`], 50 + partition);
  }
});

Deno.test("a log start offset is checkpointed only when it is above the first segment", async () => {
  const env = manualEnv();
  await using manager = await openManager(env, { logDirs: ["/disk1"] });
  manager.updateTopicConfig(NAME, { "internal.segment.bytes": "300" });
  const log = manager.getOrCreateLog(tp(0));
  append(log, 20);
  manager.checkpointLogStartOffsets();
  assertEquals(checkpoint(env.fileSystem, "/disk1", "log-start"), {});
  const boundary = [...log.segments.values()][2]!.baseOffset;
  log.deleteRecords(boundary);
  manager.checkpointLogStartOffsets();
  assertEquals(checkpoint(env.fileSystem, "/disk1", "log-start"), { "kafka-0": boundary });
  await manager.cleanupLogs();
  manager.checkpointLogStartOffsets();
  assertEquals(checkpoint(env.fileSystem, "/disk1", "log-start"), {});
});
