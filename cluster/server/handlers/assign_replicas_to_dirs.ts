/**
 * AssignReplicasToDirs (73): a broker says in which of its log directories its replicas are. Version 0.
 *
 * @module
 */

import { errorCode } from "../../../client/protocol/error_codes.ts";
import {
  assignReplicasToDirs as api,
  type AssignReplicasToDirsRequest,
  type AssignReplicasToDirsResponse,
} from "../../../client/protocol/messages/assign_replicas_to_dirs.ts";
import type { ControllerDriver } from "../../controller/controller_driver.ts";
import { assignReplicasToDirs } from "../../controller/replica_directories.ts";
import type { ApiHandler } from "../api_handler.ts";

/** Answers AssignReplicasToDirs: has the controller decide. */
export function assignReplicasToDirsHandler(
  { controller }: { readonly controller: Pick<ControllerDriver, "submit"> },
): ApiHandler<AssignReplicasToDirsRequest, AssignReplicasToDirsResponse> {
  return {
    api,
    handle: async (request) => ({
      directories: await controller.submit((context) => assignReplicasToDirs(context, request)),
    }),
    onError: (_request, error) => ({ errorCode: errorCode(error) }),
  };
}
