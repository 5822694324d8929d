/**
 * ElectLeaders (43): the preferred replica shall lead, or rather anybody than nobody. Versions 0 to 2.
 *
 * @module
 */

import { errorCode, errorMessage } from "../../../client/protocol/error_codes.ts";
import {
  electLeaders as api,
  type ElectLeadersRequest,
  type ElectLeadersResponse,
} from "../../../client/protocol/messages/elect_leaders.ts";
import type { ControllerDriver } from "../../controller/controller_driver.ts";
import { electLeaders } from "../../controller/leader_election.ts";
import type { ApiHandler } from "../api_handler.ts";

/** Answers ElectLeaders: has the controller decide. */
export function electLeadersHandler(
  { controller }: { readonly controller: ControllerDriver },
): ApiHandler<ElectLeadersRequest, ElectLeadersResponse> {
  return {
    api,
    handle: async (request) => ({
      replicaElectionResults: await controller.submit(
        (context) => electLeaders(context, request),
        request.timeoutMs,
      ),
    }),
    onError: (
      { topicPartitions },
      error,
      message = errorMessage(error) ?? undefined,
      apiVersion = api.request.schema.validVersions.highest,
    ) => ({
      // Version 0 says it of each partition only.
      errorCode: apiVersion === 0 ? 0 : errorCode(error),
      replicaElectionResults: (topicPartitions ?? []).map(({ topic, partitions }) => ({
        topic,
        partitionResult: partitions.map((partitionId) => ({
          partitionId,
          errorCode: errorCode(error),
          errorMessage: message ?? null,
        })),
      })),
    }),
  };
}
