/**
 * CreateTopics.
 *
 * @module
 */

import { errorCode, errorMessage } from "../../../client/protocol/error_codes.ts";
import {
  createTopics as api,
  type CreateTopicsRequest,
  type CreateTopicsResponse,
} from "../../../client/protocol/messages/create_topics.ts";
import type { ControllerDriver } from "../../controller/controller_driver.ts";
import { createTopics } from "../../controller/topic_creation.ts";
import type { ApiHandler } from "../api_handler.ts";

/** Answers CreateTopics: has the controller decide. */
export function createTopicsHandler(
  { controller }: { readonly controller: ControllerDriver },
): ApiHandler<CreateTopicsRequest, CreateTopicsResponse> {
  return {
    api,
    handle: async (request) => ({
      topics: await controller.submit(
        (context) => createTopics(context, request),
        request.timeoutMs,
      ),
    }),
    onError: (request, error, message) => ({
      topics: request.topics.map(({ name }) => ({
        name,
        errorCode: errorCode(error),
        errorMessage: message ?? errorMessage(error),
      })),
    }),
  };
}
