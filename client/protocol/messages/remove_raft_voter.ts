/**
 * RemoveRaftVoter, API 81: takes a voter out of the quorum. Version 0, all flexible.
 *
 * @module
 */

import { message } from "../../../storage/message/message_codec.ts";
import type { Api } from "../api.ts";

/** Request of RemoveRaftVoter. */
export interface RemoveRaftVoterRequest {
  /** Id of the cluster. */
  readonly clusterId: string | null;
  /** Id of the voter. */
  readonly voterId: number;
  /** Directory of the voter's metadata log. */
  readonly voterDirectoryId: string;
}

/** Response to RemoveRaftVoter. */
export interface RemoveRaftVoterResponse {
  /** How long a quota held the answer back, or asks the client to pause, in ms. */
  readonly throttleTimeMs: number;
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** Text for the error; null for success. */
  readonly errorMessage: string | null;
}

/** The API. */
export const removeRaftVoter: Api<RemoveRaftVoterRequest, RemoveRaftVoterResponse> = {
  key: 81,
  name: "RemoveRaftVoter",
  request: message<RemoveRaftVoterRequest>(`
@RemoveRaftVoterRequest 81 0 flexible 0+ listeners controller,broker
clusterId string ?0+
voterId int32
voterDirectoryId uuid
`),
  response: message<RemoveRaftVoterResponse>(`
@RemoveRaftVoterResponse 81 0 flexible 0+
throttleTimeMs int32
errorCode int16
errorMessage string ! ?0+
`),
};
