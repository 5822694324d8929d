/**
 * EndQuorumEpoch, API 54: a leader of the quorum steps down. Versions 0 to 1, flexible from 1 on.
 *
 * @module
 */

import { message } from "../../../storage/message/message_codec.ts";
import type { Api } from "../api.ts";

/** Request of EndQuorumEpoch. */
export interface EndQuorumEpochRequest {
  /** Id of the cluster. */
  readonly clusterId: string | null;
  /** One entry per topic. */
  readonly topics: readonly EndQuorumEpochRequestTopicData[];
  /** Addresses of the leader, by listener. */
  readonly leaderEndpoints: readonly EndQuorumEpochRequestLeaderEndpoint[];
}

/** An element of {@linkcode EndQuorumEpochRequest.topics}. */
export interface EndQuorumEpochRequestTopicData {
  /** Name of the topic. */
  readonly topicName: string;
  /** One entry per partition. */
  readonly partitions: readonly EndQuorumEpochRequestPartitionData[];
}

/** An element of {@linkcode EndQuorumEpochRequestTopicData.partitions}. */
export interface EndQuorumEpochRequestPartitionData {
  /** Number of the partition. */
  readonly partitionIndex: number;
  /** Id of the leader; -1 for none. */
  readonly leaderId: number;
  /** Leader epoch. */
  readonly leaderEpoch: number;
  /** Voters that should lead next, best first. */
  readonly preferredSuccessors: readonly number[];
  /** Voters that should lead next, best first. */
  readonly preferredCandidates: readonly ReplicaInfo[];
}

/** An element of {@linkcode EndQuorumEpochRequestPartitionData.preferredCandidates}. */
export interface ReplicaInfo {
  /** Id of the candidate. */
  readonly candidateId: number;
  /** Directory of the candidate's metadata log. */
  readonly candidateDirectoryId: string;
}

/** An element of {@linkcode EndQuorumEpochRequest.leaderEndpoints}. */
export interface EndQuorumEpochRequestLeaderEndpoint {
  /** Name of the listener. */
  readonly name: string;
  /** Host name or address. */
  readonly host: string;
  /** Port. */
  readonly port: number;
}

/** Response to EndQuorumEpoch. */
export interface EndQuorumEpochResponse {
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** One entry per topic. */
  readonly topics: readonly EndQuorumEpochResponseTopicData[];
  /** Addresses of the leaders named above. */
  readonly nodeEndpoints: readonly EndQuorumEpochResponseNodeEndpoint[];
}

/** An element of {@linkcode EndQuorumEpochResponse.topics}. */
export interface EndQuorumEpochResponseTopicData {
  /** Name of the topic. */
  readonly topicName: string;
  /** One entry per partition. */
  readonly partitions: readonly EndQuorumEpochResponsePartitionData[];
}

/** An element of {@linkcode EndQuorumEpochResponseTopicData.partitions}. */
export interface EndQuorumEpochResponsePartitionData {
  /** Number of the partition. */
  readonly partitionIndex: number;
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** Id of the leader; -1 for none. */
  readonly leaderId: number;
  /** Leader epoch. */
  readonly leaderEpoch: number;
}

/** An element of {@linkcode EndQuorumEpochResponse.nodeEndpoints}. */
export interface EndQuorumEpochResponseNodeEndpoint {
  /** Id of the node. */
  readonly nodeId: number;
  /** Host name or address. */
  readonly host: string;
  /** Port. */
  readonly port: number;
}

/** The API. */
export const endQuorumEpoch: Api<EndQuorumEpochRequest, EndQuorumEpochResponse> = {
  key: 54,
  name: "EndQuorumEpoch",
  request: message<EndQuorumEpochRequest>(`
@EndQuorumEpochRequest 54 0-1 flexible 1+ listeners controller
clusterId string ?0+ =null
topics []TopicData
  topicName string
  partitions []PartitionData
    partitionIndex int32
    leaderId int32
    leaderEpoch int32
    preferredSuccessors []int32 0 !
    preferredCandidates []ReplicaInfo 1+ !
      candidateId int32 1+
      candidateDirectoryId uuid 1+
leaderEndpoints []LeaderEndpoint 1+ !
  name string 1+
  host string 1+
  port uint16 1+
`),
  response: message<EndQuorumEpochResponse>(`
@EndQuorumEpochResponse 54 0-1 flexible 1+
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
