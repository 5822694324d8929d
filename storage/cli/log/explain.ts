/**
 * Why a partition's segments are, or are not, deleted or cleaned now.
 *
 * @module
 */

import {
  cleanableOffsets,
  isCleanable,
  type LogExtent,
  logToClean,
  maxCompactionDelay,
} from "../../cleaner/dirty_ratio.ts";
import { topicPartitionKey } from "../../file/file_names.ts";
import type { LogConfig } from "../../log/log_config.ts";
import { findDeletableSegments, type RetentionSegment } from "../../log/retention.ts";
import type { PartitionFinding } from "./verify_partition.ts";
import type { SegmentFinding } from "./verify_segment.ts";

/** What is known about a partition beside its data. */
export interface ExplainInput {
  readonly finding: PartitionFinding;
  readonly config: LogConfig;
  /** Ms since the epoch. */
  readonly now: number;
  /** As checkpointed. */
  readonly logStartOffset: number | undefined;
  /** As checkpointed; without it the log end counts. */
  readonly highWatermark: number | undefined;
  /** How far the cleaner came, as checkpointed. */
  readonly cleanedUpTo: number | undefined;
}

/** The answer about one partition. */
export interface Explanation {
  readonly partition: string;
  readonly cleanupPolicy: string;
  readonly logStartOffset: number;
  readonly logEndOffset: number;
  readonly highWatermark: number;
  readonly lastStableOffset: number;
  /** Segments that retention deletes now, each with the reason. */
  readonly deletes: readonly { baseOffset: number; reason: string }[];
  /** Why the others stay. */
  readonly keeps: string;
  readonly cleansNow: boolean;
  /** Why it is cleaned now, or is not. */
  readonly cleaning: string;
  readonly dirtyRatio: number | undefined;
  readonly warnings: readonly string[];
}

function duration(ms: number): string {
  const units: [number, string][] = [[86_400_000, "d"], [3_600_000, "h"], [60_000, "min"]];
  for (const [unit, name] of units) if (ms >= unit) return `${(ms / unit).toFixed(1)} ${name}`;
  return `${(ms / 1000).toFixed(1)} s`;
}

function largestTimestamp(segment: SegmentFinding): number {
  return segment.maxTimestamp >= 0 ? segment.maxTimestamp : segment.lastModified;
}

function retentionSegment(segment: SegmentFinding): RetentionSegment {
  return {
    baseOffset: segment.baseOffset,
    size: segment.size,
    largestTimestamp: largestTimestamp(segment),
    maxTimestampSoFar: segment.maxTimestamp,
    lastModified: segment.lastModified,
  };
}

function policyText(config: LogConfig): string {
  const policies = [config.compact ? "compact" : "", config.delete ? "delete" : ""];
  return policies.filter((policy) => policy !== "").join(",") || "none";
}

/** Why the first segment that stays does. */
function keepsText(
  input: ExplainInput,
  oldest: SegmentFinding | undefined,
  next: SegmentFinding | undefined,
  highWatermark: number,
): string {
  const { config, now, finding } = input;
  if (oldest === undefined) return "no segment stays";
  const name = `segment ${oldest.baseOffset}`;
  const end = next?.baseOffset ?? finding.endOffset;
  if (highWatermark < end) {
    return `${name} reaches above the high watermark ${highWatermark}, which retention never passes`;
  }
  if (next === undefined && oldest.size === 0) return `${name} is the active one, and empty`;
  if (!config.delete) return "cleanup.policy has no delete: segments go only below the log start";
  const reasons: string[] = [];
  if (config.retentionMs < 0) reasons.push("retention.ms=-1 sets no age");
  else {
    const age = now - largestTimestamp(oldest);
    const source = oldest.maxTimestamp >= 0 ? "newest record" : "file";
    reasons.push(
      age < 0
        ? `the ${source} of ${name} is ${
          duration(-age)
        } in the future, so it is not old enough for ` +
          `retention.ms=${config.retentionMs} (and what is behind it waits for it)`
        : `the ${source} of ${name} is ${duration(age)} old, retention.ms=${config.retentionMs} ` +
          `lets it go in ${duration(config.retentionMs - age)}`,
    );
  }
  const size = finding.segments.filter((segment) => segment.baseOffset >= oldest.baseOffset)
    .reduce((sum, segment) => sum + segment.size, 0);
  reasons.push(
    config.retentionSize < 0
      ? "retention.bytes=-1 sets no size"
      : `${size} bytes less ${name} (${oldest.size}) would be below ` +
        `retention.bytes=${config.retentionSize}`,
  );
  return reasons.join("; ");
}

