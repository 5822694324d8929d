/**
 * How far a partition's records are safe, by what its replicas have.
 *
 * @module
 */

import { type FollowerState, isCaughtUp } from "./follower_state.ts";

/** The replicas of a partition as its leader sees them. */
export interface ReplicasOfLeader {
  /** The followers that are assigned, by broker id. */
  readonly followers: ReadonlyMap<number, FollowerState>;
  /** The brokers that are in sync, the leader among them. */
  readonly isr: ReadonlySet<number>;
  /** Those who may be, as far as the leader can know. */
  readonly maximalIsr: ReadonlySet<number>;
}

/**
 * How many replicas must be in sync for acks=all: `min.insync.replicas`, but no more than there are (a topic may ask for more than
 * it has).
 */
export function effectiveMinIsr(minInSyncReplicas: number, followers: number): number {
  return Math.min(minInSyncReplicas, followers + 1);
}

/** What {@linkcode leaderHighWatermark} goes by. */
export interface HighWatermarkInput extends ReplicasOfLeader {
  /** The leader's log end offset. */
  readonly leaderEndOffset: number;
  /** `min.insync.replicas` of the topic. */
  readonly minInSyncReplicas: number;
  /** ms since the epoch. */
  readonly now: number;
  /** `replica.lag.time.max.ms`. */
  readonly maxLagMs: number;
  /** Whether a broker may enter the ISR: it is neither fenced nor about to stop. */
  readonly mayJoinIsr: (brokerId: number) => boolean;
}

/**
 * The high watermark that a leader may set: the smallest log end offset of the replicas in sync, and of those that have caught up
 * and are about to be, for they would never come to if the high watermark ran away from them.
 *
 * @returns `undefined` while fewer replicas are in sync than the topic demands: then it stays where it is
 */
export function leaderHighWatermark(input: HighWatermarkInput): number | undefined {
  const { followers, isr, maximalIsr, leaderEndOffset } = input;
  if (isr.size < effectiveMinIsr(input.minInSyncReplicas, followers.size)) return undefined;
  let highWatermark = leaderEndOffset;
  for (const [brokerId, follower] of followers) {
    if (follower.logEndOffset >= highWatermark) continue;
    const counts = maximalIsr.has(brokerId) ||
      (isCaughtUp(follower, leaderEndOffset, input.now, input.maxLagMs) &&
        input.mayJoinIsr(brokerId));
    if (counts) highWatermark = follower.logEndOffset;
  }
  return highWatermark;
}
