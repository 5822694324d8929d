import { assertEquals, assertThrows } from "@std/assert";
import { LogUnavailableError } from "../../../storage/errors.ts";
import { type CheckpointedLog, LogDirectory } from "../../../storage/log_manager/log_directory.ts";
import { append, faultyEnv, openManager, tp } from "../../support/log_manager.ts";
import { manualEnv } from "../../support/manual_env.ts";
import { contentOf } from "../../support/partition_log.ts";

Deno.test("a damaged checkpoint counts as empty", async () => {
  const env = manualEnv();
  const first = await openManager(env, { logDirs: ["/disk1"] });
  append(first.getOrCreateLog(tp(0)), 9);
  await first.shutdown();
  for (const name of ["recovery-point", "log-start", "replication", "cleaner"]) {
    const file = env.fileSystem.open(`/disk1/${name}-offset-checkpoint`, { create: true });
    file.write(0, new TextEncoder().encode("what is this"));
    file.close();
  }
  await using manager = await openManager(env, { logDirs: ["/disk1"] });
  assertEquals(manager.getLog(tp(0))!.logEndOffset, 9);
  assertEquals(env.logger.matching("Checkpoint is damaged", "warn").length, 3);
});

function logAt(partition: number, offset: number): CheckpointedLog {
  return {
    topicPartition: tp(partition),
    recoveryPoint: offset,
    logStartOffset: offset,
    highWatermark: offset,
    firstSegmentOffset: 5,
  };
}

Deno.test("one log's entry is updated, and those of others are left as they are", () => {
  const env = manualEnv();
  const directory = new LogDirectory(env, "/disk1");
  directory.create();
  directory.writeCheckpoint("recovery point", [logAt(0, 10), logAt(1, 11)]);
  directory.updateCheckpoint("recovery point", logAt(1, 20));
  directory.updateCheckpoint("recovery point", logAt(2, 30));
  assertEquals([...directory.readCheckpoint("recovery point")], [
    ["kafka-0", 10],
    ["kafka-1", 20],
    ["kafka-2", 30],
  ]);
  // Recovery points are written after the starts that they may be owed to.
  assertEquals([...directory.readCheckpoint("log start offset")], [
    ["kafka-0", 10],
    ["kafka-1", 11],
  ]);
  directory.writeCheckpoint("log start offset", []);
  directory.updateCheckpoint("log start offset", logAt(0, 6));
  directory.updateCheckpoint("log start offset", logAt(1, 5));
  assertEquals([...directory.readCheckpoint("log start offset")], [["kafka-0", 6]]);
  directory.updateCheckpoint("log start offset", logAt(0, 5));
  assertEquals([...directory.readCheckpoint("log start offset")], []);
  directory.updateCheckpoint("cleaner offset", { ...logAt(0, 1), cleanerOffset: 4 });
  assertEquals([...directory.readCheckpoint("cleaner offset")], [["kafka-0", 4]]);
});

Deno.test("an entry that says what is there already writes nothing", () => {
  const env = manualEnv();
  const directory = new LogDirectory(env, "/disk1");
  directory.create();
  directory.updateCheckpoint("high watermark", logAt(0, 10));
  const path = "/disk1/replication-offset-checkpoint";
  env.clock.set(env.clock.now() + 1000);
  const before = env.fileSystem.stat(path)!.modifiedMs;
  directory.updateCheckpoint("high watermark", logAt(0, 10));
  assertEquals(env.fileSystem.stat(path)!.modifiedMs, before);
});

Deno.test("the mark of a clean stop is taken away, and comes back as it was", () => {
  const env = manualEnv();
  const directory = new LogDirectory(env, "/disk1");
  directory.create();
  directory.markCleanShutdown(42);
  const again = new LogDirectory(env, "/disk1");
  assertEquals(again.readBrokerEpoch(), 42);
  again.takeCleanShutdownMark();
  assertEquals([again.hadCleanShutdown, again.readBrokerEpoch()], [true, undefined]);
  again.markCleanShutdown();
  assertEquals(again.readBrokerEpoch(), 42);
});

Deno.test("a file is no log directory, and a locked one is taken", () => {
  const env = manualEnv();
  env.fileSystem.makeDirectory("/data");
  env.fileSystem.open("/data/file", { create: true }).close();
  assertThrows(() => new LogDirectory(env, "/data/file").create(), LogUnavailableError);
  const directory = new LogDirectory(env, "/data/dir");
  directory.create();
  directory.lock();
  assertThrows(() => new LogDirectory(env, "/data/dir").lock(), LogUnavailableError);
  directory.unlock();
  directory.unlock();
  const other = new LogDirectory(env, "/data/dir");
  other.lock();
  other.unlock();
});

Deno.test("after a power cut a log opens whose recovery point was raised with its start, past what was flushed", async () => {
  const env = faultyEnv();
  const manager = await openManager(env, { logDirs: ["/disk1"] });
  const log = manager.getOrCreateLog(tp(0));
  append(log);
  await log.flush();
  for (let i = 0; i < 3; i++) {
    append(log, 10);
    log.roll();
  }
  log.deleteRecords(25);
  manager.checkpointLogRecoveryOffsets();
  for (let seed = 0; seed < 20; seed++) {
    const fileSystem = env.fileSystem.afterCrash({ seed });
    await using restarted = await openManager(manualEnv({ fileSystem }), { logDirs: ["/disk1"] });
    const found = restarted.getLog(tp(0))!;
    assertEquals([found.logStartOffset, contentOf(found).length], [25, found.logEndOffset - 25]);
  }
});
