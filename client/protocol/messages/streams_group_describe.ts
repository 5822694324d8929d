/**
 * StreamsGroupDescribe, API 89: members of groups of the streams protocol (KIP-1071). Version 0, all flexible.
 *
 * @module
 */

import { message } from "../../../storage/message/message_codec.ts";
import type { Api } from "../api.ts";

/** Request of StreamsGroupDescribe. */
export interface StreamsGroupDescribeRequest {
  /** Ids of the groups. */
  readonly groupIds: readonly string[];
  /** Whether to tell what the asker may do. */
  readonly includeAuthorizedOperations: boolean;
}

/** Response to StreamsGroupDescribe. */
export interface StreamsGroupDescribeResponse {
  /** How long a quota held the answer back, or asks the client to pause, in ms. */
  readonly throttleTimeMs: number;
  /** One entry per group. */
  readonly groups: readonly StreamsGroupDescribeResponseDescribedGroup[];
}

/** An element of {@linkcode StreamsGroupDescribeResponse.groups}. */
export interface StreamsGroupDescribeResponseDescribedGroup {
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** Text for the error; null for success. */
  readonly errorMessage: string | null;
  /** Id of the group. */
  readonly groupId: string;
  /** State of the group. */
  readonly groupState: string;
  /** Epoch of the group. */
  readonly groupEpoch: number;
  /** Epoch of the target assignment. */
  readonly assignmentEpoch: number;
  /** The topology of the application. */
  readonly topology: StreamsGroupDescribeResponseTopology | null;
  /** Members of the group. */
  readonly members: readonly StreamsGroupDescribeResponseMember[];
  /** Bit set of what the asker may do with the group; the lowest int32 when it was not asked for. */
  readonly authorizedOperations: number;
}

/** Content of {@linkcode StreamsGroupDescribeResponseDescribedGroup.topology}. */
export interface StreamsGroupDescribeResponseTopology {
  /** Epoch of the topology. */
  readonly epoch: number;
  /** Parts of the topology that are processed apart. */
  readonly subtopologies: readonly StreamsGroupDescribeResponseSubtopology[] | null;
}

/** An element of {@linkcode StreamsGroupDescribeResponseTopology.subtopologies}. */
export interface StreamsGroupDescribeResponseSubtopology {
  /** Id of the subtopology. */
  readonly subtopologyId: string;
  /** Topics that the subtopology reads. */
  readonly sourceTopics: readonly string[];
  /** Repartition topics that the subtopology writes. */
  readonly repartitionSinkTopics: readonly string[];
  /** Topics that hold the state of the subtopology. */
  readonly stateChangelogTopics: readonly StreamsGroupDescribeResponseTopicInfo[];
  /** Repartition topics that the subtopology reads. */
  readonly repartitionSourceTopics: readonly StreamsGroupDescribeResponseTopicInfo[];
}

/** An element of {@linkcode StreamsGroupDescribeResponseSubtopology.stateChangelogTopics}. */
export interface StreamsGroupDescribeResponseTopicInfo {
  /** Name of the topic. */
  readonly name: string;
  /** One entry per partition. */
  readonly partitions: number;
  /** Number of replicas; -1 for the default, or as assigned. */
  readonly replicationFactor: number;
  /** Configs of the topic. */
  readonly topicConfigs: readonly StreamsGroupDescribeResponseKeyValue[];
}

/** An element of {@linkcode StreamsGroupDescribeResponseTopicInfo.topicConfigs}. */
export interface StreamsGroupDescribeResponseKeyValue {
  /** Key. */
  readonly key: string;
  /** Value. */
  readonly value: string;
}

