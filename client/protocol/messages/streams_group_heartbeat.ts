/**
 * StreamsGroupHeartbeat, API 88: joins, keeps and leaves a group of the streams protocol (KIP-1071). Version 0, all flexible.
 *
 * @module
 */

import { message } from "../../../storage/message/message_codec.ts";
import type { Api } from "../api.ts";

/** Request of StreamsGroupHeartbeat. */
export interface StreamsGroupHeartbeatRequest {
  /** Id of the group. */
  readonly groupId: string;
  /** Id of the member. */
  readonly memberId: string;
  /** Epoch of the member; 0 to join, -1 to leave. */
  readonly memberEpoch: number;
  /** Epoch of what the member knows of other endpoints. */
  readonly endpointInformationEpoch: number;
  /** Id of a static member; null for others. */
  readonly instanceId: string | null;
  /** Rack of the client or member. */
  readonly rackId: string | null;
  /** How long the member has for a rebalance. */
  readonly rebalanceTimeoutMs: number;
  /** The topology of the application. */
  readonly topology: StreamsGroupHeartbeatRequestTopology | null;
  /** Tasks that process records. */
  readonly activeTasks: readonly StreamsGroupHeartbeatRequestTaskIds[] | null;
  /** Tasks that keep a copy of the state. */
  readonly standbyTasks: readonly StreamsGroupHeartbeatRequestTaskIds[] | null;
  /** Tasks that restore state ahead of taking over. */
  readonly warmupTasks: readonly StreamsGroupHeartbeatRequestTaskIds[] | null;
  /** Id of the process that the member runs in. */
  readonly processId: string | null;
  /** Address for interactive queries; null for none. */
  readonly userEndpoint: StreamsGroupHeartbeatRequestEndpoint | null;
  /** Tags of the instance, for spreading standby tasks. */
  readonly clientTags: readonly StreamsGroupHeartbeatRequestKeyValue[] | null;
  /** How far the changelogs of tasks were restored. */
  readonly taskOffsets: readonly StreamsGroupHeartbeatRequestTaskOffset[] | null;
  /** Ends of the changelogs of tasks. */
  readonly taskEndOffsets: readonly StreamsGroupHeartbeatRequestTaskOffset[] | null;
  /** Whether all members shall stop. */
  readonly shutdownApplication: boolean;
}

/** Content of {@linkcode StreamsGroupHeartbeatRequest.topology}. */
export interface StreamsGroupHeartbeatRequestTopology {
  /** Epoch of the topology. */
  readonly epoch: number;
  /** Parts of the topology that are processed apart. */
  readonly subtopologies: readonly StreamsGroupHeartbeatRequestSubtopology[];
}

/** An element of {@linkcode StreamsGroupHeartbeatRequestTopology.subtopologies}. */
export interface StreamsGroupHeartbeatRequestSubtopology {
  /** Id of the subtopology. */
  readonly subtopologyId: string;
  /** Topics that the subtopology reads. */
  readonly sourceTopics: readonly string[];
  /** Patterns of topics that the subtopology reads. */
  readonly sourceTopicRegex: readonly string[];
  /** Topics that hold the state of the subtopology. */
  readonly stateChangelogTopics: readonly StreamsGroupHeartbeatRequestTopicInfo[];
  /** Repartition topics that the subtopology writes. */
  readonly repartitionSinkTopics: readonly string[];
  /** Repartition topics that the subtopology reads. */
  readonly repartitionSourceTopics: readonly StreamsGroupHeartbeatRequestTopicInfo[];
  /** Source topics that must have equal numbers of partitions. */
  readonly copartitionGroups: readonly CopartitionGroup[];
}

/** An element of {@linkcode StreamsGroupHeartbeatRequestSubtopology.stateChangelogTopics}. */
export interface StreamsGroupHeartbeatRequestTopicInfo {
  /** Name of the topic. */
  readonly name: string;
  /** One entry per partition. */
  readonly partitions: number;
  /** Number of replicas; -1 for the default, or as assigned. */
  readonly replicationFactor: number;
  /** Configs of the topic. */
  readonly topicConfigs: readonly StreamsGroupHeartbeatRequestKeyValue[];
}

/** An element of {@linkcode StreamsGroupHeartbeatRequestTopicInfo.topicConfigs}. */
export interface StreamsGroupHeartbeatRequestKeyValue {
  /** Key. */
  readonly key: string;
  /** Value. */
  readonly value: string;
}

/** An element of {@linkcode StreamsGroupHeartbeatRequestSubtopology.copartitionGroups}. */
export interface CopartitionGroup {
  /** Topics that the subtopology reads. */
  readonly sourceTopics: readonly number[];
  /** Patterns of topics that the subtopology reads. */
  readonly sourceTopicRegex: readonly number[];
  /** Repartition topics that the subtopology reads. */
  readonly repartitionSourceTopics: readonly number[];
}

/** An element of {@linkcode StreamsGroupHeartbeatRequest.activeTasks}. */
export interface StreamsGroupHeartbeatRequestTaskIds {
  /** Id of the subtopology. */
  readonly subtopologyId: string;
  /** One entry per partition. */
  readonly partitions: readonly number[];
}

/** Content of {@linkcode StreamsGroupHeartbeatRequest.userEndpoint}. */
export interface StreamsGroupHeartbeatRequestEndpoint {
  /** Host name or address. */
  readonly host: string;
  /** Port. */
  readonly port: number;
}

/** An element of {@linkcode StreamsGroupHeartbeatRequest.taskOffsets}. */
export interface StreamsGroupHeartbeatRequestTaskOffset {
  /** Id of the subtopology. */
  readonly subtopologyId: string;
  /** Number of the task's partition. */
  readonly partition: number;
  /** Offset in the changelog. */
  readonly offset: number;
}

