/**
 * JoinGroup.
 *
 * @module
 */

import { errorCode, type ErrorName } from "../../../client/protocol/error_codes.ts";
import {
  joinGroup as api,
  type JoinGroupRequest,
  type JoinGroupResponse,
} from "../../../client/protocol/messages/join_group.ts";
import type { JoinAnswer } from "../../coordinator/group/classic_group_member.ts";
import type { GroupConfig } from "../../coordinator/group_config.ts";
import type { GroupRuntime } from "../../coordinator/group_runtime.ts";
import type { ApiHandler } from "../api_handler.ts";

/** What the handler needs. */
export interface JoinGroupOptions {
  /** Has the groups. */
  readonly groups: GroupRuntime;
  /** The configs in force. */
  readonly config: GroupConfig;
}

/** The first version that has a rebalance timeout of its own. */
const FIRST_VERSION_WITH_REBALANCE_TIMEOUT = 1;
/** The first version that can say that there is no protocol. */
const FIRST_VERSION_WITHOUT_PROTOCOL = 7;

/** Answers JoinGroup: when the generation begins that the member is part of. */
export function joinGroupHandler(
  { groups, config }: JoinGroupOptions,
): ApiHandler<JoinGroupRequest, JoinGroupResponse> {
  return {
    api,
    handle(request, { apiVersion, clientId, clientHost }) {
      const { groupId, memberId, sessionTimeoutMs } = request;
      const error = refusal(config, request);
      if (error !== undefined) {
        return inVersion(apiVersion, { memberId, errorCode: errorCode(error) });
      }
      const joining = apiVersion >= FIRST_VERSION_WITH_REBALANCE_TIMEOUT
        ? request
        : { ...request, rebalanceTimeoutMs: sessionTimeoutMs };
      const client = { apiVersion, clientId: clientId ?? "", clientHost: `/${clientHost}` };
      const answer = groups.run<JoinAnswer>(
        groups.partitionFor(groupId),
        (shard, reply, out, now) => shard.joinGroup(joining, client, reply, out, now),
      );
      return answer instanceof Promise
        ? answer.then((joined) => inVersion(apiVersion, joined))
        : inVersion(apiVersion, answer);
    },
    onError: (_request, error, _message, apiVersion = FIRST_VERSION_WITHOUT_PROTOCOL) =>
      inVersion(apiVersion, { errorCode: errorCode(error) }),
  };
}

function refusal(
  config: GroupConfig,
  { groupId, sessionTimeoutMs }: JoinGroupRequest,
): ErrorName | undefined {
  if (groupId === "") return "INVALID_GROUP_ID";
  const isInRange = sessionTimeoutMs >= config.int("group.min.session.timeout.ms") &&
    sessionTimeoutMs <= config.int("group.max.session.timeout.ms");
  return isInRange ? undefined : "INVALID_SESSION_TIMEOUT";
}

/** Old clients are told an empty protocol instead of none, new ones the other way. */
function inVersion(apiVersion: number, answer: JoinAnswer): JoinAnswer {
  const none = apiVersion >= FIRST_VERSION_WITHOUT_PROTOCOL ? null : "";
  return { ...answer, protocolName: answer.protocolName || none };
}
