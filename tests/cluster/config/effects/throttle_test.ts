import { assert, assertEquals } from "@std/assert";
import { replicaQuota } from "../../../../cluster/replication/replication_quota.ts";
import { batchOf } from "../../../support/partition_log.ts";
import { openReplicaBrokers, writeTo } from "../../../support/replica_brokers.ts";
import { BROKER, openReplicas } from "../../../support/replicas.ts";

const BATCH = batchOf(["x".repeat(40)]);

/** A follower of a topic that is throttled on one side lags behind by 20 batches, and is left alone while the throttle is as tight as given. */
async function copiesWithThrottle(side: "leader" | "follower"): Promise<void> {
  const rate = `${side}.replication.throttled.rate`;
  await using cluster = await openReplicaBrokers(2, {}, {
    configs: { [rate]: 100, "replica.fetch.max.bytes": 100 },
    topicConfigs: { t: { [`${side}.replication.throttled.replicas`]: "0:1,0:2" } },
  });
  const { env: { clock }, brokers, unreachable } = cluster;
  const [leader, follower] = [brokers.get(1)!, brokers.get(2)!];
  const write = () => writeTo(leader, BATCH.slice());
  unreachable.add(2);
  write();
  await clock.advance(46_000);
  for (let i = 0; i < 19; i++) write();
  unreachable.delete(2);
  await clock.advance(11_000);
  const copied = follower.log().logEndOffset * BATCH.length;
  assert(copied >= 500 && copied <= 1300, `${copied}`);
  brokers.get(side === "leader" ? 1 : 2)!.config.change(rate, Number.MAX_SAFE_INTEGER);
  await clock.advance(1500);
  assertEquals(follower.log().logEndOffset, 20);
}

Deno.test("leader.replication.throttled.rate: a running leader sends throttled replicas no more than is set now", async () => {
  await copiesWithThrottle("leader");
});

Deno.test("follower.replication.throttled.rate: a running follower fetches for throttled replicas no more than is set now", async () => {
  await copiesWithThrottle("follower");
});

/** For how long 1000 bytes at once are more than 100 a second. */
async function exceededFor(count: number, seconds: number): Promise<number> {
  await using replicas = await openReplicas({
    configs: {
      "leader.replication.throttled.rate": 100,
      "replication.quota.window.num": count,
      "replication.quota.window.size.seconds": seconds,
    },
  });
  const { env: { clock }, config } = replicas;
  const quota = replicaQuota("leader", {
    ...{ clock, config, brokerId: BROKER },
    logOf: () => undefined,
  });
  quota.record(1000);
  let waited = 0;
  for (; quota.isExceeded(); waited += 100) await clock.advance(100);
  return waited;
}

Deno.test("replication.quota.window.num: so many samples are looked at", async () => {
  assertEquals(await exceededFor(3, 1), 3000);
  assertEquals(await exceededFor(7, 1), 7000);
});

Deno.test("replication.quota.window.size.seconds: a sample spans so long", async () => {
  assertEquals(await exceededFor(3, 2), 6000);
});

const MOVES_RATE = "replica.alter.log.dirs.io.max.bytes.per.second";

/** A log of four slices that begins to move when as many bytes a second may be copied as a tenth of one has. */
async function moving(configs: Readonly<Record<string, number>> = {}) {
  const slice = batchOf(["x".repeat(600_000)]);
  const replicas = await openReplicas({
    logDirs: ["/disk1", "/disk2"],
    configs: { [MOVES_RATE]: 60_000, ...configs },
  });
  const { replicaManager, log, env: { clock } } = replicas;
  for (let i = 0; i < 4; i++) log().appendAsLeader(slice.slice(), 0);
  const other = log().directory.startsWith("/disk1") ? "/disk2" : "/disk1";
  replicaManager.alterReplicaLogDir({ topic: "t", partition: 0 }, other);
  await clock.advance(0);
  return { ...replicas, isMoved: () => log().directory.startsWith(other) };
}

/** How long that takes, ms. */
async function moveTakes(configs: Readonly<Record<string, number>>): Promise<number> {
  await using replicas = await moving(configs);
  const { env: { clock }, isMoved } = replicas;
  let waited = 0;
  for (; !isMoved(); waited += 100) await clock.advance(100);
  return waited;
}

Deno.test("replica.alter.log.dirs.io.max.bytes.per.second: moves of logs on a running broker copy no more than is set now", async () => {
  await using replicas = await moving();
  const { env: { clock }, config, isMoved } = replicas;
  await clock.advance(30_000);
  assertEquals(isMoved(), false);
  config.change(MOVES_RATE, Number.MAX_SAFE_INTEGER);
  await clock.advance(200);
  assertEquals(isMoved(), true);
});

Deno.test("alter.log.dirs.replication.quota.window.num: so many samples of moves are looked at", async () => {
  const takes = (count: number) =>
    moveTakes({ "alter.log.dirs.replication.quota.window.num": count });
  assertEquals([await takes(2), await takes(4)], [6000, 12_000]);
});

Deno.test("alter.log.dirs.replication.quota.window.size.seconds: a sample of moves spans so long", async () => {
  assertEquals(
    await moveTakes({
      "alter.log.dirs.replication.quota.window.num": 2,
      "alter.log.dirs.replication.quota.window.size.seconds": 3,
    }),
    18_000,
  );
});
