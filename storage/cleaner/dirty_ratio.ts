/**
 * Which part of a log can be cleaned, how dirty it is, and whether it is cleaned now. Decides only: no file is touched here
 * but for first timestamps of segments, when `max.compaction.lag.ms` is set. As Kafka's `LogCleanerManager` and `LogToClean`.
 *
 * ```text
 * log start        first dirty offset       first uncleanable offset      log end
 *     | clean segments     | cleanable segments         | not yet               |
 * ```
 * The dirty ratio is cleanable bytes over clean plus cleanable bytes.
 *
 * @module
 */

import type { TopicPartition } from "../file/file_names.ts";
import type { LogConfig } from "../log/config/log_config.ts";

/** What matters of a segment. */
export interface SegmentExtent {
  readonly baseOffset: number;
  /** Bytes of its data. */
  readonly size: number;
  /** Its largest record timestamp, or the time of its file when no record has one; ms since the epoch. */
  readonly largestTimestamp: number;
  /** Timestamp of its first batch, not positive when it has none. May read the file. */
  getFirstBatchTimestamp(): number;
}

/** What matters of a log. */
export interface LogExtent {
  readonly topicPartition: TopicPartition;
  readonly config: Pick<
    LogConfig,
    "compact" | "delete" | "compactionLagMs" | "maxCompactionLagMs" | "minCleanableRatio"
  >;
  readonly logStartOffset: number;
  readonly logEndOffset: number;
  readonly lastStableOffset: number;
  /** All of them in order of offset; the last one is the active one. */
  readonly segments: readonly SegmentExtent[];
}

/** A log as {@linkcode logExtent} finds it: a `PartitionLog`. */
export interface ExtentSource extends Omit<LogExtent, "segments"> {
  readonly segments: { values(): Iterable<SegmentExtent> };
}

/** The extent of a log as it is now. */
export function logExtent(log: ExtentSource): LogExtent {
  return {
    topicPartition: log.topicPartition,
    config: log.config,
    logStartOffset: log.logStartOffset,
    logEndOffset: log.logEndOffset,
    lastStableOffset: log.lastStableOffset,
    segments: [...log.segments.values()],
  };
}

/** What keeps the cleaner from going further. */
export type UncleanableReason = "last stable offset" | "active segment" | "min.compaction.lag.ms";

/** The offsets between which a log can be cleaned. */
export interface OffsetsToClean {
  /** Where the dirty section begins. */
  readonly firstDirtyOffset: number;
  /** Where the section begins that must not be cleaned yet; at least the first dirty offset. */
  readonly firstUncleanableDirtyOffset: number;
  /** The checkpointed offset cannot be right: it is to be reset to the first dirty offset. */
  readonly forceUpdateCheckpoint: boolean;
  /** What to tell the operator about that; nothing when deletion explains it. */
  readonly checkpointWarning?: string;
  /** What the cleanable section ends at. */
  readonly uncleanableReason: UncleanableReason;
}

/** Segments from the one that holds `from` up to `to`, exclusive. */
function segmentsBetween(log: LogExtent, from: number, to: number): readonly SegmentExtent[] {
  const { segments } = log;
  let end = segments.length;
  while (end > 0 && segments[end - 1]!.baseOffset >= to) end--;
  let start = end;
  while (start > 0 && segments[start - 1]!.baseOffset > from) start--;
  if (start > 0 && from < to) start--;
  return segments.slice(start, end);
}

function activeSegment(log: LogExtent): SegmentExtent {
  return log.segments[log.segments.length - 1]!;
}

function nonActiveSegmentsFrom(log: LogExtent, from: number): readonly SegmentExtent[] {
  const { baseOffset } = activeSegment(log);
  return from > baseOffset ? [] : segmentsBetween(log, from, baseOffset);
}

/**
 * Where cleaning may begin and must end.
 *
 * @param lastCleanOffset the checkpointed offset, `undefined` when the log was never cleaned
 * @param now ms since the epoch
 */
export function cleanableOffsets(
  log: LogExtent,
  lastCleanOffset: number | undefined,
  now: number,
): OffsetsToClean {
  const { logStartOffset, logEndOffset, config } = log;
  let firstDirtyOffset = lastCleanOffset ?? logStartOffset;
  let checkpointWarning: string | undefined;
  let forceUpdateCheckpoint = false;
  if (firstDirtyOffset < logStartOffset) {
    // With compact,delete, or after deleteRecords, this is how it goes; else something is odd.
    if (!(config.compact && config.delete)) {
      checkpointWarning = `Resetting first dirty offset to log start offset ${logStartOffset} ` +
        `since the checkpointed offset is invalid: ${firstDirtyOffset}`;
    }
    forceUpdateCheckpoint = true;
  } else if (firstDirtyOffset > logEndOffset) {
    // Records at the end were lost, so what the checkpoint says of the rest cannot be trusted either.
    checkpointWarning =
      `Resetting first dirty offset to log start offset ${logStartOffset} since the checkpointed ` +
      `offset is beyond the log end offset ${logEndOffset}: ${firstDirtyOffset}`;
    forceUpdateCheckpoint = true;
  }
  if (forceUpdateCheckpoint) firstDirtyOffset = logStartOffset;

  let uncleanable = log.lastStableOffset;
  let uncleanableReason: UncleanableReason = "last stable offset";
  const active = activeSegment(log).baseOffset;
  if (active <= uncleanable) {
    uncleanable = active;
    uncleanableReason = "active segment";
  }
  const lagging = firstSegmentWithinLag(log, firstDirtyOffset, now);
  if (lagging !== undefined && lagging.baseOffset < uncleanable) {
    uncleanable = lagging.baseOffset;
    uncleanableReason = "min.compaction.lag.ms";
  }
  return {
    firstDirtyOffset,
    firstUncleanableDirtyOffset: Math.max(firstDirtyOffset, uncleanable),
    forceUpdateCheckpoint,
    ...(checkpointWarning === undefined ? {} : { checkpointWarning }),
    uncleanableReason,
  };
}