/** Response to StreamsGroupHeartbeat. */
export interface StreamsGroupHeartbeatResponse {
  /** How long a quota held the answer back, or asks the client to pause, in ms. */
  readonly throttleTimeMs: number;
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** Text for the error; null for success. */
  readonly errorMessage: string | null;
  /** Id of the member. */
  readonly memberId: string;
  /** Epoch of the member; 0 to join, -1 to leave. */
  readonly memberEpoch: number;
  /** How often the member has to report. */
  readonly heartbeatIntervalMs: number;
  /** How far behind a warm task may be and still be taken for caught up. */
  readonly acceptableRecoveryLag: number;
  /** How often to report the offsets of tasks. */
  readonly taskOffsetIntervalMs: number;
  /** What the instance should know. */
  readonly status: readonly StreamsGroupHeartbeatResponseStatus[] | null;
  /** Tasks that process records. */
  readonly activeTasks: readonly StreamsGroupHeartbeatResponseTaskIds[] | null;
  /** Tasks that keep a copy of the state. */
  readonly standbyTasks: readonly StreamsGroupHeartbeatResponseTaskIds[] | null;
  /** Tasks that restore state ahead of taking over. */
  readonly warmupTasks: readonly StreamsGroupHeartbeatResponseTaskIds[] | null;
  /** Epoch of what the member knows of other endpoints. */
  readonly endpointInformationEpoch: number;
  /** Which partitions are served where. */
  readonly partitionsByUserEndpoint: readonly EndpointToPartitions[] | null;
}

/** An element of {@linkcode StreamsGroupHeartbeatResponse.status}. */
export interface StreamsGroupHeartbeatResponseStatus {
  /** Code of the status. */
  readonly statusCode: number;
  /** Text for the status. */
  readonly statusDetail: string;
}

/** An element of {@linkcode StreamsGroupHeartbeatResponse.activeTasks}. */
export interface StreamsGroupHeartbeatResponseTaskIds {
  /** Id of the subtopology. */
  readonly subtopologyId: string;
  /** One entry per partition. */
  readonly partitions: readonly number[];
}

/** An element of {@linkcode StreamsGroupHeartbeatResponse.partitionsByUserEndpoint}. */
export interface EndpointToPartitions {
  /** Address for interactive queries; null for none. */
  readonly userEndpoint: StreamsGroupHeartbeatResponseEndpoint;
  /** Partitions with active tasks at the endpoint. */
  readonly activePartitions: readonly TopicPartition[];
  /** Partitions with standby tasks at the endpoint. */
  readonly standbyPartitions: readonly TopicPartition[];
}

/** Content of {@linkcode EndpointToPartitions.userEndpoint}. */
export interface StreamsGroupHeartbeatResponseEndpoint {
  /** Host name or address. */
  readonly host: string;
  /** Port. */
  readonly port: number;
}

/** An element of {@linkcode EndpointToPartitions.activePartitions}. */
export interface TopicPartition {
  /** Name of the topic. */
  readonly topic: string;
  /** One entry per partition. */
  readonly partitions: readonly number[];
}

/** The API. */
export const streamsGroupHeartbeat: Api<
  StreamsGroupHeartbeatRequest,
  StreamsGroupHeartbeatResponse
> = {
  key: 88,
  name: "StreamsGroupHeartbeat",
  request: message<StreamsGroupHeartbeatRequest>(`
@StreamsGroupHeartbeatRequest 88 0 flexible 0+ listeners broker
groupId string
memberId string
memberEpoch int32
endpointInformationEpoch int32
instanceId string ?0+ =null
rackId string ?0+ =null
rebalanceTimeoutMs int32 =-1
topology Topology ?0+ =null
  epoch int32
  subtopologies []Subtopology
    subtopologyId string
    sourceTopics []string
    sourceTopicRegex []string
    stateChangelogTopics []TopicInfo
      name string
      partitions int32
      replicationFactor int16
      topicConfigs []KeyValue
        key string
        value string
    repartitionSinkTopics []string
    repartitionSourceTopics []TopicInfo
    copartitionGroups []CopartitionGroup
      sourceTopics []int16
      sourceTopicRegex []int16
      repartitionSourceTopics []int16
activeTasks []TaskIds ?0+ =null
  subtopologyId string
  partitions []int32
standbyTasks []TaskIds ?0+ =null
warmupTasks []TaskIds ?0+ =null
processId string ?0+ =null
userEndpoint Endpoint ?0+ =null
  host string
  port uint16
clientTags []KeyValue ?0+ =null
taskOffsets []TaskOffset ?0+ =null
  subtopologyId string
  partition int32
  offset int64
taskEndOffsets []TaskOffset ?0+ =null
shutdownApplication bool =false
`),
  response: message<StreamsGroupHeartbeatResponse>(`
@StreamsGroupHeartbeatResponse 88 0 flexible 0+
throttleTimeMs int32
errorCode int16
errorMessage string ?0+ =null
memberId string
memberEpoch int32
heartbeatIntervalMs int32
acceptableRecoveryLag int32
taskOffsetIntervalMs int32
status []Status ?0+
  statusCode int8
  statusDetail string
activeTasks []TaskIds ?0+ =null
  subtopologyId string
  partitions []int32
standbyTasks []TaskIds ?0+ =null
warmupTasks []TaskIds ?0+ =null
endpointInformationEpoch int32
partitionsByUserEndpoint []EndpointToPartitions ?0+ =null
  userEndpoint Endpoint
    host string
    port uint16
  activePartitions []TopicPartition
    topic string
    partitions []int32
  standbyPartitions []TopicPartition
`),
};
