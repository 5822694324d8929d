/**
 * AddOffsetsToTxn, API 25: makes the offsets of a group part of a transaction. Versions 0 to 4, flexible from 3 on.
 *
 * @module
 */

import { message } from "../../../storage/message/message_codec.ts";
import type { Api } from "../api.ts";

/** Request of AddOffsetsToTxn. */
export interface AddOffsetsToTxnRequest {
  /** Id of the transactional producer. */
  readonly transactionalId: string;
  /** Id of the producer. */
  readonly producerId: number;
  /** Epoch of the producer. */
  readonly producerEpoch: number;
  /** Group whose offsets are part of the transaction. */
  readonly groupId: string;
}

/** Response to AddOffsetsToTxn. */
export interface AddOffsetsToTxnResponse {
  /** How long a quota held the answer back, or asks the client to pause, in ms. */
  readonly throttleTimeMs: number;
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
}

/** The API. */
export const addOffsetsToTxn: Api<AddOffsetsToTxnRequest, AddOffsetsToTxnResponse> = {
  key: 25,
  name: "AddOffsetsToTxn",
  request: message<AddOffsetsToTxnRequest>(`
@AddOffsetsToTxnRequest 25 0-4 flexible 3+ listeners broker
transactionalId string
producerId int64
producerEpoch int16
groupId string
`),
  response: message<AddOffsetsToTxnResponse>(`
@AddOffsetsToTxnResponse 25 0-4 flexible 3+
throttleTimeMs int32
errorCode int16
`),
};
