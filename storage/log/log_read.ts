/**
 * Reading by offset: finds the segment and the bytes, copies nothing.
 *
 * @module
 */

import { OffsetOutOfRangeError } from "../errors.ts";
import { topicPartitionKey } from "../file/file_names.ts";
import type { Segment } from "../segment/segment.ts";
import { abortedTransactionsBetween } from "./aborted_transactions.ts";
import { FetchData } from "./fetch_data.ts";
import {
  isMessageOffsetOnly,
  type LogOffsetMetadata,
  messageOffsetOnly,
} from "./log_offset_metadata.ts";
import type { LogState } from "./log_state.ts";

/** How far a read may see. */
export type FetchIsolation = "log_end" | "high_watermark" | "txn_committed";

/** The limits of a read. */
export interface ReadOptions {
  /** Bytes at most, unless `minOneMessage` makes it the first batch. */
  readonly maxBytes: number;
  /** Consumers read to the high watermark, or to the last stable offset; followers to the end. */
  readonly isolation: FetchIsolation;
  /** Answer with the first batch whole even when it is larger than `maxBytes`. Default: `true`. */
  readonly minOneMessage?: boolean;
}

/**
 * Finds the bytes from the batch that holds `startOffset` on, within one segment.
 *
 * @throws {OffsetOutOfRangeError} below the log start offset or above the log end offset
 */
export function readLog(state: LogState, startOffset: number, options: ReadOptions): FetchData {
  const { offsets } = state;
  if (startOffset < offsets.logStartOffset) {
    throw new OffsetOutOfRangeError(
      `Received request for offset ${startOffset} for partition ${
        topicPartitionKey(state.topicPartition)
      }, but we only have log segments starting from offset: ${offsets.logStartOffset}.`,
    );
  }
  const maxOffset = options.isolation === "log_end"
    ? offsets.logEnd
    : options.isolation === "high_watermark"
    ? offsets.fetchHighWatermarkMetadata()
    : offsets.fetchLastStableOffsetMetadata();
  return readBelow(
    state,
    startOffset,
    options.maxBytes,
    options.minOneMessage ?? true,
    maxOffset,
    options.isolation === "txn_committed",
  );
}

/** Finds the place of an offset; offset-only when the log does not hold it. */
export function locateOffset(state: LogState, offset: number): LogOffsetMetadata {
  const { segments, offsets } = state;
  if (offset > offsets.logEndOffset || segments.floorSegment(offset) === undefined) {
    return messageOffsetOnly(offset);
  }
  const { fetchOffset } = readBelow(state, offset, 1, false, offsets.logEnd, false);
  return { ...fetchOffset, messageOffset: offset };
}

/** Reads what is below `maxOffset`; the offset asked for may lie beyond it, then there is nothing. */
function readBelow(
  state: LogState,
  startOffset: number,
  maxBytes: number,
  minOneMessage: boolean,
  maxOffset: LogOffsetMetadata,
  listAborted: boolean,
): FetchData {
  const { segments, offsets } = state;
  const { logEnd } = offsets;
  let segment: Segment | undefined = segments.floorSegment(startOffset);
  if (startOffset > logEnd.messageOffset || segment === undefined) {
    throw new OffsetOutOfRangeError(
      `Received request for offset ${startOffset} for partition ${
        topicPartitionKey(state.topicPartition)
      }, but we only have log segments upto ${logEnd.messageOffset}.`,
    );
  }
  if (startOffset === maxOffset.messageOffset) return emptyFetch(maxOffset, listAborted);
  if (startOffset > maxOffset.messageOffset) {
    return emptyFetch(locateOffset(state, startOffset), listAborted);
  }
  // A segment may hold nothing at or above the offset (compaction left a gap): look on in the next.
  while (segment !== undefined) {
    const maxPosition = lastReadablePosition(segment, maxOffset);
    const found = segment.read(startOffset, maxBytes, maxPosition, minOneMessage);
    if (state.config.verifyOnRead && (found === undefined || found.offset > startOffset)) {
      verifyPassedOver(segment, startOffset, found?.position);
    }
    if (found !== undefined) {
      const fetchOffset: LogOffsetMetadata = {
        messageOffset: startOffset,
        segmentBaseOffset: segment.baseOffset,
        relativePositionInSegment: found.position,
      };
      const size = Math.max(found.size, 0);
      return new FetchData({
        segment,
        fetchOffset,
        size,
        firstEntryIncomplete: found.firstEntryIncomplete,
        verifyOnRead: state.config.verifyOnRead,
        ...(listAborted
          ? { abortedTransactions: abortedInFetch(state, segment, fetchOffset, size) }
          : {}),
      });
    }
    segment = segments.higherSegment(segment.baseOffset);
  }
  // In range, but no record at or above it is left: all were compacted away or deleted.
  return emptyFetch(logEnd, listAborted);
}

/**
 * Where an offset has no batch, those before it must be sound: one that is damaged may have lied about its offsets.
 *
 * @throws {CorruptRecordError} for a batch that fails its checksum
 */
function verifyPassedOver(segment: Segment, startOffset: number, end?: number): void {
  const start = segment.offsetIndex.lookupPosition(startOffset);
  for (const batch of segment.batches(start, end)) batch.ensureValid();
}

/**
 * Where reading must stop in a segment. When the place of the limit is not known, or lies in an earlier
 * segment, nothing of this one may be read.
 */
function lastReadablePosition(segment: Segment, maxOffset: LogOffsetMetadata): number {
  if (segment.baseOffset < maxOffset.segmentBaseOffset) return segment.size;
  if (segment.baseOffset === maxOffset.segmentBaseOffset && !isMessageOffsetOnly(maxOffset)) {
    return maxOffset.relativePositionInSegment;
  }
  return 0;
}

function abortedInFetch(
  state: LogState,
  segment: Segment,
  fetchOffset: LogOffsetMetadata,
  size: number,
): { producerId: number; firstOffset: number }[] {
  const upperBound = segment.fetchUpperBoundOffset(
    { offset: fetchOffset.messageOffset, position: fetchOffset.relativePositionInSegment },
    size,
  ) ?? state.segments.higherSegment(segment.baseOffset)?.baseOffset ??
    state.offsets.logEndOffset;
  return abortedTransactionsBetween(
    state.segments,
    segment,
    fetchOffset.messageOffset,
    upperBound,
  ).map(({ producerId, firstOffset }) => ({ producerId, firstOffset }));
}

function emptyFetch(fetchOffset: LogOffsetMetadata, listAborted: boolean): FetchData {
  return new FetchData({
    fetchOffset,
    size: 0,
    firstEntryIncomplete: false,
    verifyOnRead: false,
    ...(listAborted ? { abortedTransactions: [] } : {}),
  });
}
