/**
 * Sending consumers to replicas nearer to them (Kafka's `ReplicaManager.findPreferredReadReplica`, KIP-392).
 *
 * @module
 */

import type { BrokerEndpoint } from "./metadata_view.ts";
import type { Partition } from "./partition.ts";
import type { ReplicaSelector, ReplicaView } from "./replica_selector.ts";

/** Who reads. */
export interface ClientMetadata {
  /** `client.rack`, empty when it does not say. */
  readonly rackId: string;
  /** The listener that the fetch came over. */
  readonly listenerName: string;
}

/** What choosing goes by. */
export interface PreferredReplicaContext {
  /** Chooses. */
  readonly selector: ReplicaSelector;
  /** Where clients of a listener find a broker that is alive. */
  readonly endpoint: (brokerId: number, listenerName: string) => BrokerEndpoint | undefined;
}

/**
 * The follower that a consumer is to read from; `undefined` when it is the leader. Only followers in sync with the offset in their logs count:
 * one that lags would send the consumer back.
 *
 * @param now ms since the epoch
 */
export function preferredReadReplica(
  { selector, endpoint }: PreferredReplicaContext,
  partition: Partition,
  { rackId, listenerName }: ClientMetadata,
  fetchOffset: number,
  now: number,
): number | undefined {
  const log = partition.leaderLog;
  if (log === undefined) return undefined;
  const followers: ReplicaView[] = [];
  for (const [brokerId, state] of partition.followers) {
    const found = endpoint(brokerId, listenerName);
    const has = state.logEndOffset >= fetchOffset && state.logStartOffset <= fetchOffset;
    if (found === undefined || !has || !partition.isr.has(brokerId)) continue;
    const { logEndOffset, lastCaughtUpTimeMs } = state;
    const { rack } = found;
    followers.push({ brokerId, rack, logEndOffset, sinceCaughtUpMs: now - lastCaughtUpTimeMs });
  }
  const leader: ReplicaView = {
    brokerId: partition.leader,
    rack: endpoint(partition.leader, listenerName)?.rack ?? null,
    logEndOffset: log.logEndOffset,
    sinceCaughtUpMs: 0,
  };
  const selected = selector(rackId, leader, followers);
  return selected === leader ? undefined : selected.brokerId;
}
