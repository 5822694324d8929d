/**
 * Listing offsets.
 *
 * @module
 */

import { type TopicPartition, topicPartitionKey } from "../../storage/file/file_names.ts";
import { KafkaError } from "../protocol/error_codes.ts";
import { listOffsets as listOffsetsApi } from "../protocol/messages/list_offsets.ts";
import { TopicPartitionMap } from "../../storage/file/topic_partition_map.ts";
import { sendCall } from "./admin_call.ts";
import type { AdminContext } from "./admin_context.ts";
import type { CallOptions } from "./admin_options.ts";
import type { AdminResults } from "./admin_results.ts";
import { asError } from "./api_error.ts";
import { byTopic } from "./by_topic.ts";
import { leaderAnswer, type LeaderAnswerRules } from "./leader_answers.ts";
import { locatedCall, type NodeAnswer } from "./located_call.ts";
import { partitionLeaderLookup } from "./partition_leader_lookup.ts";

/** A place in a log. `latest` is behind the last record, `maxTimestamp` is the record with the largest timestamp, a time the first that is as new. */
export type OffsetSpec =
  | "earliest"
  | "latest"
  | "maxTimestamp"
  | "earliestLocal"
  | "latestTiered"
  | "earliestPendingUpload"
  | {
    /** Ms since the epoch. */
    readonly timestamp: number;
  };

/** What was found. */
export interface ListedOffset {
  /** The offset; -1 for none. */
  readonly offset: number;
  /** Timestamp of the record, ms since the epoch; -1 when it was not asked for one, or there is none. */
  readonly timestamp: number;
  /** The leader's epoch of the record; `undefined` when it is not known. */
  readonly leaderEpoch?: number;
}

/** Options of {@linkcode listOffsets}. */
export interface ListOffsetsOptions extends CallOptions {
  /** Whether `latest` is the first offset of a transaction that is open. Default: `read_uncommitted`. */
  readonly isolationLevel?: "read_uncommitted" | "read_committed";
}

/** Timestamps that stand for places, and the first version that knows them. */
const PLACES: Readonly<
  Record<Exclude<OffsetSpec, object>, readonly [timestamp: number, minVersion: number]>
> = {
  latest: [-1, 1],
  earliest: [-2, 1],
  maxTimestamp: [-3, 7],
  earliestLocal: [-4, 8],
  latestTiered: [-5, 9],
  earliestPendingUpload: [-6, 11],
};

const READ_COMMITTED_VERSION = 2;
const MAX_TIMESTAMP = PLACES.maxTimestamp[0];

const RULES: LeaderAnswerRules = { moved: ["NOT_LEADER_OR_FOLLOWER", "LEADER_NOT_AVAILABLE"] };

const placeOf = (spec: OffsetSpec) =>
  typeof spec === "object" ? [spec.timestamp, 1] as const : PLACES[spec];

/** Finds offsets of partitions. */
export async function listOffsets(
  context: AdminContext,
  specs: Iterable<readonly [TopicPartition, OffsetSpec]>,
  options: ListOffsetsOptions = {},
): Promise<AdminResults<TopicPartition, ListedOffset>> {
  const places = new TopicPartitionMap(
    Array.from(specs, ([key, spec]) => [key, placeOf(spec)] as const),
  );
  const isCommitted = options.isolationLevel === "read_committed";
  const timeoutMs = options.timeoutMs ?? context.settings.defaultApiTimeoutMs;
  return await locatedCall<TopicPartition, ListedOffset>(
    context,
    {
      name: "listOffsets",
      textOf: topicPartitionKey,
      lookup: partitionLeaderLookup(false),
      ask: async ({ context, time, nameFor }, destination, partitions) => {
        const versions = partitions.map((key) => places.get(key)![1]);
        try {
          return await sendCall(
            context,
            time,
            {
              name: nameFor(listOffsetsApi),
              destination,
              api: listOffsetsApi,
              minVersion: Math.max(...versions, isCommitted ? READ_COMMITTED_VERSION : 1),
              draft: () => ({
                replicaId: -1,
                isolationLevel: isCommitted ? 1 : 0,
                topics: byTopic(partitions, (topicPartition) => ({
                  partitionIndex: topicPartition.partition,
                  timestamp: places.get(topicPartition)![0],
                })),
                timeoutMs,
              }),
            },
            ({ topics }, { nodeId }) =>
              leaderAnswer(
                nodeId,
                partitions,
                topics,
                RULES,
                ({ offset, timestamp, leaderEpoch }) => (
                  { offset, timestamp, ...(leaderEpoch < 0 ? {} : { leaderEpoch }) }
                ),
              ),
          );
        } catch (error) {
          return unsupported(asError(error), partitions, places);
        }
      },
    },
    places.keys(),
    options,
  );
}

/** A broker that does not know the largest timestamp may know the rest. */
function unsupported(
  error: Error,
  partitions: readonly TopicPartition[],
  places: TopicPartitionMap<readonly [timestamp: number, minVersion: number]>,
): NodeAnswer<TopicPartition, ListedOffset> {
  if (!(error instanceof KafkaError && error.code === "UNSUPPORTED_VERSION")) throw error;
  const newest = partitions.filter((key) => places.get(key)![0] === MAX_TIMESTAMP);
  const failed = newest.length > 0 ? newest : partitions;
  return { failed: failed.map((key) => [key, error]) };
}
