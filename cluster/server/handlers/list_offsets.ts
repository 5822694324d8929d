/**
 * ListOffsets (2): offsets by timestamp. Versions 1 to 11.
 *
 * @module
 */

import { errorCode, type ErrorName } from "../../../client/protocol/error_codes.ts";
import {
  listOffsets,
  type ListOffsetsRequest,
  type ListOffsetsResponse,
} from "../../../client/protocol/messages/list_offsets.ts";
import type { Env } from "../../../storage/env.ts";
import type { Draft } from "../../../storage/message/message_codec.ts";
import { errorNameOf } from "../../replication/error_name.ts";
import {
  CONSUMER_REPLICA_ID,
  DEBUGGING_REPLICA_ID,
  fetchOffsetForTimestamp,
  isTimestampUnsupported,
} from "../../replication/list_offsets.ts";
import type { ReplicaManager } from "../../replication/replica_manager.ts";
import type { ApiHandler } from "../api_handler.ts";

/** The first version with leader epochs. */
const FIRST_VERSION_WITH_EPOCH = 4;
/** The first version whose clients know OFFSET_NOT_AVAILABLE. */
const FIRST_VERSION_WITH_NOT_AVAILABLE = 5;
const READ_COMMITTED = 1;

/** What the handler needs. */
export interface ListOffsetsHandlerOptions {
  /** Has the partitions. */
  readonly replicaManager: ReplicaManager;
  /** The logger. */
  readonly env: Pick<Env, "logger">;
}

/** Handles ListOffsets. */
export function listOffsetsHandler(
  options: ListOffsetsHandlerOptions,
): ApiHandler<ListOffsetsRequest, ListOffsetsResponse> {
  return {
    api: listOffsets,
    handle: (request, { apiVersion }) => handleListOffsets(options, request, apiVersion),
    onError: (request, error) => ({
      topics: request.topics.map(({ name, partitions }) => ({
        name,
        partitions: partitions.map(({ partitionIndex }) => failed(partitionIndex, error)),
      })),
    }),
  };
}

type Partition = ListOffsetsRequest["topics"][number]["partitions"][number];
type PartitionAnswer = Draft<ListOffsetsResponse["topics"][number]["partitions"][number]>;

function handleListOffsets(
  options: ListOffsetsHandlerOptions,
  request: ListOffsetsRequest,
  version: number,
): Draft<ListOffsetsResponse> {
  // One that is named twice is answered once, with an error.
  const topics = new Map<string, Map<number, { partition: Partition; isDuplicate: boolean }>>();
  for (const { name, partitions } of request.topics) {
    let known = topics.get(name);
    if (known === undefined) topics.set(name, known = new Map());
    for (const partition of partitions) {
      const isDuplicate = known.has(partition.partitionIndex);
      known.set(partition.partitionIndex, { partition, isDuplicate });
    }
  }
  return {
    topics: [...topics].map(([name, partitions]) => ({
      name,
      partitions: [...partitions.values()].map(({ partition, isDuplicate }) =>
        isDuplicate
          ? failed(partition.partitionIndex, "INVALID_REQUEST")
          : offsetOf(options, request, name, partition, version)
      ),
    })),
  };
}

function offsetOf(
  { replicaManager, env }: ListOffsetsHandlerOptions,
  { replicaId, isolationLevel }: ListOffsetsRequest,
  topic: string,
  { partitionIndex, timestamp, currentLeaderEpoch }: Partition,
  version: number,
): PartitionAnswer {
  if (isTimestampUnsupported(timestamp, version)) {
    return failed(partitionIndex, "UNSUPPORTED_VERSION");
  }
  const partition = replicaManager.getPartition(topic, partitionIndex);
  if (typeof partition === "string") return failed(partitionIndex, partition);
  try {
    const found = fetchOffsetForTimestamp(partition, {
      timestamp,
      isolation: replicaId !== CONSUMER_REPLICA_ID
        ? undefined
        : isolationLevel === READ_COMMITTED
        ? "read_committed"
        : "read_uncommitted",
      currentLeaderEpoch,
      fetchOnlyFromLeader: replicaId !== DEBUGGING_REPLICA_ID,
    });
    if (found === undefined) return failed(partitionIndex, "NONE");
    return {
      partitionIndex,
      errorCode: 0,
      timestamp: found.timestamp,
      offset: found.offset,
      ...(found.leaderEpoch !== undefined && version >= FIRST_VERSION_WITH_EPOCH
        ? { leaderEpoch: found.leaderEpoch }
        : {}),
    };
  } catch (error) {
    const name = errorNameOf(error);
    if (name === "UNKNOWN_SERVER_ERROR") {
      env.logger.write("error", "Error while responding to offset request", {
        topic,
        partition: partitionIndex,
        error,
      });
    }
    const isUnknownToClient = name === "OFFSET_NOT_AVAILABLE" &&
      version < FIRST_VERSION_WITH_NOT_AVAILABLE;
    return failed(partitionIndex, isUnknownToClient ? "LEADER_NOT_AVAILABLE" : name);
  }
}

/** No offset: because of an error, or because there is none. */
function failed(partitionIndex: number, error: ErrorName): PartitionAnswer {
  return { partitionIndex, errorCode: errorCode(error), timestamp: -1, offset: -1 };
}
