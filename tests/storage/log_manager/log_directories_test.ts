import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { LogDirError, LogUnavailableError } from "../../../storage/errors.ts";
import { MetaPropertiesFile } from "../../../storage/file/meta_properties_file.ts";
import type { LogManagerOptions } from "../../../storage/log_manager.ts";
import {
  append,
  checkpoint,
  DIRS,
  faultyEnv,
  isClean,
  offsetsOf,
  openManager,
  tp,
} from "../../support/log_manager.ts";
import { manualEnv } from "../../support/manual_env.ts";

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
  env.fileSystem.inject({ code: "EIO", kinds: ["write"], path: /\.log$/ });
  assertThrows(() => append(log), LogDirError, "EIO");
  assertThrows(
    () => manager.getOrCreateLog(tp(1), { isNew: true }),
    LogDirError,
    "All log directories have failed",
  );
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

Deno.test("a full disk refuses appends, serves reads, and takes appends again once there is room", async () => {
  const env = faultyEnv();
  await using manager = await openManager(env, {
    logDirs: ["/disk1"],
    properties: { "log.segment.bytes": "1048576", "log.index.interval.bytes": "1" },
  });
  const log = manager.getOrCreateLog(tp(0));
  append(log, 3);
  env.fileSystem.inject({ code: "ENOSPC", kinds: ["write"], times: 4, written: 5 });
  for (let i = 0; i < 3; i++) assertThrows(() => append(log), LogDirError, "ENOSPC");
  manager.checkpointHighWatermarks();
  await Promise.resolve();
  assertEquals(manager.offlineLogDirs, []);
  assertEquals(offsetsOf(log), [0, 1, 2]);
  append(log, 2);
  assertEquals(offsetsOf(log), [0, 1, 2, 3, 4]);
  assertEquals(env.logger.matching("No space left in log directory").length, 1);
});

Deno.test("index entries that find no room wait, and the append that brought them goes through", async () => {
  const env = faultyEnv();
  await using manager = await openManager(env, {
    logDirs: ["/disk1"],
    properties: { "log.index.interval.bytes": "0" },
  });
  const log = manager.getOrCreateLog(tp(0));
  env.fileSystem.inject({ code: "ENOSPC", kinds: ["create", "write"], path: /index$/, times: 50 });
  append(log, 2000);
  assertEquals(log.logEndOffset, 2000);
  assertEquals(manager.offlineLogDirs, []);
  env.fileSystem.inject({ code: "EIO", kinds: ["write"], path: /nothing$/ });
  append(log, 600);
  await log.flush();
  assertEquals(offsetsOf(log).length, 2600);
});

Deno.test("a flush for which there is no room takes the directory offline: what is on the disk is not known", async () => {
  const env = faultyEnv();
  await using manager = await openManager(env);
  const log = manager.getOrCreateLog(tp(0), { isNew: true });
  append(log);
  env.fileSystem.inject({ code: "ENOSPC", kinds: ["flush"], path: /\.log$/ });
  await assertRejects(() => log.flush(), LogDirError, "ENOSPC");
  assertEquals(manager.offlineLogDirs, [log.directory.replace("/kafka-0", "")]);
});

Deno.test("a directory that is full at the start is offline", async () => {
  const env = faultyEnv();
  env.fileSystem.inject({ code: "ENOSPC", kinds: ["makeDirectory"], path: "/disk1" });
  await using manager = await openManager(env);
  assertEquals(manager.offlineLogDirs, ["/disk1"]);
});
