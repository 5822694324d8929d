/**
 * BeginQuorumEpoch, API 53: a new leader of the quorum makes itself known. Versions 0 to 1, flexible from 1 on.
 *
 * @module
 */

import { message } from "../../../storage/message/message_codec.ts";
import type { Api } from "../api.ts";

/** Request of BeginQuorumEpoch. */
export interface BeginQuorumEpochRequest {
  /** Id of the cluster. */
  readonly clusterId: string | null;
  /** Id of the voter. */
  readonly voterId: number;
  /** One entry per topic. */
  readonly topics: readonly BeginQuorumEpochRequestTopicData[];
  /** Addresses of the leader, by listener. */
  readonly leaderEndpoints: readonly BeginQuorumEpochRequestLeaderEndpoint[];
}

/** An element of {@linkcode BeginQuorumEpochRequest.topics}. */
export interface BeginQuorumEpochRequestTopicData {
  /** Name of the topic. */
  readonly topicName: string;
  /** One entry per partition. */
  readonly partitions: readonly BeginQuorumEpochRequestPartitionData[];
}

/** An element of {@linkcode BeginQuorumEpochRequestTopicData.partitions}. */
export interface BeginQuorumEpochRequestPartitionData {
  /** Number of the partition. */
  readonly partitionIndex: number;
  /** Directory of the voter's metadata log. */
  readonly voterDirectoryId: string;
  /** Id of the leader; -1 for none. */
  readonly leaderId: number;
  /** Leader epoch. */
  readonly leaderEpoch: number;
}

/** An element of {@linkcode BeginQuorumEpochRequest.leaderEndpoints}. */
export interface BeginQuorumEpochRequestLeaderEndpoint {
  /** Name of the listener. */
  readonly name: string;
  /** Host name or address. */
  readonly host: string;
  /** Port. */
  readonly port: number;
}

/** Response to BeginQuorumEpoch. */
export interface BeginQuorumEpochResponse {
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** One entry per topic. */
  readonly topics: readonly BeginQuorumEpochResponseTopicData[];
  /** Addresses of the leaders named above. */
  readonly nodeEndpoints: readonly BeginQuorumEpochResponseNodeEndpoint[];
}

/** An element of {@linkcode BeginQuorumEpochResponse.topics}. */
export interface BeginQuorumEpochResponseTopicData {
  /** Name of the topic. */
  readonly topicName: string;
  /** One entry per partition. */
  readonly partitions: readonly BeginQuorumEpochResponsePartitionData[];
}

/** An element of {@linkcode BeginQuorumEpochResponseTopicData.partitions}. */
export interface BeginQuorumEpochResponsePartitionData {
  /** Number of the partition. */
  readonly partitionIndex: number;
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** Id of the leader; -1 for none. */
  readonly leaderId: number;
  /** Leader epoch. */
  readonly leaderEpoch: number;
}

/** An element of {@linkcode BeginQuorumEpochResponse.nodeEndpoints}. */
export interface BeginQuorumEpochResponseNodeEndpoint {
  /** Id of the node. */
  readonly nodeId: number;
  /** Host name or address. */
  readonly host: string;
  /** Port. */
  readonly port: number;
}

/** The API. */
export const beginQuorumEpoch: Api<BeginQuorumEpochRequest, BeginQuorumEpochResponse> = {
  key: 53,
  name: "BeginQuorumEpoch",
  request: message<BeginQuorumEpochRequest>(`
@BeginQuorumEpochRequest 53 0-1 flexible 1+ listeners controller
clusterId string ?0+ =null
voterId int32 1+ ! =-1
topics []TopicData
  topicName string
  partitions []PartitionData
    partitionIndex int32
    voterDirectoryId uuid 1+ !
    leaderId int32
    leaderEpoch int32
leaderEndpoints []LeaderEndpoint 1+ !
  name string 1+
  host string 1+
  port uint16 1+
`),
  response: message<BeginQuorumEpochResponse>(`
@BeginQuorumEpochResponse 53 0-1 flexible 1+
errorCode int16
topics []TopicData
  topicName string
  partitions []PartitionData
    partitionIndex int32
    errorCode int16
    leaderId int32
    leaderEpoch int32
nodeEndpoints []NodeEndpoint 1+ #0
  nodeId int32 1+
  host string 1+
  port uint16 1+
`),
};
