import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { ZERO_UUID } from "../../../storage/bytes/uuid.ts";
import { FetchPartition } from "../../../cluster/server/fetch_session.ts";
import { FetchSessionCache } from "../../../cluster/server/fetch_session_cache.ts";
import { manualEnv } from "../../support/manual_env.ts";

function partitions(count: number): Map<string, FetchPartition> {
  const found = new Map<string, FetchPartition>();
  for (let i = 0; i < count; i++) {
    const one = new FetchPartition("t", ZERO_UUID, i, {
      fetchOffset: 0,
      partitionMaxBytes: 1,
      currentLeaderEpoch: -1,
      lastFetchedEpoch: -1,
      logStartOffset: -1,
    });
    found.set(one.key, one);
  }
  return found;
}

function open(maxEntries: number, evictionMs = 100) {
  const env = manualEnv();
  const cache = new FetchSessionCache({ env, maxEntries: () => maxEntries, evictionMs });
  const create = (size: number, privileged = false) =>
    cache.maybeCreateSession(privileged, false, partitions(size));
  const has = (...ids: number[]) => ids.map((id) => cache.get(id) !== undefined);
  return { env, cache, create, has };
}

Deno.test("session ids are positive int32s, each given once", () => {
  const { cache, create } = open(500);
  const ids = Array.from({ length: 500 }, () => create(1));
  assert(ids.every((id) => Number.isInteger(id) && id > 0 && id < 2 ** 31));
  assertEquals(new Set(ids).size, 500);
  assertEquals([cache.size, cache.totalPartitions], [500, 500]);
});

Deno.test("a full cache gives no more sessions while those in it are young", () => {
  const { cache, create } = open(2);
  create(1);
  create(2);
  assertEquals(create(50), 0);
  assertEquals([cache.size, cache.totalPartitions, cache.evictions], [2, 3, 0]);
});

Deno.test("a session that nobody has used for long enough makes room", () => {
  const { env, cache, create, has } = open(2);
  const [a, b] = [create(3), create(3)];
  env.clock.set(env.clock.now() + 100);
  cache.touch(cache.get(a)!);
  assertEquals(create(1), 0, "not a moment too early");
  env.clock.set(env.clock.now() + 1);
  const c = create(1);
  assertNotEquals(c, 0);
  assertEquals(has(a, b, c), [true, false, true]);
  assertEquals(cache.evictions, 1);
});

Deno.test("of sessions in use, an old one makes room for one with more partitions, the smallest first", () => {
  const { env, cache, create, has } = open(2);
  const [small, big] = [create(2), create(5)];
  env.clock.set(env.clock.now() + 101);
  for (const id of [small, big]) cache.touch(cache.get(id)!);
  assertEquals(create(2), 0, "as many are not more");
  const next = create(3);
  assertEquals(has(small, big, next), [false, true, true]);
});

Deno.test("a young session is not evicted for a bigger one", () => {
  const { env, cache, create, has } = open(1);
  const id = create(1);
  env.clock.set(env.clock.now() + 100);
  cache.touch(cache.get(id)!);
  assertEquals(create(10), 0);
  assertEquals(has(id), [true]);
});

Deno.test("a follower's session takes the place of a consumer's, and never the other way round", () => {
  const { env, cache, create, has } = open(2);
  const [consumer, big] = [create(2), create(9)];
  const follower = create(1, true);
  assertEquals(has(consumer, big, follower), [false, true, true]);
  const second = create(1, true);
  assertEquals(has(big, follower, second), [false, true, true]);
  assertEquals(create(50), 0, "consumers find no room");
  assertEquals(create(50, true), 0, "young followers stay too");
  env.clock.set(env.clock.now() + 101);
  for (const id of [follower, second]) cache.touch(cache.get(id)!);
  assertEquals(create(50), 0);
  assertNotEquals(create(50, true), 0);
});

Deno.test("partitions are counted as sessions grow, shrink and go", () => {
  const { cache, create } = open(10);
  const [a, b] = [create(3), create(4)];
  const session = cache.get(a)!;
  session.update([], [{ topic: "t", topicId: ZERO_UUID, partition: 0 }]);
  cache.touch(session);
  assertEquals(cache.totalPartitions, 6);
  assert(cache.remove(session));
  assert(!cache.remove(session));
  assertEquals([cache.size, cache.totalPartitions], [1, 4]);
  cache.remove(cache.get(b)!);
  assertEquals([cache.size, cache.totalPartitions], [0, 0]);
});

Deno.test("without slots there are no sessions", () => {
  const { create } = open(0);
  assertEquals(create(1), 0);
});
