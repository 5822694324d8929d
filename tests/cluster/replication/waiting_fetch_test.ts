import { assert, assertEquals } from "@std/assert";
import {
  type FetchContextOfBroker,
  type FetchParams,
  type FetchResult,
  readFromLog,
} from "../../../cluster/replication/fetch.ts";
import type { Partition } from "../../../cluster/replication/partition.ts";
import { fetchOrWait, mayWait } from "../../../cluster/replication/waiting_fetch.ts";
import { FetchPartition } from "../../../cluster/server/fetch_session.ts";
import { Purgatory } from "../../../cluster/server/purgatory.ts";
import { ZERO_UUID } from "../../../storage/bytes/uuid.ts";
import { batchOf } from "../../support/partition_log.ts";
import { NO_QUOTA, openReplicas } from "../../support/replicas.ts";

const PARAMS: FetchParams = {
  ...{ replicaId: -1, replicaEpoch: -1, maxWaitMs: 500, minBytes: 1, maxBytes: 1000 },
  ...{ isolation: "high_watermark", fetchOnlyLeader: true },
};

function wanted(fetchOffset = 0): FetchPartition {
  return new FetchPartition("t", ZERO_UUID, 0, {
    ...{ fetchOffset, logStartOffset: -1, partitionMaxBytes: 1000 },
    ...{ currentLeaderEpoch: -1, lastFetchedEpoch: -1 },
  });
}

Deno.test("a fetch waits while it has too little, and nothing else to be told", async () => {
  await using replicas = await openReplicas();
  const { env, replicaManager: { getPartition } } = replicas;
  const broker = { env, getPartition, watermarkMoved: () => {}, leaderQuota: NO_QUOTA };
  const empty = readFromLog(broker, PARAMS, [wanted()], true);
  const failed = readFromLog(broker, PARAMS, [wanted(9)], true);
  const waits = (maxWaitMs: number, results: FetchResult[]) =>
    mayWait({ ...PARAMS, maxWaitMs }, results);
  assertEquals([waits(500, empty), waits(0, empty), waits(500, failed), waits(500, [])], [
    true,
    false,
    false,
    false,
  ]);
});

Deno.test("a fetch that waits is answered with what came, and what followers are sent is counted once", async () => {
  await using replicas = await openReplicas();
  const { env, replicaManager: { getPartition } } = replicas;
  const partition = getPartition("t", 0);
  assert(typeof partition === "object");
  const purgatory = new Purgatory<Partition>({ clock: env.clock, purgeInterval: () => 10 });
  let sent = 0;
  const broker: FetchContextOfBroker = {
    ...{ env, getPartition, watermarkMoved: () => {} },
    leaderQuota: { ...NO_QUOTA, isThrottled: () => true, record: (bytes) => sent += bytes },
  };
  const fetch = (params: Partial<FetchParams> = {}) =>
    fetchOrWait(broker, purgatory, { ...PARAMS, ...params }, [wanted()]);
  const waiting = fetch();
  assert(waiting instanceof Promise);
  const records = batchOf(["a"]);
  partition.appendAsLeader(records, 1);
  purgatory.checkAndComplete(partition);
  assertEquals((await waiting)[0]!.records.size, records.length);
  assert(!(fetch() instanceof Promise), "there is something now");
  assertEquals(sent, 0, "consumers are not throttled here");
  const late = fetch({ minBytes: 1000 });
  assert(late instanceof Promise);
  await env.clock.advance(500);
  assertEquals((await late)[0]!.records.size, records.length);
  purgatory.shutdown();
});
