/**
 * What an answer tells a client that has asked the wrong broker: who leads the partition, and where to find that broker (KIP-951).
 *
 * @module
 */

import type { BrokerEndpoint } from "../replication/metadata_view.ts";
import type { ReplicaManager } from "../replication/replica_manager.ts";

/** A leader and its epoch, -1 when nobody leads. */
export interface CurrentLeader {
  /** Its broker id. */
  readonly leaderId: number;
  /** Its epoch. */
  readonly leaderEpoch: number;
}

/** Collects the hints of one answer. */
export class LeaderHints {
  readonly #replicaManager: ReplicaManager;
  readonly #listenerName: string;
  readonly #endpoints = new Map<number, BrokerEndpoint>();

  /**
   * No hints yet.
   *
   * @param listenerName the listener that the client came by: it is told the leader's address there
   */
  constructor(replicaManager: ReplicaManager, listenerName: string) {
    this.#replicaManager = replicaManager;
    this.#listenerName = listenerName;
  }

  /** Who leads a partition. */
  currentLeader(topic: string, partition: number): CurrentLeader {
    const { metadata } = this.#replicaManager;
    const hosted = this.#replicaManager.getPartition(topic, partition);
    const { leader, leaderEpoch } = typeof hosted === "string"
      ? metadata.partition(topic, partition) ?? { leader: -1, leaderEpoch: -1 }
      : hosted;
    if (leader >= 0 && !this.#endpoints.has(leader)) {
      const endpoint = metadata.endpoint(leader, this.#listenerName);
      if (endpoint !== undefined) this.#endpoints.set(leader, endpoint);
    }
    return { leaderId: leader, leaderEpoch };
  }

  /** The addresses of the leaders that were told. */
  get nodeEndpoints(): readonly BrokerEndpoint[] {
    return this.#endpoints.size === 0 ? [] : [...this.#endpoints.values()];
  }
}
