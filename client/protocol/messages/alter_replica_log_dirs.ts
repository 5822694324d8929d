/**
 * AlterReplicaLogDirs, API 34: moves replicas between the log directories of a broker. Versions 1 to 2, flexible from 2 on.
 *
 * @module
 */

import { message } from "../../../storage/message/message_codec.ts";
import type { Api } from "../api.ts";

/** Request of AlterReplicaLogDirs. */
export interface AlterReplicaLogDirsRequest {
  /** Directories, with what shall move into each. */
  readonly dirs: readonly AlterReplicaLogDir[];
}

/** An element of {@linkcode AlterReplicaLogDirsRequest.dirs}. */
export interface AlterReplicaLogDir {
  /** Absolute path of the directory. */
  readonly path: string;
  /** One entry per topic. */
  readonly topics: readonly AlterReplicaLogDirTopic[];
}

/** An element of {@linkcode AlterReplicaLogDir.topics}. */
export interface AlterReplicaLogDirTopic {
  /** Name of the topic. */
  readonly name: string;
  /** One entry per partition. */
  readonly partitions: readonly number[];
}

/** Response to AlterReplicaLogDirs. */
export interface AlterReplicaLogDirsResponse {
  /** How long a quota held the answer back, or asks the client to pause, in ms. */
  readonly throttleTimeMs: number;
  /** One answer per entry of the request. */
  readonly results: readonly AlterReplicaLogDirTopicResult[];
}

/** An element of {@linkcode AlterReplicaLogDirsResponse.results}. */
export interface AlterReplicaLogDirTopicResult {
  /** Name of the topic. */
  readonly topicName: string;
  /** One entry per partition. */
  readonly partitions: readonly AlterReplicaLogDirPartitionResult[];
}

/** An element of {@linkcode AlterReplicaLogDirTopicResult.partitions}. */
export interface AlterReplicaLogDirPartitionResult {
  /** Number of the partition. */
  readonly partitionIndex: number;
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
}

/** The API. */
export const alterReplicaLogDirs: Api<AlterReplicaLogDirsRequest, AlterReplicaLogDirsResponse> = {
  key: 34,
  name: "AlterReplicaLogDirs",
  request: message<AlterReplicaLogDirsRequest>(`
@AlterReplicaLogDirsRequest 34 1-2 flexible 2+ listeners broker
dirs []AlterReplicaLogDir
  path string
  topics []AlterReplicaLogDirTopic
    name string
    partitions []int32
`),
  response: message<AlterReplicaLogDirsResponse>(`
@AlterReplicaLogDirsResponse 34 1-2 flexible 2+
throttleTimeMs int32
results []AlterReplicaLogDirTopicResult
  topicName string
  partitions []AlterReplicaLogDirPartitionResult
    partitionIndex int32
    errorCode int16
`),
};
