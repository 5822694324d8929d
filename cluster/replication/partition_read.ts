/**
 * Reading one partition for a fetch.
 *
 * @module
 */

import { type ErrorName, KafkaError } from "../../client/protocol/error_codes.ts";
import { OffsetOutOfRangeError } from "../../storage/errors.ts";
import { topicPartitionKey } from "../../storage/file/file_names.ts";
import type { FetchData } from "../../storage/log/fetch_data.ts";
import { UNDEFINED_EPOCH, UNDEFINED_EPOCH_OFFSET } from "../../storage/log/leader_epoch_cache.ts";
import type { FetchIsolation } from "../../storage/log/log_read.ts";
import type { PartitionLog } from "../../storage/log/partition_log.ts";
import type { Partition } from "./partition.ts";

/** Where an epoch ends in a log, as Fetch and OffsetForLeaderEpoch answer it. */
export interface EpochEnd {
  /** What was wrong with the question. */
  readonly error: ErrorName;
  /** The largest epoch up to the one asked for that the log knows, -1 when there is none. */
  readonly leaderEpoch: number;
  /** The first offset behind it, -1 when the epoch is not known. */
  readonly endOffset: number;
}

/**
 * Where the largest epoch ends that is no larger than `leaderEpoch`.
 *
 * @param currentLeaderEpoch epoch that the asker takes for the leader's, -1 when it does not say
 * @param requireLeader whether a follower may not answer
 */
export function lastOffsetForLeaderEpoch(
  partition: Partition,
  currentLeaderEpoch: number,
  leaderEpoch: number,
  requireLeader: boolean,
): EpochEnd {
  let error: ErrorName = "NONE";
  try {
    const log = partition.localLog(currentLeaderEpoch, requireLeader);
    const found = log.endOffsetForEpoch(leaderEpoch);
    if (found !== undefined) {
      return { error, leaderEpoch: found.epoch, endOffset: found.endOffset };
    }
  } catch (failure) {
    if (!(failure instanceof KafkaError)) throw failure;
    error = failure.code;
  }
  return { error, leaderEpoch: UNDEFINED_EPOCH, endOffset: UNDEFINED_EPOCH_OFFSET };
}

/** What a fetch asks of a partition. */
export interface PartitionReadRequest {
  /** Where to read. */
  readonly fetchOffset: number;
  /** Epoch that the fetcher takes for the leader's, -1 when it does not say. */
  readonly currentLeaderEpoch: number;
  /** Epoch of the last record that it has, -1 when it does not say. */
  readonly lastFetchedEpoch: number;
}

/** What was read of a partition, with the offsets as they were before (Kafka's `LogReadInfo`). */
export interface PartitionRead {
  /** The records; `undefined` when the fetcher must truncate first. */
  readonly data: FetchData | undefined;
  /** Where the fetcher's log and this one part. */
  readonly divergingEpoch: { readonly epoch: number; readonly endOffset: number } | undefined;
  /** The high watermark. */
  readonly highWatermark: number;
  /** The log start offset. */
  readonly logStartOffset: number;
  /** The log end offset. */
  readonly logEndOffset: number;
  /** The last stable offset. */
  readonly lastStableOffset: number;
}

/**
 * Reads a log for a fetch that may tell the epoch of its last record: if that is none of this log's, or ends before the offset asked
 * for, the fetcher has records that this log has not, and learns from where on (KIP-595).
 *
 * @throws {OffsetOutOfRangeError} outside of the log, or with an epoch later than all that are known
 * @throws {KafkaError} for a leader epoch other than the current one
 */
export function readPartition(
  partition: Partition,
  log: PartitionLog,
  request: PartitionReadRequest,
  maxBytes: number,
  isolation: FetchIsolation,
  minOneMessage: boolean,
): PartitionRead {
  const { highWatermark, logStartOffset, logEndOffset, lastStableOffset } = log;
  const { fetchOffset, lastFetchedEpoch } = request;
  let divergingEpoch: PartitionRead["divergingEpoch"];
  if (lastFetchedEpoch >= 0) {
    const end = lastOffsetForLeaderEpoch(
      partition,
      request.currentLeaderEpoch,
      lastFetchedEpoch,
      false,
    );
    if (end.error !== "NONE") throw new KafkaError(end.error);
    if (end.endOffset === UNDEFINED_EPOCH_OFFSET || end.leaderEpoch === UNDEFINED_EPOCH) {
      throw new OffsetOutOfRangeError(
        "Could not determine the end offset of the last fetched epoch from the request: " +
          lastFetchedEpoch,
      );
    }
    if (fetchOffset < logStartOffset) {
      throw new OffsetOutOfRangeError(
        `Received request for offset ${fetchOffset} for partition ${
          topicPartitionKey(partition.topicPartition)
        }, but we only have log segments in the range ${logStartOffset} to ${logEndOffset}.`,
      );
    }
    if (end.leaderEpoch < lastFetchedEpoch || end.endOffset < fetchOffset) {
      divergingEpoch = { epoch: end.leaderEpoch, endOffset: end.endOffset };
    }
  }
  const data = divergingEpoch === undefined
    ? log.read(fetchOffset, { maxBytes, isolation, minOneMessage })
    : undefined;
  return { data, divergingEpoch, highWatermark, logStartOffset, logEndOffset, lastStableOffset };
}
