/**
 * ShareGroupHeartbeat, API 76: joins, keeps and leaves a share group. Version 1, all flexible.
 *
 * @module
 */

import { message } from "../../../storage/message/message_codec.ts";
import type { Api } from "../api.ts";

/** Request of ShareGroupHeartbeat. */
export interface ShareGroupHeartbeatRequest {
  /** Id of the group. */
  readonly groupId: string;
  /** Id of the member. */
  readonly memberId: string;
  /** Epoch of the member; 0 to join, -1 to leave. */
  readonly memberEpoch: number;
  /** Rack of the client or member. */
  readonly rackId: string | null;
  /** Topics that the member subscribes to; null for no change. */
  readonly subscribedTopicNames: readonly string[] | null;
}

/** Response to ShareGroupHeartbeat. */
export interface ShareGroupHeartbeatResponse {
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
  readonly assignment: ShareGroupHeartbeatResponseAssignment | null;
}

/** Content of {@linkcode ShareGroupHeartbeatResponse.assignment}. */
export interface ShareGroupHeartbeatResponseAssignment {
  /** Partitions by topic. */
  readonly topicPartitions: readonly ShareGroupHeartbeatResponseTopicPartitions[];
}

/** An element of {@linkcode ShareGroupHeartbeatResponseAssignment.topicPartitions}. */
export interface ShareGroupHeartbeatResponseTopicPartitions {
  /** Id of the topic. */
  readonly topicId: string;
  /** One entry per partition. */
  readonly partitions: readonly number[];
}

/** The API. */
export const shareGroupHeartbeat: Api<ShareGroupHeartbeatRequest, ShareGroupHeartbeatResponse> = {
  key: 76,
  name: "ShareGroupHeartbeat",
  request: message<ShareGroupHeartbeatRequest>(`
@ShareGroupHeartbeatRequest 76 1 flexible 0+ listeners broker
groupId string
memberId string
memberEpoch int32
rackId string ?0+ =null
subscribedTopicNames []string ?0+ =null
`),
  response: message<ShareGroupHeartbeatResponse>(`
@ShareGroupHeartbeatResponse 76 1 flexible 0+
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
