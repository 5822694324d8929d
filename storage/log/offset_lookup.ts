/**
 * Offsets by timestamp (ListOffsets).
 *
 * @module
 */

import { type AnyRecordBatch, NO_TIMESTAMP, RecordBatch } from "../record/record_batch.ts";
import type { Segment } from "../segment/segment.ts";
import type { TimestampAndOffset } from "../segment/timestamp_offset.ts";
import type { LogState } from "./log_state.ts";

/** Asks for the log end offset. */
export const LATEST_TIMESTAMP = -1;
/** Asks for the log start offset. */
export const EARLIEST_TIMESTAMP = -2;
/** Asks for the record with the largest timestamp (KIP-734). */
export const MAX_TIMESTAMP = -3;
/** Asks for the first offset on the local disk (KIP-405). */
export const EARLIEST_LOCAL_TIMESTAMP = -4;
/** Asks for the last offset in remote storage (KIP-1005). */
export const LATEST_TIERED_TIMESTAMP = -5;
/** Asks for the first offset that is not in remote storage yet (KIP-1023). */
export const EARLIEST_PENDING_UPLOAD_TIMESTAMP = -6;

/**
 * The first offset whose record has a timestamp at or after `timestamp`, or the answer to one of the special
 * questions above. There is no remote tier in this log: earliest-local is the log start, and
 * there is no tiered offset (-1).
 *
 * @param timestamp ms since the epoch, or one of the constants above
 * @returns `undefined` when no record is that late
 */
export function fetchOffsetByTimestamp(
  state: LogState,
  timestamp: number,
): TimestampAndOffset | undefined {
  switch (timestamp) {
    case EARLIEST_TIMESTAMP:
    case EARLIEST_LOCAL_TIMESTAMP:
      return earliestOffset(state);
    case LATEST_TIMESTAMP:
      return withEpoch(NO_TIMESTAMP, state.offsets.logEndOffset, state.leaderEpochs.latestEpoch);
    case LATEST_TIERED_TIMESTAMP:
    case EARLIEST_PENDING_UPLOAD_TIMESTAMP:
      return { timestamp: NO_TIMESTAMP, offset: -1, leaderEpoch: -1 };
    case MAX_TIMESTAMP:
      return offsetOfMaxTimestamp(state);
    default:
      return firstOffsetAtOrAfter(state, timestamp);
  }
}

function earliestOffset(state: LogState): TimestampAndOffset {
  const { logStartOffset } = state.offsets;
  // Records of old formats carry no epoch: the first one that is known may begin above the log start.
  const earliest = state.leaderEpochs.earliestEntry;
  return withEpoch(
    NO_TIMESTAMP,
    logStartOffset,
    earliest !== undefined && earliest.startOffset <= logStartOffset ? earliest.epoch : undefined,
  );
}

function offsetOfMaxTimestamp(state: LogState): TimestampAndOffset | undefined {
  let latest: Segment | undefined;
  for (const segment of state.segments.values()) {
    if (latest === undefined || segment.maxTimestampSoFar > latest.maxTimestampSoFar) {
      latest = segment;
    }
  }
  if (latest === undefined) return undefined;
  const maxTimestamp = latest.maxTimestampSoFar;
  const { position } = latest.offsetIndex.lookup(latest.offsetOfMaxTimestampSoFar);
  for (const batch of latest.batches(position)) {
    if (batch.maxTimestamp !== maxTimestamp) continue;
    const offset = offsetOfMaxTimestampIn(batch);
    if (offset === undefined) return undefined;
    const epoch = batch.partitionLeaderEpoch;
    return withEpoch(maxTimestamp, offset, epoch >= 0 ? epoch : undefined);
  }
  return undefined;
}

function offsetOfMaxTimestampIn(batch: AnyRecordBatch): number | undefined {
  if (batch instanceof RecordBatch) return batch.offsetOfMaxTimestamp();
  for (const record of batch.records()) {
    if (record.timestamp === batch.maxTimestamp) return record.offset;
  }
  return undefined;
}

function firstOffsetAtOrAfter(state: LogState, timestamp: number): TimestampAndOffset | undefined {
  let segment = state.timestamps.firstReaching(timestamp);
  while (segment !== undefined) {
    const found = segment.largestTimestamp >= timestamp
      ? segment.findOffsetByTimestamp(timestamp, state.offsets.logStartOffset)
      : undefined;
    if (found !== undefined) return found;
    // What made the segment new enough may be gone (deleted records, compaction): then a later one has the answer. (Kafka has none.)
    segment = state.segments.higherSegment(segment.baseOffset);
  }
  return undefined;
}

function withEpoch(
  timestamp: number,
  offset: number,
  leaderEpoch: number | undefined,
): TimestampAndOffset {
  return leaderEpoch === undefined ? { timestamp, offset } : { timestamp, offset, leaderEpoch };
}