function extentOf(input: ExplainInput, logStartOffset: number, lastStable: number): LogExtent {
  const { finding, config } = input;
  return {
    topicPartition: finding.directory.topicPartition,
    config,
    logStartOffset,
    logEndOffset: finding.endOffset,
    lastStableOffset: lastStable,
    segments: finding.segments.map((segment) => ({
      baseOffset: segment.baseOffset,
      size: segment.size,
      largestTimestamp: largestTimestamp(segment),
      getFirstBatchTimestamp: () => segment.firstBatchTimestamp,
    })),
  };
}

interface CleaningAnswer {
  readonly cleansNow: boolean;
  readonly text: string;
  readonly ratio: number | undefined;
  readonly warning?: string;
}

function explainCleaning(input: ExplainInput, extent: LogExtent): CleaningAnswer {
  const { config, now } = input;
  if (!config.compact) {
    return { cleansNow: false, text: "cleanup.policy has no compact", ratio: undefined };
  }
  if (extent.segments.length === 0) {
    return { cleansNow: false, text: "there is no segment", ratio: undefined };
  }
  const offsets = cleanableOffsets(extent, input.cleanedUpTo, now);
  const delay = maxCompactionDelay(extent, offsets.firstDirtyOffset, now);
  const candidate = logToClean(
    undefined,
    extent,
    offsets.firstDirtyOffset,
    offsets.firstUncleanableDirtyOffset,
    delay > 0,
  );
  const section = `dirty section [${candidate.firstDirtyOffset}, ` +
    `${candidate.firstUncleanableOffset}), ${candidate.cleanableBytes} of ${candidate.totalBytes} bytes`;
  const ratio = candidate.cleanableRatio;
  const warning = offsets.checkpointWarning === undefined
    ? {}
    : { warning: offsets.checkpointWarning };
  const answer = (cleansNow: boolean, why: string): CleaningAnswer => ({
    cleansNow,
    text: `${why}; ${section}`,
    ratio,
    ...warning,
  });
  const limit = `the section ends at the ${offsets.uncleanableReason}`;
  if (candidate.cleanableBytes === 0) return answer(false, `nothing can be cleaned: ${limit}`);
  const minimum = `min.cleanable.dirty.ratio=${config.minCleanableRatio}`;
  if (isCleanable(candidate, config)) {
    return candidate.needCompactionNow
      ? answer(true, `max.compaction.lag.ms is over by ${duration(delay)}`)
      : answer(true, `dirty ratio ${ratio.toFixed(3)} is above ${minimum}`);
  }
  return answer(false, `dirty ratio ${ratio.toFixed(3)} is not above ${minimum}; ${limit}`);
}

/** Explains one partition. */
export function explainPartition(input: ExplainInput): Explanation {
  const { finding, config, now } = input;
  const { segments, endOffset } = finding;
  const logStartOffset = Math.max(input.logStartOffset ?? 0, finding.startOffset);
  const highWatermark = Math.min(input.highWatermark ?? endOffset, endOffset);
  const lastStableOffset = Math.min(finding.firstOpenOffset ?? endOffset, highWatermark);
  const { deletions, warnings } = findDeletableSegments({
    segments: segments.map(retentionSegment),
    config,
    now,
    logStartOffset,
    logEndOffset: endOffset,
    highWatermark,
  });
  const gone = deletions.length;
  const cleaning = explainCleaning(input, extentOf(input, logStartOffset, lastStableOffset));
  return {
    partition: topicPartitionKey(finding.directory.topicPartition),
    cleanupPolicy: policyText(config),
    logStartOffset,
    logEndOffset: endOffset,
    highWatermark,
    lastStableOffset,
    deletes: deletions.map(({ baseOffset, message }) => ({ baseOffset, reason: message })),
    keeps: keepsText(input, segments[gone], segments[gone + 1], highWatermark),
    cleansNow: cleaning.cleansNow,
    cleaning: cleaning.text,
    dirtyRatio: cleaning.ratio,
    warnings: [
      ...warnings.map((warning) => warning.message),
      ...(cleaning.warning === undefined ? [] : [cleaning.warning]),
    ],
  };
}
