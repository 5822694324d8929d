/**
 * Heartbeat.
 *
 * @module
 */

import { errorCode, KafkaError } from "../../../client/protocol/error_codes.ts";
import {
  heartbeat as api,
  type HeartbeatRequest,
  type HeartbeatResponse,
} from "../../../client/protocol/messages/heartbeat.ts";
import type { Draft } from "../../../storage/message/message_codec.ts";
import type { GroupRuntime } from "../../coordinator/group_runtime.ts";
import type { ApiHandler } from "../api_handler.ts";

/** What the handler needs. */
export interface HeartbeatOptions {
  /** Has the groups. */
  readonly groups: GroupRuntime;
}

/** Answers Heartbeat. */
export function heartbeatHandler(
  { groups }: HeartbeatOptions,
): ApiHandler<HeartbeatRequest, HeartbeatResponse> {
  return {
    api,
    handle(request) {
      const { groupId } = request;
      if (groupId === "") return { errorCode: errorCode("INVALID_GROUP_ID") };
      try {
        return groups.run<Draft<HeartbeatResponse>>(
          groups.partitionFor(groupId),
          (shard, reply, out, now) => shard.heartbeat(request, reply, out, now),
        );
      } catch (error) {
        // Sessions begin when the load ends, so that a member which is told nothing loses nothing.
        if (error instanceof KafkaError && error.code === "COORDINATOR_LOAD_IN_PROGRESS") return {};
        throw error;
      }
    },
    onError: (_request, error) => ({ errorCode: errorCode(error) }),
  };
}
