import { assert, assertEquals } from "@std/assert";
import { AppendEntry } from "../../../cluster/replication/append.ts";
import type { Partition } from "../../../cluster/replication/partition.ts";
import { ZERO_UUID } from "../../../storage/bytes/uuid.ts";
import { LogDirError } from "../../../storage/errors.ts";
import { batchOf, contentOf } from "../../support/partition_log.ts";
import { openReplicaBrokers, type ReplicaBrokers } from "../../support/replica_brokers.ts";

function partition({ brokers }: ReplicaBrokers, brokerId: number): Partition {
  const found = brokers.get(brokerId)!.replicaManager.getPartition("t", 0);
  assert(typeof found === "object", String(found));
  return found;
}

/** Writes with acks=all. The error shows once there is an answer. */
function produce({ brokers }: ReplicaBrokers, brokerId: number, values: string[]) {
  const entry = new AppendEntry({ topic: "t", partition: 0 }, ZERO_UUID, batchOf(values));
  const outcome = { answered: false, entry };
  const waiting = brokers.get(brokerId)!.replicaManager.append({
    requiredAcks: -1,
    timeoutMs: 60_000,
    internalTopicsAllowed: false,
    entries: [entry],
    transactionalId: null,
    supportsEpochBump: false,
    supportsAbortableError: false,
  });
  if (waiting === undefined) outcome.answered = true;
  else void waiting.then(() => outcome.answered = true);
  return outcome;
}

function ends({ brokers }: ReplicaBrokers) {
  return [...brokers.values()].map(({ log }) => [log().logEndOffset, log().highWatermark]);
}

Deno.test("what is written with acks=all is answered when all in sync have it", async () => {
  await using cluster = await openReplicaBrokers(3);
  const { env } = cluster;
  await env.clock.advance(10);
  const outcome = produce(cluster, 1, ["a", "b"]);
  assert(!outcome.answered);
  await env.clock.advance(10);
  assertEquals([outcome.answered, outcome.entry.error], [true, "NONE"]);
  await env.clock.advance(1000);
  assertEquals(ends(cluster), [[2, 2], [2, 2], [2, 2]]);
});

Deno.test("who is cut off leaves the ISR after its time, and comes back when it has caught up", async () => {
  await using cluster = await openReplicaBrokers(3);
  const { env, unreachable, alterations } = cluster;
  await env.clock.advance(1000);
  unreachable.add(3);
  const outcome = produce(cluster, 1, ["a"]);
  await env.clock.advance(29_000);
  assert(!outcome.answered);
  await env.clock.advance(17_000);
  assertEquals([outcome.answered, outcome.entry.error], [true, "NONE"]);
  assertEquals([...partition(cluster, 1).isr], [1, 2]);
  unreachable.delete(3);
  await env.clock.advance(2000);
  assertEquals([...partition(cluster, 1).isr], [1, 2, 3]);
  assertEquals(alterations.length, 2);
  assertEquals(ends(cluster)[2], [1, 1]);
});

Deno.test("with too few in sync nothing is written with acks=all, and what was is told of", async () => {
  await using cluster = await openReplicaBrokers(2, {}, {
    topicConfigs: { t: { "min.insync.replicas": "2" } },
  });
  const { env, unreachable } = cluster;
  await env.clock.advance(1000);
  unreachable.add(2);
  const before = produce(cluster, 1, ["a"]);
  await env.clock.advance(46_000);
  assertEquals([...partition(cluster, 1).isr], [1]);
  assert(!before.answered, "the high watermark does not move with too few");
  const after = produce(cluster, 1, ["b"]);
  assertEquals([after.answered, after.entry.error], [true, "NOT_ENOUGH_REPLICAS"]);
  await env.clock.advance(20_000);
  assertEquals([before.answered, before.entry.error], [true, "REQUEST_TIMED_OUT"]);
});

Deno.test("a leader that comes back as a follower gives up what the next leader has not", async () => {
  await using cluster = await openReplicaBrokers(3);
  const { env, unreachable, assign } = cluster;
  produce(cluster, 1, ["a"]);
  await env.clock.advance(1000);
  unreachable.add(1);
  produce(cluster, 1, ["lost", "lost"]);
  assign({ leader: 2, leaderEpoch: 1, isr: [2, 3] });
  unreachable.delete(1);
  const outcome = produce(cluster, 2, ["b"]);
  await env.clock.advance(3000);
  assert(outcome.answered);
  for (const { log } of cluster.brokers.values()) assertEquals(contentOf(log()), ["0=a", "1=b"]);
  assertEquals([...partition(cluster, 2).isr].sort(), [1, 2, 3]);
});

