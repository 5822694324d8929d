/**
 * FindCoordinator, API 10: which broker coordinates a group or a transaction. Versions 0 to 6, flexible from 3 on.
 *
 * @module
 */

import { message } from "../../../storage/message/message_codec.ts";
import type { Api } from "../api.ts";

/** Request of FindCoordinator. */
export interface FindCoordinatorRequest {
  /** Group id or transactional id, as `keyType` says. */
  readonly key: string;
  /** 0 group, 1 transaction, 2 share-group partition. */
  readonly keyType: number;
  /** Group ids, transactional ids or share-group partitions, as `keyType` says. */
  readonly coordinatorKeys: readonly string[];
}

/** Response to FindCoordinator. */
export interface FindCoordinatorResponse {
  /** How long a quota held the answer back, or asks the client to pause, in ms. */
  readonly throttleTimeMs: number;
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** Text for the error; null for success. */
  readonly errorMessage: string | null;
  /** Id of the node. */
  readonly nodeId: number;
  /** Host name or address. */
  readonly host: string;
  /** Port. */
  readonly port: number;
  /** One answer per key. */
  readonly coordinators: readonly Coordinator[];
}

/** An element of {@linkcode FindCoordinatorResponse.coordinators}. */
export interface Coordinator {
  /** Key that the coordinator is for. */
  readonly key: string;
  /** Id of the node. */
  readonly nodeId: number;
  /** Host name or address. */
  readonly host: string;
  /** Port. */
  readonly port: number;
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** Text for the error; null for success. */
  readonly errorMessage: string | null;
}

/** The API. */
export const findCoordinator: Api<FindCoordinatorRequest, FindCoordinatorResponse> = {
  key: 10,
  name: "FindCoordinator",
  request: message<FindCoordinatorRequest>(`
@FindCoordinatorRequest 10 0-6 flexible 3+ listeners broker
key string 0-3
keyType int8 1+ =0
coordinatorKeys []string 4+
`),
  response: message<FindCoordinatorResponse>(`
@FindCoordinatorResponse 10 0-6 flexible 3+
throttleTimeMs int32 1+ !
errorCode int16 0-3
errorMessage string 1-3 ! ?1-3
nodeId int32 0-3
host string 0-3
port int32 0-3
coordinators []Coordinator 4+
  key string 4+
  nodeId int32 4+
  host string 4+
  port int32 4+
  errorCode int16 4+
  errorMessage string 4+ ! ?4+
`),
};
