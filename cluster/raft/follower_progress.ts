/**
 * What a follower notes of its leader as it goes on.
 *
 * @module
 */

import type { FollowerState } from "./epoch_state.ts";
import type { RaftContext } from "./raft_context.ts";

/** How much longer each voter waits than the one before it once the leader is known to be gone, ms: not all stand for election at once. */
const TURN_MS = 50;

/** Notes that the leader is there. */
export function fetched({ config }: RaftContext, state: FollowerState, now: number): void {
  state.fetchDeadline = now + config.fetchTimeoutMs;
  state.hasFetched = true;
}

/**
 * Notes that nobody is where the leader was: this voter stands for election in its turn, unless the leader answers before, and helps others that do.
 * Before its turn the others have seen the same, so that they do not refuse it.
 */
export function missLeader({ quorum }: RaftContext, state: FollowerState, now: number): void {
  const others = quorum.history.lastVoters.ids.filter((id) => id !== state.leaderId);
  const turn = others.indexOf(quorum.key.id) + 1;
  state.hasFetched = false;
  state.fetchDeadline = Math.min(state.fetchDeadline, now + turn * TURN_MS);
}

/** Raises the high watermark to that of the leader, as far as the log is there. */
export function followHighWatermark(context: RaftContext, state: FollowerState): void {
  const { log, isStoring, emit } = context;
  const offset = Math.min(state.leaderHighWatermark, log.endOffset);
  if (!isStoring && offset > log.highWatermark) emit({ type: "high_watermark", offset });
}
