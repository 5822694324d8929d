import { assert, assertEquals } from "@std/assert";
import type { ErrorName } from "../../../client/protocol/error_codes.ts";
import { DelayedFetch } from "../../../cluster/replication/delayed_fetch.ts";
import { type FetchParams, readFromLog } from "../../../cluster/replication/fetch.ts";
import type { Partition } from "../../../cluster/replication/partition.ts";
import { FetchPartition } from "../../../cluster/server/fetch_session.ts";
import { ZERO_UUID } from "../../../storage/bytes/uuid.ts";
import { batchOf } from "../../support/partition_log.ts";
import { NO_QUOTA, openReplicas, type TestReplicas } from "../../support/replicas.ts";

function delayed(
  { env, replicaManager }: TestReplicas,
  options: Partial<FetchParams> & {
    fetchOffset?: number;
    partitionMaxBytes?: number;
    currentLeaderEpoch?: number;
    lastFetchedEpoch?: number;
    getPartition?: (topic: string, partition: number) => Partition | ErrorName;
    isHeldBack?: () => boolean;
  } = {},
) {
  const params: FetchParams = {
    replicaId: -1,
    replicaEpoch: -1,
    maxWaitMs: 500,
    minBytes: 1,
    maxBytes: 1000,
    isolation: "high_watermark",
    fetchOnlyLeader: true,
    ...options,
  };
  const request = new FetchPartition("t", ZERO_UUID, 0, {
    fetchOffset: options.fetchOffset ?? 0,
    logStartOffset: -1,
    partitionMaxBytes: options.partitionMaxBytes ?? 1000,
    currentLeaderEpoch: options.currentLeaderEpoch ?? -1,
    lastFetchedEpoch: options.lastFetchedEpoch ?? -1,
  });
  const { getPartition } = replicaManager;
  const found = readFromLog(
    { env, getPartition, watermarkMoved: () => {}, leaderQuota: NO_QUOTA },
    params,
    [request],
    false,
  );
  assertEquals(found[0]!.error, "NONE");
  let done = false;
  const operation = new DelayedFetch(
    params,
    found,
    options.getPartition ?? getPartition,
    options.isHeldBack ?? (() => false),
    () => done = true,
  );
  operation.complete();
  assert(done);
  return operation;
}

function append({ replicaManager }: TestReplicas, value = "x"): void {
  const partition = replicaManager.getPartition("t", 0);
  assert(typeof partition === "object");
  partition.appendAsLeader(batchOf([value]), 1);
}

Deno.test("it ends once there are enough bytes below the bound that the fetcher sees", async () => {
  await using replicas = await openReplicas();
  const [one, many, follower] = [
    delayed(replicas),
    delayed(replicas, { minBytes: 150 }),
    delayed(replicas, { isolation: "log_end" }),
  ];
  assert(!one.canComplete() && !follower.canComplete());
  replicas.log().appendAsLeader(batchOf(["x"]), 0);
  assert(!one.canComplete(), "the high watermark has not moved");
  assert(follower.canComplete());
  replicas.log().updateHighWatermark(1);
  assert(one.canComplete() && !many.canComplete());
  append(replicas);
  append(replicas);
  assert(many.canComplete());
});

Deno.test("bytes of a partition count up to the most that the fetcher takes of it", async () => {
  await using replicas = await openReplicas();
  const operation = delayed(replicas, { minBytes: 100, partitionMaxBytes: 90 });
  for (let i = 0; i < 5; i++) append(replicas);
  assert(!operation.canComplete());
});

Deno.test("records in an older segment, or a log that was truncated, are told at once", async () => {
  await using replicas = await openReplicas();
  append(replicas);
  const rolled = delayed(replicas, { fetchOffset: 1, minBytes: 100_000 });
  replicas.log().roll();
  assert(!rolled.canComplete(), "a roll alone is no news");
  append(replicas);
  assert(rolled.canComplete());
  const truncated = delayed(replicas, { fetchOffset: 2, minBytes: 100_000 });
  replicas.log().truncateTo(1);
  assert(truncated.canComplete());
});

Deno.test("a partition that is gone, led elsewhere or in another epoch is told at once", async () => {
  await using replicas = await openReplicas();
  const missing = { getPartition: () => "UNKNOWN_TOPIC_OR_PARTITION" as const };
  assert(delayed(replicas, missing).canComplete());
  const fenced = delayed(replicas, { currentLeaderEpoch: 0 });
  const partition = replicas.replicaManager.getPartition("t", 0);
  assert(typeof partition === "object" && !fenced.canComplete());
  partition.makeLeader({
    ...replicas.metadata.partition("t", 0)!,
    leaderEpoch: 1,
    partitionEpoch: 1,
  });
  assert(fenced.canComplete());
  const led = delayed(replicas);
  partition.retire("failed");
  assert(led.canComplete());
});

Deno.test("a fetcher that does not agree any more on its last epoch is told at once", async () => {
  await using replicas = await openReplicas();
  append(replicas);
  append(replicas);
  const operation = delayed(replicas, { fetchOffset: 2, lastFetchedEpoch: 0, minBytes: 100_000 });
  assert(!operation.canComplete());
  const partition = replicas.replicaManager.getPartition("t", 0);
  assert(typeof partition === "object");
  replicas.log().truncateTo(1);
  partition.makeLeader({
    ...replicas.metadata.partition("t", 0)!,
    leaderEpoch: 1,
    partitionEpoch: 1,
  });
  append(replicas);
  assert(operation.canComplete());
});

Deno.test("what a throttled replica is not given is nothing to wake for", async () => {
  await using replicas = await openReplicas();
  let isThrottled = true;
  const operation = delayed(replicas, { isHeldBack: () => isThrottled });
  append(replicas);
  assert(!operation.canComplete());
  isThrottled = false;
  assert(operation.canComplete());
});
