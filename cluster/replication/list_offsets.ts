/**
 * Offsets by timestamp, as ListOffsets answers them.
 *
 * @module
 */

import { KafkaError } from "../../client/protocol/error_codes.ts";
import { topicPartitionKey } from "../../storage/file/file_names.ts";
import {
  EARLIEST_LOCAL_TIMESTAMP,
  EARLIEST_PENDING_UPLOAD_TIMESTAMP,
  EARLIEST_TIMESTAMP,
  LATEST_TIERED_TIMESTAMP,
  LATEST_TIMESTAMP,
  MAX_TIMESTAMP,
} from "../../storage/log/offset_lookup.ts";
import type { PartitionLog } from "../../storage/log/partition_log.ts";
import type { TimestampAndOffset } from "../../storage/segment/timestamp_offset.ts";
import type { Partition } from "./partition.ts";

/** A client. */
export const CONSUMER_REPLICA_ID: number = -1;
/** A tool that asks whichever replica it wants. */
export const DEBUGGING_REPLICA_ID: number = -2;

/** The first version of ListOffsets that may ask for each special offset. */
const FIRST_VERSIONS: ReadonlyMap<number, number> = new Map([
  [LATEST_TIMESTAMP, 1],
  [EARLIEST_TIMESTAMP, 1],
  [MAX_TIMESTAMP, 7],
  [EARLIEST_LOCAL_TIMESTAMP, 8],
  [LATEST_TIERED_TIMESTAMP, 9],
  [EARLIEST_PENDING_UPLOAD_TIMESTAMP, 11],
]);

/** Whether a request of a version may not ask for a timestamp: one below zero that it does not know. */
export function isTimestampUnsupported(timestamp: number, version: number): boolean {
  if (timestamp >= 0) return false;
  const first = FIRST_VERSIONS.get(timestamp);
  return first === undefined || version < first;
}

/** What ListOffsets asks of one partition. */
export interface OffsetQuery {
  /** ms since the epoch, or one of the special ones. */
  readonly timestamp: number;
  /** How far the asker may see; `undefined` for a broker or a tool, which see everything. */
  readonly isolation: "read_committed" | "read_uncommitted" | undefined;
  /** Epoch that the asker takes for the leader's, -1 when it does not say. */
  readonly currentLeaderEpoch: number;
  /** Whether a follower may not answer. */
  readonly fetchOnlyFromLeader: boolean;
}

/**
 * The first offset whose record is no older than a time, or a special offset.
 *
 * @returns `undefined` when there is none
 * @throws {KafkaError} `OFFSET_NOT_AVAILABLE` while a new leader does not know yet how far its records are committed
 */
export function fetchOffsetForTimestamp(
  partition: Partition,
  query: OffsetQuery,
): TimestampAndOffset | undefined {
  const log = partition.localLog(query.currentLeaderEpoch, query.fetchOnlyFromLeader);
  const lastFetchable = query.isolation === undefined
    ? log.logEndOffset
    : query.isolation === "read_committed"
    ? log.lastStableOffset
    : log.highWatermark;
  const lagging = query.isolation === undefined
    ? undefined
    : laggingHighWatermark(partition, log, query);
  switch (query.timestamp) {
    case LATEST_TIMESTAMP:
      if (lagging !== undefined) throw lagging;
      return { timestamp: -1, offset: lastFetchable, leaderEpoch: partition.leaderEpoch };
    case EARLIEST_TIMESTAMP:
    case EARLIEST_LOCAL_TIMESTAMP:
      return log.fetchOffsetByTimestamp(query.timestamp);
    default: {
      const found = log.fetchOffsetByTimestamp(query.timestamp);
      if (found !== undefined && found.offset < lastFetchable) return found;
      // Not there, or not yet to be seen: a later answer may differ once the high watermark has caught up.
      if (lagging !== undefined) throw lagging;
      return undefined;
    }
  }
}

function laggingHighWatermark(
  partition: Partition,
  { highWatermark }: PartitionLog,
  { currentLeaderEpoch }: OffsetQuery,
): KafkaError | undefined {
  const epochStart = partition.leaderEpochStartOffset;
  if (epochStart === undefined || epochStart <= highWatermark) return undefined;
  const epoch = currentLeaderEpoch < 0 ? "unknown epoch" : `epoch ${currentLeaderEpoch}`;
  return new KafkaError(
    "OFFSET_NOT_AVAILABLE",
    `Failed to fetch offsets for partition ${
      topicPartitionKey(partition.topicPartition)
    } with leader ${epoch} as this partition's high watermark (${highWatermark}) is lagging behind ` +
      `the start offset from the beginning of this epoch (${epochStart}).`,
  );
}
