import { assert, assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import { InvalidConfigError, LogUnavailableError, StorageError } from "../../storage/errors.ts";
import { readWholeFile } from "../../storage/file/file_system.ts";
import {
  append,
  checkpoint,
  DIRS,
  isClean,
  NAME,
  openManager,
  tp,
} from "../support/log_manager.ts";
import { manualEnv } from "../support/manual_env.ts";
import { batchOf } from "../support/partition_log.ts";

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

Deno.test("what is remembered of producers follows the broker's configs, in all logs that run", async () => {
  const env = manualEnv();
  await using manager = await openManager(env, {
    properties: { "producer.id.expiration.ms": "10000" },
  });
  const log = manager.getOrCreateLog(tp(0));
  log.appendAsLeader(batchOf(["v"], { producerId: 7, producerEpoch: 0, baseSequence: 0 }), 0);
  log.removeExpiredProducers(env.clock.now() + 5000);
  assertEquals([...log.activeProducers.keys()], [7]);
  assertEquals(log.producerStateManager.transactionVerificationEnabled, true);
  await manager.reconfigure({
    "producer.id.expiration.ms": "5000",
    "transaction.partition.verification.enable": "false",
  });
  assertEquals(log.producerStateManager.transactionVerificationEnabled, false);
  log.removeExpiredProducers(env.clock.now() + 5000);
  assertEquals([...log.activeProducers.keys()], []);
});

Deno.test("what was decided before is taken over, however far it is from what there is", async () => {
  await using manager = await openManager(manualEnv(), {
    properties: { "log.cleaner.dedupe.buffer.size": "10000000" },
  });
  const many = { "log.cleaner.threads": "5", "message.max.bytes": "77" };
  await assertRejects(() => manager.reconfigure(many), InvalidConfigError, "double");
  await manager.reconfigure(many, { isDecided: true });
  assertEquals(manager.currentDefaultConfig.maxMessageSize, 77);
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

Deno.test("a log is compacted on demand, and the manager knows why it is or is not", async () => {
  const env = manualEnv();
  await using manager = await openManager(env, {
    properties: { "log.cleaner.dedupe.buffer.size": "100000" },
  });
  manager.updateTopicConfig(NAME, { "cleanup.policy": "compact", "internal.segment.bytes": "500" });
  const log = manager.getOrCreateLog(tp(0));
  for (let i = 0; i < 50; i++) log.appendAsLeader(batchOf([`${i}`], { key: `k${i % 3}` }), 0);
  log.updateHighWatermark(50);
  assertEquals(manager.explain(tp(0))?.compaction.reason, "dirty ratio reached");
  assertEquals(manager.cleanerStatus(tp(0))?.lastCleanOffset, undefined);
  const end = await manager.compact(tp(0));
  assertEquals(manager.cleanerStatus(tp(0))?.lastCleanOffset, end);
  assertEquals(manager.explain(tp(0))?.compaction.reason, "active segment");
  assertEquals(manager.explain(tp(7)), undefined);
  assert(manager.cleanerMetrics !== undefined);
  await assertRejects(() => manager.compact(tp(7)), StorageError);
});

Deno.test("without the cleaner nothing is compacted", async () => {
  await using manager = await openManager(manualEnv(), {
    properties: { "log.cleaner.enable": "false" },
  });
  manager.getOrCreateLog(tp(0));
  await assertRejects(() => manager.compact(tp(0)), LogUnavailableError, "log.cleaner.enable");
  assertEquals([manager.cleanerStatus(tp(0)), manager.cleanerMetrics], [undefined, undefined]);
});
