/**
 * DeleteGroups.
 *
 * @module
 */

import { errorCode, type ErrorName, KafkaError } from "../../../client/protocol/error_codes.ts";
import {
  deleteGroups as api,
  type DeleteGroupsRequest,
  type DeleteGroupsResponse,
} from "../../../client/protocol/messages/delete_groups.ts";
import type { GroupRuntime } from "../../coordinator/group_runtime.ts";
import type { ApiHandler } from "../api_handler.ts";

/** What the handler needs. */
export interface DeleteGroupsOptions {
  /** Has the groups. */
  readonly groups: GroupRuntime;
}

/** Answers DeleteGroups: those of one partition go together, those of another may fail for themselves. */
export function deleteGroupsHandler(
  { groups }: DeleteGroupsOptions,
): ApiHandler<DeleteGroupsRequest, DeleteGroupsResponse> {
  const deleteAll = async (partition: number, groupIds: readonly string[]) => {
    try {
      return await groups.run<ErrorName[]>(
        partition,
        (shard, reply, out, now) => shard.deleteGroups(groupIds, reply, out, now),
      );
    } catch (error) {
      if (error instanceof KafkaError) return groupIds.map(() => error.code);
      throw error;
    }
  };
  return {
    api,
    async handle({ groupsNames }) {
      const byPartition = Map.groupBy(
        new Set(groupsNames),
        (groupId) => groups.partitionFor(groupId),
      );
      const errors = new Map<string, ErrorName>();
      await Promise.all([...byPartition].map(async ([partition, groupIds]) => {
        const results = await deleteAll(partition, groupIds);
        for (const [i, groupId] of groupIds.entries()) errors.set(groupId, results[i]!);
      }));
      return { results: [...new Set(groupsNames)].map((id) => resultOf(id, errors.get(id)!)) };
    },
    onError: ({ groupsNames }, error) => ({
      results: groupsNames.map((groupId) => resultOf(groupId, error)),
    }),
  };
}

function resultOf(groupId: string, error: ErrorName): { groupId: string; errorCode: number } {
  return { groupId, errorCode: errorCode(error) };
}
