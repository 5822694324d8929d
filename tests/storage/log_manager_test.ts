import {
  assert,
  assertEquals,
  assertRejects,
  assertStrictEquals,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import {
  InvalidConfigError,
  LogDirError,
  LogUnavailableError,
  StorageError,
} from "../../storage/errors.ts";
import { CleanShutdownFile } from "../../storage/file/clean_shutdown_file.ts";
import type { TopicPartition } from "../../storage/file/file_names.ts";
import { type FileSystem, readWholeFile } from "../../storage/file/file_system.ts";
import { MetaPropertiesFile } from "../../storage/file/meta_properties_file.ts";
import { OffsetCheckpointFile } from "../../storage/file/offset_checkpoint_file.ts";
import type { PartitionLog } from "../../storage/log/partition_log.ts";
import {
  type LoadLogsProgress,
  LogManager,
  type LogManagerOptions,
} from "../../storage/log_manager.ts";
import { FaultyFileSystem } from "../support/faulty_file_system.ts";
import { ManualClock, type ManualEnv, manualEnv } from "../support/manual_env.ts";
import { batchOf } from "../support/partition_log.ts";

const DIRS = ["/disk1", "/disk2"];
const NAME = "kafka";

function tp(partition: number, topic = NAME): TopicPartition {
  return { topic, partition };
}

function openManager(
  env: ManualEnv<FileSystem>,
  options: Partial<LogManagerOptions> = {},
): Promise<LogManager> {
  return LogManager.open({ env, logDirs: DIRS, background: false, ...options });
}

function faultyEnv(): ManualEnv<FaultyFileSystem> {
  const clock = new ManualClock();
  return manualEnv({ fileSystem: new FaultyFileSystem({ now: () => clock.now() }) });
}

function append(log: PartitionLog, count = 1): void {
  for (let i = 0; i < count; i++) log.appendAsLeader(batchOf([`value ${i}`]), 0);
  log.updateHighWatermark(log.logEndOffset);
}

function offsetsOf(log: PartitionLog | undefined): number[] {
  const offsets: number[] = [];
  for (const segment of log!.segments.values()) {
    for (const batch of segment.batches()) {
      for (const record of batch.records()) offsets.push(record.offset);
    }
  }
  return offsets;
}

function checkpoint(fileSystem: FileSystem, dir: string, name: string): Record<string, number> {
  const file = new OffsetCheckpointFile(fileSystem, `${dir}/${name}-offset-checkpoint`);
  return Object.fromEntries([...file.read()].map(([key, { offset }]) => [key, offset]));
}

function isClean(fileSystem: FileSystem, dir: string): boolean {
  return new CleanShutdownFile(fileSystem, dir).exists;
}

Deno.test("a log that is made has a directory of its own and takes records", async () => {
  const env = manualEnv();
  await using manager = await openManager(env, { logDirs: ["/disk1"] });
  const log = manager.getOrCreateLog(tp(0));
  append(log);
  assertEquals(env.fileSystem.stat("/disk1/kafka-0")?.isDirectory, true);
  assertStrictEquals(manager.getLog(tp(0)), log);
  assertStrictEquals(manager.getOrCreateLog(tp(0)), log);
  assertEquals(manager.getLog(tp(1)), undefined);
  assertEquals(env.fileSystem.stat("/disk1/kafka-1"), undefined);
});

Deno.test("new logs go to the directory with the fewest, or where they are told to", async () => {
  const env = manualEnv();
  await using manager = await openManager(env, {
    logDirs: ["/d0", "/d1", "/d2"],
    metaProperties: { create: true },
  });
  for (let partition = 0; partition < 20; partition++) {
    manager.getOrCreateLog(tp(partition));
    const counts = ["/d0", "/d1", "/d2"].map((dir) =>
      manager.allLogs.filter((log) => log.directory.startsWith(dir)).length
    );
    assert(Math.max(...counts) <= Math.min(...counts) + 1);
  }
  const target = manager.directoryId("/d1")!;
  assertEquals(manager.directoryPath(target), "/d1");
  const log = manager.getOrCreateLog(tp(0, "targeted"), { targetLogDirectoryId: target });
  assertEquals(log.directory, "/d1/targeted-0");
  manager.maybeUpdatePreferredLogDir(tp(1, "targeted"), "/d2");
  const preferred = manager.getOrCreateLog(tp(1, "targeted"), { targetLogDirectoryId: target });
  assertEquals(preferred.directory, "/d2/targeted-1");
});

Deno.test("directories that are cordoned off get new logs only when all are", async () => {
  const env = manualEnv();
  await using manager = await openManager(env);
  assertEquals(manager.nextLogDirs().sort(), DIRS);
  manager.updateCordonedLogDirs(["/disk1/"]);
  assertEquals([...manager.cordonedLogDirs], ["/disk1"]);
  assertEquals(manager.nextLogDirs(), ["/disk2"]);
  manager.updateCordonedLogDirs(DIRS);
  assertEquals(manager.nextLogDirs().length, 1);
});

Deno.test("a stop and a start bring all logs back, with offsets, as they were", async () => {
  const env = manualEnv();
  {
    await using manager = await openManager(env);
    for (let partition = 0; partition < 4; partition++) {
      append(manager.getOrCreateLog(tp(partition)), 10 + partition);
    }
    manager.getLog(tp(1))!.deleteRecords(5);
    manager.getLog(tp(2))!.updateHighWatermark(7);
  }
  assert(DIRS.every((dir) => isClean(env.fileSystem, dir)));
  await using manager = await openManager(env);
  assert(DIRS.every((dir) => !isClean(env.fileSystem, dir)));
  for (let partition = 0; partition < 4; partition++) {
    const log = manager.getLog(tp(partition))!;
    assertEquals(log.logEndOffset, 10 + partition);
    assertEquals(log.recoveryPoint, 10 + partition);
    assertEquals(log.logStartOffset, partition === 1 ? 5 : 0);
    assertEquals(log.highWatermark, partition === 2 ? 7 : 10 + partition);
  }
  assertEquals(
    env.logger.matching("Skipping recovery").map(({ fields }) => fields.directory),
    DIRS,
  );
});

Deno.test("after an unclean stop the logs are recovered, in slices, all directories in turn", async () => {
  const env = manualEnv();
  const first = await openManager(env);
  for (let partition = 0; partition < 6; partition++) {
    append(first.getOrCreateLog(tp(partition)), 20);
  }
  await first.shutdown();
  for (const dir of DIRS) {
    new CleanShutdownFile(env.fileSystem, dir).delete();
    env.fileSystem.remove(`${dir}/recovery-point-offset-checkpoint`);
  }
  const progress: LoadLogsProgress[] = [];
  await using manager = await openManager(env, { onProgress: (step) => progress.push(step) });
  assertEquals(manager.allLogs.map((log) => log.logEndOffset), [20, 20, 20, 20, 20, 20]);
  assertEquals(progress.filter(({ done }) => done).length, 6);
  assert(progress.some(({ bytes }) => bytes > 0));
  const order = progress.map(({ directory }) => directory);
  assert(order.indexOf("/disk2") < order.lastIndexOf("/disk1"), "directories take turns");
  const last = progress.at(-1)!;
  assertEquals([last.remainingLogs, last.totalLogs], [0, 3]);
  assertEquals(env.logger.matching("Recovering logs").length, 2);
});

Deno.test("an opening that is aborted leaves no mark of a clean stop behind, and no lock", async () => {
  const env = manualEnv();
  const first = await openManager(env);
  for (let partition = 0; partition < 4; partition++) {
    append(first.getOrCreateLog(tp(partition)), 20);
  }
  await first.shutdown();
  for (const dir of DIRS) new CleanShutdownFile(env.fileSystem, dir).delete();
  const abort = new AbortController();
  await assertRejects(
    () =>
      openManager(env, {
        onProgress: () => {
          throw new Error("stop it");
        },
        signal: abort.signal,
      }),
    Error,
    "stop it",
  );
  assert(DIRS.every((dir) => !isClean(env.fileSystem, dir)));
  await using manager = await openManager(env);
  assertEquals(manager.allLogs.length, 4);
});

Deno.test("a failed opening leaves a clean directory clean", async () => {
  const env = manualEnv();
  const first = await openManager(env, { metaProperties: { create: true, clusterId: "one" } });
  append(first.getOrCreateLog(tp(0)));
  await first.shutdown(7);
  await assertRejects(
    () => openManager(env, { metaProperties: { clusterId: "other" } }),
    LogUnavailableError,
    "Cluster id",
  );
  env.fileSystem.makeDirectory("/disk1/notalog");
  await assertRejects(() => openManager(env), LogUnavailableError, "not in the form of");
  env.fileSystem.remove("/disk1/notalog");
  assert(DIRS.every((dir) => isClean(env.fileSystem, dir)));
  assertEquals(LogManager.readBrokerEpochFromCleanShutdownFiles(env, DIRS), 7);
});

Deno.test("the mark of a clean stop carries the broker epoch when all directories agree", async () => {
  const env = manualEnv();
  const manager = await openManager(env);
  await manager.shutdown(3);
  assertEquals(LogManager.readBrokerEpochFromCleanShutdownFiles(env, DIRS), 3);
  new CleanShutdownFile(env.fileSystem, "/disk1").write(4);
  assertEquals(LogManager.readBrokerEpochFromCleanShutdownFiles(env, DIRS), undefined);
});

Deno.test("a log that cannot be closed well keeps its directory, and no other, from being marked clean", async () => {
  const env = manualEnv();
  const manager = await openManager(env);
  const logs = [manager.getOrCreateLog(tp(0)), manager.getOrCreateLog(tp(1))];
  for (const log of logs) append(log, 2);
  const [broken] = logs;
  env.fileSystem.remove(broken!.directory);
  await manager.shutdown(3);
  assertEquals(isClean(env.fileSystem, broken!.directory.slice(0, 6)), false);
  assertEquals(isClean(env.fileSystem, logs[1]!.directory.slice(0, 6)), true);
  // The locks are free all the same.
  for (const dir of DIRS) env.fileSystem.lock(dir).release();
});

Deno.test("another manager, of this process too, does not get the same directory", async () => {
  const env = manualEnv();
  await using manager = await openManager(env);
  await assertRejects(
    () => openManager(env, { logDirs: ["/disk2", "/disk3"] }),
    LogUnavailableError,
    "lock",
  );
  append(manager.getOrCreateLog(tp(0)));
  await assertRejects(
    () => openManager(manualEnv(), { logDirs: ["/disk1", "/disk1/"] }),
    LogUnavailableError,
    "Duplicate log directory",
  );
});

Deno.test("a path with a slash too many, or relative, is the same directory", async () => {
  const env = manualEnv();
  await using manager = await openManager(env, { logDirs: ["/disk1//", "./rel/a/."] });
  assertEquals(manager.liveLogDirs, ["/disk1", "rel/a"]);
  append(manager.getOrCreateLog(tp(0)));
  append(manager.getOrCreateLog(tp(1)));
  manager.checkpointLogRecoveryOffsets();
  assertEquals(checkpoint(env.fileSystem, "/disk1", "recovery-point"), { "kafka-0": 0 });
  assertEquals(checkpoint(env.fileSystem, "rel/a", "recovery-point"), { "kafka-1": 0 });
  assert(manager.isLogDirOnline("/disk1/"));
  assertThrows(() => manager.isLogDirOnline("/elsewhere"), LogUnavailableError);
});

Deno.test("meta.properties are made when asked, kept, completed and checked", async () => {
  const env = manualEnv();
  const open = (metaProperties: LogManagerOptions["metaProperties"]) =>
    openManager(env, metaProperties === undefined ? {} : { metaProperties });
  {
    await using manager = await open(undefined);
    assertEquals(manager.directoryId("/disk1"), undefined);
  }
  new MetaPropertiesFile(env.fileSystem, "/disk2")
    .write({ version: 1, clusterId: "c-1", nodeId: 5 }, env.clock.now());
  let ids: (string | undefined)[];
  {
    await using manager = await open({ create: true });
    ids = DIRS.map((dir) => manager.directoryId(dir));
    assert(ids.every((id) => id !== undefined) && ids[0] !== ids[1]);
  }
  const read = new MetaPropertiesFile(env.fileSystem, "/disk1").read();
  assertEquals(read, { version: 1, clusterId: "c-1", nodeId: 5, directoryId: ids[0]! });
  {
    await using manager = await open({ clusterId: "c-1", nodeId: 5, create: true });
    assertEquals(DIRS.map((dir) => manager.directoryId(dir)), ids);
  }
  await assertRejects(() => open({ nodeId: 6 }), LogUnavailableError, "Node id");
});

Deno.test("a topic's id is kept, and another one refused", async () => {
  const env = manualEnv();
  const topicId = "AAAAAAAAQACAAAAAAAAAAQ";
  const other = "AAAAAAAAQACAAAAAAAAAAg";
  {
    await using manager = await openManager(env);
    assertEquals(manager.getOrCreateLog(tp(0), { topicId }).topicId, topicId);
  }
  await using manager = await openManager(env);
  assertEquals(manager.getLog(tp(0))!.topicId, topicId);
  const error = assertThrows(() => manager.getOrCreateLog(tp(0), { topicId: other }), StorageError);
  assertEquals(error.code, "INCONSISTENT_TOPIC_ID");
});

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
  assertEquals(checkpoint(fileSystem, "/disk1", "log-start"), {});
  await env.clock.advance(100);
  assertEquals(checkpoint(fileSystem, "/disk1", "log-start"), { "kafka-0": 4 });
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

Deno.test("a partition is deleted by renaming its directory, whose files go later", async () => {
  const env = manualEnv();
  await using manager = await openManager(env, { logDirs: ["/disk1"] });
  const log = manager.getOrCreateLog(tp(0));
  append(log, 3);
  manager.checkpointLogRecoveryOffsets();
  assertStrictEquals(manager.asyncDelete(tp(0)), log);
  assertEquals(manager.getLog(tp(0)), undefined);
  assertEquals(checkpoint(env.fileSystem, "/disk1", "recovery-point"), {});
  const [directory] = manager.logsToBeDeleted;
  assert(/^\/disk1\/kafka-0\.[0-9a-f]{32}-delete$/.test(directory!), directory);
  // Who has the log still reads it: its files have moved with the directory.
  assertEquals(offsetsOf(log), [0, 1, 2]);
  assertEquals(log.directory, directory);
  const again = manager.getOrCreateLog(tp(0));
  assertEquals(again.logEndOffset, 0);
  assertEquals(manager.deleteLogs(), 60_000);
  await env.clock.advance(59_999);
  assertEquals(manager.deleteLogs(), 1);
  await env.clock.advance(1);
  manager.deleteLogs();
  assertEquals(env.fileSystem.stat(directory!), undefined);
  assertEquals(manager.logsToBeDeleted, []);
  assertEquals(manager.asyncDelete(tp(9)), undefined);
});

Deno.test("with a delay of 0 a deleted partition goes at the next turn of the loop", async () => {
  const env = manualEnv();
  await using manager = await openManager(env, {
    logDirs: ["/disk1"],
    background: true,
    properties: { "log.segment.delete.delay.ms": "0", "log.initial.task.delay.ms": "0" },
  });
  manager.getOrCreateLog(tp(0));
  manager.asyncDelete(tp(0));
  const [directory] = manager.logsToBeDeleted;
  await env.clock.advance(2);
  assertEquals(env.fileSystem.stat(directory!), undefined);
});

Deno.test("a directory left half deleted by the last run goes in this one", async () => {
  const env = manualEnv();
  const first = await openManager(env, { logDirs: ["/disk1"] });
  append(first.getOrCreateLog(tp(0)));
  first.asyncDelete(tp(0));
  await first.shutdown();
  await using manager = await openManager(env, { logDirs: ["/disk1"] });
  assertEquals(manager.getLog(tp(0)), undefined);
  assertEquals(manager.logsToBeDeleted.length, 1);
  await env.clock.advance(60_000);
  manager.deleteLogs();
  assertEquals(env.fileSystem.list("/disk1").filter(({ isDirectory }) => isDirectory), []);
});

Deno.test("a topic with a name of 253 characters can be made and deleted", async () => {
  const env = manualEnv();
  await using manager = await openManager(env);
  const long = tp(0, "x".repeat(253));
  manager.getOrCreateLog(long);
  manager.asyncDelete(long);
  const name = manager.logsToBeDeleted[0]!.split("/").at(-1)!;
  assert(name.length <= 255 && name.endsWith("-delete"), name);
});

Deno.test("several partitions are deleted with their future logs, one failure does not stop the others", async () => {
  const env = manualEnv();
  await using manager = await openManager(env);
  for (let partition = 0; partition < 3; partition++) manager.getOrCreateLog(tp(partition));
  const target = manager.getLog(tp(0))!.directory.startsWith("/disk1") ? "/disk2" : "/disk1";
  manager.maybeUpdatePreferredLogDir(tp(0), target);
  manager.getOrCreateLog(tp(0), { isFuture: true });
  const errors: unknown[] = [];
  manager.asyncDeleteAll([tp(0), tp(1), tp(7)], false, (_, error) => errors.push(error));
  assertEquals(errors, []);
  assertEquals(manager.allLogs.map((log) => log.topicPartition.partition), [2]);
  assertEquals(manager.logsToBeDeleted.length, 3);
});

Deno.test("a stray log is put aside, at the start or later, and kept", async () => {
  const env = manualEnv();
  const first = await openManager(env, { logDirs: ["/disk1"] });
  for (let partition = 0; partition < 3; partition++) append(first.getOrCreateLog(tp(partition)));
  first.asyncDelete(tp(2), { isStray: true });
  await first.shutdown();
  await using manager = await openManager(env, {
    logDirs: ["/disk1"],
    isStray: (log) => log.topicPartition.partition === 1,
  });
  assertEquals(manager.allLogs.map((log) => log.topicPartition.partition), [0]);
  assertEquals(manager.strayLogs.length, 2);
  for (const directory of manager.strayLogs) {
    assert(/kafka-[12]\.[0-9a-f]{32}-stray$/.test(directory), directory);
    assert(env.fileSystem.stat(directory) !== undefined);
  }
  assertEquals(manager.logsToBeDeleted, []);
});

Deno.test("what is no log of ours in a log directory is passed over", async () => {
  const env = manualEnv();
  for (const name of ["remote-log-index-cache", "__cluster_metadata-0"]) {
    env.fileSystem.makeDirectory(`/disk1/${name}`);
  }
  env.fileSystem.open("/disk1/bootstrap.checkpoint", { create: true }).close();
  await using manager = await openManager(env);
  assertEquals(manager.allLogs, []);
});

Deno.test("a partition that is in two directories is refused, with both named", async () => {
  const env = manualEnv();
  for (const dir of DIRS) env.fileSystem.makeDirectory(`${dir}/kafka-0`);
  const error = await assertRejects(() => openManager(env), LogUnavailableError);
  assertStringIncludes(error.message, "/disk1/kafka-0");
  assertStringIncludes(error.message, "/disk2/kafka-0");
});

Deno.test("a log is moved to another directory while it is written to", async () => {
  const env = manualEnv();
  await using manager = await openManager(env);
  manager.updateTopicConfig(NAME, { "internal.segment.bytes": "1000" });
  const log = manager.getOrCreateLog(tp(0));
  const [from, to] = log.directory.startsWith("/disk1") ? DIRS : [...DIRS].reverse();
  append(log, 100);
  log.deleteRecords(17);
  const writes = { left: 5 };
  const clock = env.clock;
  const sleep = clock.sleep.bind(clock);
  clock.sleep = (ms, signal) => {
    if (ms === 0 && writes.left-- > 0) append(log, 2);
    return sleep(ms, signal);
  };
  const moved = await manager.moveLog(tp(0), to!);
  assertStrictEquals(manager.getLog(tp(0)), moved);
  assertEquals(manager.getLog(tp(0), true), undefined);
  assertEquals(moved.directory, `${to}/kafka-0`);
  assertEquals(moved.logEndOffset, log.logEndOffset);
  assert(moved.logEndOffset > 100, String(moved.logEndOffset));
  assertEquals([moved.logStartOffset, moved.highWatermark], [17, log.highWatermark]);
  assertEquals(offsetsOf(moved), offsetsOf(log).filter((offset) => offset >= 17));
  assert(log.directory.endsWith("-delete") && log.directory.startsWith(from!));
  // The source log stays readable for who is still at it.
  assertEquals(log.isClosed, false);
  manager.checkpointLogRecoveryOffsets();
  assertEquals(checkpoint(env.fileSystem, from!, "recovery-point"), {});
  assertStrictEquals(await manager.moveLog(tp(0), to!), moved);
});

Deno.test("a move that was aborted goes on later, also after a restart, and follows truncation", async () => {
  const env = manualEnv();
  let to: string;
  {
    await using manager = await openManager(env);
    const log = manager.getOrCreateLog(tp(0));
    to = log.directory.startsWith("/disk1") ? "/disk2" : "/disk1";
    append(log, 50);
    manager.maybeUpdatePreferredLogDir(tp(0), to);
    const future = manager.getOrCreateLog(tp(0), { isFuture: true });
    assert(/kafka-0\.[0-9a-f]{32}-future$/.test(future.directory));
    assert(future.isFuture);
    const abort = new AbortController();
    abort.abort(new Error("not now"));
    await assertRejects(
      () => manager.moveLog(tp(0), to, { signal: abort.signal }),
      Error,
      "not now",
    );
    future.appendAsFollower(batchOf(["x", "y"], { partitionLeaderEpoch: 0 }), 0);
  }
  await using manager = await openManager(env);
  const log = manager.getLog(tp(0))!;
  assertEquals(manager.getLog(tp(0), true)!.logEndOffset, 2);
  log.truncateTo(1);
  log.appendAsLeader(batchOf(["other"]), 3);
  log.updateHighWatermark(2);
  const moved = await manager.moveLog(tp(0), to);
  assertEquals(moved.logEndOffset, 2);
  assertEquals(moved.leaderEpochCache.latestEpoch, 3);
});

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

Deno.test("a future log needs a preferred directory that is not the current one", async () => {
  const env = manualEnv();
  await using manager = await openManager(env);
  const log = manager.getOrCreateLog(tp(0));
  assertThrows(
    () => manager.getOrCreateLog(tp(0), { isFuture: true }),
    LogUnavailableError,
    "preferred log directory",
  );
  const home = log.directory.slice(0, 6);
  manager.maybeUpdatePreferredLogDir(tp(0), home);
  assertThrows(() => manager.getOrCreateLog(tp(0), { isFuture: true }), LogUnavailableError);
  await assertRejects(
    () => manager.moveLog(tp(5), home),
    LogUnavailableError,
    "No such log",
  );
});

Deno.test("a directory whose disk fails goes offline with its logs, the others go on", async () => {
  const env = faultyEnv();
  const failed: string[] = [];
  await using manager = await openManager(env, {
    onLogDirFailure: (directory, partitions) =>
      failed.push(`${directory}: ${partitions.map(({ partition }) => partition)}`),
  });
  const logs = [0, 1, 2, 3].map((partition) => manager.getOrCreateLog(tp(partition)));
  for (const log of logs) append(log, 3);
  const bad = logs.filter((log) => log.directory.startsWith("/disk1"));
  const good = logs.filter((log) => log.directory.startsWith("/disk2"));
  env.fileSystem.inject({ code: "EIO", kinds: ["write"], path: /^\/disk1\//, times: 1 });
  assertThrows(() => append(bad[0]!), LogDirError);
  assertEquals(manager.offlineLogDirs, ["/disk1"]);
  assertEquals(manager.liveLogDirs, ["/disk2"]);
  assertEquals(failed, [`/disk1: ${bad.map((log) => log.topicPartition.partition)}`]);
  assertEquals(
    [...manager.offlinePartitions],
    bad.map((log) => [`kafka-${log.topicPartition.partition}`, "/disk1"]),
  );
  for (const log of bad) {
    assertEquals(manager.getLog(log.topicPartition), undefined);
    assert(log.isClosed);
    assertThrows(() => manager.getOrCreateLog(log.topicPartition), LogDirError, "offline");
    assertThrows(() => manager.asyncDelete(log.topicPartition), LogDirError, "offline");
  }
  for (const log of good) append(log, 2);
  assertEquals(manager.getOrCreateLog(tp(9), { isNew: true }).directory, "/disk2/kafka-9");
  manager.checkpointLogRecoveryOffsets();
  await manager.shutdown();
  assertEquals([isClean(env.fileSystem, "/disk1"), isClean(env.fileSystem, "/disk2")], [
    false,
    true,
  ]);
});

Deno.test("when the last directory fails the manager says so", async () => {
  const env = faultyEnv();
  await using manager = await openManager(env, { logDirs: ["/disk1"] });
  const log = manager.getOrCreateLog(tp(0));
  env.fileSystem.inject({ code: "ENOSPC", kinds: ["write"], path: /\.log$/ });
  assertThrows(() => append(log), LogDirError, "ENOSPC");
  assertThrows(
    () => manager.getOrCreateLog(tp(1), { isNew: true }),
    LogDirError,
    "All log directories have failed",
  );
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

Deno.test("a directory that is bad at the start is offline from the start", async () => {
  const env = faultyEnv();
  env.fileSystem.inject({ code: "EIO", kinds: ["makeDirectory"], path: "/disk1" });
  const manager = await openManager(env, {
    logDirs: [...DIRS, "/disk3"],
    initialOfflineDirs: ["/disk3"],
  });
  assertEquals(manager.offlineLogDirs, ["/disk1", "/disk3"]);
  assertEquals(manager.getOrCreateLog(tp(0), { isNew: true }).directory, "/disk2/kafka-0");
  assertThrows(() => manager.getOrCreateLog(tp(1)), LogDirError);
  await manager.shutdown();
  await assertRejects(
    () => openManager(manualEnv(), { initialOfflineDirs: DIRS }),
    LogDirError,
    "All log directories have failed",
  );
});

Deno.test("a directory that fails while it is loaded goes offline, the others are loaded", async () => {
  const env = faultyEnv();
  const first = await openManager(env);
  for (let partition = 0; partition < 4; partition++) {
    append(first.getOrCreateLog(tp(partition)), 3);
  }
  await first.shutdown();
  for (const dir of DIRS) new CleanShutdownFile(env.fileSystem, dir).delete();
  env.fileSystem.inject({ code: "EIO", kinds: ["read"], path: /^\/disk1\/.*\.log$/, times: 100 });
  const manager = await openManager(env);
  assertEquals(manager.offlineLogDirs, ["/disk1"]);
  assertEquals(manager.allLogs.length, 2);
  assert(manager.allLogs.every((log) => log.logEndOffset === 3));
  await manager.shutdown();
});

Deno.test("when a directory takes no new log the next one is tried", async () => {
  const env = faultyEnv();
  await using manager = await openManager(env, { logDirs: ["/d0", "/d1", "/d2", "/d3"] });
  env.fileSystem.inject({
    code: "EIO",
    kinds: ["makeDirectory"],
    path: /^\/d[01]\/kafka-0$/,
    times: 10,
  });
  const log = manager.getOrCreateLog(tp(0), { isNew: true });
  assert(/^\/d[23]\//.test(log.directory), log.directory);
  const made = ["/d0", "/d1", "/d2", "/d3"].filter((dir) =>
    env.fileSystem.stat(`${dir}/kafka-0`) !== undefined
  );
  assertEquals(made.length, 1);
});

Deno.test("topic configs reach live logs and those that are made later", async () => {
  const env = manualEnv();
  await using manager = await openManager(env, {
    properties: { "log.retention.ms": "1000", "message.max.bytes": "2000" },
    topicConfigs: (topic) => topic === NAME ? { "max.message.bytes": "100" } : undefined,
  });
  const log = manager.getOrCreateLog(tp(0));
  const other = manager.getOrCreateLog(tp(0, "other"));
  assertEquals([log.config.maxMessageSize, other.config.maxMessageSize], [100, 2000]);
  assertStrictEquals(other.config, manager.currentDefaultConfig);
  manager.updateTopicConfig(NAME, { "max.message.bytes": "300" });
  assertEquals([log.config.maxMessageSize, log.config.retentionMs], [300, 1000]);
  assertEquals(other.config.maxMessageSize, 2000);
  assertEquals(manager.getOrCreateLog(tp(1)).config.maxMessageSize, 300);
  assertThrows(
    () => manager.updateTopicConfig(NAME, { "max.message.bytes": "-1" }),
    InvalidConfigError,
  );
  assertEquals(log.config.maxMessageSize, 300);
});

Deno.test("broker configs reach all live logs, below their own", async () => {
  const env = manualEnv();
  await using manager = await openManager(env, { properties: { "message.max.bytes": "2000" } });
  manager.updateTopicConfig(NAME, { "retention.ms": "7" });
  const log = manager.getOrCreateLog(tp(0));
  const other = manager.getOrCreateLog(tp(0, "other"));
  await manager.reconfigure({ "message.max.bytes": "500", "log.retention.ms": "9" });
  assertEquals([log.config.maxMessageSize, log.config.retentionMs], [500, 7]);
  assertEquals([other.config.maxMessageSize, other.config.retentionMs], [500, 9]);
  await assertRejects(
    () => manager.reconfigure({ "message.max.bytes": "400", "log.cleaner.backoff.ms": "-1" }),
    InvalidConfigError,
  );
  assertEquals(other.config.maxMessageSize, 500);
});

Deno.test("compacted logs are cleaned in the background, and the checkpoint follows a move", async () => {
  const env = manualEnv();
  await using manager = await openManager(env, {
    background: true,
    properties: { "log.cleaner.backoff.ms": "1000", "log.cleaner.dedupe.buffer.size": "100000" },
  });
  manager.updateTopicConfig(NAME, {
    "cleanup.policy": "compact",
    "internal.segment.bytes": "500",
    "file.delete.delay.ms": "0",
  });
  const log = manager.getOrCreateLog(tp(0));
  const [from, to] = log.directory.startsWith("/disk1") ? DIRS : [...DIRS].reverse();
  for (let i = 0; i < 100; i++) log.appendAsLeader(batchOf([`${i}`], { key: `k${i % 3}` }), 0);
  log.updateHighWatermark(100);
  const before = log.size;
  await env.clock.advance(5000);
  assert(log.size < before / 3, `${log.size} of ${before}`);
  const cleaned = checkpoint(env.fileSystem, from!, "cleaner")["kafka-0"]!;
  assert(cleaned > 0);
  await manager.moveLog(tp(0), to!);
  assertEquals(checkpoint(env.fileSystem, from!, "cleaner"), {});
  assertEquals(checkpoint(env.fileSystem, to!, "cleaner"), { "kafka-0": cleaned });
  manager.truncateTo([[tp(0), 2]]);
  assertEquals(manager.getLog(tp(0))!.logEndOffset, 2);
  assert((checkpoint(env.fileSystem, to!, "cleaner")["kafka-0"] ?? 0) <= 2);
  manager.asyncDelete(tp(0));
  assertEquals(checkpoint(env.fileSystem, to!, "cleaner"), {});
});

Deno.test("truncation writes the recovery points of the directories it touched", async () => {
  const env = manualEnv();
  await using manager = await openManager(env);
  for (const partition of [0, 1]) {
    const log = manager.getOrCreateLog(tp(partition));
    append(log, 10);
    await log.flush();
  }
  manager.truncateTo([[tp(0), 4], [tp(7), 1]]);
  const dir = manager.getLog(tp(0))!.directory.slice(0, 6);
  assertEquals(checkpoint(env.fileSystem, dir, "recovery-point"), { "kafka-0": 4 });
  manager.truncateFullyAndStartAt(tp(0), 100);
  assertEquals(manager.getLog(tp(0))!.logEndOffset, 100);
  assertEquals(
    checkpoint(env.fileSystem, dir, "recovery-point")["kafka-0"],
    manager.getLog(tp(0))!.recoveryPoint,
  );
});

Deno.test("after the shutdown nothing runs, and the manager refuses work", async () => {
  const env = manualEnv();
  const manager = await openManager(env, { background: true });
  assert(env.clock.sleeping > 5);
  await manager.shutdown();
  await manager.shutdown();
  assertEquals(env.clock.sleeping, 0);
  assertThrows(() => manager.getOrCreateLog(tp(0)), LogUnavailableError, "shut down");
});

Deno.test("the log directory that a Kafka broker left is loaded, and left for it again", async () => {
  const env = manualEnv({ now: 1_800_000_000_000 });
  const fixtures = new URL("../fixtures/broker/", import.meta.url).pathname;
  const copy = async (from: string, to: string) => {
    env.fileSystem.makeDirectory(to);
    for await (const entry of Deno.readDir(from)) {
      if (entry.isDirectory) await copy(`${from}/${entry.name}`, `${to}/${entry.name}`);
      else {
        const file = env.fileSystem.open(`${to}/${entry.name}`, { create: true });
        file.write(0, await Deno.readFile(`${from}/${entry.name}`));
        file.close();
      }
    }
  };
  await copy(fixtures, "/disk1");
  const before = checkpoint(env.fileSystem, "/disk1", "recovery-point");
  {
    await using manager = await openManager(env, {
      logDirs: ["/disk1"],
      metaProperties: { nodeId: 1, create: true },
    });
    assertEquals(manager.allLogs.length, Object.keys(before).length);
    for (const log of manager.allLogs) {
      const key = `${log.topicPartition.topic}-${log.topicPartition.partition}`;
      assertEquals([log.logEndOffset, log.highWatermark], [before[key], before[key]], key);
      assert(log.topicId !== undefined);
    }
    assertEquals(manager.getLog(tp(0, "trimmed"))!.logStartOffset, 97);
  }
  assertEquals(checkpoint(env.fileSystem, "/disk1", "recovery-point"), before);
  assertEquals(checkpoint(env.fileSystem, "/disk1", "log-start"), { "trimmed-0": 97 });
  const { fileSystem } = env;
  for (const name of ["meta.properties", "bootstrap.checkpoint", "multiseg-0/partition.metadata"]) {
    assertEquals(
      readWholeFile(fileSystem, `/disk1/${name}`),
      await Deno.readFile(`${fixtures}${name}`),
    );
  }
  assert(isClean(fileSystem, "/disk1"));
});
