/**
 * JoinGroup, API 11: joins a classic group. Versions 0 to 9, flexible from 6 on.
 *
 * @module
 */

import { message } from "../../../storage/message/message_codec.ts";
import type { Api } from "../api.ts";

/** Request of JoinGroup. */
export interface JoinGroupRequest {
  /** Id of the group. */
  readonly groupId: string;
  /** How long a member may be silent. */
  readonly sessionTimeoutMs: number;
  /** How long the member has for a rebalance. */
  readonly rebalanceTimeoutMs: number;
  /** Id of the member. */
  readonly memberId: string;
  /** Id of a static member; null for others. */
  readonly groupInstanceId: string | null;
  /** Class of protocols, `consumer` for consumers. */
  readonly protocolType: string;
  /** Protocols that the member supports, best first. */
  readonly protocols: readonly JoinGroupRequestProtocol[];
  /** Why, for the log. */
  readonly reason: string | null;
}

/** An element of {@linkcode JoinGroupRequest.protocols}. */
export interface JoinGroupRequestProtocol {
  /** Name of the protocol. */
  readonly name: string;
  /** What the member tells the assignor, opaque. */
  readonly metadata: Uint8Array;
}

/** Response to JoinGroup. */
export interface JoinGroupResponse {
  /** How long a quota held the answer back, or asks the client to pause, in ms. */
  readonly throttleTimeMs: number;
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** Generation of the group. */
  readonly generationId: number;
  /** Class of protocols, `consumer` for consumers. */
  readonly protocolType: string | null;
  /** Protocol that the group chose. */
  readonly protocolName: string | null;
  /** Id of the member that assigns. */
  readonly leader: string;
  /** Whether the leader may leave the assignment out. */
  readonly skipAssignment: boolean;
  /** Id of the member. */
  readonly memberId: string;
  /** Members with their metadata; empty but for the leader. */
  readonly members: readonly JoinGroupResponseMember[];
}

/** An element of {@linkcode JoinGroupResponse.members}. */
export interface JoinGroupResponseMember {
  /** Id of the member. */
  readonly memberId: string;
  /** Id of a static member; null for others. */
  readonly groupInstanceId: string | null;
  /** What the member tells the assignor, opaque. */
  readonly metadata: Uint8Array;
}

/** The API. */
export const joinGroup: Api<JoinGroupRequest, JoinGroupResponse> = {
  key: 11,
  name: "JoinGroup",
  request: message<JoinGroupRequest>(`
@JoinGroupRequest 11 0-9 flexible 6+ listeners broker
groupId string
sessionTimeoutMs int32
rebalanceTimeoutMs int32 1+ ! =-1
memberId string
groupInstanceId string 5+ ?5+ =null
protocolType string
protocols []JoinGroupRequestProtocol
  name string
  metadata bytes
reason string 8+ ! ?8+ =null
`),
  response: message<JoinGroupResponse>(`
@JoinGroupResponse 11 0-9 flexible 6+
throttleTimeMs int32 2+ !
errorCode int16
generationId int32 =-1
protocolType string 7+ ! ?7+ =null
protocolName string ?7+
leader string
skipAssignment bool 9+ =false
memberId string
members []JoinGroupResponseMember
  memberId string
  groupInstanceId string 5+ ! ?5+ =null
  metadata bytes
`),
};
