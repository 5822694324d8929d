/**
 * LeaveGroup.
 *
 * @module
 */

import { errorCode } from "../../../client/protocol/error_codes.ts";
import {
  leaveGroup as api,
  type LeaveGroupRequest,
  type LeaveGroupResponse,
} from "../../../client/protocol/messages/leave_group.ts";
import type { Draft } from "../../../storage/message/message_codec.ts";
import type { GroupRuntime } from "../../coordinator/group_runtime.ts";
import type { ApiHandler } from "../api_handler.ts";

/** What the handler needs. */
export interface LeaveGroupOptions {
  /** Has the groups. */
  readonly groups: GroupRuntime;
}

/** The first version with which several members can leave, each with an answer of its own. */
const FIRST_VERSION_WITH_MEMBERS = 3;

/** Answers LeaveGroup. */
export function leaveGroupHandler(
  { groups }: LeaveGroupOptions,
): ApiHandler<LeaveGroupRequest, LeaveGroupResponse> {
  return {
    api,
    handle({ groupId, memberId, members }, { apiVersion }) {
      if (groupId === "") return { errorCode: errorCode("INVALID_GROUP_ID") };
      const leaving = apiVersion >= FIRST_VERSION_WITH_MEMBERS
        ? members
        : [{ memberId, groupInstanceId: null, reason: null }];
      const answer = groups.run<Draft<LeaveGroupResponse>>(
        groups.partitionFor(groupId),
        (shard, reply, out, now) => shard.leaveGroup(groupId, leaving, reply, out, now),
      );
      if (apiVersion >= FIRST_VERSION_WITH_MEMBERS) return answer;
      return answer instanceof Promise ? answer.then(ofOneMember) : ofOneMember(answer);
    },
    onError: (_request, error) => ({ errorCode: errorCode(error) }),
  };
}

/** The answer of the only member as that of the request. */
function ofOneMember({ errorCode, members }: Draft<LeaveGroupResponse>): Draft<LeaveGroupResponse> {
  return { errorCode: errorCode || members?.[0]?.errorCode };
}
