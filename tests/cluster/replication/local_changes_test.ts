import { assert, assertEquals } from "@std/assert";
import type { TopicChanges } from "../../../cluster/replication/local_changes.ts";
import { faultyEnv } from "../../support/log_manager.ts";
import { manualEnv } from "../../support/manual_env.ts";
import { batchOf } from "../../support/partition_log.ts";
import {
  assigned,
  BROKER,
  openReplicas,
  type TestReplicas,
  topicIdOf,
} from "../../support/replicas.ts";
import { LogDirError } from "../../../storage/errors.ts";

const LOST = "AAAAAAAAAAAAAAAAAAAAAg";

function change({ replicaManager, metadata }: TestReplicas, changes: Partial<TopicChanges>): void {
  replicaManager.applyChanges(
    { isWhole: false, deleted: [], changed: new Map(), configs: new Map(), ...changes },
    metadata,
  );
}

function deleteTopic(replicas: TestReplicas, name: string): void {
  replicas.metadata.topics.delete(name);
  change(replicas, { deleted: [{ name, id: topicIdOf(name) }] });
}

function lookup({ replicaManager }: TestReplicas, topic = "t", partition = 0) {
  const found = replicaManager.getPartition(topic, partition);
  return typeof found === "string" ? found : found.isLeader ? "leader" : "follower";
}

Deno.test("a partition is made with its topic's id, and led or followed as the metadata says", async () => {
  await using replicas = await openReplicas({
    topics: {
      t: [
        assigned(),
        assigned({ replicas: [BROKER, 2], leader: 2 }),
        assigned({ replicas: [2], leader: 2 }),
      ],
    },
  });
  assertEquals([0, 1, 2].map((index) => lookup(replicas, "t", index)), [
    "leader",
    "follower",
    "NOT_LEADER_OR_FOLLOWER",
  ]);
  assertEquals(lookup(replicas, "t", 3), "UNKNOWN_TOPIC_OR_PARTITION");
  assertEquals(replicas.log().topicId, topicIdOf("t"));
  assertEquals(replicas.logManager.getLog({ topic: "t", partition: 2 }), undefined);
});

Deno.test("a partition goes to the directory that it is assigned to, and to any when to none", async () => {
  await using replicas = await openReplicas({ logDirs: ["/disk1", "/disk2"], topics: {} });
  const { logManager, metadata } = replicas;
  const id = logManager.directoryId("/disk2")!;
  const partitions = Array.from({ length: 4 }, () => assigned({ directories: [id] }));
  metadata.set("t", partitions);
  metadata.set("u", [assigned()]);
  replicas.apply("t", "u");
  assertEquals(
    partitions.map((_, i) => replicas.log("t", i).directory),
    [0, 1, 2, 3].map((i) => `/disk2/t-${i}`),
  );
  assertEquals(replicas.log("u").directory, "/disk1/u-0");
});

Deno.test("a partition whose directory may be an offline one is not made elsewhere", async () => {
  await using replicas = await openReplicas({ logDirs: ["/disk1", "/disk2"], topics: {} });
  const { logManager, metadata } = replicas;
  const id = logManager.directoryId("/disk2")!;
  logManager.handleLogDirFailure("/disk2", new LogDirError("/disk2", "gone"));
  metadata.set("t", [
    assigned({ directories: [id] }),
    assigned({ directories: [LOST] }),
    assigned(),
  ]);
  replicas.apply("t");
  assertEquals([0, 1, 2].map((index) => lookup(replicas, "t", index)), [
    "KAFKA_STORAGE_ERROR",
    "KAFKA_STORAGE_ERROR",
    "leader",
  ]);
});

Deno.test("a partition goes from leader to follower, and back, with the epoch of its leader", async () => {
  await using replicas = await openReplicas({
    topics: { t: [assigned({ replicas: [BROKER, 2] })] },
  });
  const follow = (leader: number, leaderEpoch: number) => {
    replicas.metadata.set("t", [
      assigned({ replicas: [BROKER, 2], leader, leaderEpoch, partitionEpoch: leaderEpoch }),
    ]);
    replicas.apply("t");
    return lookup(replicas);
  };
  const partition = replicas.replicaManager.getPartition("t", 0);
  assertEquals([follow(2, 1), follow(BROKER, 2), follow(-1, 3)], [
    "follower",
    "leader",
    "follower",
  ]);
  assert(
    replicas.replicaManager.getPartition("t", 0) === partition,
    "it is the same partition all along",
  );
});

Deno.test("a deleted topic is gone with its logs and its configs, and one of its name is a new one", async () => {
  await using replicas = await openReplicas({ topics: { t: [assigned(), assigned()] } });
  const { logManager, metadata } = replicas;
  change(replicas, { configs: new Map([["t", { "retention.ms": "77" }]]) });
  assertEquals(replicas.log().config.retentionMs, 77);
  replicas.log().appendAsLeader(batchOf(["a"]), 0);
  deleteTopic(replicas, "t");
  assertEquals(lookup(replicas), "UNKNOWN_TOPIC_OR_PARTITION");
  assertEquals([logManager.allLogs.length, logManager.logsToBeDeleted.length], [0, 2]);
  metadata.set("t", [assigned()], topicIdOf("t", 1));
  replicas.apply("t");
  assertEquals([replicas.log().topicId, replicas.log().logEndOffset], [topicIdOf("t", 1), 0]);
  assertEquals(replicas.log().config.originals.size, 0);
});