/**
 * The first dirty segment that has a record younger than `min.compaction.lag.ms`; `undefined` when there is none.
 *
 * @param now ms since the epoch
 */
export function firstSegmentWithinLag(
  log: LogExtent,
  firstDirtyOffset: number,
  now: number,
): SegmentExtent | undefined {
  const lagMs = log.config.compactionLagMs;
  if (lagMs <= 0) return undefined;
  return nonActiveSegmentsFrom(log, firstDirtyOffset)
    .find((segment) => segment.largestTimestamp > now - lagMs);
}

/**
 * How long ago the dirty section should have been cleaned by `max.compaction.lag.ms`; 0 when there is time left.
 *
 * @param now ms since the epoch
 */
export function maxCompactionDelay(
  log: LogExtent,
  firstDirtyOffset: number,
  now: number,
): number {
  const cleanUntilTime = now - Math.max(log.config.maxCompactionLagMs, 0);
  // Timestamps count when they are positive; with no limit set none can be below, and no file need be read.
  if (cleanUntilTime <= 0) return 0;
  let earliest = Infinity;
  for (const segment of nonActiveSegmentsFrom(log, firstDirtyOffset)) {
    const timestamp = segment.getFirstBatchTimestamp();
    if (timestamp > 0 && timestamp < earliest) earliest = timestamp;
  }
  return earliest < cleanUntilTime ? cleanUntilTime - earliest : 0;
}

/** A log with what a cleaning of it would cover. */
export interface LogToClean<L = unknown> {
  readonly log: L;
  readonly topicPartition: TopicPartition;
  /** Where the dirty section begins. */
  readonly firstDirtyOffset: number;
  /** Base offset of the first segment that is not cleaned. */
  readonly firstUncleanableOffset: number;
  /** `max.compaction.lag.ms` has passed. */
  readonly needCompactionNow: boolean;
  /** Bytes of the segments that begin below the first dirty offset. */
  readonly cleanBytes: number;
  /** Bytes of the segments between the two offsets. */
  readonly cleanableBytes: number;
  /** Both. */
  readonly totalBytes: number;
  /** Cleanable over total bytes; 0 of an empty log. */
  readonly cleanableRatio: number;
}

/**
 * Measures what a cleaning would cover.
 *
 * @param log what the result carries for the caller
 * @param uncleanableOffset nothing from the segment on that holds it is cleaned
 */
export function logToClean<L>(
  log: L,
  extent: LogExtent,
  firstDirtyOffset: number,
  uncleanableOffset: number,
  needCompactionNow = false,
): LogToClean<L> {
  const cleanBytes = sizeOf(segmentsBetween(extent, -1, firstDirtyOffset));
  const { firstUncleanableOffset, cleanableBytes } = calculateCleanableBytes(
    extent,
    firstDirtyOffset,
    uncleanableOffset,
  );
  const totalBytes = cleanBytes + cleanableBytes;
  return {
    log,
    topicPartition: extent.topicPartition,
    firstDirtyOffset,
    firstUncleanableOffset,
    needCompactionNow,
    cleanBytes,
    cleanableBytes,
    totalBytes,
    cleanableRatio: totalBytes === 0 ? 0 : cleanableBytes / totalBytes,
  };
}

/** Bytes that could be cleaned between two offsets, and where the first segment begins that could not. */
export function calculateCleanableBytes(
  log: LogExtent,
  firstDirtyOffset: number,
  uncleanableOffset: number,
): { firstUncleanableOffset: number; cleanableBytes: number } {
  const segment = nonActiveSegmentsFrom(log, uncleanableOffset)[0] ?? activeSegment(log);
  const firstUncleanableOffset = segment.baseOffset;
  const from = Math.min(firstDirtyOffset, firstUncleanableOffset);
  return {
    firstUncleanableOffset,
    cleanableBytes: sizeOf(segmentsBetween(log, from, firstUncleanableOffset)),
  };
}

function sizeOf(segments: readonly SegmentExtent[]): number {
  let size = 0;
  for (const segment of segments) size += segment.size;
  return size;
}

/** Whether a log is dirty enough, or has waited long enough, to be cleaned now. */
export function isCleanable(candidate: LogToClean, config: LogExtent["config"]): boolean {
  return (candidate.needCompactionNow && candidate.cleanableBytes > 0) ||
    candidate.cleanableRatio > config.minCleanableRatio;
}

/** The log with the largest dirty ratio; `undefined` of none. */
export function filthiest<L>(candidates: readonly LogToClean<L>[]): LogToClean<L> | undefined {
  let worst: LogToClean<L> | undefined;
  for (const candidate of candidates) {
    // Of equals the later one, as Kafka's stream maximum.
    if (worst === undefined || candidate.cleanableRatio >= worst.cleanableRatio) worst = candidate;
  }
  return worst;
}
