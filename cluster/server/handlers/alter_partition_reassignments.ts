/**
 * AlterPartitionReassignments (45): partitions move to other brokers, or no longer. Versions 0 and 1.
 *
 * @module
 */

import { errorCode, errorMessage } from "../../../client/protocol/error_codes.ts";
import {
  alterPartitionReassignments as api,
  type AlterPartitionReassignmentsRequest,
  type AlterPartitionReassignmentsResponse,
} from "../../../client/protocol/messages/alter_partition_reassignments.ts";
import type { ControllerDriver } from "../../controller/controller_driver.ts";
import { alterPartitionReassignments } from "../../controller/partition_reassignment.ts";
import type { ApiHandler } from "../api_handler.ts";

/** Answers AlterPartitionReassignments: has the controller decide. */
export function alterPartitionReassignmentsHandler(
  { controller }: { readonly controller: ControllerDriver },
): ApiHandler<AlterPartitionReassignmentsRequest, AlterPartitionReassignmentsResponse> {
  return {
    api,
    handle: async (request) => ({
      errorMessage: null,
      allowReplicationFactorChange: request.allowReplicationFactorChange,
      responses: await controller.submit(
        (context) => alterPartitionReassignments(context, request),
        request.timeoutMs,
      ),
    }),
    onError: ({ topics }, error, message) => {
      const result = { errorCode: errorCode(error), errorMessage: message ?? errorMessage(error) };
      return {
        ...result,
        responses: topics.map(({ name, partitions }) => ({
          name,
          partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, ...result })),
        })),
      };
    },
  };
}
