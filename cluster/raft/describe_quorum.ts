/**
 * What the leader tells of its quorum.
 *
 * @module
 */

import { ZERO_UUID } from "../../storage/bytes/uuid.ts";
import type { LeaderState, ReplicaState } from "./leader_state.ts";
import type { VoterEndpoint } from "./voter_set.ts";

/** How far a replica is, with the fields of DescribeQuorum. */
export interface QuorumReplica {
  /** Id of the node. */
  readonly replicaId: number;
  /** Id of its directory, zero when it is not known. */
  readonly replicaDirectoryId: string;
  /** Offset behind its last record, -1 when it is not known. */
  readonly logEndOffset: number;
  /** When it last fetched, ms since the epoch, or -1. */
  readonly lastFetchTimestamp: number;
  /** When it last had all, ms since the epoch, or -1. */
  readonly lastCaughtUpTimestamp: number;
}

/** A voter's listeners. */
export interface QuorumNode {
  /** Id of the node. */
  readonly nodeId: number;
  /** Where it listens. */
  readonly listeners: readonly VoterEndpoint[];
}

/** What DescribeQuorum answers of the metadata partition. */
export interface QuorumDescription {
  /** The leader. */
  readonly leaderId: number;
  /** Its epoch. */
  readonly leaderEpoch: number;
  /** The high watermark, -1 when it is not known. */
  readonly highWatermark: number;
  /** Who votes. */
  readonly currentVoters: readonly QuorumReplica[];
  /** Who only fetches. */
  readonly observers: readonly QuorumReplica[];
  /** The voters' listeners. */
  readonly nodes: readonly QuorumNode[];
}

/** Describes a quorum as its leader knows it at `now`, ms since the epoch. */
export function describeQuorum(leader: LeaderState, now: number): QuorumDescription {
  const leaderId = leader.local.key.id;
  const replica = (state: ReplicaState): QuorumReplica => {
    const isLeader = state.key.id === leaderId;
    return {
      replicaId: state.key.id,
      replicaDirectoryId: state.key.directoryId ?? ZERO_UUID,
      logEndOffset: state.endOffset ?? -1,
      lastFetchTimestamp: isLeader ? now : state.lastFetchTimestamp,
      lastCaughtUpTimestamp: isLeader ? now : state.lastCaughtUpTimestamp,
    };
  };
  return {
    leaderId,
    leaderEpoch: leader.epoch,
    highWatermark: leader.highWatermark ?? -1,
    currentVoters: leader.voters.map(replica),
    observers: leader.observers(now).map(replica),
    nodes: leader.voters.map(({ key, endpoints }) => ({ nodeId: key.id, listeners: endpoints })),
  };
}
