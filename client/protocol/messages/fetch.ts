/**
 * Fetch, API 1: reads records. Versions 4 to 18, flexible from 12 on.
 *
 * @module
 */

import { message } from "../../../storage/message/message_codec.ts";
import type { Api } from "../api.ts";

/** Request of Fetch. */
export interface FetchRequest {
  /** Id of the cluster. */
  readonly clusterId: string | null;
  /** Broker that asks, -1 for a consumer. */
  readonly replicaId: number;
  /** Who asks, from version 15 on. */
  readonly replicaState: FetchRequestReplicaState;
  /** How long the answer may wait for `minBytes`. */
  readonly maxWaitMs: number;
  /** Bytes that are worth an answer before `maxWaitMs` is over. */
  readonly minBytes: number;
  /** Most bytes to return; the first batch comes even when it is larger. */
  readonly maxBytes: number;
  /** 0 all records, 1 committed ones only. */
  readonly isolationLevel: number;
  /** Id of the fetch session; 0 for none. */
  readonly sessionId: number;
  /** Which request of the session it is; 0 begins one, -1 ends it. */
  readonly sessionEpoch: number;
  /** Partitions to read, or, in a session, those that changed. */
  readonly topics: readonly FetchRequestFetchTopic[];
  /** What leaves the session. */
  readonly forgottenTopicsData: readonly FetchRequestForgottenTopic[];
  /** Rack of the consumer; empty for none. */
  readonly rackId: string;
}

/** Content of {@linkcode FetchRequest.replicaState}. */
export interface FetchRequestReplicaState {
  /** Id of the replica; -1 for a consumer. */
  readonly replicaId: number;
  /** Epoch of the asking broker; -1 when not known. */
  readonly replicaEpoch: number;
}

/** An element of {@linkcode FetchRequest.topics}. */
export interface FetchRequestFetchTopic {
  /** Name of the topic. */
  readonly topic: string;
  /** Id of the topic. */
  readonly topicId: string;
  /** One entry per partition. */
  readonly partitions: readonly FetchRequestFetchPartition[];
}

/** An element of {@linkcode FetchRequestFetchTopic.partitions}. */
export interface FetchRequestFetchPartition {
  /** Number of the partition. */
  readonly partition: number;
  /** Leader epoch as the asker knows it; -1 for no check. */
  readonly currentLeaderEpoch: number;
  /** First offset to return. */
  readonly fetchOffset: number;
  /** Leader epoch of the last record that the follower has; -1 when there is none. */
  readonly lastFetchedEpoch: number;
  /** First offset of the follower; -1 from consumers. */
  readonly logStartOffset: number;
  /** Most bytes to return of the partition. */
  readonly partitionMaxBytes: number;
  /** Directory of the follower's replica. */
  readonly replicaDirectoryId: string;
  /** High watermark that the follower knows. */
  readonly highWatermark: number;
}

/** An element of {@linkcode FetchRequest.forgottenTopicsData}. */
export interface FetchRequestForgottenTopic {
  /** Name of the topic. */
  readonly topic: string;
  /** Id of the topic. */
  readonly topicId: string;
  /** Numbers of the partitions. */
  readonly partitions: readonly number[];
}

/** Response to Fetch. */
export interface FetchResponse {
  /** How long a quota held the answer back, or asks the client to pause, in ms. */
  readonly throttleTimeMs: number;
  /** Error of the whole request, such as that of the session; 0 for success. */
  readonly errorCode: number;
  /** Id of the fetch session; 0 for none. */
  readonly sessionId: number;
  /** One entry per topic. */
  readonly responses: readonly FetchableTopicResponse[];
  /** Addresses of the leaders named above. */
  readonly nodeEndpoints: readonly FetchResponseNodeEndpoint[];
}

/** An element of {@linkcode FetchResponse.responses}. */
export interface FetchableTopicResponse {
  /** Name of the topic. */
  readonly topic: string;
  /** Id of the topic. */
  readonly topicId: string;
  /** One entry per partition. */
  readonly partitions: readonly FetchResponsePartitionData[];
}

/** An element of {@linkcode FetchableTopicResponse.partitions}. */
export interface FetchResponsePartitionData {
  /** Number of the partition. */
  readonly partitionIndex: number;
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** Offset up to which records are replicated. */
  readonly highWatermark: number;
  /** Offset up to which every transaction is decided. */
  readonly lastStableOffset: number;
  /** First offset of the log. */
  readonly logStartOffset: number;
  /** Where the follower's log parts from the leader's. */
  readonly divergingEpoch: FetchResponseEpochEndOffset;
  /** The leader, when the client knows another one. */
  readonly currentLeader: FetchResponseLeaderIdAndEpoch;
  /** The snapshot to fetch. */
  readonly snapshotId: FetchResponseSnapshotId;
  /** Aborted transactions with records among those returned, for readers of committed records; null for others. */
  readonly abortedTransactions: readonly AbortedTransaction[] | null;
  /** Replica that the consumer should read from; -1 for the leader. */
  readonly preferredReadReplica: number;
  /** Record batches as they are in the log. */
  readonly records: Uint8Array | null;
}

