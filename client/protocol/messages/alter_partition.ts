/**
 * AlterPartition, API 56: a leader tells the controller who is in sync. Versions 2 to 3, all flexible.
 *
 * @module
 */

import { message } from "../../../storage/message/message_codec.ts";
import type { Api } from "../api.ts";

/** Request of AlterPartition. */
export interface AlterPartitionRequest {
  /** Id of the broker. */
  readonly brokerId: number;
  /** Epoch of the broker's registration. */
  readonly brokerEpoch: number;
  /** One entry per topic. */
  readonly topics: readonly AlterPartitionRequestTopicData[];
}

/** An element of {@linkcode AlterPartitionRequest.topics}. */
export interface AlterPartitionRequestTopicData {
  /** Id of the topic. */
  readonly topicId: string;
  /** One entry per partition. */
  readonly partitions: readonly AlterPartitionRequestPartitionData[];
}

/** An element of {@linkcode AlterPartitionRequestTopicData.partitions}. */
export interface AlterPartitionRequestPartitionData {
  /** Number of the partition. */
  readonly partitionIndex: number;
  /** Leader epoch. */
  readonly leaderEpoch: number;
  /** Replicas that shall be in sync. */
  readonly newIsr: readonly number[];
  /** Replicas that shall be in sync, with the epochs of their brokers. */
  readonly newIsrWithEpochs: readonly BrokerState[];
  /** 0 recovered, 1 recovering from an unclean election. */
  readonly leaderRecoveryState: number;
  /** Epoch of the partition's state, which goes up with each change. */
  readonly partitionEpoch: number;
}

/** An element of {@linkcode AlterPartitionRequestPartitionData.newIsrWithEpochs}. */
export interface BrokerState {
  /** Id of the broker. */
  readonly brokerId: number;
  /** Epoch of the broker's registration. */
  readonly brokerEpoch: number;
}

/** Response to AlterPartition. */
export interface AlterPartitionResponse {
  /** How long a quota held the answer back, or asks the client to pause, in ms. */
  readonly throttleTimeMs: number;
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** One entry per topic. */
  readonly topics: readonly AlterPartitionResponseTopicData[];
}

/** An element of {@linkcode AlterPartitionResponse.topics}. */
export interface AlterPartitionResponseTopicData {
  /** Id of the topic. */
  readonly topicId: string;
  /** One entry per partition. */
  readonly partitions: readonly AlterPartitionResponsePartitionData[];
}

/** An element of {@linkcode AlterPartitionResponseTopicData.partitions}. */
export interface AlterPartitionResponsePartitionData {
  /** Number of the partition. */
  readonly partitionIndex: number;
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** Id of the leader; -1 for none. */
  readonly leaderId: number;
  /** Leader epoch. */
  readonly leaderEpoch: number;
  /** Replicas in sync. */
  readonly isr: readonly number[];
  /** 0 recovered, 1 recovering from an unclean election. */
  readonly leaderRecoveryState: number;
  /** Epoch of the partition's state, which goes up with each change. */
  readonly partitionEpoch: number;
}

/** The API. */
export const alterPartition: Api<AlterPartitionRequest, AlterPartitionResponse> = {
  key: 56,
  name: "AlterPartition",
  request: message<AlterPartitionRequest>(`
@AlterPartitionRequest 56 2-3 flexible 0+ listeners controller
brokerId int32
brokerEpoch int64 =-1
topics []TopicData
  topicId uuid 2+ !
  partitions []PartitionData
    partitionIndex int32
    leaderEpoch int32
    newIsr []int32 0-2
    newIsrWithEpochs []BrokerState 3+
      brokerId int32 3+
      brokerEpoch int64 3+ =-1
    leaderRecoveryState int8 1+ =0
    partitionEpoch int32
`),
  response: message<AlterPartitionResponse>(`
@AlterPartitionResponse 56 2-3 flexible 0+
throttleTimeMs int32
errorCode int16
topics []TopicData
  topicId uuid 2+ !
  partitions []PartitionData
    partitionIndex int32
    errorCode int16
    leaderId int32
    leaderEpoch int32
    isr []int32
    leaderRecoveryState int8 1+ ! =0
    partitionEpoch int32
`),
};
