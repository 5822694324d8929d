/**
 * InitProducerId, API 22: gives a producer its id and epoch. Versions 0 to 6, flexible from 2 on.
 *
 * @module
 */

import { message } from "../../../storage/message/message_codec.ts";
import type { Api } from "../api.ts";

/** Request of InitProducerId. */
export interface InitProducerIdRequest {
  /** Id of the transactional producer; null for one that is only idempotent. */
  readonly transactionalId: string | null;
  /** How long a transaction may take. */
  readonly transactionTimeoutMs: number;
  /** Id that the producer has; -1 for none. */
  readonly producerId: number;
  /** Epoch that the producer has; -1 for none. */
  readonly producerEpoch: number;
  /** Whether the producer takes part in two-phase commits. */
  readonly enable2Pc: boolean;
  /** Whether a prepared transaction stays as it is. */
  readonly keepPreparedTxn: boolean;
}

/** Response to InitProducerId. */
export interface InitProducerIdResponse {
  /** How long a quota held the answer back, or asks the client to pause, in ms. */
  readonly throttleTimeMs: number;
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** Id of the producer. */
  readonly producerId: number;
  /** Epoch of the producer. */
  readonly producerEpoch: number;
  /** Producer id of the prepared transaction, or -1. */
  readonly ongoingTxnProducerId: number;
  /** Producer epoch of the prepared transaction, or -1. */
  readonly ongoingTxnProducerEpoch: number;
}

/** The API. */
export const initProducerId: Api<InitProducerIdRequest, InitProducerIdResponse> = {
  key: 22,
  name: "InitProducerId",
  request: message<InitProducerIdRequest>(`
@InitProducerIdRequest 22 0-6 flexible 2+ listeners broker unstable
transactionalId string ?0+
transactionTimeoutMs int32
producerId int64 3+ =-1
producerEpoch int16 3+ =-1
enable2Pc bool 6+ =false
keepPreparedTxn bool 6+ =false
`),
  response: message<InitProducerIdResponse>(`
@InitProducerIdResponse 22 0-6 flexible 2+
throttleTimeMs int32 !
errorCode int16
producerId int64 =-1
producerEpoch int16
ongoingTxnProducerId int64 6+ =-1
ongoingTxnProducerEpoch int16 6+ =-1
`),
};
