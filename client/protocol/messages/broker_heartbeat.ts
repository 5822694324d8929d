/**
 * BrokerHeartbeat, API 63: a broker tells the controller that it lives. Versions 0 to 2, all flexible.
 *
 * @module
 */

import { message } from "../../../storage/message/message_codec.ts";
import type { Api } from "../api.ts";

/** Request of BrokerHeartbeat. */
export interface BrokerHeartbeatRequest {
  /** Id of the broker. */
  readonly brokerId: number;
  /** Epoch of the broker's registration. */
  readonly brokerEpoch: number;
  /** How far the broker has followed the metadata log. */
  readonly currentMetadataOffset: number;
  /** Whether the broker wants to be fenced. */
  readonly wantFence: boolean;
  /** Whether the broker wants to stop in an orderly way. */
  readonly wantShutDown: boolean;
  /** Log directories that failed. */
  readonly offlineLogDirs: readonly string[];
  /** Log directories that take no new partitions. */
  readonly cordonedLogDirs: readonly string[] | null;
}

/** Response to BrokerHeartbeat. */
export interface BrokerHeartbeatResponse {
  /** How long a quota held the answer back, or asks the client to pause, in ms. */
  readonly throttleTimeMs: number;
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** Whether the broker has followed the metadata log far enough. */
  readonly isCaughtUp: boolean;
  /** Whether the broker is fenced. */
  readonly isFenced: boolean;
  /** Whether the broker may now stop. */
  readonly shouldShutDown: boolean;
}

/** The API. */
export const brokerHeartbeat: Api<BrokerHeartbeatRequest, BrokerHeartbeatResponse> = {
  key: 63,
  name: "BrokerHeartbeat",
  request: message<BrokerHeartbeatRequest>(`
@BrokerHeartbeatRequest 63 0-2 flexible 0+ listeners controller
brokerId int32
brokerEpoch int64 =-1
currentMetadataOffset int64
wantFence bool
wantShutDown bool
offlineLogDirs []uuid 1+ #0
cordonedLogDirs []uuid 2+ ?2+ #1 =null
`),
  response: message<BrokerHeartbeatResponse>(`
@BrokerHeartbeatResponse 63 0-2 flexible 0+
throttleTimeMs int32
errorCode int16
isCaughtUp bool =false
isFenced bool =true
shouldShutDown bool
`),
};
