/**
 * Vote, API 52: asks for a vote. Versions 0 to 2, all flexible.
 *
 * @module
 */

import { message } from "../../../storage/message/message_codec.ts";
import type { Api } from "../api.ts";

/** Request of Vote. */
export interface VoteRequest {
  /** Id of the cluster. */
  readonly clusterId: string | null;
  /** Id of the voter that is asked. */
  readonly voterId: number;
  /** One entry per topic. */
  readonly topics: readonly VoteRequestTopicData[];
}

/** An element of {@linkcode VoteRequest.topics}. */
export interface VoteRequestTopicData {
  /** Name of the topic. */
  readonly topicName: string;
  /** One entry per partition. */
  readonly partitions: readonly VoteRequestPartitionData[];
}

/** An element of {@linkcode VoteRequestTopicData.partitions}. */
export interface VoteRequestPartitionData {
  /** Number of the partition. */
  readonly partitionIndex: number;
  /** Epoch of the replica that asks. */
  readonly replicaEpoch: number;
  /** Replica that asks for the vote. */
  readonly replicaId: number;
  /** Directory of the replica that asks for the vote. */
  readonly replicaDirectoryId: string;
  /** Directory of the voter's metadata log. */
  readonly voterDirectoryId: string;
  /** Epoch of the last record of the candidate. */
  readonly lastOffsetEpoch: number;
  /** Offset behind the last record of the candidate. */
  readonly lastOffset: number;
  /** Whether it only asks how a vote would go. */
  readonly preVote: boolean;
}

/** Response to Vote. */
export interface VoteResponse {
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** One entry per topic. */
  readonly topics: readonly VoteResponseTopicData[];
  /** Addresses of the leaders named above. */
  readonly nodeEndpoints: readonly VoteResponseNodeEndpoint[];
}

/** An element of {@linkcode VoteResponse.topics}. */
export interface VoteResponseTopicData {
  /** Name of the topic. */
  readonly topicName: string;
  /** One entry per partition. */
  readonly partitions: readonly VoteResponsePartitionData[];
}

/** An element of {@linkcode VoteResponseTopicData.partitions}. */
export interface VoteResponsePartitionData {
  /** Number of the partition. */
  readonly partitionIndex: number;
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** Id of the leader; -1 for none. */
  readonly leaderId: number;
  /** Leader epoch. */
  readonly leaderEpoch: number;
  /** Whether the vote was given. */
  readonly voteGranted: boolean;
}

/** An element of {@linkcode VoteResponse.nodeEndpoints}. */
export interface VoteResponseNodeEndpoint {
  /** Id of the node. */
  readonly nodeId: number;
  /** Host name or address. */
  readonly host: string;
  /** Port. */
  readonly port: number;
}

/** The API. */
export const vote: Api<VoteRequest, VoteResponse> = {
  key: 52,
  name: "Vote",
  request: message<VoteRequest>(`
@VoteRequest 52 0-2 flexible 0+ listeners controller
clusterId string ?0+ =null
voterId int32 1+ ! =-1
topics []TopicData
  topicName string
  partitions []PartitionData
    partitionIndex int32
    replicaEpoch int32
    replicaId int32
    replicaDirectoryId uuid 1+ !
    voterDirectoryId uuid 1+ !
    lastOffsetEpoch int32
    lastOffset int64
    preVote bool 2+
`),
  response: message<VoteResponse>(`
@VoteResponse 52 0-2 flexible 0+
errorCode int16
topics []TopicData
  topicName string
  partitions []PartitionData
    partitionIndex int32
    errorCode int16
    leaderId int32
    leaderEpoch int32
    voteGranted bool
nodeEndpoints []NodeEndpoint 1+ #0
  nodeId int32 1+
  host string 1+
  port uint16 1+
`),
};
