/**
 * DeleteTopics.
 *
 * @module
 */

import { errorCode, errorMessage, KafkaError } from "../../../client/protocol/error_codes.ts";
import {
  deleteTopics as api,
  type DeleteTopicsRequest,
  type DeleteTopicsResponse,
} from "../../../client/protocol/messages/delete_topics.ts";
import type { ControllerDriver } from "../../controller/controller_driver.ts";
import { deleteTopics } from "../../controller/topic_deletion.ts";
import type { ApiHandler } from "../api_handler.ts";

/** What the handler needs. */
export interface DeleteTopicsOptions {
  /** Decides. */
  readonly controller: ControllerDriver;
  /** `delete.topic.enable`. */
  readonly isEnabled: () => boolean;
}

/** The first version that tells apart that deletion is switched off. */
const FIRST_WITH_DISABLED_ERROR = 3;

/** Answers DeleteTopics: has the controller decide. */
export function deleteTopicsHandler(
  { controller, isEnabled }: DeleteTopicsOptions,
): ApiHandler<DeleteTopicsRequest, DeleteTopicsResponse> {
  return {
    api,
    handle: async (request, { apiVersion }) => {
      if (!isEnabled()) {
        throw apiVersion < FIRST_WITH_DISABLED_ERROR
          ? new KafkaError("INVALID_REQUEST", "This version does not support topic deletion.")
          : new KafkaError("TOPIC_DELETION_DISABLED");
      }
      return {
        responses: await controller.submit(
          (context) => deleteTopics(context, request),
          request.timeoutMs,
        ),
      };
    },
    onError: (request, error, message) => ({
      responses: [
        ...request.topicNames.map((name) => ({ name })),
        ...request.topics.map(({ name, topicId }) => ({ name, topicId })),
      ].map((topic) => ({
        ...topic,
        errorCode: errorCode(error),
        errorMessage: message ?? errorMessage(error),
      })),
    }),
  };
}
