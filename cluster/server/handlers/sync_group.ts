/**
 * SyncGroup.
 *
 * @module
 */

import { errorCode } from "../../../client/protocol/error_codes.ts";
import {
  syncGroup as api,
  type SyncGroupRequest,
  type SyncGroupResponse,
} from "../../../client/protocol/messages/sync_group.ts";
import type { SyncAnswer } from "../../coordinator/group/classic_group_member.ts";
import type { GroupRuntime } from "../../coordinator/group_runtime.ts";
import type { ApiHandler } from "../api_handler.ts";

/** What the handler needs. */
export interface SyncGroupOptions {
  /** Has the groups. */
  readonly groups: GroupRuntime;
}

/** The first version that has to tell its protocol. */
const FIRST_VERSION_WITH_PROTOCOL = 5;

/** Answers SyncGroup: when the leader has assigned. */
export function syncGroupHandler(
  { groups }: SyncGroupOptions,
): ApiHandler<SyncGroupRequest, SyncGroupResponse> {
  return {
    api,
    handle(request, { apiVersion }) {
      const { groupId, protocolType, protocolName } = request;
      const isProtocolTold = protocolType !== null && protocolName !== null;
      if (apiVersion >= FIRST_VERSION_WITH_PROTOCOL && !isProtocolTold) {
        return { errorCode: errorCode("INCONSISTENT_GROUP_PROTOCOL") };
      }
      if (groupId === "") return { errorCode: errorCode("INVALID_GROUP_ID") };
      return groups.run<SyncAnswer>(
        groups.partitionFor(groupId),
        (shard, reply, out, now) => shard.syncGroup(request, reply, out, now),
      );
    },
    onError: (_request, error) => ({ errorCode: errorCode(error) }),
  };
}
