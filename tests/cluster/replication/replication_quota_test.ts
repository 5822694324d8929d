import { assertEquals } from "@std/assert";
import {
  isThrottledReplica,
  replicaQuota,
  ReplicationQuota,
} from "../../../cluster/replication/replication_quota.ts";
import { ManualClock } from "../../support/manual_env.ts";
import { BROKER, openReplicas } from "../../support/replicas.ts";

Deno.test("a rate is what came over the windows, at least over one", async () => {
  const clock = new ManualClock();
  const quota = new ReplicationQuota(clock, { count: 3, seconds: 1 }, () => 100);
  assertEquals([quota.rate, quota.isExceeded()], [0, false]);
  quota.record(101);
  assertEquals([quota.rate, quota.isExceeded()], [101, true]);
  await clock.advance(1010);
  quota.record(0);
  assertEquals([quota.rate, quota.isExceeded()], [100, false]);
  await clock.advance(990);
  assertEquals(quota.rate, 50.5);
  await clock.advance(1000);
  assertEquals(quota.rate, 0, "the first window is over");
});

Deno.test("a rate of nobody's is no limit", () => {
  const quota = new ReplicationQuota(
    new ManualClock(),
    { count: 3, seconds: 1 },
    () => Number.MAX_SAFE_INTEGER,
  );
  quota.record(Number.MAX_SAFE_INTEGER);
  quota.record(Number.MAX_SAFE_INTEGER);
  assertEquals(quota.isExceeded(), false);
});

Deno.test("replicas are named by partition and broker, or all of them", () => {
  const throttled = ["0:1", "1:2"];
  assertEquals([
    isThrottledReplica(throttled, 0, 1),
    isThrottledReplica(throttled, 0, 2),
    isThrottledReplica(throttled, 1, 2),
    isThrottledReplica(["*"], 7, 7),
    isThrottledReplica([], 0, 1),
  ], [true, false, true, true, false]);
});

Deno.test("topics say which replicas each side throttles, and the broker how much", async () => {
  await using replicas = await openReplicas({
    topicConfigs: { t: { "leader.replication.throttled.replicas": `0:${BROKER}` } },
    configs: { "leader.replication.throttled.rate": 10 },
  });
  const { env: { clock }, config, logManager } = replicas;
  const options = { clock, config, brokerId: BROKER, logOf: logManager.getLog.bind(logManager) };
  const topicPartition = { topic: "t", partition: 0 };
  const leader = replicaQuota("leader", options);
  const follower = replicaQuota("follower", options);
  assertEquals([leader, follower].map((quota) => quota.isThrottled(topicPartition)), [true, false]);
  assertEquals(leader.isThrottled({ topic: "t", partition: 5 }), false);
  for (const quota of [leader, follower]) quota.record(11);
  assertEquals([leader.isExceeded(), follower.isExceeded()], [true, false]);
  config.change("leader.replication.throttled.rate", 11);
  assertEquals(leader.isExceeded(), false);
});
