/**
 * AssignReplicasToDirs, API 73: a broker tells the controller in which directories its replicas are. Version 0, all flexible.
 *
 * @module
 */

import { message } from "../../../storage/message/message_codec.ts";
import type { Api } from "../api.ts";

/** Request of AssignReplicasToDirs. */
export interface AssignReplicasToDirsRequest {
  /** Id of the broker. */
  readonly brokerId: number;
  /** Epoch of the broker's registration. */
  readonly brokerEpoch: number;
  /** Log directories. */
  readonly directories: readonly AssignReplicasToDirsRequestDirectoryData[];
}

/** An element of {@linkcode AssignReplicasToDirsRequest.directories}. */
export interface AssignReplicasToDirsRequestDirectoryData {
  /** Id of the log directory. */
  readonly id: string;
  /** One entry per topic. */
  readonly topics: readonly AssignReplicasToDirsRequestTopicData[];
}

/** An element of {@linkcode AssignReplicasToDirsRequestDirectoryData.topics}. */
export interface AssignReplicasToDirsRequestTopicData {
  /** Id of the topic. */
  readonly topicId: string;
  /** One entry per partition. */
  readonly partitions: readonly AssignReplicasToDirsRequestPartitionData[];
}

/** An element of {@linkcode AssignReplicasToDirsRequestTopicData.partitions}. */
export interface AssignReplicasToDirsRequestPartitionData {
  /** Number of the partition. */
  readonly partitionIndex: number;
}

/** Response to AssignReplicasToDirs. */
export interface AssignReplicasToDirsResponse {
  /** How long a quota held the answer back, or asks the client to pause, in ms. */
  readonly throttleTimeMs: number;
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** Log directories. */
  readonly directories: readonly AssignReplicasToDirsResponseDirectoryData[];
}

/** An element of {@linkcode AssignReplicasToDirsResponse.directories}. */
export interface AssignReplicasToDirsResponseDirectoryData {
  /** Id of the log directory. */
  readonly id: string;
  /** One entry per topic. */
  readonly topics: readonly AssignReplicasToDirsResponseTopicData[];
}

/** An element of {@linkcode AssignReplicasToDirsResponseDirectoryData.topics}. */
export interface AssignReplicasToDirsResponseTopicData {
  /** Id of the topic. */
  readonly topicId: string;
  /** One entry per partition. */
  readonly partitions: readonly AssignReplicasToDirsResponsePartitionData[];
}

/** An element of {@linkcode AssignReplicasToDirsResponseTopicData.partitions}. */
export interface AssignReplicasToDirsResponsePartitionData {
  /** Number of the partition. */
  readonly partitionIndex: number;
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
}

/** The API. */
export const assignReplicasToDirs: Api<AssignReplicasToDirsRequest, AssignReplicasToDirsResponse> =
  {
    key: 73,
    name: "AssignReplicasToDirs",
    request: message<AssignReplicasToDirsRequest>(`
@AssignReplicasToDirsRequest 73 0 flexible 0+ listeners controller
brokerId int32
brokerEpoch int64 =-1
directories []DirectoryData
  id uuid
  topics []TopicData
    topicId uuid
    partitions []PartitionData
      partitionIndex int32
`),
    response: message<AssignReplicasToDirsResponse>(`
@AssignReplicasToDirsResponse 73 0 flexible 0+
throttleTimeMs int32
errorCode int16
directories []DirectoryData
  id uuid
  topics []TopicData
    topicId uuid
    partitions []PartitionData
      partitionIndex int32
      errorCode int16
`),
  };
