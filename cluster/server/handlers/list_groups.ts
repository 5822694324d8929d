/**
 * ListGroups.
 *
 * @module
 */

import { errorCode } from "../../../client/protocol/error_codes.ts";
import {
  listGroups as api,
  type ListGroupsRequest,
  type ListGroupsResponse,
} from "../../../client/protocol/messages/list_groups.ts";
import type { GroupRuntime } from "../../coordinator/group_runtime.ts";
import type { ApiHandler } from "../api_handler.ts";

/** What the handler needs. */
export interface ListGroupsOptions {
  /** Has the groups. */
  readonly groups: GroupRuntime;
}

/** Answers ListGroups: the groups that this broker coordinates. */
export function listGroupsHandler(
  { groups }: ListGroupsOptions,
): ApiHandler<ListGroupsRequest, ListGroupsResponse> {
  return {
    api,
    handle({ statesFilter, typesFilter }) {
      // Half of the groups would look like all of them.
      if (groups.isLoading) return { errorCode: errorCode("COORDINATOR_LOAD_IN_PROGRESS") };
      return {
        groups: [...groups.shards()].flatMap((shard) =>
          shard.listGroups(statesFilter, typesFilter)
        ),
      };
    },
    onError: (_request, error) => ({ errorCode: errorCode(error) }),
  };
}
