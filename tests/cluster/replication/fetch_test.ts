import { assert, assertEquals } from "@std/assert";
import {
  fetchIsolation,
  type FetchParams,
  type FetchResult,
  isFromFollower,
  NO_RECORDS,
  readFromLog,
} from "../../../cluster/replication/fetch.ts";
import type { ReplicaView } from "../../../cluster/replication/replica_selector.ts";
import { mayWait } from "../../../cluster/replication/waiting_fetch.ts";
import { FetchPartition } from "../../../cluster/server/fetch_session.ts";
import { ZERO_UUID } from "../../../storage/bytes/uuid.ts";
import { batchOf } from "../../support/partition_log.ts";
import { assigned, BROKER, NO_QUOTA, openReplicas } from "../../support/replicas.ts";

const PARAMS: FetchParams = {
  replicaId: -1,
  replicaEpoch: -1,
  maxWaitMs: 0,
  minBytes: 1,
  maxBytes: 1000,
  isolation: "high_watermark",
  fetchOnlyLeader: true,
};

function wanted(fetchOffset = 0, logStartOffset = -1): FetchPartition {
  return new FetchPartition("t", ZERO_UUID, 0, {
    fetchOffset,
    logStartOffset,
    partitionMaxBytes: 1000,
    currentLeaderEpoch: -1,
    lastFetchedEpoch: -1,
  });
}

Deno.test("brokers see everything, consumers what is committed, as they ask for it", () => {
  assertEquals([0, 5, -3, -1, -2].map((id) => fetchIsolation(id, 0)), [
    "log_end",
    "log_end",
    "log_end",
    "high_watermark",
    "high_watermark",
  ]);
  assertEquals(fetchIsolation(-1, 1), "txn_committed");
  assertEquals([0, -1].map(isFromFollower), [true, false]);
  assertEquals(NO_RECORDS.readInto(new Uint8Array(1), 0), 0);
});

Deno.test("a follower's fetch moves the high watermark, unless it was read again for one that has waited", async () => {
  await using replicas = await openReplicas({
    topics: { t: [assigned({ replicas: [BROKER, 2] })] },
  });
  const { env, replicaManager } = replicas;
  const partition = replicaManager.getPartition("t", 0);
  assert(typeof partition === "object");
  partition.appendAsLeader(batchOf(["a"]), 1);
  const moved: unknown[] = [];
  const broker = {
    env,
    getPartition: replicaManager.getPartition,
    watermarkMoved: (one: unknown) => moved.push(one),
    leaderQuota: NO_QUOTA,
  };
  const params = { ...PARAMS, replicaId: 2, isolation: "log_end" } as const;
  readFromLog(broker, params, [wanted(1, 0)], false);
  assertEquals([partition.followers.get(2)!.logEndOffset, moved], [-1, []]);
  readFromLog(broker, params, [wanted(1, 0)], true);
  assertEquals([partition.followers.get(2)!.logEndOffset, moved], [1, [partition]]);
  readFromLog(broker, params, [wanted(9, 0)], true);
  assertEquals(partition.followers.get(2)!.logEndOffset, 1, "a read that fails tells nothing");
});

Deno.test("an error nobody foresaw is told in the log, and to the client by its code alone", async () => {
  await using replicas = await openReplicas();
  const broker = {
    env: replicas.env,
    getPartition: () => {
      throw new TypeError("a bug");
    },
    watermarkMoved: () => {},
    leaderQuota: NO_QUOTA,
  };
  const [result] = readFromLog(broker, PARAMS, [wanted()], true);
  assertEquals([result!.error, result!.records.size], ["UNKNOWN_SERVER_ERROR", 0]);
  assertEquals(replicas.env.logger.matching("Error processing fetch", "error").length, 1);
});

Deno.test("a consumer is told of a nearer replica, with where the log is, and need not wait for that", async () => {
  await using replicas = await openReplicas({
    topics: { t: [assigned({ replicas: [BROKER, 2], leaderEpoch: 4 })] },
  });
  const { env, replicaManager: { getPartition } } = replicas;
  const partition = getPartition("t", 0);
  assert(typeof partition === "object");
  partition.appendAsLeader(batchOf(["a"]), 1);
  const preferredReplicas = {
    selector: (rack: string, leader: ReplicaView, [other]: readonly ReplicaView[]) =>
      rack === "b" && other !== undefined ? other : leader,
    endpoint: (nodeId: number) => ({ nodeId, host: "h", port: 1, rack: null }),
  };
  const broker = { env, getPartition, watermarkMoved: () => {}, leaderQuota: NO_QUOTA };
  const follower = { ...PARAMS, replicaId: 2, isolation: "log_end" } as const;
  readFromLog(broker, follower, [wanted(1, 0)], true);
  const read = (rackId: string, replicaId = -1, epoch = -1) => {
    const params = {
      ...{ ...PARAMS, replicaId, maxWaitMs: 500 },
      client: { rackId, listenerName: "PLAINTEXT" },
    };
    const request = wanted(0);
    request.currentLeaderEpoch = epoch;
    const results = readFromLog({ ...broker, preferredReplicas }, params, [request], true);
    const [{ error, preferredReadReplica, records, highWatermark }] = results as [FetchResult];
    return [error, preferredReadReplica, records.size > 0, highWatermark, mayWait(params, results)];
  };
  assertEquals(read("b"), ["NONE", 2, false, 1, false]);
  assertEquals(read("a"), ["NONE", undefined, true, 1, false]);
  assertEquals(read("b", 2), ["NONE", undefined, true, 1, false]);
  assertEquals(read("b", -1, 3), ["FENCED_LEADER_EPOCH", undefined, false, -1, false]);
});
