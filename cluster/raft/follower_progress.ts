/**
 * What a follower notes of its leader as it goes on.
 *
 * @module
 */

import type { FollowerState } from "./epoch_state.ts";
import type { RaftContext } from "./raft_context.ts";

/** Notes that the leader is there. */
export function fetched({ config }: RaftContext, state: FollowerState, now: number): void {
  state.fetchDeadline = now + config.fetchTimeoutMs;
  state.hasFetched = true;
}

/** Raises the high watermark to that of the leader, as far as the log is there. */
export function followHighWatermark(context: RaftContext, state: FollowerState): void {
  const { log, isStoring, emit } = context;
  const offset = Math.min(state.leaderHighWatermark, log.endOffset);
  if (!isStoring && offset > log.highWatermark) emit({ type: "high_watermark", offset });
}
