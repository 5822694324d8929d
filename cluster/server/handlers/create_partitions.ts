/**
 * CreatePartitions.
 *
 * @module
 */

import { errorCode, errorMessage } from "../../../client/protocol/error_codes.ts";
import {
  createPartitions as api,
  type CreatePartitionsRequest,
  type CreatePartitionsResponse,
} from "../../../client/protocol/messages/create_partitions.ts";
import type { ControllerDriver } from "../../controller/controller_driver.ts";
import { createPartitions } from "../../controller/partition_addition.ts";
import type { ApiHandler } from "../api_handler.ts";

/** Answers CreatePartitions: has the controller decide. */
export function createPartitionsHandler(
  { controller }: { readonly controller: ControllerDriver },
): ApiHandler<CreatePartitionsRequest, CreatePartitionsResponse> {
  return {
    api,
    handle: async (request) => ({
      results: await controller.submit(
        (context) => createPartitions(context, request),
        request.timeoutMs,
      ),
    }),
    onError: (request, error, message) => ({
      results: request.topics.map(({ name }) => ({
        name,
        errorCode: errorCode(error),
        errorMessage: message ?? errorMessage(error),
      })),
    }),
  };
}
