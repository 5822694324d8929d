/**
 * UnregisterBroker (64): a broker that is gone is forgotten. Version 0.
 *
 * @module
 */

import { errorCode, errorMessage } from "../../../client/protocol/error_codes.ts";
import {
  unregisterBroker as api,
  type UnregisterBrokerRequest,
  type UnregisterBrokerResponse,
} from "../../../client/protocol/messages/unregister_broker.ts";
import { unregisterBroker } from "../../controller/broker_registration.ts";
import type { ControllerDriver } from "../../controller/controller_driver.ts";
import type { ApiHandler } from "../api_handler.ts";

/** Answers UnregisterBroker: has the controller decide. */
export function unregisterBrokerHandler(
  { controller }: { readonly controller: ControllerDriver },
): ApiHandler<UnregisterBrokerRequest, UnregisterBrokerResponse> {
  return {
    api,
    handle: async ({ brokerId }) => {
      await controller.submit((context) => unregisterBroker(context, brokerId));
      return {};
    },
    onError: (_request, error, message) => ({
      errorCode: errorCode(error),
      errorMessage: message ?? errorMessage(error),
    }),
  };
}
