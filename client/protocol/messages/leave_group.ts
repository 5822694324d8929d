/**
 * LeaveGroup, API 13: leaves a classic group. Versions 0 to 5, flexible from 4 on.
 *
 * @module
 */

import { message } from "../../../storage/message/message_codec.ts";
import type { Api } from "../api.ts";

/** Request of LeaveGroup. */
export interface LeaveGroupRequest {
  /** Id of the group. */
  readonly groupId: string;
  /** Id of the member. */
  readonly memberId: string;
  /** Members that leave. */
  readonly members: readonly MemberIdentity[];
}

/** An element of {@linkcode LeaveGroupRequest.members}. */
export interface MemberIdentity {
  /** Id of the member. */
  readonly memberId: string;
  /** Id of a static member; null for others. */
  readonly groupInstanceId: string | null;
  /** Why, for the log. */
  readonly reason: string | null;
}

/** Response to LeaveGroup. */
export interface LeaveGroupResponse {
  /** How long a quota held the answer back, or asks the client to pause, in ms. */
  readonly throttleTimeMs: number;
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** One answer per member. */
  readonly members: readonly MemberResponse[];
}

/** An element of {@linkcode LeaveGroupResponse.members}. */
export interface MemberResponse {
  /** Id of the member. */
  readonly memberId: string;
  /** Id of a static member; null for others. */
  readonly groupInstanceId: string | null;
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
}

/** The API. */
export const leaveGroup: Api<LeaveGroupRequest, LeaveGroupResponse> = {
  key: 13,
  name: "LeaveGroup",
  request: message<LeaveGroupRequest>(`
@LeaveGroupRequest 13 0-5 flexible 4+ listeners broker
groupId string
memberId string 0-2
members []MemberIdentity 3+
  memberId string 3+
  groupInstanceId string 3+ ?3+ =null
  reason string 5+ ! ?5+ =null
`),
  response: message<LeaveGroupResponse>(`
@LeaveGroupResponse 13 0-5 flexible 4+
throttleTimeMs int32 1+ !
errorCode int16
members []MemberResponse 3+
  memberId string 3+
  groupInstanceId string 3+ ?3+
  errorCode int16 3+
`),
};
