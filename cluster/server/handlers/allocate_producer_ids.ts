/**
 * AllocateProducerIds (67): a broker gets a block of producer ids to give out. Version 0.
 *
 * @module
 */

import { errorCode } from "../../../client/protocol/error_codes.ts";
import {
  allocateProducerIds as api,
  type AllocateProducerIdsRequest,
  type AllocateProducerIdsResponse,
} from "../../../client/protocol/messages/allocate_producer_ids.ts";
import type { ControllerDriver } from "../../controller/controller_driver.ts";
import { allocateProducerIds } from "../../controller/producer_id_blocks.ts";
import type { ApiHandler } from "../api_handler.ts";

/** Answers AllocateProducerIds: has the controller decide. */
export function allocateProducerIdsHandler(
  { controller }: { readonly controller: Pick<ControllerDriver, "submit"> },
): ApiHandler<AllocateProducerIdsRequest, AllocateProducerIdsResponse> {
  return {
    api,
    handle: async ({ brokerId, brokerEpoch }) => {
      const { firstProducerId: producerIdStart, size: producerIdLen } = await controller.submit(
        (context) => allocateProducerIds(context, brokerId, brokerEpoch),
      );
      return { producerIdStart, producerIdLen };
    },
    onError: (_request, error) => ({ errorCode: errorCode(error) }),
  };
}
