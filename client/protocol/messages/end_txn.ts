/**
 * EndTxn, API 26: commits or aborts a transaction. Versions 0 to 5, flexible from 3 on.
 *
 * @module
 */

import { message } from "../../../storage/message/message_codec.ts";
import type { Api } from "../api.ts";

/** Request of EndTxn. */
export interface EndTxnRequest {
  /** Id of the transactional producer. */
  readonly transactionalId: string;
  /** Id of the producer. */
  readonly producerId: number;
  /** Epoch of the producer. */
  readonly producerEpoch: number;
  /** True to commit, false to abort. */
  readonly committed: boolean;
}

/** Response to EndTxn. */
export interface EndTxnResponse {
  /** How long a quota held the answer back, or asks the client to pause, in ms. */
  readonly throttleTimeMs: number;
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** Id of the producer. */
  readonly producerId: number;
  /** Epoch of the producer. */
  readonly producerEpoch: number;
}

/** The API. */
export const endTxn: Api<EndTxnRequest, EndTxnResponse> = {
  key: 26,
  name: "EndTxn",
  request: message<EndTxnRequest>(`
@EndTxnRequest 26 0-5 flexible 3+ listeners broker
transactionalId string
producerId int64
producerEpoch int16
committed bool
`),
  response: message<EndTxnResponse>(`
@EndTxnResponse 26 0-5 flexible 3+
throttleTimeMs int32
errorCode int16
producerId int64 5+ ! =-1
producerEpoch int16 5+ ! =-1
`),
};
