/**
 * Which segments of a log may go: what is below the log start offset, what is over `retention.bytes`, and what
 * is older than `retention.ms`. As the retention of `org.apache.kafka.storage.internals.log.UnifiedLog`. Decides only; the log
 * deletes.
 *
 * @module
 */

/** What retention looks at in a segment. Read one by one, oldest first, and no further than needed. */
export interface RetentionSegment {
  /** Offset that the segment starts at. */
  readonly baseOffset: number;
  /** Bytes of its data. */
  readonly size: number;
  /** Its largest record timestamp, or {@linkcode RetentionSegment.lastModified} when no record has one; ms since the epoch. */
  readonly largestTimestamp: number;
  /** Its largest record timestamp, -1 when no record has one. */
  readonly maxTimestampSoFar: number;
  /** When its file was last written, ms since the epoch. */
  readonly lastModified: number;
}

/** The configs that rule retention, as in `LogConfig`. */
export interface RetentionConfig {
  /** `cleanup.policy` has `delete`. */
  readonly delete: boolean;
  /** `retention.bytes`; negative: no limit. */
  readonly retentionSize: number;
  /** `retention.ms`; negative: no limit. */
  readonly retentionMs: number;
  /** Whether a segment with a record from the future goes by its file's time. Default: `false`, as Kafka: it stays. */
  readonly futureTimestampUsesFileTime?: boolean;
}

/** What {@linkcode findDeletableSegments} decides on. */
export interface RetentionInput {
  /** All segments, oldest first; the last one is the active one. */
  readonly segments: readonly RetentionSegment[];
  /** The log's config. */
  readonly config: RetentionConfig;
  /** Ms since the epoch. */
  readonly now: number;
  /** The log start offset. */
  readonly logStartOffset: number;
  /** The log end offset. */
  readonly logEndOffset: number;
  /** Nothing at or above it goes, so that the log start offset can never pass it. */
  readonly highWatermark: number;
}

/** Why a segment may go. */
export type DeletionReason = "log start offset" | "size" | "time";

/** One segment that may go. */
export interface SegmentDeletion {
  /** Which segment. */
  readonly baseOffset: number;
  /** Why. */
  readonly reason: DeletionReason;
  /** The reason in a sentence, as Kafka logs it. */
  readonly message: string;
}

/** A segment that has a record from the future, because of which it, and what is behind it, is kept. */
export interface FutureTimestampWarning {
  /** Which segment. */
  readonly baseOffset: number;
  /** The segment's largest timestamp, ms since the epoch. */
  readonly timestamp: number;
  /** Whether it went by its file's time instead (`futureTimestampUsesFileTime`). */
  readonly usedFileTime: boolean;
  /** All that in a sentence. */
  readonly message: string;
}

/** What retention has decided. */
export interface RetentionDecision {
  /** What may go, oldest first. */
  readonly deletions: readonly SegmentDeletion[];
  /** Whether the active segment is among them: a new one must be rolled first, for a log always has one. */
  readonly includesActive: boolean;
  /** Records from the future that were met. */
  readonly warnings: readonly FutureTimestampWarning[];
}

/** Whether a segment may go for one reason; `undefined` keeps it, and all behind it. */
type Rule = (segment: RetentionSegment, nextBaseOffset: number | undefined) => string | undefined;

/**
 * The segments that may go now, from the oldest on. Each reason has its turn on what the ones before have left, and
 * stops at the first segment that must stay. An empty active segment always stays.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const segment = (baseOffset: number, timestamp: number) => ({
 *   baseOffset, size: 100, largestTimestamp: timestamp, maxTimestampSoFar: timestamp, lastModified: timestamp,
 * });
 * const { deletions } = findDeletableSegments({
 *   segments: [segment(0, 1_000), segment(10, 2_000), segment(20, 9_000)],
 *   config: { delete: true, retentionSize: -1, retentionMs: 5_000 },
 *   now: 10_000, logStartOffset: 0, logEndOffset: 30, highWatermark: 30,
 * });
 * assertEquals(deletions.map((each) => each.baseOffset), [0, 10]);
 * ```
 */
export function findDeletableSegments(input: RetentionInput): RetentionDecision {
  const { segments, config, now, logStartOffset } = input;
  const deletions: SegmentDeletion[] = [];
  const warnings: FutureTimestampWarning[] = [];

  const take = (reason: DeletionReason, rule: Rule) => {
    for (let at = deletions.length; at < segments.length; at++) {
      const segment = segments[at]!;
      const nextBaseOffset = segments[at + 1]?.baseOffset;
      if (input.highWatermark < (nextBaseOffset ?? input.logEndOffset)) return;
      const message = rule(segment, nextBaseOffset);
      const isActiveAndEmpty = nextBaseOffset === undefined && segment.size === 0;
      if (message === undefined || isActiveAndEmpty) return;
      deletions.push({ baseOffset: segment.baseOffset, reason, message });
    }
  };

  take("log start offset", (segment, nextBaseOffset) => {
    if (nextBaseOffset === undefined || nextBaseOffset > logStartOffset) return undefined;
    return `Deleting segment ${describe(segment)} due to log start offset ${logStartOffset} breach`;
  });
  if (config.delete && config.retentionSize >= 0) {
    let logSize = 0;
    for (let at = deletions.length; at < segments.length; at++) logSize += segments[at]!.size;
    let excess = logSize - config.retentionSize;
    if (excess >= 0) {
      take("size", (segment) => {
        if (excess < segment.size) return undefined;
        excess -= segment.size;
        logSize -= segment.size;
        return `Deleting segment ${
          describe(segment)
        } due to log retention size ${config.retentionSize} breach. ` +
          `Log size after deletion will be ${logSize}.`;
      });
    }
  }
  if (config.delete && config.retentionMs >= 0) {
    take("time", (segment) => {
      let timestamp = segment.largestTimestamp;
      let source = segment.maxTimestampSoFar >= 0
        ? "largest record timestamp in"
        : "last modified time of";
      if (timestamp > now) {
        const usesFileTime = config.futureTimestampUsesFileTime === true;
        warnings.push(futureTimestampWarning(segment, timestamp, now, usesFileTime));
        if (usesFileTime) {
          timestamp = segment.lastModified;
          source = "last modified time of";
        }
      }
      if (now - timestamp <= config.retentionMs) return undefined;
      return `Deleting segment ${
        describe(segment)
      } due to log retention time ${config.retentionMs}ms breach ` +
        `based on the ${source} the segment`;
    });
  }
  return {
    deletions,
    includesActive: deletions.length > 0 && deletions.length === segments.length,
    warnings,
  };
}

function futureTimestampWarning(
  segment: RetentionSegment,
  timestamp: number,
  now: number,
  usedFileTime: boolean,
): FutureTimestampWarning {
  const consequence = usedFileTime
    ? "it goes by the time of its file"
    : "making it ineligible to be deleted";
  return {
    baseOffset: segment.baseOffset,
    timestamp,
    usedFileTime,
    message: `${describe(segment)} contains future timestamp(s), ${consequence}: ` +
      `${timestamp} is ${timestamp - now} ms ahead`,
  };
}

function describe(segment: RetentionSegment): string {
  return `LogSegment(baseOffset=${segment.baseOffset}, size=${segment.size}, ` +
    `lastModifiedTime=${segment.lastModified}, largestRecordTimestamp=${segment.maxTimestampSoFar})`;
}
