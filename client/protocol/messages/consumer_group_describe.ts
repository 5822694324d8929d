/**
 * ConsumerGroupDescribe, API 69: members of groups of the consumer protocol (KIP-848). Versions 0 to 1, all flexible.
 *
 * @module
 */

import { message } from "../../../storage/message/message_codec.ts";
import type { Api } from "../api.ts";

/** Request of ConsumerGroupDescribe. */
export interface ConsumerGroupDescribeRequest {
  /** Ids of the groups. */
  readonly groupIds: readonly string[];
  /** Whether to tell what the asker may do. */
  readonly includeAuthorizedOperations: boolean;
}

/** Response to ConsumerGroupDescribe. */
export interface ConsumerGroupDescribeResponse {
  /** How long a quota held the answer back, or asks the client to pause, in ms. */
  readonly throttleTimeMs: number;
  /** One entry per group. */
  readonly groups: readonly ConsumerGroupDescribeResponseDescribedGroup[];
}

/** An element of {@linkcode ConsumerGroupDescribeResponse.groups}. */
export interface ConsumerGroupDescribeResponseDescribedGroup {
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
  readonly members: readonly ConsumerGroupDescribeResponseMember[];
  /** Bit set of what the asker may do with the group; the lowest int32 when it was not asked for. */
  readonly authorizedOperations: number;
}

/** An element of {@linkcode ConsumerGroupDescribeResponseDescribedGroup.members}. */
export interface ConsumerGroupDescribeResponseMember {
  /** Id of the member. */
  readonly memberId: string;
  /** Id of a static member; null for others. */
  readonly instanceId: string | null;
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
  /** Pattern of topics that the member subscribes to; null for no change. */
  readonly subscribedTopicRegex: string | null;
  /** What the member is assigned. */
  readonly assignment: ConsumerGroupDescribeResponseAssignment;
  /** What the member will have. */
  readonly targetAssignment: ConsumerGroupDescribeResponseAssignment;
  /** 0 classic, 1 consumer; -1 when not known. */
  readonly memberType: number;
}

/** Content of {@linkcode ConsumerGroupDescribeResponseMember.assignment}. */
export interface ConsumerGroupDescribeResponseAssignment {
  /** Partitions by topic. */
  readonly topicPartitions: readonly ConsumerGroupDescribeResponseTopicPartitions[];
}

/** An element of {@linkcode ConsumerGroupDescribeResponseAssignment.topicPartitions}. */
export interface ConsumerGroupDescribeResponseTopicPartitions {
  /** Id of the topic. */
  readonly topicId: string;
  /** Name of the topic. */
  readonly topicName: string;
  /** One entry per partition. */
  readonly partitions: readonly number[];
}

/** The API. */
export const consumerGroupDescribe: Api<
  ConsumerGroupDescribeRequest,
  ConsumerGroupDescribeResponse
> = {
  key: 69,
  name: "ConsumerGroupDescribe",
  request: message<ConsumerGroupDescribeRequest>(`
@ConsumerGroupDescribeRequest 69 0-1 flexible 0+ listeners broker
groupIds []string
includeAuthorizedOperations bool
`),
  response: message<ConsumerGroupDescribeResponse>(`
@ConsumerGroupDescribeResponse 69 0-1 flexible 0+
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
    instanceId string ?0+ =null
    rackId string ?0+ =null
    memberEpoch int32
    clientId string
    clientHost string
    subscribedTopicNames []string
    subscribedTopicRegex string ?0+ =null
    assignment Assignment
      topicPartitions []TopicPartitions
        topicId uuid
        topicName string
        partitions []int32
    targetAssignment Assignment
    memberType int8 1+ ! =-1
  authorizedOperations int32 =-2147483648
`),
};
