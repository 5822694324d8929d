/**
 * ShareGroupDescribe, API 77: members of share groups. Version 1, all flexible.
 *
 * @module
 */

import { message } from "../../../storage/message/message_codec.ts";
import type { Api } from "../api.ts";

/** Request of ShareGroupDescribe. */
export interface ShareGroupDescribeRequest {
  /** Ids of the groups. */
  readonly groupIds: readonly string[];
  /** Whether to tell what the asker may do. */
  readonly includeAuthorizedOperations: boolean;
}

/** Response to ShareGroupDescribe. */
export interface ShareGroupDescribeResponse {
  /** How long a quota held the answer back, or asks the client to pause, in ms. */
  readonly throttleTimeMs: number;
  /** One entry per group. */
  readonly groups: readonly ShareGroupDescribeResponseDescribedGroup[];
}

/** An element of {@linkcode ShareGroupDescribeResponse.groups}. */
export interface ShareGroupDescribeResponseDescribedGroup {
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
  /** Assignor that the group uses. */
  readonly assignorName: string;
  /** Members of the group. */
  readonly members: readonly ShareGroupDescribeResponseMember[];
  /** Bit set of what the asker may do with the group; the lowest int32 when it was not asked for. */
  readonly authorizedOperations: number;
}

/** An element of {@linkcode ShareGroupDescribeResponseDescribedGroup.members}. */
export interface ShareGroupDescribeResponseMember {
  /** Id of the member. */
  readonly memberId: string;
  /** Rack of the client or member. */
  readonly rackId: string | null;
  /** Epoch of the member; 0 to join, -1 to leave. */
  readonly memberEpoch: number;
  /** Name that the client gave itself. */
  readonly clientId: string;
  /** Address of the member. */
  readonly clientHost: string;
  /** Topics that the member subscribes to; null for no change. */
  readonly subscribedTopicNames: readonly string[];
  /** What the member is assigned. */
  readonly assignment: ShareGroupDescribeResponseAssignment;
}

/** Content of {@linkcode ShareGroupDescribeResponseMember.assignment}. */
export interface ShareGroupDescribeResponseAssignment {
  /** Partitions by topic. */
  readonly topicPartitions: readonly ShareGroupDescribeResponseTopicPartitions[];
}

/** An element of {@linkcode ShareGroupDescribeResponseAssignment.topicPartitions}. */
export interface ShareGroupDescribeResponseTopicPartitions {
  /** Id of the topic. */
  readonly topicId: string;
  /** Name of the topic. */
  readonly topicName: string;
  /** One entry per partition. */
  readonly partitions: readonly number[];
}

/** The API. */
export const shareGroupDescribe: Api<ShareGroupDescribeRequest, ShareGroupDescribeResponse> = {
  key: 77,
  name: "ShareGroupDescribe",
  request: message<ShareGroupDescribeRequest>(`
@ShareGroupDescribeRequest 77 1 flexible 0+ listeners broker
groupIds []string
includeAuthorizedOperations bool
`),
  response: message<ShareGroupDescribeResponse>(`
@ShareGroupDescribeResponse 77 1 flexible 0+
throttleTimeMs int32
groups []DescribedGroup
  errorCode int16
  errorMessage string ?0+ =null
  groupId string
  groupState string
  groupEpoch int32
  assignmentEpoch int32
  assignorName string
  members []Member
    memberId string
    rackId string ?0+ =null
    memberEpoch int32
    clientId string
    clientHost string
    subscribedTopicNames []string
    assignment Assignment
      topicPartitions []TopicPartitions
        topicId uuid
        topicName string
        partitions []int32
  authorizedOperations int32 =-2147483648
`),
};
