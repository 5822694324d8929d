/**
 * FetchSnapshot, API 59: reads a snapshot of the metadata log. Versions 0 to 1, all flexible.
 *
 * @module
 */

import { message } from "../../../storage/message/message_codec.ts";
import type { Api } from "../api.ts";

/** Request of FetchSnapshot. */
export interface FetchSnapshotRequest {
  /** Id of the cluster. */
  readonly clusterId: string | null;
  /** Replica that asks. */
  readonly replicaId: number;
  /** Most bytes to return. */
  readonly maxBytes: number;
  /** One entry per topic. */
  readonly topics: readonly FetchSnapshotRequestTopicSnapshot[];
}

/** An element of {@linkcode FetchSnapshotRequest.topics}. */
export interface FetchSnapshotRequestTopicSnapshot {
  /** Name of the topic. */
  readonly name: string;
  /** One entry per partition. */
  readonly partitions: readonly FetchSnapshotRequestPartitionSnapshot[];
}

/** An element of {@linkcode FetchSnapshotRequestTopicSnapshot.partitions}. */
export interface FetchSnapshotRequestPartitionSnapshot {
  /** Number of the partition. */
  readonly partition: number;
  /** Leader epoch as the asker knows it; -1 for no check. */
  readonly currentLeaderEpoch: number;
  /** The snapshot to fetch. */
  readonly snapshotId: FetchSnapshotRequestSnapshotId;
  /** First byte to return of the snapshot. */
  readonly position: number;
  /** Directory of the replica's metadata log. */
  readonly replicaDirectoryId: string;
}

/** Content of {@linkcode FetchSnapshotRequestPartitionSnapshot.snapshotId}. */
export interface FetchSnapshotRequestSnapshotId {
  /** Offset behind the last record of the snapshot. */
  readonly endOffset: number;
  /** Leader epoch of the last record. */
  readonly epoch: number;
}

/** Response to FetchSnapshot. */
export interface FetchSnapshotResponse {
  /** How long a quota held the answer back, or asks the client to pause, in ms. */
  readonly throttleTimeMs: number;
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** One entry per topic. */
  readonly topics: readonly FetchSnapshotResponseTopicSnapshot[];
  /** Addresses of the leaders named above. */
  readonly nodeEndpoints: readonly FetchSnapshotResponseNodeEndpoint[];
}

/** An element of {@linkcode FetchSnapshotResponse.topics}. */
export interface FetchSnapshotResponseTopicSnapshot {
  /** Name of the topic. */
  readonly name: string;
  /** One entry per partition. */
  readonly partitions: readonly FetchSnapshotResponsePartitionSnapshot[];
}

/** An element of {@linkcode FetchSnapshotResponseTopicSnapshot.partitions}. */
export interface FetchSnapshotResponsePartitionSnapshot {
  /** Number of the partition. */
  readonly index: number;
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** The snapshot to fetch. */
  readonly snapshotId: FetchSnapshotResponseSnapshotId;
  /** The leader, when the client knows another one. */
  readonly currentLeader: FetchSnapshotResponseLeaderIdAndEpoch;
  /** Bytes of the whole snapshot. */
  readonly size: number;
  /** First byte to return of the snapshot. */
  readonly position: number;
  /** Bytes of the snapshot, which need not end with a batch. */
  readonly unalignedRecords: Uint8Array;
}

/** Content of {@linkcode FetchSnapshotResponsePartitionSnapshot.snapshotId}. */
export interface FetchSnapshotResponseSnapshotId {
  /** Offset behind the last record of the snapshot. */
  readonly endOffset: number;
  /** Leader epoch of the last record. */
  readonly epoch: number;
}

/** Content of {@linkcode FetchSnapshotResponsePartitionSnapshot.currentLeader}. */
export interface FetchSnapshotResponseLeaderIdAndEpoch {
  /** Id of the leader; -1 when not known. */
  readonly leaderId: number;
  /** Epoch of the leader; -1 when not known. */
  readonly leaderEpoch: number;
}

/** An element of {@linkcode FetchSnapshotResponse.nodeEndpoints}. */
export interface FetchSnapshotResponseNodeEndpoint {
  /** Id of the node. */
  readonly nodeId: number;
  /** Host name or address. */
  readonly host: string;
  /** Port. */
  readonly port: number;
}

/** The API. */
export const fetchSnapshot: Api<FetchSnapshotRequest, FetchSnapshotResponse> = {
  key: 59,
  name: "FetchSnapshot",
  request: message<FetchSnapshotRequest>(`
@FetchSnapshotRequest 59 0-1 flexible 0+ listeners controller
clusterId string ?0+ #0 =null
replicaId int32 =-1
maxBytes int32 =0x7fffffff
topics []TopicSnapshot
  name string
  partitions []PartitionSnapshot
    partition int32
    currentLeaderEpoch int32
    snapshotId SnapshotId
      endOffset int64
      epoch int32
    position int64
    replicaDirectoryId uuid 1+ ! #0
`),
  response: message<FetchSnapshotResponse>(`
@FetchSnapshotResponse 59 0-1 flexible 0+
throttleTimeMs int32 !
errorCode int16
topics []TopicSnapshot
  name string
  partitions []PartitionSnapshot
    index int32
    errorCode int16
    snapshotId SnapshotId
      endOffset int64
      epoch int32
    currentLeader LeaderIdAndEpoch #0
      leaderId int32
      leaderEpoch int32
    size int64
    position int64
    unalignedRecords records
nodeEndpoints []NodeEndpoint 1+ #0
  nodeId int32 1+
  host string 1+
  port uint16 1+
`),
};
