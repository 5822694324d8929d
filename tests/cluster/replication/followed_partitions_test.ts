import { assert, assertEquals, assertRejects } from "@std/assert";
import { type ErrorName, KafkaError } from "../../../client/protocol/error_codes.ts";
import { FollowedPartitions } from "../../../cluster/replication/followed_partitions.ts";
import { LogDirError } from "../../../storage/errors.ts";
import type { PartitionLog } from "../../../storage/log/partition_log.ts";
import { manualEnv } from "../../support/manual_env.ts";
import {
  appendAll,
  batchOf,
  contentOf,
  openLog,
  truncationOf,
} from "../../support/partition_log.ts";
import { topicIdOf } from "../../support/replicas.ts";
import { fetchedData, ScriptedLeader } from "../../support/scripted_leader.ts";

const P = { topic: "events", partition: 0 };
const BACKOFF_MS = 1000;

function open() {
  const env = manualEnv();
  const log = openLog(env);
  const here: { log: PartitionLog | undefined } = { log };
  const leader = new ScriptedLeader();
  const moved: number[] = [];
  const truncated: number[] = [];
  const quota = { throttled: false, exceeded: false, recorded: 0 };
  const followed = new FollowedPartitions({
    env,
    leader,
    config: () => ({
      ...{ maxWaitMs: 500, minBytes: 1, maxBytes: 100, partitionMaxBytes: 10 },
      backoffMs: BACKOFF_MS,
    }),
    logManager: {
      ...truncationOf(log),
      truncateTo: (offsets) => {
        for (const [, offset] of offsets) truncated.push(offset);
        truncationOf(log).truncateTo(offsets);
      },
    },
    followedLog: () => here.log,
    quota: {
      isThrottled: () => quota.throttled,
      isExceeded: () => quota.exceeded,
      record: (bytes) => quota.recorded += bytes,
    },
    onMoved: () => moved.push(log.highWatermark),
  });
  const add = (currentLeaderEpoch = 4) =>
    followed.add(P, { topicId: topicIdOf("events"), currentLeaderEpoch });
  const take = (partial: Parameters<typeof fetchedData>[0] = {}) => {
    const asked = followed.state(P)!;
    return followed.take(asked, {
      ...{ topicPartition: P, fetchOffset: asked.fetchOffset },
      data: fetchedData(partial),
    });
  };
  const isDue = () => followed.due().has(P);
  return { env, log, here, leader, moved, truncated, quota, followed, add, take, isDue };
}

function batch(values: string[], baseOffset: number, partitionLeaderEpoch = 4): Uint8Array {
  return batchOf(values, { baseOffset, partitionLeaderEpoch });
}

Deno.test("a partition is fetched from the end of its log on, with the epoch of its last record", () => {
  const { log, followed, add } = open();
  log.appendAsLeader(batchOf(["a", "b"]), 2);
  assert(add());
  const { state, logStartOffset } = followed.due().get(P)!;
  assertEquals([state.fetchOffset, state.lastFetchedEpoch, state.currentLeaderEpoch], [2, 2, 4]);
  assertEquals([logStartOffset, followed.size], [0, 1]);
  assert(!add(), "that is so already");
  assert(add(5));
  assertEquals(followed.state(P)?.currentLeaderEpoch, 5);
  followed.remove(P);
  assertEquals([followed.size, followed.state(P)], [0, undefined]);
});

Deno.test("what comes is appended, and told to those who read here", () => {
  const { log, followed, moved, add, take } = open();
  add();
  take({ records: batch(["a", "b"], 0), highWatermark: 1 });
  assertEquals([contentOf(log), moved], [["0=a", "1=b"], [1]]);
  const { fetchOffset, lastFetchedEpoch, lag } = followed.state(P)!;
  assertEquals([fetchOffset, lastFetchedEpoch, lag], [2, 4, 0]);
  take({ highWatermark: 2 });
  assertEquals(moved, [1, 2]);
});

Deno.test("what was asked for before the epoch changed is dropped", () => {
  const { log, followed, add } = open();
  add();
  const asked = followed.state(P)!;
  add(5);
  followed.take(asked, {
    ...{ topicPartition: P, fetchOffset: 0 },
    data: fetchedData({ records: batch(["a"], 0) }),
  });
  assertEquals(log.logEndOffset, 0);
});

Deno.test("where the leader's log parts from this one it is truncated, and nothing else of the answer counts", () => {
  const { log, followed, truncated, add, take } = open();
  log.appendAsLeader(batchOf(["a", "b"]), 1);
  log.appendAsLeader(batchOf(["x", "y"]), 2);
  add();
  take({ divergingEpoch: { epoch: 1, endOffset: 2 }, highWatermark: 9, records: batch(["c"], 4) });
  assertEquals([contentOf(log), log.highWatermark], [["0=a", "1=b"], 0]);
  assertEquals(truncated, [2], "by the log manager, which sees to copies of it");
  const { fetchOffset, lastFetchedEpoch } = followed.state(P)!;
  assertEquals([fetchOffset, lastFetchedEpoch], [2, 1]);
});

Deno.test("a log without epochs keeps what is committed", () => {
  const { log, followed, add } = open();
  appendAll(log, [["a"], ["b"]]);
  log.leaderEpochCache.clearAndFlush();
  log.updateHighWatermark(1);
  add();
  assertEquals([contentOf(log), followed.state(P)?.fetchOffset], [["0=a"], 1]);
});

