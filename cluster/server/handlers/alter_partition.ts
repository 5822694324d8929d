/**
 * AlterPartition (56): a leader says who is in sync with it. Versions 2 and 3.
 *
 * @module
 */

import { errorCode } from "../../../client/protocol/error_codes.ts";
import {
  alterPartition as api,
  type AlterPartitionRequest,
  type AlterPartitionResponse,
} from "../../../client/protocol/messages/alter_partition.ts";
import { alterPartition } from "../../controller/alter_partition.ts";
import type { ControllerDriver } from "../../controller/controller_driver.ts";
import type { ApiHandler } from "../api_handler.ts";

/** Answers AlterPartition: has the controller decide. */
export function alterPartitionHandler(
  { controller }: { readonly controller: Pick<ControllerDriver, "submit"> },
): ApiHandler<AlterPartitionRequest, AlterPartitionResponse> {
  return {
    api,
    handle: async (request) => ({
      topics: await controller.submit((context) => alterPartition(context, request)),
    }),
    onError: (_request, error) => ({ errorCode: errorCode(error) }),
  };
}
