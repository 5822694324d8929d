import { assert, assertEquals } from "@std/assert";
import {
  isCaughtUp,
  resetFollowerState,
  UNKNOWN_FOLLOWER,
  updateFollowerFetchState,
} from "../../../cluster/replication/follower_state.ts";

function fetch(fetchOffset: number, leaderEndOffset: number, timeMs: number, logStartOffset = 0) {
  return { fetchOffset, leaderEndOffset, timeMs, logStartOffset, brokerEpoch: 7 };
}

Deno.test("a fetch at the leader's end is a follower that has caught up now", () => {
  const state = updateFollowerFetchState(UNKNOWN_FOLLOWER, fetch(10, 10, 500, 3));
  assertEquals(state, {
    logStartOffset: 3,
    logEndOffset: 10,
    lastFetchLeaderLogEndOffset: 10,
    lastFetchTimeMs: 500,
    lastCaughtUpTimeMs: 500,
    brokerEpoch: 7,
  });
});

Deno.test("a fetch at what was the end at the fetch before had caught up then", () => {
  let state = updateFollowerFetchState(UNKNOWN_FOLLOWER, fetch(5, 10, 100));
  assertEquals(state.lastCaughtUpTimeMs, 0);
  state = updateFollowerFetchState(state, fetch(10, 20, 200));
  assertEquals(state.lastCaughtUpTimeMs, 100);
  state = updateFollowerFetchState(state, fetch(15, 30, 300));
  assertEquals(state.lastCaughtUpTimeMs, 100, "it lags");
});

Deno.test("a follower is caught up at the leader's end, or within the lag that is allowed", () => {
  const state = updateFollowerFetchState(UNKNOWN_FOLLOWER, fetch(10, 10, 1000));
  assert(isCaughtUp(state, 10, 99_999, 100));
  assert(isCaughtUp(state, 11, 1100, 100));
  assert(!isCaughtUp(state, 11, 1101, 100));
});

Deno.test("a new leader knows nothing of its followers, and gives those in the ISR time", () => {
  const state = updateFollowerFetchState(UNKNOWN_FOLLOWER, fetch(10, 10, 100));
  assertEquals(resetFollowerState(state, 900, 50, true, true), {
    ...UNKNOWN_FOLLOWER,
    lastCaughtUpTimeMs: 900,
  });
  assertEquals(resetFollowerState(state, 900, 50, true, false), UNKNOWN_FOLLOWER);
});

Deno.test("a leader that is elected again keeps what it knows, and counts from its log's end", () => {
  const state = updateFollowerFetchState(UNKNOWN_FOLLOWER, fetch(10, 10, 100));
  const inSync = resetFollowerState(state, 900, 50, false, true);
  assertEquals(
    [inSync.logEndOffset, inSync.lastFetchLeaderLogEndOffset, inSync.lastFetchTimeMs],
    [10, 50, 900],
  );
  assertEquals(resetFollowerState(state, 900, 50, false, false).lastCaughtUpTimeMs, 0);
});
