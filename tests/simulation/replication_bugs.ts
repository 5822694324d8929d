/** What simulations must find: each puts a wrong method in the place of a right one. Returns what puts it back. */

import { LeaderReplicas } from "../../cluster/replication/leader_replicas.ts";
import { PartitionFetchStates } from "../../cluster/replication/partition_fetch_state.ts";
import { replaced } from "../support/replaced.ts";

/** A follower does not tell which epoch it has, and so never truncates. */
export function plantUntruncated(): () => void {
  return replaced(PartitionFetchStates.prototype, "set", (set) =>
    function (topicPartition, state) {
      return set.call(this, topicPartition, { ...state, lastFetchedEpoch: -1 });
    });
}

/** A leader counts itself twice. */
export function plantDoubleCount(): () => void {
  return replaced(LeaderReplicas.prototype, "highWatermark", () =>
    function (leaderEndOffset) {
      const inSync = [...this.inSync.maximal].flatMap((id) =>
        this.followers.get(id)?.logEndOffset ?? []
      );
      const ends = [leaderEndOffset, leaderEndOffset, ...inSync].sort((a, b) => b - a);
      return inSync.length === 0 ? undefined : ends[inSync.length];
    });
}
