/**
 * ConsumerGroupHeartbeat, API 68: joins, keeps and leaves a group of the consumer protocol (KIP-848). Versions 0 to 1, all flexible.
 *
 * @module
 */

import { message } from "../../../storage/message/message_codec.ts";
import type { Api } from "../api.ts";

/** Request of ConsumerGroupHeartbeat. */
export interface ConsumerGroupHeartbeatRequest {
  /** Id of the group. */
  readonly groupId: string;
  /** Id of the member. */
  readonly memberId: string;
  /** Epoch of the member; 0 to join, -1 to leave. */
  readonly memberEpoch: number;
  /** Id of a static member; null for others. */
  readonly instanceId: string | null;
  /** Rack of the client or member. */
  readonly rackId: string | null;
  /** How long the member has for a rebalance. */
  readonly rebalanceTimeoutMs: number;
  /** Topics that the member subscribes to; null for no change. */
  readonly subscribedTopicNames: readonly string[] | null;
  /** Pattern of topics that the member subscribes to; null for no change. */
  readonly subscribedTopicRegex: string | null;
  /** Assignor that the member wants; null for the server's choice or no change. */
  readonly serverAssignor: string | null;
  /** Partitions by topic. */
  readonly topicPartitions: readonly ConsumerGroupHeartbeatRequestTopicPartitions[] | null;
}

/** An element of {@linkcode ConsumerGroupHeartbeatRequest.topicPartitions}. */
export interface ConsumerGroupHeartbeatRequestTopicPartitions {
  /** Id of the topic. */
  readonly topicId: string;
  /** One entry per partition. */
  readonly partitions: readonly number[];
}

/** Response to ConsumerGroupHeartbeat. */
export interface ConsumerGroupHeartbeatResponse {
  /** How long a quota held the answer back, or asks the client to pause, in ms. */
  readonly throttleTimeMs: number;
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** Text for the error; null for success. */
  readonly errorMessage: string | null;
  /** Id of the member. */
  readonly memberId: string | null;
  /** Epoch of the member; 0 to join, -1 to leave. */
  readonly memberEpoch: number;
  /** How often the member has to report. */
  readonly heartbeatIntervalMs: number;
  /** What the member is assigned. */
  readonly assignment: ConsumerGroupHeartbeatResponseAssignment | null;
}

/** Content of {@linkcode ConsumerGroupHeartbeatResponse.assignment}. */
export interface ConsumerGroupHeartbeatResponseAssignment {
  /** Partitions by topic. */
  readonly topicPartitions: readonly ConsumerGroupHeartbeatResponseTopicPartitions[];
}

/** An element of {@linkcode ConsumerGroupHeartbeatResponseAssignment.topicPartitions}. */
export interface ConsumerGroupHeartbeatResponseTopicPartitions {
  /** Id of the topic. */
  readonly topicId: string;
  /** One entry per partition. */
  readonly partitions: readonly number[];
}

/** The API. */
export const consumerGroupHeartbeat: Api<
  ConsumerGroupHeartbeatRequest,
  ConsumerGroupHeartbeatResponse
> = {
  key: 68,
  name: "ConsumerGroupHeartbeat",
  request: message<ConsumerGroupHeartbeatRequest>(`
@ConsumerGroupHeartbeatRequest 68 0-1 flexible 0+ listeners broker
groupId string
memberId string
memberEpoch int32
instanceId string ?0+ =null
rackId string ?0+ =null
rebalanceTimeoutMs int32 =-1
subscribedTopicNames []string ?0+ =null
subscribedTopicRegex string 1+ ?1+ =null
serverAssignor string ?0+ =null
topicPartitions []TopicPartitions ?0+ =null
  topicId uuid
  partitions []int32
`),
  response: message<ConsumerGroupHeartbeatResponse>(`
@ConsumerGroupHeartbeatResponse 68 0-1 flexible 0+
throttleTimeMs int32
errorCode int16
errorMessage string ?0+ =null
memberId string ?0+ =null
memberEpoch int32
heartbeatIntervalMs int32
assignment Assignment ?0+ =null
  topicPartitions []TopicPartitions
    topicId uuid
    partitions []int32
`),
};
