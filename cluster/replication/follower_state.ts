/**
 * What a leader knows of one follower, from the follower's fetches (Kafka's `ReplicaState`).
 *
 * @module
 */

/** How far a follower has come. */
export interface FollowerState {
  /** The follower's log start offset, -1 before its first fetch. */
  readonly logStartOffset: number;
  /** The offset that it fetches next: it has everything below. -1 before its first fetch. */
  readonly logEndOffset: number;
  /** The leader's log end offset at the follower's last fetch. */
  readonly lastFetchLeaderLogEndOffset: number;
  /** When it fetched last, ms since the epoch. */
  readonly lastFetchTimeMs: number;
  /** The last time at which it had everything the leader had then, ms since the epoch. */
  readonly lastCaughtUpTimeMs: number;
  /** Its broker epoch, as it told with its last fetch; -1 when it did not. */
  readonly brokerEpoch: number | undefined;
}

/** A follower that has not fetched yet. */
export const UNKNOWN_FOLLOWER: FollowerState = {
  logStartOffset: -1,
  logEndOffset: -1,
  lastFetchLeaderLogEndOffset: -1,
  lastFetchTimeMs: 0,
  lastCaughtUpTimeMs: 0,
  brokerEpoch: undefined,
};

/** What a follower's fetch tells the leader. */
export interface FollowerFetch {
  /** The offset that it fetches. */
  readonly fetchOffset: number;
  /** Its log start offset. */
  readonly logStartOffset: number;
  /** When it came, ms since the epoch. */
  readonly timeMs: number;
  /** The leader's log end offset when the fetch was read. */
  readonly leaderEndOffset: number;
  /** The follower's broker epoch, -1 when it does not tell. */
  readonly brokerEpoch: number;
}

/**
 * Takes a fetch over. A follower that asks for the leader's end has caught up now; one that asks for what was the end at its fetch
 * before had caught up then.
 */
export function updateFollowerFetchState(
  state: FollowerState,
  fetch: FollowerFetch,
): FollowerState {
  const caughtUpTimeMs = fetch.fetchOffset >= fetch.leaderEndOffset
    ? fetch.timeMs
    : fetch.fetchOffset >= state.lastFetchLeaderLogEndOffset
    ? state.lastFetchTimeMs
    : state.lastCaughtUpTimeMs;
  return {
    logStartOffset: fetch.logStartOffset,
    logEndOffset: fetch.fetchOffset,
    lastFetchLeaderLogEndOffset: Math.max(fetch.leaderEndOffset, state.lastFetchLeaderLogEndOffset),
    lastFetchTimeMs: fetch.timeMs,
    lastCaughtUpTimeMs: Math.max(state.lastCaughtUpTimeMs, caughtUpTimeMs),
    brokerEpoch: fetch.brokerEpoch,
  };
}

/**
 * A leader's epoch begins: what was known of a follower counts no more if the leader is a new one. A follower in the ISR counts as
 * caught up now, so that it has time to fetch; one outside must not hold the high watermark back.
 */
export function resetFollowerState(
  state: FollowerState,
  now: number,
  leaderEndOffset: number,
  isNewLeader: boolean,
  isInSync: boolean,
): FollowerState {
  const timeMs = isInSync ? now : 0;
  return isNewLeader ? { ...UNKNOWN_FOLLOWER, lastCaughtUpTimeMs: timeMs } : {
    ...state,
    lastFetchLeaderLogEndOffset: leaderEndOffset,
    lastFetchTimeMs: timeMs,
    lastCaughtUpTimeMs: timeMs,
  };
}

/** Whether a follower has all that the leader has, or had it within the last `maxLagMs` (`replica.lag.time.max.ms`). */
export function isCaughtUp(
  state: FollowerState,
  leaderEndOffset: number,
  now: number,
  maxLagMs: number,
): boolean {
  return state.logEndOffset === leaderEndOffset || now - state.lastCaughtUpTimeMs <= maxLagMs;
}
