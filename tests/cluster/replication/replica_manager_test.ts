import { assert, assertEquals, assertRejects } from "@std/assert";
import { AppendEntry } from "../../../cluster/replication/append.ts";
import type { ProduceAppend } from "../../../cluster/replication/produce_append.ts";
import { ZERO_UUID } from "../../../storage/bytes/uuid.ts";
import { LogManager } from "../../../storage/log_manager.ts";
import { MetadataDelta } from "../../../cluster/controller/metadata_delta.ts";
import { MetadataImage } from "../../../cluster/controller/metadata_image.ts";
import { InvalidConfigError, LogDirError } from "../../../storage/errors.ts";
import { checkpoint } from "../../support/log_manager.ts";
import { manualEnv } from "../../support/manual_env.ts";
import { batchOf } from "../../support/partition_log.ts";
import { assigned, openReplicas, topicIdOf } from "../../support/replicas.ts";

function append(records: Uint8Array, rest: Partial<ProduceAppend> = {}): ProduceAppend {
  return {
    requiredAcks: -1,
    timeoutMs: 100,
    internalTopicsAllowed: false,
    entries: [new AppendEntry({ topic: "t", partition: 0 }, ZERO_UUID, records)],
    transactionalId: null,
    supportsEpochBump: false,
    supportsAbortableError: false,
    ...rest,
  };
}

Deno.test("a directory that fails takes its partitions along, and the controller is told", async () => {
  const failed: string[] = [];
  await using replicas = await openReplicas({
    logDirs: ["/disk1", "/disk2"],
    topics: { t: [assigned(), assigned()] },
    manager: { directoryEvents: { failed: (id) => failed.push(id) } },
  });
  const { logManager, replicaManager } = replicas;
  const directory = replicas.log().directory.slice(0, 6);
  const id = logManager.directoryId(directory)!;
  const heard: string[] = [];
  const partition = replicaManager.getPartition("t", 0);
  assert(typeof partition === "object");
  partition.addListener({ onFailed: () => heard.push("failed") });
  logManager.handleLogDirFailure(directory, new LogDirError(directory, "gone"));
  assertEquals([failed, heard], [[id], ["failed"]]);
  assertEquals(replicaManager.getPartition("t", 0), "KAFKA_STORAGE_ERROR");
  assert(typeof replicaManager.getPartition("t", 1) === "object");
  assertEquals([...replicaManager.partitions()].length, 1);
});

Deno.test("the controller is told where a partition is that it has placed nowhere", async () => {
  const placed: unknown[] = [];
  await using replicas = await openReplicas({
    manager: { directoryEvents: { assigned: (...event) => placed.push(event) } },
  });
  const id = replicas.logManager.directoryId("/disk1")!;
  assertEquals(placed, [[topicIdOf("t"), 0, id]]);
  replicas.metadata.set("t", [assigned({ directories: [id], partitionEpoch: 1 })]);
  replicas.apply("t");
  assertEquals(placed.length, 1);
});

Deno.test("a controller's image and delta are followed", async () => {
  await using replicas = await openReplicas({ topics: {} });
  const image = new MetadataImage();
  const delta = new MetadataDelta();
  const { directories, ...partition } = assigned();
  image.replay(
    { type: "TopicRecord", version: 0, data: { name: "t", topicId: topicIdOf("t") } },
    delta,
  );
  image.replay({
    type: "PartitionRecord",
    version: 1,
    data: {
      ...partition,
      directories,
      partitionId: 0,
      topicId: topicIdOf("t"),
      removingReplicas: [],
      leaderRecoveryState: 0,
      eligibleLeaderReplicas: null,
      lastKnownElr: null,
    },
  }, delta);
  replicas.replicaManager.applyDelta(delta, image);
  const found = replicas.replicaManager.getPartition("t", 0);
  assert(typeof found === "object" && found.isLeader);
  assertEquals(replicas.replicaManager.metadata.topicName(topicIdOf("t")), "t");
});

Deno.test("high watermarks are checkpointed, and there again after a restart", async () => {
  const env = manualEnv();
  {
    await using replicas = await openReplicas({ env });
    replicas.replicaManager.append(append(batchOf(["a", "b"])));
    replicas.logManager.checkpointHighWatermarks();
    assertEquals(checkpoint(env.fileSystem, "/disk1", "replication"), { "t-0": 2 });
    replicas.replicaManager.append(append(batchOf(["c"])));
  }
  assertEquals(checkpoint(env.fileSystem, "/disk1", "replication"), { "t-0": 3 });
  const logManager = await LogManager.open({ env, logDirs: ["/disk1"], background: false });
  assertEquals(logManager.getLog({ topic: "t", partition: 0 })?.highWatermark, 3);
  await logManager.shutdown();
});

Deno.test("a copy that a restart has found goes on to its place", async () => {
  const env = manualEnv();
  const logDirs = ["/disk1", "/disk2"];
  let other: string;
  {
    await using replicas = await openReplicas({ env, logDirs });
    const log = replicas.log();
    log.appendAsLeader(batchOf(["a", "b"]), 0);
    other = logDirs.find((path) => !log.directory.startsWith(path))!;
    replicas.logManager.maybeUpdatePreferredLogDir(log.topicPartition, other);
    replicas.logManager.getOrCreateLog(log.topicPartition, {
      isNew: true,
      isFuture: true,
      topicId: log.topicId!,
    });
  }
  await using replicas = await openReplicas({ env, logDirs });
  await env.clock.advance(10);
  assertEquals([replicas.log().directory, replicas.log().logEndOffset], [`${other}/t-0`, 2]);
});

Deno.test("after the shutdown nothing waits, and changes of configs are not heard any more", async () => {
  const replicas = await openReplicas();
  await replicas[Symbol.asyncDispose]();
  replicas.config.change("cordoned.log.dirs", ["/disk1"]);
  assertEquals([...replicas.logManager.cordonedLogDirs], []);
  assertEquals(replicas.replicaManager.delayed, { fetch: 0, produce: 0, deleteRecords: 0 });
});

Deno.test("a class that is none of Kafka's own cannot select replicas", async () => {
  await assertRejects(
    () => openReplicas({ configs: { "replica.selector.class": "com.example.Mine" } }),
    InvalidConfigError,
    "com.example.Mine",
  );
});
