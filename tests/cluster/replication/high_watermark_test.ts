import { assertEquals } from "@std/assert";
import {
  type FollowerState,
  UNKNOWN_FOLLOWER,
} from "../../../cluster/replication/follower_state.ts";
import {
  effectiveMinIsr,
  leaderHighWatermark,
} from "../../../cluster/replication/high_watermark.ts";

function follower(logEndOffset: number, lastCaughtUpTimeMs = 0): FollowerState {
  return { ...UNKNOWN_FOLLOWER, logEndOffset, lastCaughtUpTimeMs };
}

function highWatermark(
  followers: Record<number, FollowerState>,
  isr: number[],
  options: { minIsr?: number; now?: number; fenced?: boolean; maximalIsr?: number[] } = {},
) {
  return leaderHighWatermark({
    followers: new Map(Object.entries(followers).map(([id, state]) => [Number(id), state])),
    isr: new Set(isr),
    maximalIsr: new Set(options.maximalIsr ?? isr),
    leaderEndOffset: 100,
    minInSyncReplicas: options.minIsr ?? 1,
    now: options.now ?? 1_000_000,
    maxLagMs: 30_000,
    mayJoinIsr: () => options.fenced !== true,
  });
}

Deno.test("alone, a leader's records are safe at once", () => {
  assertEquals(highWatermark({}, [1]), 100);
});

Deno.test("the high watermark is the smallest log end offset in the ISR", () => {
  assertEquals(highWatermark({ 2: follower(70), 3: follower(90) }, [1, 2, 3]), 70);
  assertEquals(highWatermark({ 2: follower(70), 3: follower(90) }, [1, 3]), 90);
});

Deno.test("a follower outside of the ISR counts once it has caught up and may come in", () => {
  const followers = { 2: follower(70, 990_000) };
  assertEquals(highWatermark(followers, [1]), 70);
  assertEquals(highWatermark(followers, [1], { now: 1_020_001 }), 100, "too long ago");
  assertEquals(highWatermark(followers, [1], { fenced: true }), 100);
});

Deno.test("who is about to come into the ISR holds the high watermark back, and makes no majority", () => {
  const followers = { 2: follower(70), 3: follower(90) };
  assertEquals(highWatermark(followers, [1, 3], { maximalIsr: [1, 2, 3] }), 70);
  assertEquals(highWatermark(followers, [1], { maximalIsr: [1, 2], minIsr: 2 }), undefined);
});

Deno.test("with fewer in sync than the topic demands the high watermark stays", () => {
  assertEquals(highWatermark({ 2: follower(70) }, [1], { minIsr: 2 }), undefined);
  assertEquals(highWatermark({ 2: follower(70) }, [1, 2], { minIsr: 2 }), 70);
});

Deno.test("no topic demands more replicas than it has", () => {
  assertEquals([effectiveMinIsr(3, 0), effectiveMinIsr(2, 1), effectiveMinIsr(1, 4)], [1, 2, 1]);
});
