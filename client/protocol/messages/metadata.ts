/**
 * Metadata, API 3: brokers, topics, and who leads which partition. Versions 0 to 13, flexible from 9 on.
 *
 * @module
 */

import { message } from "../../../storage/message/message_codec.ts";
import type { Api } from "../api.ts";

/** Request of Metadata. */
export interface MetadataRequest {
  /** Topics to describe; null for all, in version 0 empty for all. */
  readonly topics: readonly MetadataRequestTopic[] | null;
  /** Whether topics that do not exist may be created. */
  readonly allowAutoTopicCreation: boolean;
  /** Whether to tell what the asker may do with the cluster. */
  readonly includeClusterAuthorizedOperations: boolean;
  /** Whether to tell what the asker may do with the topics. */
  readonly includeTopicAuthorizedOperations: boolean;
}

/** An element of {@linkcode MetadataRequest.topics}. */
export interface MetadataRequestTopic {
  /** Id of the topic. */
  readonly topicId: string;
  /** Name of the topic; null when it is asked for, or answered, by its id. */
  readonly name: string | null;
}

/** Response to Metadata. */
export interface MetadataResponse {
  /** How long a quota held the answer back, or asks the client to pause, in ms. */
  readonly throttleTimeMs: number;
  /** Brokers of the cluster. */
  readonly brokers: readonly MetadataResponseBroker[];
  /** Id of the cluster. */
  readonly clusterId: string | null;
  /** Id of a broker that takes requests for the controller; -1 for none. */
  readonly controllerId: number;
  /** One entry per topic. */
  readonly topics: readonly MetadataResponseTopic[];
  /** Bit set of what the asker may do with the cluster; the lowest int32 when it was not asked for. */
  readonly clusterAuthorizedOperations: number;
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
}

/** An element of {@linkcode MetadataResponse.brokers}. */
export interface MetadataResponseBroker {
  /** Id of the node. */
  readonly nodeId: number;
  /** Host name or address. */
  readonly host: string;
  /** Port of the listener that was asked. */
  readonly port: number;
  /** Rack of the broker; null when it has none. */
  readonly rack: string | null;
}

/** An element of {@linkcode MetadataResponse.topics}. */
export interface MetadataResponseTopic {
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** Name of the topic; null when it is asked for, or answered, by its id. */
  readonly name: string | null;
  /** Id of the topic. */
  readonly topicId: string;
  /** Whether the topic is one of Kafka's own. */
  readonly isInternal: boolean;
  /** One entry per partition. */
  readonly partitions: readonly MetadataResponsePartition[];
  /** Bit set of what the asker may do with the topic; the lowest int32 when it was not asked for. */
  readonly topicAuthorizedOperations: number;
}

/** An element of {@linkcode MetadataResponseTopic.partitions}. */
export interface MetadataResponsePartition {
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** Number of the partition. */
  readonly partitionIndex: number;
  /** Id of the leader; -1 for none. */
  readonly leaderId: number;
  /** Epoch of the leader; -1 when not known. */
  readonly leaderEpoch: number;
  /** Replicas, the preferred leader first. */
  readonly replicaNodes: readonly number[];
  /** Replicas in sync. */
  readonly isrNodes: readonly number[];
  /** Replicas that are not available. */
  readonly offlineReplicas: readonly number[];
}

/** The API. */
export const metadata: Api<MetadataRequest, MetadataResponse> = {
  key: 3,
  name: "Metadata",
  request: message<MetadataRequest>(`
@MetadataRequest 3 0-13 flexible 9+ listeners broker
topics []MetadataRequestTopic ?1+
  topicId uuid 10+ !
  name string ?10+
allowAutoTopicCreation bool 4+ =true
includeClusterAuthorizedOperations bool 8-10
includeTopicAuthorizedOperations bool 8+
`),
  response: message<MetadataResponse>(`
@MetadataResponse 3 0-13 flexible 9+
throttleTimeMs int32 3+ !
brokers []MetadataResponseBroker
  nodeId int32
  host string
  port int32
  rack string 1+ ! ?1+ =null
clusterId string 2+ ! ?2+ =null
controllerId int32 1+ ! =-1
topics []MetadataResponseTopic
  errorCode int16
  name string ?12+
  topicId uuid 10+ !
  isInternal bool 1+ ! =false
  partitions []MetadataResponsePartition
    errorCode int16
    partitionIndex int32
    leaderId int32
    leaderEpoch int32 7+ ! =-1
    replicaNodes []int32
    isrNodes []int32
    offlineReplicas []int32 5+ !
  topicAuthorizedOperations int32 8+ =-2147483648
clusterAuthorizedOperations int32 8-10 =-2147483648
errorCode int16 13+ !
`),
};