/** Content of {@linkcode FetchResponsePartitionData.divergingEpoch}. */
export interface FetchResponseEpochEndOffset {
  /** Leader epoch of the last record. */
  readonly epoch: number;
  /** First offset behind that epoch; -1 when it is not known. */
  readonly endOffset: number;
}

/** Content of {@linkcode FetchResponsePartitionData.currentLeader}. */
export interface FetchResponseLeaderIdAndEpoch {
  /** Id of the leader; -1 when not known. */
  readonly leaderId: number;
  /** Epoch of the leader; -1 when not known. */
  readonly leaderEpoch: number;
}

/** Content of {@linkcode FetchResponsePartitionData.snapshotId}. */
export interface FetchResponseSnapshotId {
  /** Offset behind the last record of the snapshot. */
  readonly endOffset: number;
  /** Leader epoch of the last record. */
  readonly epoch: number;
}

/** An element of {@linkcode FetchResponsePartitionData.abortedTransactions}. */
export interface AbortedTransaction {
  /** Producer whose transaction it was. */
  readonly producerId: number;
  /** Offset of its first record. */
  readonly firstOffset: number;
}

/** An element of {@linkcode FetchResponse.nodeEndpoints}. */
export interface FetchResponseNodeEndpoint {
  /** Id of the node. */
  readonly nodeId: number;
  /** Host name or address. */
  readonly host: string;
  /** Port. */
  readonly port: number;
  /** Rack of the broker; null when it has none. */
  readonly rack: string | null;
}

/** The API. */
export const fetch: Api<FetchRequest, FetchResponse> = {
  key: 1,
  name: "Fetch",
  request: message<FetchRequest>(`
@FetchRequest 1 4-18 flexible 12+ listeners broker,controller
clusterId string 12+ ! ?12+ #0 =null
replicaId int32 0-14 =-1
replicaState ReplicaState 15+ #1
  replicaId int32 15+ =-1
  replicaEpoch int64 15+ =-1
maxWaitMs int32
minBytes int32
maxBytes int32 3+ ! =0x7fffffff
isolationLevel int8 4+ ! =0
sessionId int32 7+ ! =0
sessionEpoch int32 7+ ! =-1
topics []FetchTopic
  topic string 0-12 !
  topicId uuid 13+ !
  partitions []FetchPartition
    partition int32
    currentLeaderEpoch int32 9+ ! =-1
    fetchOffset int64
    lastFetchedEpoch int32 12+ =-1
    logStartOffset int64 5+ ! =-1
    partitionMaxBytes int32
    replicaDirectoryId uuid 17+ ! #0
    highWatermark int64 18+ ! #1 =9223372036854775807
forgottenTopicsData []ForgottenTopic 7+
  topic string 7-12 !
  topicId uuid 13+ !
  partitions []int32 7+
rackId string 11+ !
`),
  response: message<FetchResponse>(`
@FetchResponse 1 4-18 flexible 12+
throttleTimeMs int32 1+ !
errorCode int16 7+ !
sessionId int32 7+ =0
responses []FetchableTopicResponse
  topic string 0-12 !
  topicId uuid 13+ !
  partitions []PartitionData
    partitionIndex int32
    errorCode int16
    highWatermark int64
    lastStableOffset int64 4+ ! =-1
    logStartOffset int64 5+ ! =-1
    divergingEpoch EpochEndOffset 12+ #0
      epoch int32 12+ =-1
      endOffset int64 12+ =-1
    currentLeader LeaderIdAndEpoch 12+ #1
      leaderId int32 12+ =-1
      leaderEpoch int32 12+ =-1
    snapshotId SnapshotId 12+ #2
      endOffset int64 =-1
      epoch int32 =-1
    abortedTransactions []AbortedTransaction 4+ ! ?4+
      producerId int64 4+
      firstOffset int64 4+
    preferredReadReplica int32 11+ =-1
    records records ?0+
nodeEndpoints []NodeEndpoint 16+ #0
  nodeId int32 16+
  host string 16+
  port int32 16+
  rack string 16+ ?16+ =null
`),
};
