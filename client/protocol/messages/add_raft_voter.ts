/**
 * AddRaftVoter, API 80: adds a voter to the quorum. Versions 0 to 1, all flexible.
 *
 * @module
 */

import { message } from "../../../storage/message/message_codec.ts";
import type { Api } from "../api.ts";

/** Request of AddRaftVoter. */
export interface AddRaftVoterRequest {
  /** Id of the cluster. */
  readonly clusterId: string | null;
  /** How long the server may take, in ms. */
  readonly timeoutMs: number;
  /** Id of the voter. */
  readonly voterId: number;
  /** Directory of the voter's metadata log. */
  readonly voterDirectoryId: string;
  /** Addresses by listener. */
  readonly listeners: readonly AddRaftVoterRequestListener[];
  /** Answer once the change is committed, not as soon as it is appended. */
  readonly ackWhenCommitted: boolean;
}

/** An element of {@linkcode AddRaftVoterRequest.listeners}. */
export interface AddRaftVoterRequestListener {
  /** Name of the listener. */
  readonly name: string;
  /** Host name or address. */
  readonly host: string;
  /** Port. */
  readonly port: number;
}

/** Response to AddRaftVoter. */
export interface AddRaftVoterResponse {
  /** How long a quota held the answer back, or asks the client to pause, in ms. */
  readonly throttleTimeMs: number;
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** Text for the error; null for success. */
  readonly errorMessage: string | null;
}

/** The API. */
export const addRaftVoter: Api<AddRaftVoterRequest, AddRaftVoterResponse> = {
  key: 80,
  name: "AddRaftVoter",
  request: message<AddRaftVoterRequest>(`
@AddRaftVoterRequest 80 0-1 flexible 0+ listeners controller,broker
clusterId string ?0+
timeoutMs int32
voterId int32
voterDirectoryId uuid
listeners []Listener
  name string
  host string
  port uint16
ackWhenCommitted bool 1+ =true
`),
  response: message<AddRaftVoterResponse>(`
@AddRaftVoterResponse 80 0-1 flexible 0+
throttleTimeMs int32
errorCode int16
errorMessage string ! ?0+
`),
};
