/**
 * Deleting groups, and members of them.
 *
 * @module
 */

import { errorName, KafkaError } from "../protocol/error_codes.ts";
import { deleteGroups } from "../protocol/messages/delete_groups.ts";
import { leaveGroup, type MemberIdentity } from "../protocol/messages/leave_group.ts";
import { sendCall } from "./admin_call.ts";
import type { AdminContext } from "./admin_context.ts";
import type { CallOptions } from "./admin_options.ts";
import { type AdminResults, Outcomes } from "./admin_results.ts";
import { apiError } from "./api_error.ts";
import {
  coordinatorError,
  coordinatorLookup,
  joinedAnswers,
  sameText,
} from "./coordinator_lookup.ts";
import { describeConsumerGroups } from "./group_descriptions.ts";
import { locatedCall, type NodeAnswer } from "./located_call.ts";

/** A member to be removed from a group. */
export interface MemberToRemove {
  /** The name that it keeps over restarts. */
  readonly groupInstanceId: string;
}

/** Options of {@linkcode removeMembersFromConsumerGroup}. */
export interface RemoveMembersOptions extends CallOptions {
  /** The members to remove. Default: all. */
  readonly members?: Iterable<MemberToRemove>;
  /** Why, for the broker's log. */
  readonly reason?: string;
}

const DEFAULT_REASON = "member was removed by an admin";
const MAX_REASON_LENGTH = 255;
/** The first version that can remove members by their instance ids, and several at once. */
const INSTANCES_VERSION = 3;

/** Deletes groups that have no members, with their offsets. */
export async function deleteConsumerGroups(
  context: AdminContext,
  groupIds: Iterable<string>,
  options: CallOptions = {},
): Promise<AdminResults<string, void>> {
  return await locatedCall<string, void>(
    context,
    {
      name: "deleteConsumerGroups",
      textOf: sameText,
      lookup: coordinatorLookup("group"),
      ask: ({ context, time, nameFor }, destination, groupsNames) =>
        sendCall(context, time, {
          name: nameFor(deleteGroups),
          destination,
          api: deleteGroups,
          draft: () => ({ groupsNames }),
        }, ({ results }) =>
          joinedAnswers<string, void>(results.map(({ groupId, errorCode }) => {
            const error = errorName(errorCode);
            return error === "NONE"
              ? { completed: [[groupId, undefined]] }
              : coordinatorError(groupId, error);
          }))),
    },
    groupIds,
    options,
  );
}

/**
 * Removes members from a group, as if they had left it.
 *
 * @returns what became of each, by its instance id, or by its member id when it has none
 * @throws {KafkaError} when the members of the group cannot be known
 */
export async function removeMembersFromConsumerGroup(
  context: AdminContext,
  groupId: string,
  options: RemoveMembersOptions = {},
): Promise<AdminResults<string, void>> {
  const reason = (options.reason || DEFAULT_REASON).slice(0, MAX_REASON_LENGTH);
  const { members: named } = options;
  const members: MemberIdentity[] = named === undefined
    ? await membersOf(context, groupId, options, reason)
    : Array.from(named, ({ groupInstanceId }) => ({ memberId: "", groupInstanceId, reason }));
  const keyOf = (
    { memberId, groupInstanceId }: Pick<MemberIdentity, "memberId" | "groupInstanceId">,
  ) => groupInstanceId ?? memberId;
  const outcomes = new Outcomes<string, void>(sameText, members.map(keyOf));
  if (members.length === 0 && named === undefined) return outcomes.results();
  const results = await locatedCall<string, void>(
    context,
    {
      name: "leaveGroup",
      textOf: sameText,
      lookup: coordinatorLookup("group"),
      ask: ({ context, time, nameFor }, destination) =>
        sendCall(context, time, {
          name: nameFor(leaveGroup),
          destination,
          api: leaveGroup,
          minVersion: INSTANCES_VERSION,
          draft: () => ({ groupId, members }),
        }, (response): NodeAnswer<string, void> => {
          const error = errorName(response.errorCode);
          if (error !== "NONE") return coordinatorError(groupId, error);
          for (const member of response.members) {
            const error = apiError(member.errorCode);
            if (error === undefined) outcomes.complete(keyOf(member), undefined);
            else outcomes.fail(keyOf(member), error);
          }
          outcomes.failRest((key) =>
            new KafkaError(
              "UNKNOWN_SERVER_ERROR",
              `Member "${key}" was not included in the removal response`,
            )
          );
          return { completed: [[groupId, undefined]] };
        }),
    },
    [groupId],
    options,
  );
  const error = results.error(groupId);
  if (error !== undefined) outcomes.failRest(() => error);
  return outcomes.results();
}

async function membersOf(
  context: AdminContext,
  groupId: string,
  options: CallOptions,
  reason: string,
): Promise<MemberIdentity[]> {
  const groups = await describeConsumerGroups(context, [groupId], options);
  const cause = groups.error(groupId);
  if (cause !== undefined) {
    const code = cause instanceof KafkaError ? cause.code : "UNKNOWN_SERVER_ERROR";
    const message = `Encounter exception when trying to get members from group: ${groupId}`;
    throw new KafkaError(code, message, { cause });
  }
  return groups.get(groupId).members.map(({ consumerId, groupInstanceId = null }) => ({
    memberId: groupInstanceId === null ? consumerId : "",
    groupInstanceId,
    reason,
  }));
}
