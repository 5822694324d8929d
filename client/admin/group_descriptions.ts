/**
 * Describing groups of consumers.
 *
 * @module
 */

import { type ErrorName, errorName, KafkaError } from "../protocol/error_codes.ts";
import { consumerGroupDescribe } from "../protocol/messages/consumer_group_describe.ts";
import {
  describeGroups,
  type DescribeGroupsResponse,
} from "../protocol/messages/describe_groups.ts";
import type { Node } from "../node.ts";
import { sendCall } from "./admin_call.ts";
import type { AdminContext, Destination } from "./admin_context.ts";
import type { CallOptions } from "./admin_options.ts";
import type { AdminResults } from "./admin_results.ts";
import {
  coordinatorError,
  coordinatorLookup,
  joinedAnswers,
  sameText,
} from "./coordinator_lookup.ts";
import {
  classicGroup,
  type ClassicGroupDescription,
  consumerGroup,
  type ConsumerGroupDescription,
  type DescribedGroup,
  newerGroup,
} from "./group_description.ts";
import { type LocatedCall, locatedCall, type NodeAnswer } from "./located_call.ts";

/** Options of calls that describe groups. */
export interface DescribeGroupsOptions extends CallOptions {
  /** Whether to tell what the client may do. Default: false. */
  readonly includeAuthorizedOperations?: boolean;
}

/** Describes groups of consumers: by the newer protocol's request, and those that it does not know by the classic one's. */
export async function describeConsumerGroups(
  context: AdminContext,
  groupIds: Iterable<string>,
  options: DescribeGroupsOptions = {},
): Promise<AdminResults<string, ConsumerGroupDescription>> {
  const classic = new Map<string, string | null>();
  return await locatedCall<string, ConsumerGroupDescription>(
    context,
    {
      name: "describeConsumerGroups",
      textOf: sameText,
      lookup: coordinatorLookup("group"),
      ask: async (call, destination, keys) => {
        const newer = keys.filter((key) => !classic.has(key));
        const answers: NodeAnswer<string, ConsumerGroupDescription>[] = [];
        if (newer.length > 0) {
          answers.push(await askNewer(call, destination, newer, options, classic));
        }
        // Those that the newer request does not know are asked for at once.
        const older = keys.filter((key) => classic.has(key));
        if (older.length > 0) {
          answers.push(await askClassic(call, destination, older, options, classic, consumerGroup));
        }
        return joinedAnswers(answers);
      },
    },
    groupIds,
    options,
  );
}

/** Describes groups of the classic protocol, whatever their members are. */
export async function describeClassicGroups(
  context: AdminContext,
  groupIds: Iterable<string>,
  options: DescribeGroupsOptions = {},
): Promise<AdminResults<string, ClassicGroupDescription>> {
  return await locatedCall<string, ClassicGroupDescription>(
    context,
    {
      name: "describeClassicGroups",
      textOf: sameText,
      lookup: coordinatorLookup("group"),
      ask: (call, destination, keys) =>
        askClassic(call, destination, keys, options, undefined, classicGroup),
    },
    groupIds,
    options,
  );
}

async function askNewer(
  { context, time, nameFor }: LocatedCall,
  destination: Destination,
  groupIds: readonly string[],
  { includeAuthorizedOperations = false }: DescribeGroupsOptions,
  classic: Map<string, string | null>,
): Promise<NodeAnswer<string, ConsumerGroupDescription>> {
  try {
    return await sendCall(context, time, {
      name: nameFor(consumerGroupDescribe),
      destination,
      api: consumerGroupDescribe,
      draft: () => ({ groupIds, includeAuthorizedOperations }),
    }, ({ groups }, { nodeId }) =>
      joinedAnswers(groups.map((group) => {
        const error = errorName(group.errorCode);
        if (error === "NONE") {
          return { completed: [[group.groupId, newerGroup(group, nodeOf(context, nodeId))]] };
        }
        if (error !== "UNSUPPORTED_VERSION" && error !== "GROUP_ID_NOT_FOUND") {
          return groupError(group.groupId, error, group.errorMessage);
        }
        classic.set(group.groupId, error === "GROUP_ID_NOT_FOUND" ? group.errorMessage : null);
        return {};
      })));
  } catch (error) {
    if (!(error instanceof KafkaError && error.code === "UNSUPPORTED_VERSION")) throw error;
    for (const groupId of groupIds) classic.set(groupId, null);
    return {};
  }
}

/** Asks by the classic request. What the newer one has said of groups that are not there tells more, and wins. */
async function askClassic<V>(
  { context, time, nameFor }: LocatedCall,
  destination: Destination,
  groups: readonly string[],
  { includeAuthorizedOperations = false }: DescribeGroupsOptions,
  notFound: ReadonlyMap<string, string | null> | undefined,
  valueOf: (group: DescribedGroup, coordinator: Node) => V,
): Promise<NodeAnswer<string, V>> {
  return await sendCall(
    context,
    time,
    {
      name: nameFor(describeGroups),
      destination,
      api: describeGroups,
      draft: () => ({ groups, includeAuthorizedOperations }),
    },
    (response: DescribeGroupsResponse, { nodeId }) =>
      joinedAnswers<string, V>(response.groups.map((group) => {
        const { groupId, errorMessage } = group;
        const error = errorName(group.errorCode);
        if (error === "NONE") {
          try {
            return { completed: [[groupId, valueOf(group, nodeOf(context, nodeId))]] };
          } catch (error) {
            return { failed: [[groupId, error as Error]] };
          }
        }
        if (notFound === undefined) return groupError(groupId, error, null);
        const better = error === "GROUP_ID_NOT_FOUND" ? notFound.get(groupId) : undefined;
        return groupError(groupId, error, better ?? errorMessage);
      })),
  );
}

function groupError(
  groupId: string,
  error: ErrorName,
  message: string | null,
): NodeAnswer<string, never> {
  return coordinatorError(groupId, error, () => new KafkaError(error, message ?? undefined));
}

function nodeOf({ client }: AdminContext, nodeId: number): Node {
  return client.metadata.nodes.get(nodeId) ?? { id: nodeId, host: "", port: -1, rack: null };
}
