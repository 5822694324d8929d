/**
 * Listing, changing and deleting the offsets that groups have committed.
 *
 * @module
 */

import { type TopicPartition, topicPartitionKey } from "../../storage/file/file_names.ts";
import type { OffsetAndMetadata } from "../consumer/offset_and_metadata.ts";
import { type ErrorName, errorName, KafkaError } from "../protocol/error_codes.ts";
import { offsetCommit } from "../protocol/messages/offset_commit.ts";
import { offsetDelete } from "../protocol/messages/offset_delete.ts";
import { offsetFetch, type OffsetFetchResponse } from "../protocol/messages/offset_fetch.ts";
import { TopicPartitionMap } from "../../storage/file/topic_partition_map.ts";
import { sendCall } from "./admin_call.ts";
import type { AdminContext, Destination } from "./admin_context.ts";
import type { CallOptions } from "./admin_options.ts";
import { type AdminResults, Outcomes } from "./admin_results.ts";
import { byTopic, numbersByTopic, toldPartitions } from "./by_topic.ts";
import {
  coordinatorError,
  coordinatorLookup,
  joinedAnswers,
  sameText,
} from "./coordinator_lookup.ts";
import { type LocatedCall, locatedCall, type NodeAnswer } from "./located_call.ts";

/** Options of {@linkcode listConsumerGroupOffsets}. */
export interface ListGroupOffsetsOptions extends CallOptions {
  /** Whether offsets of transactions that are open are waited for. Default: false. */
  readonly requireStable?: boolean;
}

/** Offsets by partition; `null` where none is committed. */
export type GroupOffsets = TopicPartitionMap<OffsetAndMetadata | null>;

/** The first version that asks about several groups at once. */
const BATCHED_VERSION = 8;
/** From the next version on topics go by their ids, which an admin client does not know. */
const LAST_VERSION_WITH_NAMES = 9;
/** The first version that can wait for transactions. */
const STABLE_VERSION = 7;

/**
 * The offsets of groups.
 *
 * @param groups which partitions of each group; `null` for all that have an offset
 */
export async function listConsumerGroupOffsets(
  context: AdminContext,
  groups: ReadonlyMap<string, Iterable<TopicPartition> | null>,
  options: ListGroupOffsetsOptions = {},
): Promise<AdminResults<string, GroupOffsets>> {
  const wanted = new Map(
    Array.from(groups, ([groupId, partitions]) => [groupId, partitions && [...partitions]]),
  );
  return await locatedCall<string, GroupOffsets>(
    context,
    {
      name: "offsetFetch",
      textOf: sameText,
      lookup: coordinatorLookup("group"),
      ask: async (call, destination, groupIds) => {
        const first = await fetchOffsets(call, destination, groupIds, wanted, options);
        if (first.isBatched) return first;
        // An old broker has been asked about the first alone.
        const others = await Promise.all(
          groupIds.slice(1).map((groupId) =>
            fetchOffsets(call, destination, [groupId], wanted, options)
          ),
        );
        return joinedAnswers([first, ...others]);
      },
    },
    wanted.keys(),
    options,
  );
}

async function fetchOffsets(
  { context, time, nameFor }: LocatedCall,
  destination: Destination,
  groupIds: readonly string[],
  wanted: ReadonlyMap<string, readonly TopicPartition[] | null>,
  { requireStable = false }: ListGroupOffsetsOptions,
): Promise<NodeAnswer<string, GroupOffsets> & { readonly isBatched: boolean }> {
  const topicsOf = (groupId: string) => {
    const partitions = wanted.get(groupId) ?? null;
    if (partitions === null) return null;
    return numbersByTopic(partitions).map(({ name, partitions }) => (
      { name, partitionIndexes: partitions }
    ));
  };
  return await sendCall(context, time, {
    name: nameFor(offsetFetch),
    destination,
    api: offsetFetch,
    minVersion: requireStable ? STABLE_VERSION : 0,
    maxVersion: LAST_VERSION_WITH_NAMES,
    draft: ({ version }) => {
      const [groupId] = groupIds;
      return version < BATCHED_VERSION
        ? { groupId: groupId!, topics: topicsOf(groupId!), requireStable }
        : {
          groups: groupIds.map((groupId) => ({ groupId, topics: topicsOf(groupId) })),
          requireStable,
        };
    },
  }, (response, { version }) => {
    const isBatched = version >= BATCHED_VERSION;
    const groups = isBatched ? response.groups : [{ ...response, groupId: groupIds[0]! }];
    const answers = groups.map(({ groupId, errorCode, topics }) => {
      const error = errorName(errorCode);
      return error === "NONE"
        ? { completed: [[groupId, offsetsIn(topics)]] as const }
        : coordinatorError(groupId, error);
    });
    return { ...joinedAnswers<string, GroupOffsets>(answers), isBatched };
  });
}

function offsetsIn(topics: OffsetFetchResponse["topics"]): GroupOffsets {
  const offsets: GroupOffsets = new TopicPartitionMap();
  for (const [topicPartition, told] of toldPartitions(topics)) {
    if (errorName(told.errorCode) !== "NONE") continue;
    const { committedOffset: offset, committedLeaderEpoch: leaderEpoch, metadata } = told;
    offsets.set(
      topicPartition,
      offset < 0
        ? null
        : { offset, ...(leaderEpoch < 0 ? {} : { leaderEpoch }), metadata: metadata ?? "" },
    );
  }
  return offsets;
}