/** An element of {@linkcode StreamsGroupDescribeResponseDescribedGroup.members}. */
export interface StreamsGroupDescribeResponseMember {
  /** Id of the member. */
  readonly memberId: string;
  /** Epoch of the member; 0 to join, -1 to leave. */
  readonly memberEpoch: number;
  /** Id of a static member; null for others. */
  readonly instanceId: string | null;
  /** Rack of the client or member. */
  readonly rackId: string | null;
  /** Name that the client gave itself. */
  readonly clientId: string;
  /** Address of the member. */
  readonly clientHost: string;
  /** Epoch of the topology. */
  readonly topologyEpoch: number;
  /** Id of the process that the member runs in. */
  readonly processId: string;
  /** Address for interactive queries; null for none. */
  readonly userEndpoint: StreamsGroupDescribeResponseEndpoint | null;
  /** Tags of the instance, for spreading standby tasks. */
  readonly clientTags: readonly StreamsGroupDescribeResponseKeyValue[];
  /** How far the changelogs of tasks were restored. */
  readonly taskOffsets: readonly StreamsGroupDescribeResponseTaskOffset[];
  /** Ends of the changelogs of tasks. */
  readonly taskEndOffsets: readonly StreamsGroupDescribeResponseTaskOffset[];
  /** What the member is assigned. */
  readonly assignment: StreamsGroupDescribeResponseAssignment;
  /** What the member will have. */
  readonly targetAssignment: StreamsGroupDescribeResponseAssignment;
  /** Whether the member uses the classic protocol. */
  readonly isClassic: boolean;
}

/** Content of {@linkcode StreamsGroupDescribeResponseMember.userEndpoint}. */
export interface StreamsGroupDescribeResponseEndpoint {
  /** Host name or address. */
  readonly host: string;
  /** Port. */
  readonly port: number;
}

/** An element of {@linkcode StreamsGroupDescribeResponseMember.taskOffsets}. */
export interface StreamsGroupDescribeResponseTaskOffset {
  /** Id of the subtopology. */
  readonly subtopologyId: string;
  /** Number of the task's partition. */
  readonly partition: number;
  /** Offset in the changelog. */
  readonly offset: number;
}

/** Content of {@linkcode StreamsGroupDescribeResponseMember.assignment}. */
export interface StreamsGroupDescribeResponseAssignment {
  /** Tasks that process records. */
  readonly activeTasks: readonly StreamsGroupDescribeResponseTaskIds[];
  /** Tasks that keep a copy of the state. */
  readonly standbyTasks: readonly StreamsGroupDescribeResponseTaskIds[];
  /** Tasks that restore state ahead of taking over. */
  readonly warmupTasks: readonly StreamsGroupDescribeResponseTaskIds[];
}

/** An element of {@linkcode StreamsGroupDescribeResponseAssignment.activeTasks}. */
export interface StreamsGroupDescribeResponseTaskIds {
  /** Id of the subtopology. */
  readonly subtopologyId: string;
  /** One entry per partition. */
  readonly partitions: readonly number[];
}

/** The API. */
export const streamsGroupDescribe: Api<StreamsGroupDescribeRequest, StreamsGroupDescribeResponse> =
  {
    key: 89,
    name: "StreamsGroupDescribe",
    request: message<StreamsGroupDescribeRequest>(`
@StreamsGroupDescribeRequest 89 0 flexible 0+ listeners broker
groupIds []string
includeAuthorizedOperations bool
`),
    response: message<StreamsGroupDescribeResponse>(`
@StreamsGroupDescribeResponse 89 0 flexible 0+
throttleTimeMs int32
groups []DescribedGroup
  errorCode int16
  errorMessage string ?0+ =null
  groupId string
  groupState string
  groupEpoch int32
  assignmentEpoch int32
  topology Topology ?0+ =null
    epoch int32
    subtopologies []Subtopology ?0+ =null
      subtopologyId string
      sourceTopics []string
      repartitionSinkTopics []string
      stateChangelogTopics []TopicInfo
        name string
        partitions int32
        replicationFactor int16
        topicConfigs []KeyValue
          key string
          value string
      repartitionSourceTopics []TopicInfo
  members []Member
    memberId string
    memberEpoch int32
    instanceId string ?0+ =null
    rackId string ?0+ =null
    clientId string
    clientHost string
    topologyEpoch int32
    processId string
    userEndpoint Endpoint ?0+ =null
      host string
      port uint16
    clientTags []KeyValue
    taskOffsets []TaskOffset
      subtopologyId string
      partition int32
      offset int64
    taskEndOffsets []TaskOffset
    assignment Assignment
      activeTasks []TaskIds
        subtopologyId string
        partitions []int32
      standbyTasks []TaskIds
      warmupTasks []TaskIds
    targetAssignment Assignment
    isClassic bool
  authorizedOperations int32 =-2147483648
`),
  };
