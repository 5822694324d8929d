/**
 * SyncGroup, API 14: spreads the assignment of a classic group. Versions 0 to 5, flexible from 4 on.
 *
 * @module
 */

import { message } from "../../../storage/message/message_codec.ts";
import type { Api } from "../api.ts";

/** Request of SyncGroup. */
export interface SyncGroupRequest {
  /** Id of the group. */
  readonly groupId: string;
  /** Generation of the group. */
  readonly generationId: number;
  /** Id of the member. */
  readonly memberId: string;
  /** Id of a static member; null for others. */
  readonly groupInstanceId: string | null;
  /** Class of protocols, `consumer` for consumers. */
  readonly protocolType: string | null;
  /** Protocol that the group chose; null when not known. */
  readonly protocolName: string | null;
  /** What each member gets; empty but from the leader. */
  readonly assignments: readonly SyncGroupRequestAssignment[];
}

/** An element of {@linkcode SyncGroupRequest.assignments}. */
export interface SyncGroupRequestAssignment {
  /** Id of the member. */
  readonly memberId: string;
  /** What the member gets, opaque. */
  readonly assignment: Uint8Array;
}

/** Response to SyncGroup. */
export interface SyncGroupResponse {
  /** How long a quota held the answer back, or asks the client to pause, in ms. */
  readonly throttleTimeMs: number;
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** Class of protocols, `consumer` for consumers. */
  readonly protocolType: string | null;
  /** Protocol that the group chose; null when not known. */
  readonly protocolName: string | null;
  /** What the member gets, opaque. */
  readonly assignment: Uint8Array;
}

/** The API. */
export const syncGroup: Api<SyncGroupRequest, SyncGroupResponse> = {
  key: 14,
  name: "SyncGroup",
  request: message<SyncGroupRequest>(`
@SyncGroupRequest 14 0-5 flexible 4+ listeners broker
groupId string
generationId int32
memberId string
groupInstanceId string 3+ ?3+ =null
protocolType string 5+ ! ?5+ =null
protocolName string 5+ ! ?5+ =null
assignments []SyncGroupRequestAssignment
  memberId string
  assignment bytes
`),
  response: message<SyncGroupResponse>(`
@SyncGroupResponse 14 0-5 flexible 4+
throttleTimeMs int32 1+ !
errorCode int16
protocolType string 5+ ! ?5+ =null
protocolName string 5+ ! ?5+ =null
assignment bytes
`),
};
