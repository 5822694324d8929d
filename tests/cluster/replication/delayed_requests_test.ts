import { assert, assertEquals } from "@std/assert";
import { decided, DelayedRequests } from "../../../cluster/replication/delayed_requests.ts";
import { Partition } from "../../../cluster/replication/partition.ts";
import { manualEnv } from "../../support/manual_env.ts";
import { partitionContext, TestConfig, topicIdOf } from "../../support/replicas.ts";

function open() {
  const env = manualEnv();
  const requests = new DelayedRequests(env.clock, new TestConfig(["/disk1"]));
  const partition = new Partition(
    { topic: "t", partition: 0 },
    topicIdOf("t"),
    partitionContext(env, () => undefined),
  );
  const state = { ready: false };
  const wait = (kind: "fetch" | "produce" | "deleteRecords") =>
    decided(requests[kind], [partition], 100, (done) => ({
      canComplete: () => state.ready,
      complete: done,
    }));
  return { env, requests, partition, state, wait };
}

Deno.test("what is decided at once needs no promise", () => {
  const { state, wait } = open();
  state.ready = true;
  assertEquals(wait("fetch"), undefined);
});

Deno.test("an append without a new high watermark wakes fetches alone, one with it wakes all", async () => {
  const { requests, partition, state, wait } = open();
  const waiting = [wait("fetch"), wait("produce"), wait("deleteRecords")];
  assert(waiting.every((promise) => promise instanceof Promise));
  assertEquals(requests.counts, { fetch: 1, produce: 1, deleteRecords: 1 });
  state.ready = true;
  requests.appended(partition, false);
  assertEquals(requests.counts, { fetch: 0, produce: 1, deleteRecords: 1 });
  requests.appended(partition, true);
  assertEquals(requests.counts, { fetch: 0, produce: 0, deleteRecords: 0 });
  await Promise.all(waiting);
});

Deno.test("what waits ends when its time is up, or at the shutdown", async () => {
  const { env, requests, wait } = open();
  const late = wait("fetch");
  await env.clock.advance(100);
  await late;
  const last = wait("produce");
  requests.shutdown();
  await last;
  assertEquals(requests.counts, { fetch: 0, produce: 0, deleteRecords: 0 });
});
