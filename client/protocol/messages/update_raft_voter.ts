/**
 * UpdateRaftVoter, API 82: changes the addresses and versions of a voter. Version 0, all flexible.
 *
 * @module
 */

import { message } from "../../../storage/message/message_codec.ts";
import type { Api } from "../api.ts";

/** Request of UpdateRaftVoter. */
export interface UpdateRaftVoterRequest {
  /** Id of the cluster. */
  readonly clusterId: string | null;
  /** Leader epoch as the asker knows it; -1 for no check. */
  readonly currentLeaderEpoch: number;
  /** Id of the voter. */
  readonly voterId: number;
  /** Directory of the voter's metadata log. */
  readonly voterDirectoryId: string;
  /** Addresses by listener. */
  readonly listeners: readonly UpdateRaftVoterRequestListener[];
  /** Versions of KRaft that the voter supports. */
  readonly kRaftVersionFeature: KRaftVersionFeature;
}

/** An element of {@linkcode UpdateRaftVoterRequest.listeners}. */
export interface UpdateRaftVoterRequestListener {
  /** Name of the listener. */
  readonly name: string;
  /** Host name or address. */
  readonly host: string;
  /** Port. */
  readonly port: number;
}

/** Content of {@linkcode UpdateRaftVoterRequest.kRaftVersionFeature}. */
export interface KRaftVersionFeature {
  /** Lowest level supported. */
  readonly minSupportedVersion: number;
  /** Highest level supported. */
  readonly maxSupportedVersion: number;
}

/** Response to UpdateRaftVoter. */
export interface UpdateRaftVoterResponse {
  /** How long a quota held the answer back, or asks the client to pause, in ms. */
  readonly throttleTimeMs: number;
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** The leader, when the client knows another one. */
  readonly currentLeader: CurrentLeader;
}

/** Content of {@linkcode UpdateRaftVoterResponse.currentLeader}. */
export interface CurrentLeader {
  /** Id of the leader; -1 for none. */
  readonly leaderId: number;
  /** Leader epoch. */
  readonly leaderEpoch: number;
  /** Host name or address. */
  readonly host: string;
  /** Port. */
  readonly port: number;
}

/** The API. */
export const updateRaftVoter: Api<UpdateRaftVoterRequest, UpdateRaftVoterResponse> = {
  key: 82,
  name: "UpdateRaftVoter",
  request: message<UpdateRaftVoterRequest>(`
@UpdateRaftVoterRequest 82 0 flexible 0+ listeners controller
clusterId string ?0+
currentLeaderEpoch int32
voterId int32
voterDirectoryId uuid
listeners []Listener
  name string
  host string
  port uint16
kRaftVersionFeature KRaftVersionFeature
  minSupportedVersion int16
  maxSupportedVersion int16
`),
  response: message<UpdateRaftVoterResponse>(`
@UpdateRaftVoterResponse 82 0 flexible 0+
throttleTimeMs int32
errorCode int16
currentLeader CurrentLeader #0
  leaderId int32 =-1
  leaderEpoch int32 =-1
  host string
  port int32
`),
};
