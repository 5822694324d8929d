/**
 * DescribeGroups.
 *
 * @module
 */

import { errorCode, type ErrorName, KafkaError } from "../../../client/protocol/error_codes.ts";
import {
  describeGroups as api,
  type DescribeGroupsRequest,
  type DescribeGroupsResponse,
} from "../../../client/protocol/messages/describe_groups.ts";
import type { DescribedGroup } from "../../coordinator/group/describe_groups.ts";
import type { GroupRuntime } from "../../coordinator/group_runtime.ts";
import type { ApiHandler } from "../api_handler.ts";
import { ALL_OPERATIONS } from "../authorized_operations.ts";

/** What the handler needs. */
export interface DescribeGroupsOptions {
  /** Has the groups. */
  readonly groups: GroupRuntime;
}

/** Answers DescribeGroups. */
export function describeGroupsHandler(
  { groups }: DescribeGroupsOptions,
): ApiHandler<DescribeGroupsRequest, DescribeGroupsResponse> {
  const describe = async (groupId: string, apiVersion: number): Promise<DescribedGroup> => {
    try {
      return await groups.run<DescribedGroup>(
        groups.partitionFor(groupId),
        (shard, reply, out) => out.answer(reply, shard.describeGroup(groupId, apiVersion)),
      );
    } catch (error) {
      if (error instanceof KafkaError) return refused(groupId, error.code);
      throw error;
    }
  };
  return {
    api,
    async handle({ groups: ids, includeAuthorizedOperations }, { apiVersion }) {
      const described = await Promise.all(ids.map((groupId) => describe(groupId, apiVersion)));
      if (!includeAuthorizedOperations) return { groups: described };
      const authorizedOperations = ALL_OPERATIONS.group;
      return {
        groups: described.map((group) =>
          group.errorCode ? group : { ...group, authorizedOperations }
        ),
      };
    },
    onError: ({ groups: ids }, error) => ({
      groups: ids.map((groupId) => refused(groupId, error)),
    }),
  };
}

function refused(groupId: string, error: ErrorName): DescribedGroup {
  return { groupId, errorCode: errorCode(error) };
}
