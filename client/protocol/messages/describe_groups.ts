/**
 * DescribeGroups, API 15: members of classic groups. Versions 0 to 6, flexible from 5 on.
 *
 * @module
 */

import { message } from "../../../storage/message/message_codec.ts";
import type { Api } from "../api.ts";

/** Request of DescribeGroups. */
export interface DescribeGroupsRequest {
  /** One entry per group. */
  readonly groups: readonly string[];
  /** Whether to tell what the asker may do. */
  readonly includeAuthorizedOperations: boolean;
}

/** Response to DescribeGroups. */
export interface DescribeGroupsResponse {
  /** How long a quota held the answer back, or asks the client to pause, in ms. */
  readonly throttleTimeMs: number;
  /** One entry per group. */
  readonly groups: readonly DescribeGroupsResponseDescribedGroup[];
}

/** An element of {@linkcode DescribeGroupsResponse.groups}. */
export interface DescribeGroupsResponseDescribedGroup {
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** Text for the error; null for success. */
  readonly errorMessage: string | null;
  /** Id of the group. */
  readonly groupId: string;
  /** State of the group. */
  readonly groupState: string;
  /** Class of protocols, `consumer` for consumers. */
  readonly protocolType: string;
  /** Assignor of the group. */
  readonly protocolData: string;
  /** Members of the group. */
  readonly members: readonly DescribedGroupMember[];
  /** Bit set of what the asker may do with the group; the lowest int32 when it was not asked for. */
  readonly authorizedOperations: number;
}

/** An element of {@linkcode DescribeGroupsResponseDescribedGroup.members}. */
export interface DescribedGroupMember {
  /** Id of the member. */
  readonly memberId: string;
  /** Id of a static member; null for others. */
  readonly groupInstanceId: string | null;
  /** Name that the client gave itself. */
  readonly clientId: string;
  /** Address of the member. */
  readonly clientHost: string;
  /** What the member told when it joined, opaque. */
  readonly memberMetadata: Uint8Array;
  /** What the leader of the group assigned to the member, opaque. */
  readonly memberAssignment: Uint8Array;
}

/** The API. */
export const describeGroups: Api<DescribeGroupsRequest, DescribeGroupsResponse> = {
  key: 15,
  name: "DescribeGroups",
  request: message<DescribeGroupsRequest>(`
@DescribeGroupsRequest 15 0-6 flexible 5+ listeners broker
groups []string
includeAuthorizedOperations bool 3+
`),
  response: message<DescribeGroupsResponse>(`
@DescribeGroupsResponse 15 0-6 flexible 5+
throttleTimeMs int32 1+ !
groups []DescribedGroup
  errorCode int16
  errorMessage string 6+ ?6+ =null
  groupId string
  groupState string
  protocolType string
  protocolData string
  members []DescribedGroupMember
    memberId string
    groupInstanceId string 4+ ! ?4+ =null
    clientId string
    clientHost string
    memberMetadata bytes
    memberAssignment bytes
  authorizedOperations int32 3+ =-2147483648
`),
};
