/**
 * Finding the active controller: it is the leader of the metadata log.
 *
 * @module
 */

import type { LeaderAndEpoch } from "../raft/raft_listener.ts";
import type { VoterSet } from "../raft/voter_set.ts";
import type { ControllerNodeProvider } from "./controller_channel.ts";

/** What has to be known of the quorum. */
export interface QuorumView {
  /** Who leads. */
  readonly leaderAndEpoch: LeaderAndEpoch;
  /** Who votes, and where they listen. */
  readonly voters: VoterSet;
}

/**
 * Has the leader found on a listener (Kafka's `RaftControllerNodeProvider`).
 *
 * @param listenerName the first of `controller.listener.names`
 */
export function raftControllerNode(
  quorum: QuorumView,
  listenerName: string | undefined,
): ControllerNodeProvider {
  return () => {
    const { leaderId: id, epoch } = quorum.leaderAndEpoch;
    if (id === undefined) return undefined;
    const address = quorum.voters.get(id)?.endpoints.find(({ name }) => name === listenerName);
    return { id, epoch, address };
  };
}
