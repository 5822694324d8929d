/**
 * CreateTopics, API 19: makes topics. Versions 2 to 7, flexible from 5 on.
 *
 * @module
 */

import { message } from "../../../storage/message/message_codec.ts";
import type { Api } from "../api.ts";

/** Request of CreateTopics. */
export interface CreateTopicsRequest {
  /** One entry per topic. */
  readonly topics: readonly CreatableTopic[];
  /** How long the server may take, in ms. */
  readonly timeoutMs: number;
  /** Whether only to check the request, and change nothing. */
  readonly validateOnly: boolean;
}

/** An element of {@linkcode CreateTopicsRequest.topics}. */
export interface CreatableTopic {
  /** Name of the topic. */
  readonly name: string;
  /** Number of partitions; -1 for the default, or as assigned. */
  readonly numPartitions: number;
  /** Number of replicas; -1 for the default, or as assigned. */
  readonly replicationFactor: number;
  /** Replicas by partition; empty to let the controller place them. */
  readonly assignments: readonly CreatableReplicaAssignment[];
  /** Configs by name. */
  readonly configs: readonly CreatableTopicConfig[];
}

/** An element of {@linkcode CreatableTopic.assignments}. */
export interface CreatableReplicaAssignment {
  /** Number of the partition. */
  readonly partitionIndex: number;
  /** Brokers of the replicas, the preferred leader first. */
  readonly brokerIds: readonly number[];
}

/** An element of {@linkcode CreatableTopic.configs}. */
export interface CreatableTopicConfig {
  /** Name of the config. */
  readonly name: string;
  /** Value of the config; null for none. */
  readonly value: string | null;
}

/** Response to CreateTopics. */
export interface CreateTopicsResponse {
  /** How long a quota held the answer back, or asks the client to pause, in ms. */
  readonly throttleTimeMs: number;
  /** One answer per topic. */
  readonly topics: readonly CreatableTopicResult[];
}

/** An element of {@linkcode CreateTopicsResponse.topics}. */
export interface CreatableTopicResult {
  /** Name of the topic. */
  readonly name: string;
  /** Id of the topic. */
  readonly topicId: string;
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** Text for the error; null for success. */
  readonly errorMessage: string | null;
  /** Why the configs are not told; 0 when they are. */
  readonly topicConfigErrorCode: number;
  /** Number of partitions; -1 when it can not be told. */
  readonly numPartitions: number;
  /** Number of replicas; -1 when it can not be told. */
  readonly replicationFactor: number;
  /** All configs of the new topic; null when they can not be told. */
  readonly configs: readonly CreatableTopicConfigs[] | null;
}

/** An element of {@linkcode CreatableTopicResult.configs}. */
export interface CreatableTopicConfigs {
  /** Name of the config. */
  readonly name: string;
  /** Value of the config; null for none. */
  readonly value: string | null;
  /** Whether the value can not be changed at run time. */
  readonly readOnly: boolean;
  /** Where the value comes from, as DescribeConfigs numbers it. */
  readonly configSource: number;
  /** Whether the value is a secret, which is never told. */
  readonly isSensitive: boolean;
}

/** The API. */
export const createTopics: Api<CreateTopicsRequest, CreateTopicsResponse> = {
  key: 19,
  name: "CreateTopics",
  request: message<CreateTopicsRequest>(`
@CreateTopicsRequest 19 2-7 flexible 5+ listeners broker,controller
topics []CreatableTopic
  name string
  numPartitions int32
  replicationFactor int16
  assignments []CreatableReplicaAssignment
    partitionIndex int32
    brokerIds []int32
  configs []CreatableTopicConfig
    name string
    value string ?0+
timeoutMs int32 =60000
validateOnly bool 1+ =false
`),
  response: message<CreateTopicsResponse>(`
@CreateTopicsResponse 19 2-7 flexible 5+
throttleTimeMs int32 2+ !
topics []CreatableTopicResult
  name string
  topicId uuid 7+ !
  errorCode int16
  errorMessage string 1+ ! ?0+
  topicConfigErrorCode int16 5+ ! #0
  numPartitions int32 5+ ! =-1
  replicationFactor int16 5+ ! =-1
  configs []CreatableTopicConfigs 5+ ! ?5+
    name string 5+
    value string 5+ ?5+
    readOnly bool 5+
    configSource int8 5+ ! =-1
    isSensitive bool 5+
`),
};
