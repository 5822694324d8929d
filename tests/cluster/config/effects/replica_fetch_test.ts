import { assert, assertEquals } from "@std/assert";
import { BrokerConfig } from "../../../../cluster/config/broker_config.ts";
import { quickStartProperties } from "../../../../cluster/config/quick_start.ts";
import { replicaFetchConfig } from "../../../../cluster/replication/replica_fetch_config.ts";
import { ReplicaFetcher } from "../../../../cluster/replication/replica_fetcher.ts";
import { manualEnv } from "../../../support/manual_env.ts";
import { batchOf, openLog, truncationOf } from "../../../support/partition_log.ts";
import { openReplicaBrokers, writeTo } from "../../../support/replica_brokers.ts";
import {
  assigned,
  BROKER,
  BROKER_EPOCH,
  NO_QUOTA,
  openReplicas,
  topicIdOf,
} from "../../../support/replicas.ts";
import { ScriptedLeader } from "../../../support/scripted_leader.ts";

/** A fetcher with configs, and the leader that it asks. */
function fetching(
  properties: Readonly<Record<string, string>>,
  answer?: ScriptedLeader["answer"],
) {
  const config = BrokerConfig.parse({ ...quickStartProperties(), ...properties });
  const env = manualEnv();
  const log = openLog(env);
  const leader = new ScriptedLeader();
  if (answer !== undefined) leader.answer = answer;
  const fetcher = new ReplicaFetcher({
    ...{ env, leader, replicaId: 2, quota: NO_QUOTA },
    brokerEpoch: () => 20,
    config: () => replicaFetchConfig(config),
    logManager: truncationOf(log),
    followedLog: () => log,
    onMoved: () => {},
  });
  fetcher.add({ topic: "t", partition: 0 }, { topicId: topicIdOf("t"), currentLeaderEpoch: 0 });
  return { leader, fetcher, clock: env.clock };
}

/** What a follower asks for with configs. */
async function asked(properties: Readonly<Record<string, string>>) {
  const { leader, fetcher, clock } = fetching(properties);
  await clock.advance(0);
  await fetcher.shutdown();
  const [{ maxWaitMs, minBytes, maxBytes, topics }] = leader.requests as [
    typeof leader.requests[0],
  ];
  const [partition] = topics![0]!.partitions!;
  return { maxWaitMs, minBytes, maxBytes, partitionMaxBytes: partition!.partitionMaxBytes };
}

Deno.test("replica.fetch.max.bytes: a follower asks for so much of a partition", async () => {
  assertEquals((await asked({ "replica.fetch.max.bytes": "77" })).partitionMaxBytes, 77);
});

Deno.test("replica.fetch.response.max.bytes: a follower asks for so much of all partitions", async () => {
  assertEquals((await asked({ "replica.fetch.response.max.bytes": "88" })).maxBytes, 88);
});

Deno.test("replica.fetch.min.bytes: a follower waits for so much", async () => {
  assertEquals((await asked({ "replica.fetch.min.bytes": "99" })).minBytes, 99);
});

Deno.test("replica.fetch.wait.max.ms: a follower waits for so long", async () => {
  assertEquals((await asked({ "replica.fetch.wait.max.ms": "111" })).maxWaitMs, 111);
});

Deno.test("replica.fetch.backoff.ms: after a fetch that failed a follower waits for so long", async () => {
  const { leader, fetcher, clock } = fetching(
    { "replica.fetch.backoff.ms": "300" },
    () => Promise.reject(new Error("gone")),
  );
  await clock.advance(299);
  assertEquals(leader.requests.length, 1);
  await clock.advance(1);
  assertEquals(leader.requests.length, 2);
  await fetcher.shutdown();
});

Deno.test("num.replica.fetchers: a running broker copies from a leader with as many connections as are set now", async () => {
  const leaders: ScriptedLeader[] = [];
  const replicas = [BROKER, 2];
  await using broker = await openReplicas({
    topics: { t: Array.from({ length: 6 }, () => assigned({ replicas, leader: 2 })) },
    manager: {
      peers: {
        brokerEpoch: () => BROKER_EPOCH,
        alterPartition: () => new Promise(() => {}),
        leaderEndPoint: () => {
          const leader = new ScriptedLeader();
          leaders.push(leader);
          return leader;
        },
      },
    },
  });
  const open = () => leaders.filter(({ isClosed }) => !isClosed).length;
  assertEquals(open(), 1);
  for (const count of [3, 2]) {
    broker.config.change("num.replica.fetchers", count);
    assertEquals(open(), count);
  }
});

Deno.test("replica.lag.time.max.ms: who lags for longer is out of sync", async () => {
  for (const [lagMs, inSync] of [[4000, [1]], [40_000, [1, 2]]] as const) {
    await using cluster = await openReplicaBrokers(2, {}, {
      configs: { "replica.lag.time.max.ms": lagMs },
    });
    const { env, brokers, unreachable } = cluster;
    unreachable.add(2);
    // Nobody is behind a leader that has nothing.
    writeTo(brokers.get(1)!, batchOf(["a"]));
    await env.clock.advance(6001);
    const partition = brokers.get(1)!.replicaManager.getPartition("t", 0);
    assert(typeof partition === "object");
    assertEquals([...partition.isr], [...inSync]);
  }
});