Deno.test("what the leader has deleted, followers delete", async () => {
  await using cluster = await openReplicaBrokers(2);
  const { env, brokers } = cluster;
  produce(cluster, 1, ["a", "b", "c"]);
  await env.clock.advance(1000);
  brokers.get(1)!.log().deleteRecords(2);
  await env.clock.advance(1000);
  assertEquals(brokers.get(2)!.log().logStartOffset, 2);
});

Deno.test("an empty follower of a leader that has deleted begins where the leader does", async () => {
  await using cluster = await openReplicaBrokers(2);
  const { env, brokers, unreachable } = cluster;
  unreachable.add(2);
  produce(cluster, 1, ["a", "b", "c"]);
  await env.clock.advance(46_000);
  for (let i = 0; i < 4; i++) produce(cluster, 1, ["a", "b", "c"]);
  brokers.get(1)!.log().deleteRecords(7);
  unreachable.delete(2);
  await env.clock.advance(3000);
  const { logStartOffset, logEndOffset } = brokers.get(2)!.log();
  assertEquals([logStartOffset, logEndOffset], [7, 15]);
  assertEquals(contentOf(brokers.get(2)!.log()), contentOf(brokers.get(1)!.log()));
});

Deno.test("a follower whose directory has failed copies nothing more", async () => {
  await using cluster = await openReplicaBrokers(2);
  const { env, brokers, fetchersOf } = cluster;
  await env.clock.advance(1000);
  const { logManager, replicaManager } = brokers.get(2)!;
  logManager.handleLogDirFailure("/broker2", new LogDirError("/broker2", "gone"));
  assertEquals(fetchersOf(2), []);
  produce(cluster, 1, ["a"]);
  await env.clock.advance(1000);
  assertEquals(replicaManager.getPartition("t", 0), "KAFKA_STORAGE_ERROR");
  assertEquals(partition(cluster, 1).followers.get(2)!.logEndOffset, 0);
});

Deno.test("who leads copies from nobody, and neither does who has no leader or no replica", async () => {
  await using cluster = await openReplicaBrokers(3);
  const { assign, fetchersOf } = cluster;
  const fetchers = () => [1, 2, 3].map(fetchersOf);
  assertEquals(fetchers(), [[], ["1/0"], ["1/0"]]);
  assign({ leader: 2, leaderEpoch: 1 });
  assertEquals(fetchers(), [["2/0"], [], ["2/0"]]);
  assign({ leader: -1, leaderEpoch: 2 });
  assertEquals(fetchers(), [[], [], []]);
  assign({ leader: 3, leaderEpoch: 3 });
  assign({ replicas: [2, 3], isr: [3] });
  assertEquals(fetchers(), [[], ["3/0"], []]);
});

Deno.test("older news do not keep a follower from its leader", async () => {
  await using cluster = await openReplicaBrokers(2);
  const { assign, fetchersOf } = cluster;
  assign({ partitionEpoch: 6, leaderEpoch: 3 });
  assign({ partitionEpoch: 4, leader: 2, leaderEpoch: 1 });
  assertEquals([1, 2].map(fetchersOf), [[], ["1/0"]]);
});

Deno.test("more fetchers copy as one did", async () => {
  await using cluster = await openReplicaBrokers(2);
  const { env, brokers, fetchersOf } = cluster;
  await env.clock.advance(1000);
  brokers.get(2)!.config.change("num.replica.fetchers", 3);
  assertEquals(fetchersOf(2), ["1/2"]);
  const outcome = produce(cluster, 1, ["a"]);
  await env.clock.advance(600);
  assert(outcome.answered);
});

Deno.test("a throttled follower that lags gets no more than the rate, and catches up in the end", async () => {
  await using cluster = await openReplicaBrokers(2, {}, {
    configs: { "leader.replication.throttled.rate": 100, "replica.fetch.max.bytes": 100 },
    topicConfigs: { t: { "leader.replication.throttled.replicas": "*" } },
  });
  const { env, brokers, unreachable } = cluster;
  unreachable.add(2);
  produce(cluster, 1, ["x".repeat(40)]);
  await env.clock.advance(46_000);
  const bytes = batchOf(["x".repeat(40)]).length;
  for (let i = 0; i < 19; i++) produce(cluster, 1, ["x".repeat(40)]);
  unreachable.delete(2);
  await env.clock.advance(11_000);
  const { logEndOffset } = brokers.get(2)!.log();
  assert(logEndOffset * bytes >= 500 && logEndOffset * bytes <= 1300, `${logEndOffset * bytes}`);
  await env.clock.advance(20_000);
  assertEquals(brokers.get(2)!.log().logEndOffset, 20);
});

Deno.test("after the shutdown of all nobody sleeps", async () => {
  const cluster = await openReplicaBrokers(2);
  await cluster.env.clock.advance(100);
  await cluster[Symbol.asyncDispose]();
  assertEquals(cluster.env.clock.sleeping, 0);
});
