/**
 * The replicas of a partition as its leader sees them: how far followers have come, who is in sync, and what follows for the high
 * watermark. Pure but for the clock.
 *
 * @module
 */

import type { Clock } from "../../storage/env.ts";
import {
  type FollowerFetch,
  type FollowerState,
  isCaughtUp,
  resetFollowerState,
  UNKNOWN_FOLLOWER,
  updateFollowerFetchState,
} from "./follower_state.ts";
import { effectiveMinIsr, leaderHighWatermark } from "./high_watermark.ts";
import { InSyncReplicas, type IsrProposal } from "./in_sync_replicas.ts";

/** What a leader needs to know of the others. */
export interface LeaderReplicasContext {
  /** Id of this broker. */
  readonly brokerId: number;
  /** Time. */
  readonly clock: Clock;
  /** `replica.lag.time.max.ms`. */
  readonly replicaLagTimeMaxMs: () => number;
  /** Epoch of a broker's registration; `undefined` when it is fenced or about to stop, and so may not enter an ISR. */
  readonly activeBrokerEpoch: (brokerId: number) => number | undefined;
}

/** The followers of a leader, and who of them is in sync. */
export class LeaderReplicas {
  /** Who is in sync. */
  readonly inSync: InSyncReplicas = new InSyncReplicas();
  readonly #context: LeaderReplicasContext;
  readonly #followers = new Map<number, FollowerState>();

  /** There are none. */
  constructor(context: LeaderReplicasContext) {
    this.#context = context;
  }

  /** The followers, by broker id. */
  get followers(): ReadonlyMap<number, FollowerState> {
    return this.#followers;
  }

  /** This broker does not lead any more. */
  clear(): void {
    this.#followers.clear();
    this.inSync.commit(new Set());
  }

  /**
   * The controller has settled who has the partition, and who is in sync.
   *
   * @param isr `undefined` when that is known already: then a proposal that is under way goes on
   */
  assign(replicas: readonly number[], isr: readonly number[] | undefined): void {
    const assigned = new Set(replicas);
    assigned.delete(this.#context.brokerId);
    for (const id of assigned) {
      if (!this.#followers.has(id)) this.#followers.set(id, UNKNOWN_FOLLOWER);
    }
    for (const id of this.#followers.keys()) if (!assigned.has(id)) this.#followers.delete(id);
    if (isr !== undefined) this.inSync.commit(new Set(isr));
  }

  /**
   * A leader's epoch begins.
   *
   * @param start the log end offset
   * @param isNewLeader whether this broker did not lead the epoch before
   */
  beginEpoch(start: number, isNewLeader: boolean): void {
    const now = this.#context.clock.now();
    for (const [id, state] of this.#followers) {
      const isInSync = this.inSync.committed.has(id);
      this.#followers.set(id, resetFollowerState(state, now, start, isNewLeader, isInSync));
    }
  }

  /** Whether a fetch is a late one of a broker that has registered anew since. */
  isStale(brokerId: number, { brokerEpoch }: FollowerFetch): boolean {
    const registered = this.#context.activeBrokerEpoch(brokerId);
    return brokerEpoch !== -1 && registered !== undefined && registered > brokerEpoch;
  }

  /** Takes note of a follower's fetch. Returns what was known before; `undefined` when it is none of the followers. */
  noteFetch(brokerId: number, fetch: FollowerFetch): FollowerState | undefined {
    const before = this.#followers.get(brokerId);
    if (before !== undefined) {
      this.#followers.set(brokerId, updateFollowerFetchState(before, fetch));
    }
    return before;
  }

  /** Whether fewer replicas are in sync than acks=all demands. */
  isUnderMinIsr(minInSyncReplicas: number): boolean {
    return this.inSync.committed.size < effectiveMinIsr(minInSyncReplicas, this.#followers.size);
  }

  /** The high watermark that follows from where replicas are; `undefined` while too few are in sync. */
  highWatermark(leaderEndOffset: number, minInSyncReplicas: number): number | undefined {
    // The way of every append where nobody follows: nothing to compute.
    if (this.#followers.size === 0) {
      return this.inSync.committed.size > 0 ? leaderEndOffset : undefined;
    }
    const { clock, replicaLagTimeMaxMs } = this.#context;
    return leaderHighWatermark({
      followers: this.#followers,
      isr: this.inSync.committed,
      maximalIsr: this.inSync.maximal,
      leaderEndOffset,
      minInSyncReplicas,
      now: clock.now(),
      maxLagMs: replicaLagTimeMaxMs(),
      mayJoinIsr: (brokerId) => this.#mayJoinIsr(brokerId),
    });
  }

  /** The smallest log start offset of the replicas that are there. */
  lowWatermark(leaderStartOffset: number): number {
    let low = leaderStartOffset;
    for (const [brokerId, { logStartOffset }] of this.#followers) {
      if (logStartOffset >= low) continue;
      if (this.#context.activeBrokerEpoch(brokerId) !== undefined) low = logStartOffset;
    }
    return low;
  }

  /**
   * Proposes that a follower be in sync, if it is: it has all that is committed, and all from before the leader's epoch, some of which may
   * be committed without the leader's knowing.
   */
  expansion(
    brokerId: number,
    highWatermark: number,
    epochStartOffset: number,
  ): IsrProposal | undefined {
    const { inSync } = this;
    if (inSync.proposal !== undefined || inSync.committed.has(brokerId)) return undefined;
    const { logEndOffset } = this.#followers.get(brokerId) ?? UNKNOWN_FOLLOWER;
    if (logEndOffset < highWatermark || logEndOffset < epochStartOffset) return undefined;
    return this.#mayJoinIsr(brokerId) ? inSync.expand(brokerId, this.#epochOf) : undefined;
  }

  /** Proposes that those be in sync no more who have not caught up for `replica.lag.time.max.ms`. */
  shrinkage(leaderEndOffset: number): IsrProposal | undefined {
    const { brokerId, clock, replicaLagTimeMaxMs } = this.#context;
    if (this.inSync.proposal !== undefined) return undefined;
    const now = clock.now();
    const outOfSync = [...this.inSync.committed].filter((id) => {
      if (id === brokerId) return false;
      const state = this.#followers.get(id);
      return state === undefined || !isCaughtUp(state, leaderEndOffset, now, replicaLagTimeMaxMs());
    });
    return this.inSync.shrink(outOfSync, this.#epochOf);
  }

  /** Who has not fetched from this leader yet: if it has restarted, the controller will have taken it out of the ISR. */
  readonly #epochOf = (brokerId: number): number =>
    this.#followers.get(brokerId)?.brokerEpoch ?? -1;

  /** The follower that fetched last must be the one that is registered: one from before a restart may have lost records. */
  #mayJoinIsr(brokerId: number): boolean {
    const fetched = this.#followers.get(brokerId)?.brokerEpoch;
    const registered = this.#context.activeBrokerEpoch(brokerId);
    if (fetched === undefined || registered === undefined) return false;
    return fetched === -1 || fetched === registered;
  }
}
