/**
 * AllocateProducerIds, API 67: gives a broker a block of producer ids. Version 0, all flexible.
 *
 * @module
 */

import { message } from "../../../storage/message/message_codec.ts";
import type { Api } from "../api.ts";

/** Request of AllocateProducerIds. */
export interface AllocateProducerIdsRequest {
  /** Id of the broker. */
  readonly brokerId: number;
  /** Epoch of the broker's registration. */
  readonly brokerEpoch: number;
}

/** Response to AllocateProducerIds. */
export interface AllocateProducerIdsResponse {
  /** How long a quota held the answer back, or asks the client to pause, in ms. */
  readonly throttleTimeMs: number;
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** First id of the block. */
  readonly producerIdStart: number;
  /** Number of ids in the block. */
  readonly producerIdLen: number;
}

/** The API. */
export const allocateProducerIds: Api<AllocateProducerIdsRequest, AllocateProducerIdsResponse> = {
  key: 67,
  name: "AllocateProducerIds",
  request: message<AllocateProducerIdsRequest>(`
@AllocateProducerIdsRequest 67 0 flexible 0+ listeners controller
brokerId int32
brokerEpoch int64 =-1
`),
  response: message<AllocateProducerIdsResponse>(`
@AllocateProducerIdsResponse 67 0 flexible 0+
throttleTimeMs int32
errorCode int16
producerIdStart int64
producerIdLen int32
`),
};