Deno.test("a topic that is deleted and made anew in one go is a new one", async () => {
  await using replicas = await openReplicas();
  replicas.log().appendAsLeader(batchOf(["a"]), 0);
  replicas.metadata.set("t", [assigned()], topicIdOf("t", 1));
  change(replicas, {
    deleted: [{ name: "t", id: topicIdOf("t") }],
    changed: new Map([["t", [0]]]),
  });
  assertEquals([lookup(replicas), replicas.log().logEndOffset], ["leader", 0]);
});

Deno.test("a topic that was made anew without word of the deletion is a new one all the same", async () => {
  await using replicas = await openReplicas();
  replicas.log().appendAsLeader(batchOf(["a"]), 0);
  replicas.metadata.set("t", [assigned()], topicIdOf("t", 1));
  replicas.apply("t");
  assertEquals([replicas.log().topicId, replicas.log().logEndOffset], [topicIdOf("t", 1), 0]);
});

Deno.test("a partition that moves to other brokers is deleted here", async () => {
  await using replicas = await openReplicas();
  replicas.metadata.set("t", [assigned({ replicas: [2], leader: 2, partitionEpoch: 1 })]);
  replicas.apply("t");
  assertEquals(lookup(replicas), "NOT_LEADER_OR_FOLLOWER");
  assertEquals(replicas.logManager.allLogs, []);
});

Deno.test("configs act on running logs, and on those that are made later", async () => {
  await using replicas = await openReplicas();
  const configs = (topic: string, texts: Record<string, string>) =>
    change(replicas, { configs: new Map([[topic, texts]]) });
  configs("t", { "max.message.bytes": "50" });
  assertEquals(replicas.log().config.maxMessageSize, 50);
  configs("t", {});
  assertEquals(replicas.log().config.maxMessageSize, 1_048_588);
  configs("u", { "max.message.bytes": "60" });
  replicas.metadata.set("u", [assigned()]);
  replicas.apply("u");
  assertEquals(replicas.log("u").config.maxMessageSize, 60);
  configs("t", { "max.message.bytes": "-7" });
  assertEquals(replicas.log().config.maxMessageSize, 1_048_588);
  assertEquals(replicas.env.logger.matching("Cannot take over the configs").length, 1);
});

Deno.test("what a whole metadata does not have is gone", async () => {
  await using replicas = await openReplicas({ topics: { t: [assigned()], u: [assigned()] } });
  change(replicas, { configs: new Map([["u", { "retention.ms": "5" }]]) });
  replicas.metadata.topics.delete("t");
  change(replicas, { isWhole: true, changed: new Map([["u", [0]]]) });
  assertEquals([lookup(replicas, "t"), lookup(replicas, "u")], [
    "UNKNOWN_TOPIC_OR_PARTITION",
    "leader",
  ]);
  assertEquals(replicas.log("u").config.originals.size, 0);
});

Deno.test("logs that a start finds, and that are not in the metadata, are put aside", async () => {
  const env = manualEnv();
  {
    await using replicas = await openReplicas({
      env,
      topics: { t: [assigned()], gone: [assigned()], again: [assigned()], away: [assigned()] },
    });
    replicas.log("gone").appendAsLeader(batchOf(["a"]), 0);
  }
  await using replicas = await openReplicas({ env, topics: {} });
  replicas.metadata.set("t", [assigned()]);
  replicas.metadata.set("again", [assigned()], topicIdOf("again", 1));
  replicas.metadata.set("away", [assigned({ replicas: [2], leader: 2 })]);
  change(replicas, {
    isWhole: true,
    changed: new Map([["t", [0]], ["again", [0]], ["away", [0]]]),
  });
  assertEquals(replicas.logManager.strayLogs.length, 3);
  assertEquals(
    replicas.logManager.allLogs.map((
      { topicPartition, topicId },
    ) => [topicPartition.topic, topicId]),
    [["t", topicIdOf("t")], ["again", topicIdOf("again", 1)]],
  );
});

Deno.test("a partition for which there is no room is made once there is", async () => {
  const env = faultyEnv();
  await using replicas = await openReplicas({ env, topics: {} });
  env.fileSystem.inject({ code: "ENOSPC", kinds: ["makeDirectory"], path: /t-0/, times: 2 });
  replicas.metadata.set("t", [assigned()]);
  replicas.apply("t");
  assertEquals(lookup(replicas), "KAFKA_STORAGE_ERROR");
  assertEquals(lookup(replicas), "KAFKA_STORAGE_ERROR", "it is not tried each time");
  await env.clock.advance(1000);
  assertEquals(lookup(replicas), "KAFKA_STORAGE_ERROR");
  await env.clock.advance(1000);
  assertEquals(lookup(replicas), "leader");
  assertEquals(replicas.logManager.offlineLogDirs, []);
});

Deno.test("a topic of another id in a partition's directory is not taken for it", async () => {
  await using replicas = await openReplicas({ topics: {} });
  replicas.logManager.getOrCreateLog({ topic: "t", partition: 0 }, {
    isNew: true,
    topicId: topicIdOf("x"),
  });
  replicas.metadata.set("t", [assigned()]);
  replicas.apply("t");
  assertEquals(lookup(replicas), "KAFKA_STORAGE_ERROR");
});
