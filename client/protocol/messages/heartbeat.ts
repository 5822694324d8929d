/**
 * Heartbeat, API 12: keeps a member in a classic group. Versions 0 to 4, flexible from 4 on.
 *
 * @module
 */

import { message } from "../../../storage/message/message_codec.ts";
import type { Api } from "../api.ts";

/** Request of Heartbeat. */
export interface HeartbeatRequest {
  /** Id of the group. */
  readonly groupId: string;
  /** Generation of the group. */
  readonly generationId: number;
  /** Id of the member. */
  readonly memberId: string;
  /** Id of a static member; null for others. */
  readonly groupInstanceId: string | null;
}

/** Response to Heartbeat. */
export interface HeartbeatResponse {
  /** How long a quota held the answer back, or asks the client to pause, in ms. */
  readonly throttleTimeMs: number;
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
}

/** The API. */
export const heartbeat: Api<HeartbeatRequest, HeartbeatResponse> = {
  key: 12,
  name: "Heartbeat",
  request: message<HeartbeatRequest>(`
@HeartbeatRequest 12 0-4 flexible 4+ listeners broker
groupId string
generationId int32
memberId string
groupInstanceId string 3+ ?3+ =null
`),
  response: message<HeartbeatResponse>(`
@HeartbeatResponse 12 0-4 flexible 4+
throttleTimeMs int32 1+ !
errorCode int16
`),
};
