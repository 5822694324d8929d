import { assert, assertEquals } from "@std/assert";
import { type FetchParams, readFromLog } from "../../../cluster/replication/fetch.ts";
import { isHeldBack, recordThrottled } from "../../../cluster/replication/leader_throttle.ts";
import { FetchPartition } from "../../../cluster/server/fetch_session.ts";
import { ZERO_UUID } from "../../../storage/bytes/uuid.ts";
import { batchOf } from "../../support/partition_log.ts";
import { assigned, BROKER, openReplicas } from "../../support/replicas.ts";

const PARAMS: FetchParams = {
  ...{ replicaId: -1, replicaEpoch: -1, maxWaitMs: 0, minBytes: 1, maxBytes: 1000 },
  ...{ isolation: "log_end", fetchOnlyLeader: true },
};

const WANTED = new FetchPartition("t", ZERO_UUID, 0, {
  ...{ fetchOffset: 0, logStartOffset: 0, partitionMaxBytes: 1000 },
  ...{ currentLeaderEpoch: -1, lastFetchedEpoch: -1 },
});

Deno.test("a throttled replica out of sync gets nothing while there is no room, and what is sent counts", async () => {
  await using replicas = await openReplicas({
    topics: { t: [assigned({ replicas: [BROKER, 2, 3], isr: [BROKER, 2] })] },
  });
  const { env, replicaManager: { getPartition } } = replicas;
  const partition = getPartition("t", 0);
  assert(typeof partition === "object");
  partition.appendAsLeader(batchOf(["a"]), 1);
  let sent = 0;
  let isExceeded = false;
  const leaderQuota = {
    isThrottled: () => true,
    isExceeded: () => isExceeded,
    record: (bytes: number) => sent += bytes,
  };
  const broker = { env, getPartition, watermarkMoved: () => {}, leaderQuota };
  const read = (replicaId: number) => {
    const params = { ...PARAMS, replicaId };
    const results = readFromLog(broker, params, [WANTED], true);
    recordThrottled(leaderQuota, params, results);
    return results[0]!.records.size;
  };
  const size = read(3);
  assert(size > 0);
  isExceeded = true;
  assertEquals([read(2), read(3), sent], [size, 0, 2 * size]);
  assertEquals(
    [3, 2, -1].map((replicaId) => isHeldBack(leaderQuota, partition, { ...PARAMS, replicaId })),
    [true, false, false],
  );
});
