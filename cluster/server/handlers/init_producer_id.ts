/**
 * InitProducerId.
 *
 * @module
 */

import { errorCode } from "../../../client/protocol/error_codes.ts";
import {
  initProducerId as api,
  type InitProducerIdRequest,
  type InitProducerIdResponse,
} from "../../../client/protocol/messages/init_producer_id.ts";
import type { ApiHandler } from "../api_handler.ts";

/** What the handler needs. */
export interface InitProducerIdOptions {
  /** Gives a producer id that nobody has. */
  readonly nextProducerId: () => number | Promise<number>;
}

/** Answers InitProducerId of idempotent producers; those with a transactional id find no coordinator. */
export function initProducerIdHandler(
  { nextProducerId }: InitProducerIdOptions,
): ApiHandler<InitProducerIdRequest, InitProducerIdResponse> {
  return {
    api,
    handle: async ({ transactionalId, producerId, producerEpoch }) => {
      // Of an id that a producer has already, there is never one half.
      if ((producerId === -1) !== (producerEpoch === -1)) {
        return { errorCode: errorCode("INVALID_REQUEST"), producerId: -1, producerEpoch: -1 };
      }
      if (transactionalId !== null) {
        return {
          errorCode: errorCode(transactionalId === "" ? "INVALID_REQUEST" : "NOT_COORDINATOR"),
          producerId: -1,
          producerEpoch: -1,
        };
      }
      return { producerId: await nextProducerId(), producerEpoch: 0 };
    },
    onError: (_request, error) => ({
      errorCode: errorCode(error),
      producerId: -1,
      producerEpoch: -1,
    }),
  };
}