/** Errors of a commit that pass. */
const COMMIT_RETRIED: readonly ErrorName[] = [
  "COORDINATOR_LOAD_IN_PROGRESS",
  "REBALANCE_IN_PROGRESS",
];
const COORDINATOR_MOVED: readonly ErrorName[] = ["COORDINATOR_NOT_AVAILABLE", "NOT_COORDINATOR"];

/** Sets offsets of a group that has no members. */
export async function alterConsumerGroupOffsets(
  context: AdminContext,
  groupId: string,
  offsets: Iterable<readonly [TopicPartition, OffsetAndMetadata]>,
  options: CallOptions = {},
): Promise<AdminResults<TopicPartition, void>> {
  const wanted = new TopicPartitionMap(offsets);
  const results = await locatedCall<string, TopicPartitionMap<ErrorName>>(
    context,
    {
      name: "offsetCommit",
      textOf: sameText,
      lookup: coordinatorLookup("group"),
      ask: ({ context, time, nameFor }, destination) =>
        sendCall(context, time, {
          name: nameFor(offsetCommit),
          destination,
          api: offsetCommit,
          maxVersion: LAST_VERSION_WITH_NAMES,
          draft: () => ({
            groupId,
            topics: byTopic(wanted.keys(), (topicPartition) => {
              const { offset, leaderEpoch = -1, metadata = "" } = wanted.get(topicPartition)!;
              return {
                partitionIndex: topicPartition.partition,
                committedOffset: offset,
                committedLeaderEpoch: leaderEpoch,
                committedMetadata: metadata,
              };
            }),
          }),
        }, ({ topics }): NodeAnswer<string, TopicPartitionMap<ErrorName>> => {
          const errors = errorsIn(topics);
          const names = [...errors.values()];
          if (names.some((name) => COORDINATOR_MOVED.includes(name))) return { moved: [groupId] };
          if (names.some((name) => COMMIT_RETRIED.includes(name))) return {};
          return { completed: [[groupId, errors]] };
        }),
    },
    [groupId],
    options,
  );
  return ofPartitions(
    results,
    groupId,
    wanted.keys(),
    (text) => `Alter offset for partition "${text}" was not attempted`,
  );
}

/** Deletes offsets of a group; of topics that its members read none can be. */
export async function deleteConsumerGroupOffsets(
  context: AdminContext,
  groupId: string,
  partitions: Iterable<TopicPartition>,
  options: CallOptions = {},
): Promise<AdminResults<TopicPartition, void>> {
  const wanted = [...partitions];
  const results = await locatedCall<string, TopicPartitionMap<ErrorName>>(
    context,
    {
      name: "offsetDelete",
      textOf: sameText,
      lookup: coordinatorLookup("group"),
      ask: ({ context, time, nameFor }, destination) =>
        sendCall(context, time, {
          name: nameFor(offsetDelete),
          destination,
          api: offsetDelete,
          draft: () => ({
            groupId,
            topics: byTopic(wanted, ({ partition }) => ({ partitionIndex: partition })),
          }),
        }, ({ errorCode, topics }): NodeAnswer<string, TopicPartitionMap<ErrorName>> => {
          const error = errorName(errorCode);
          return error === "NONE"
            ? { completed: [[groupId, errorsIn(topics)]] }
            : coordinatorError(groupId, error);
        }),
    },
    [groupId],
    options,
  );
  return ofPartitions(
    results,
    groupId,
    wanted,
    (text) => `Offset deletion result for partition "${text}" was not included in the response`,
  );
}

function errorsIn(
  topics: readonly {
    readonly name: string;
    readonly partitions: readonly { readonly partitionIndex: number; readonly errorCode: number }[];
  }[],
): TopicPartitionMap<ErrorName> {
  return new TopicPartitionMap(
    Array.from(toldPartitions(topics), ([key, { errorCode }]) => [key, errorName(errorCode)]),
  );
}

/** What became of a group, as what became of its partitions. */
function ofPartitions(
  results: AdminResults<string, TopicPartitionMap<ErrorName>>,
  groupId: string,
  partitions: Iterable<TopicPartition>,
  missing: (text: string) => string,
): AdminResults<TopicPartition, void> {
  const outcomes = new Outcomes<TopicPartition, void>(topicPartitionKey, partitions);
  const error = results.error(groupId);
  for (const topicPartition of outcomes.left) {
    if (error !== undefined) {
      outcomes.fail(topicPartition, error);
      continue;
    }
    const name = results.get(groupId).get(topicPartition);
    if (name === "NONE") outcomes.complete(topicPartition, undefined);
    else {
      outcomes.fail(
        topicPartition,
        name === undefined
          ? new KafkaError("UNKNOWN_SERVER_ERROR", missing(topicPartitionKey(topicPartition)))
          : new KafkaError(name),
      );
    }
  }
  return outcomes.results();
}
