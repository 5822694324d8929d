/**
 * ControllerRegistration (70): a controller says where it is found. Version 0.
 *
 * @module
 */

import { errorCode, errorMessage, KafkaError } from "../../../client/protocol/error_codes.ts";
import {
  controllerRegistration as api,
  type ControllerRegistrationRequest,
  type ControllerRegistrationResponse,
} from "../../../client/protocol/messages/controller_registration.ts";
import type { ControllerDriver } from "../../controller/controller_driver.ts";
import { registerController } from "../../controller/controller_registration.ts";
import { metadataVersionAbilities } from "../../raft/metadata_version_abilities.ts";
import type { ApiHandler } from "../api_handler.ts";

/** Answers ControllerRegistration: has the controller decide. */
export function controllerRegistrationHandler(
  { controller }: { readonly controller: Pick<ControllerDriver, "submit"> },
): ApiHandler<ControllerRegistrationRequest, ControllerRegistrationResponse> {
  return {
    api,
    handle: async ({ controllerId, incarnationId, listeners: endPoints, features }) => {
      await controller.submit((context) => {
        if (!metadataVersionAbilities(context.image.metadataVersion).controllerRegistration) {
          throw new KafkaError(
            "UNSUPPORTED_VERSION",
            "The current MetadataVersion is too old to support controller registrations.",
          );
        }
        return registerController(context, { controllerId, incarnationId, endPoints, features });
      });
      return { errorMessage: null };
    },
    onError: (_request, error, message) => ({
      errorCode: errorCode(error),
      errorMessage: message ?? errorMessage(error),
    }),
  };
}
