/**
 * DescribeQuorum, API 55: state of the quorum as its leader sees it. Versions 0 to 2, all flexible.
 *
 * @module
 */

import { message } from "../../../storage/message/message_codec.ts";
import type { Api } from "../api.ts";

/** Request of DescribeQuorum. */
export interface DescribeQuorumRequest {
  /** One entry per topic. */
  readonly topics: readonly DescribeQuorumRequestTopicData[];
}

/** An element of {@linkcode DescribeQuorumRequest.topics}. */
export interface DescribeQuorumRequestTopicData {
  /** Name of the topic. */
  readonly topicName: string;
  /** One entry per partition. */
  readonly partitions: readonly DescribeQuorumRequestPartitionData[];
}

/** An element of {@linkcode DescribeQuorumRequestTopicData.partitions}. */
export interface DescribeQuorumRequestPartitionData {
  /** Number of the partition. */
  readonly partitionIndex: number;
}

/** Response to DescribeQuorum. */
export interface DescribeQuorumResponse {
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** Text for the error; null for success. */
  readonly errorMessage: string | null;
  /** One entry per topic. */
  readonly topics: readonly DescribeQuorumResponseTopicData[];
  /** Addresses of the voters. */
  readonly nodes: readonly DescribeQuorumResponseNode[];
}

/** An element of {@linkcode DescribeQuorumResponse.topics}. */
export interface DescribeQuorumResponseTopicData {
  /** Name of the topic. */
  readonly topicName: string;
  /** One entry per partition. */
  readonly partitions: readonly DescribeQuorumResponsePartitionData[];
}

/** An element of {@linkcode DescribeQuorumResponseTopicData.partitions}. */
export interface DescribeQuorumResponsePartitionData {
  /** Number of the partition. */
  readonly partitionIndex: number;
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** Text for the error; null for success. */
  readonly errorMessage: string | null;
  /** Id of the leader; -1 for none. */
  readonly leaderId: number;
  /** Leader epoch. */
  readonly leaderEpoch: number;
  /** Offset up to which records are replicated. */
  readonly highWatermark: number;
  /** Voters of the partition. */
  readonly currentVoters: readonly DescribeQuorumResponseReplicaState[];
  /** Replicas that fetch and do not vote. */
  readonly observers: readonly DescribeQuorumResponseReplicaState[];
}

/** An element of {@linkcode DescribeQuorumResponsePartitionData.currentVoters}. */
export interface DescribeQuorumResponseReplicaState {
  /** Id of the replica; -1 for a consumer. */
  readonly replicaId: number;
  /** Directory of the replica. */
  readonly replicaDirectoryId: string;
  /** Offset of the next record of the replica; -1 when not known. */
  readonly logEndOffset: number;
  /** When the leader last heard the replica fetch, in ms; -1 when not known. */
  readonly lastFetchTimestamp: number;
  /** When the replica last had all that the leader had, in ms; -1 when not known. */
  readonly lastCaughtUpTimestamp: number;
}

/** An element of {@linkcode DescribeQuorumResponse.nodes}. */
export interface DescribeQuorumResponseNode {
  /** Id of the node. */
  readonly nodeId: number;
  /** Addresses by listener. */
  readonly listeners: readonly DescribeQuorumResponseListener[];
}

/** An element of {@linkcode DescribeQuorumResponseNode.listeners}. */
export interface DescribeQuorumResponseListener {
  /** Name of the listener. */
  readonly name: string;
  /** Host name or address. */
  readonly host: string;
  /** Port. */
  readonly port: number;
}

/** The API. */
export const describeQuorum: Api<DescribeQuorumRequest, DescribeQuorumResponse> = {
  key: 55,
  name: "DescribeQuorum",
  request: message<DescribeQuorumRequest>(`
@DescribeQuorumRequest 55 0-2 flexible 0+ listeners broker,controller
topics []TopicData
  topicName string
  partitions []PartitionData
    partitionIndex int32
`),
  response: message<DescribeQuorumResponse>(`
@DescribeQuorumResponse 55 0-2 flexible 0+
errorCode int16
errorMessage string 2+ ! ?2+
topics []TopicData
  topicName string
  partitions []PartitionData
    partitionIndex int32
    errorCode int16
    errorMessage string 2+ ! ?2+
    leaderId int32
    leaderEpoch int32
    highWatermark int64
    currentVoters []ReplicaState
      replicaId int32
      replicaDirectoryId uuid 2+
      logEndOffset int64
      lastFetchTimestamp int64 1+ ! =-1
      lastCaughtUpTimestamp int64 1+ ! =-1
    observers []ReplicaState
nodes []Node 2+
  nodeId int32 2+
  listeners []Listener 2+
    name string 2+
    host string 2+
    port uint16 2+
`),
};