for (
  const [error, level] of [
    ["UNKNOWN_LEADER_EPOCH", "debug"],
    ["NOT_LEADER_OR_FOLLOWER", "debug"],
    ["UNKNOWN_TOPIC_ID", "warn"],
    ["KAFKA_STORAGE_ERROR", "error"],
  ] as [ErrorName, "debug"][]
) {
  Deno.test(`${error} has the partition left alone for a while`, async () => {
    const { env, add, take, isDue } = open();
    add();
    assert(!take({ error }));
    assert(!isDue());
    assertEquals(env.logger.matching("refused to be fetched from", level).length, 1);
    await env.clock.advance(BACKOFF_MS);
    assert(isDue());
  });
}

Deno.test("a fenced follower waits for the metadata", async () => {
  const { env, followed, add, take } = open();
  add();
  take({ error: "FENCED_LEADER_EPOCH" });
  await env.clock.advance(10 * BACKOFF_MS);
  assertEquals(followed.size, 0);
  assert(add());
});

Deno.test("damaged records come again, and those that nobody can append end the copying", async () => {
  const { env, log, followed, add, take, isDue } = open();
  add();
  const damaged = batch(["a"], 0);
  damaged[damaged.length - 1]! ^= 1;
  take({ records: damaged });
  assertEquals([isDue(), log.logEndOffset, followed.size], [false, 0, 1]);
  await env.clock.advance(BACKOFF_MS);
  assert(isDue());
  log.appendAsFollower(batch(["a"], 0), 4);
  take({ records: batch(["b"], 1) });
  assertEquals(followed.size, 0, "the log is not where it was asked for");
});

Deno.test("a full disk is tried again, a broken one is not", () => {
  for (const isDiskFull of [true, false]) {
    const { here, log, followed, add, take, isDue } = open();
    add();
    here.log = new Proxy(log, {
      get: (target, name) =>
        name === "appendAsFollower"
          ? () => {
            throw new LogDirError("/data", "broken", { isDiskFull });
          }
          : Reflect.get(target, name, target),
    });
    take({ records: batch(["a"], 0) });
    assertEquals([followed.size, isDue()], [isDiskFull ? 1 : 0, false]);
  }
});

Deno.test("a partition whose log is gone is copied no more", () => {
  const { here, followed, add, take, isDue } = open();
  add();
  here.log = undefined;
  take({ records: batch(["a"], 0) });
  assertEquals(followed.size, 0);
  assert(!add(), "there is nothing to add");
  here.log = open().log;
  add();
  here.log = undefined;
  assert(!isDue());
  assertEquals(followed.size, 0);
});

Deno.test("a throttled replica that lags waits for room, and what comes for it counts", () => {
  const { quota, add, take, isDue } = open();
  quota.throttled = quota.exceeded = true;
  add();
  assert(!isDue());
  const records = batch(["a"], 0);
  take({ records, highWatermark: 5 });
  assertEquals([quota.recorded, isDue()], [records.length, false]);
  take({ records: batch(["b", "c", "d", "e"], 1), highWatermark: 5 });
  assert(isDue(), "it has all that is committed");
});

Deno.test("out of range: behind a leader that has deleted, the log begins anew where the leader's does", async () => {
  const { log, leader, followed, add, take } = open();
  log.appendAsLeader(batchOf(["a"]), 3);
  add();
  assert(take({ error: "OFFSET_OUT_OF_RANGE" }));
  leader.offset = (which) => which === "latest" ? 20 : 12;
  await followed.reset(P, new AbortController().signal);
  assertEquals(leader.asked, [[P, 4, "latest"], [P, 4, "earliest"]]);
  assertEquals([log.logStartOffset, log.logEndOffset], [12, 12]);
  const { fetchOffset, lag } = followed.state(P)!;
  assertEquals([fetchOffset, lag], [12, 8]);
});

Deno.test("out of range: before a leader that ends earlier, what the leader has not is given up", async () => {
  const { log, leader, followed, add } = open();
  appendAll(log, [["a"], ["b"], ["c"]]);
  add();
  leader.offset = (which) => which === "latest" ? 1 : 0;
  await followed.reset(P, new AbortController().signal);
  assertEquals([contentOf(log), followed.state(P)?.fetchOffset], [["0=a"], 1]);
});

Deno.test("out of range: what was given up meanwhile stays as it is", async () => {
  const { log, leader, followed, add } = open();
  appendAll(log, [["a"], ["b"]]);
  add();
  leader.offset = () => {
    add(9);
    return 0;
  };
  await followed.reset(P, new AbortController().signal);
  assertEquals(log.logEndOffset, 2);
  followed.remove(P);
  await followed.reset(P, new AbortController().signal);
});

Deno.test("out of range: a leader that does not say is asked again, and one that is gone is told to the fetcher", async () => {
  const { leader, followed, add, isDue } = open();
  const { signal } = new AbortController();
  add();
  leader.offset = () => Promise.reject(new KafkaError("OFFSET_NOT_AVAILABLE"));
  await followed.reset(P, signal);
  assertEquals([followed.size, isDue()], [1, false]);
  leader.offset = () => Promise.reject(new TypeError("gone"));
  await assertRejects(() => followed.reset(P, signal), TypeError);
  leader.offset = () => Promise.reject(new KafkaError("FENCED_LEADER_EPOCH"));
  await followed.reset(P, signal);
  assertEquals(followed.size, 0);
});
