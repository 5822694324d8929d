/**
 * Says of a log why it is, or is not, compacted now, and why segments of it are, or are not, deleted: the answers to what
 * operators ask most, from the same functions that decide.
 *
 * @module
 */

import { type TopicPartition, topicPartitionKey } from "../file/file_names.ts";
import type { LogConfig } from "../log/config/log_config.ts";
import { findDeletableSegments, type RetentionSegment } from "../log/retention.ts";
import type { SegmentDeletion } from "../log/retention.ts";
import {
  cleanableOffsets,
  type ExtentSource,
  firstSegmentWithinLag,
  isCleanable,
  logExtent,
  logToClean,
  maxCompactionDelay,
  type SegmentExtent,
  type UncleanableReason,
} from "./dirty_ratio.ts";

/** The log to be explained: a `PartitionLog`. */
export interface ExplainedLog extends ExtentSource {
  readonly config: LogConfig;
  readonly highWatermark: number;
  readonly segments: { values(): Iterable<SegmentExtent & RetentionSegment> };
}

/** What is known beside the log. Times in ms since the epoch. */
export interface ExplainOptions {
  readonly now: number;
  /** As `cleaner-offset-checkpoint` has it; left out when the log was never cleaned. */
  readonly lastCleanOffset?: number | undefined;
  /** What the cleaner knows of the log; left out when there is none at work. */
  readonly status?: {
    readonly state: "none" | "in_progress" | "aborted" | "paused" | "uncleanable";
    readonly lastError?: Error | undefined;
    readonly retries?: number;
    readonly nextAttemptMs?: number | undefined;
  } | undefined;
}

/** Why a log is compacted now (the first two), or not. */
export type CompactionReason =
  | "dirty ratio reached"
  | "max.compaction.lag.ms passed"
  | "not compacted"
  | "in progress"
  | "paused"
  | "waiting after a failure"
  | "dirty ratio too low"
  | "nothing to clean"
  | UncleanableReason;

/** Why a log is compacted now, or not. */
export interface CompactionExplanation {
  /** Whether the cleaner takes the log, if none is dirtier. */
  readonly now: boolean;
  /** Why. */
  readonly reason: CompactionReason;
  /** The reason with its values, in a sentence. */
  readonly text: string;
  /** Where the part begins that was not cleaned yet. */
  readonly firstDirtyOffset: number;
  /** Where the part begins that cannot be cleaned yet. */
  readonly firstUncleanableOffset: number;
  /** Bytes of the segments that were cleaned. */
  readonly cleanBytes: number;
  /** Dirty bytes that can be cleaned. */
  readonly cleanableBytes: number;
  /** Dirty bytes that cannot be cleaned yet. */
  readonly uncleanableBytes: number;
  /** Cleanable bytes over clean and cleanable ones. */
  readonly cleanableRatio: number;
  /** What the ratio must exceed: `min.cleanable.dirty.ratio`. */
  readonly minCleanableRatio: number;
  /** When time alone changes the answer, ms since the epoch; `undefined` when it does not. */
  readonly changesAtMs: number | undefined;
}

/** Why segments are deleted now, or not. */
export interface DeletionExplanation {
  /** Whether any segment goes. */
  readonly now: boolean;
  /** Those that go, with the reason of each. */
  readonly segments: readonly SegmentDeletion[];
  /** The answer with its values, in a sentence. */
  readonly text: string;
  /** When time alone changes the answer, ms since the epoch; `undefined` when it does not. */
  readonly changesAtMs: number | undefined;
}

/** The whole answer for one log. */
export interface CleanabilityExplanation {
  /** The log. */
  readonly topicPartition: TopicPartition;
  /** Whether it is compacted now. */
  readonly compaction: CompactionExplanation;
  /** Whether segments are deleted now. */
  readonly deletion: DeletionExplanation;
  /** All of it on one line. */
  readonly text: string;
}

/** Explains one log. */
export function explainCleanability(
  log: ExplainedLog,
  options: ExplainOptions,
): CleanabilityExplanation {
  const compaction = explainCompaction(log, options);
  const deletion = explainDeletion(log, options.now);
  const text = `${topicPartitionKey(log.topicPartition)}: ` +
    `${compaction.now ? "is compacted now" : "is not compacted now"}, ${compaction.text}; ` +
    `${deletion.now ? "segments are deleted now" : "no segment is deleted now"}, ${deletion.text}`;
  return { topicPartition: log.topicPartition, compaction, deletion, text };
}

function explainCompaction(log: ExplainedLog, options: ExplainOptions): CompactionExplanation {
  const { now, status } = options;
  const { config } = log;
  const extent = logExtent(log);
  const offsets = cleanableOffsets(extent, options.lastCleanOffset, now);
  const { firstDirtyOffset } = offsets;
  const delayMs = maxCompactionDelay(extent, firstDirtyOffset, now);
  const uncleanableOffset = offsets.firstUncleanableDirtyOffset;
  const candidate = logToClean(log, extent, firstDirtyOffset, uncleanableOffset, delayMs > 0);
  const { cleanBytes, cleanableBytes, cleanableRatio } = candidate;
  let allBytes = 0;
  for (const segment of extent.segments) allBytes += segment.size;
  const uncleanableBytes = Math.max(0, allBytes - cleanBytes - cleanableBytes);
  const lagging = firstSegmentWithinLag(extent, firstDirtyOffset, now);
  const lagEndsAtMs = lagging === undefined
    ? undefined
    : lagging.largestTimestamp + config.compactionLagMs;

  const answer = (
    reason: CompactionReason,
    text: string,
    changesAtMs?: number,
  ): CompactionExplanation => ({
    now: reason === "dirty ratio reached" || reason === "max.compaction.lag.ms passed",
    reason,
    text,
    firstDirtyOffset,
    firstUncleanableOffset: candidate.firstUncleanableOffset,
    cleanBytes,
    cleanableBytes,
    uncleanableBytes,
    cleanableRatio,
    minCleanableRatio: config.minCleanableRatio,
    changesAtMs,
  });

  if (!config.compact) {
    return answer("not compacted", "cleanup.policy does not have compact");
  }
  switch (status?.state) {
    case "in_progress":
    case "aborted":
      return answer("in progress", "it is being worked on at this moment");
    case "paused":
      return answer("paused", "its cleaning is paused while it is truncated, moved or deleted");
    case "uncleanable":
      if (status.nextAttemptMs !== undefined && now < status.nextAttemptMs) {
        return answer(
          "waiting after a failure",
          `attempt ${status.retries ?? 1} failed and the next one comes in ` +
            `${status.nextAttemptMs - now} ms: ${status.lastError?.message ?? "unknown"}`,
          status.nextAttemptMs,
        );
      }
  }
  const ratio = `${cleanableBytes} of ${candidate.totalBytes} bytes are dirty, ratio ` +
    `${cleanableRatio.toFixed(3)} against min.cleanable.dirty.ratio ${config.minCleanableRatio}`;
  if (isCleanable(candidate, config)) {
    return delayMs > 0 && cleanableRatio <= config.minCleanableRatio
      ? answer(
        "max.compaction.lag.ms passed",
        `dirty records have waited ${delayMs} ms longer than max.compaction.lag.ms ${config.maxCompactionLagMs}`,
      )
      : answer("dirty ratio reached", ratio);
  }
  if (cleanableBytes > 0) {
    return answer("dirty ratio too low", ratio, lagEndsAtMs);
  }
  if (uncleanableBytes === 0) return answer("nothing to clean", "it has no dirty records");
  switch (offsets.uncleanableReason) {
    case "min.compaction.lag.ms":
      return answer(
        "min.compaction.lag.ms",
        `the segment at ${
          lagging!.baseOffset
        } has a record younger than min.compaction.lag.ms ${config.compactionLagMs}`,
        lagEndsAtMs,
      );
    case "last stable offset":
      return answer(
        "last stable offset",
        log.lastStableOffset < log.highWatermark
          ? `a transaction is open since offset ${log.lastStableOffset}`
          : `records from the high watermark ${log.highWatermark} on are not replicated yet`,
      );
    case "active segment":
      return answer(
        "active segment",
        `its ${uncleanableBytes} dirty bytes are in the active segment, which is never compacted; ` +
          `it rolls at segment.bytes ${config.segmentSize} or segment.ms ${config.segmentMs}`,
      );
  }
}

function explainDeletion(log: ExplainedLog, now: number): DeletionExplanation {
  const { config, logStartOffset, logEndOffset, highWatermark } = log;
  const segments = [...log.segments.values()];
  const { deletions, warnings } = findDeletableSegments({
    segments,
    config,
    now,
    logStartOffset,
    logEndOffset,
    highWatermark,
  });
  const answer = (text: string, changesAtMs?: number): DeletionExplanation => ({
    now: deletions.length > 0,
    segments: deletions,
    text,
    changesAtMs,
  });
  if (deletions.length > 0) {
    const counts = new Map<string, number>();
    for (const { reason } of deletions) counts.set(reason, (counts.get(reason) ?? 0) + 1);
    return answer([...counts].map(([reason, count]) => `${count} by ${reason}`).join(", "));
  }
  const first = segments[0]!;
  if (!config.delete) {
    return answer(
      `cleanup.policy does not have delete, and none is wholly below the log start offset ${logStartOffset}`,
    );
  }
  if (highWatermark < (segments[1]?.baseOffset ?? logEndOffset)) {
    return answer(`the high watermark ${highWatermark} lies in the first segment`);
  }
  if (segments.length === 1 && first.size === 0) return answer("the log is empty");
  if (warnings.length > 0 && warnings[0]!.baseOffset === first.baseOffset) {
    return answer(warnings[0]!.message);
  }
  const reasons: string[] = [];
  let changesAtMs: number | undefined;
  if (config.retentionMs >= 0) {
    const age = now - first.largestTimestamp;
    changesAtMs = first.largestTimestamp + config.retentionMs + 1;
    reasons.push(`the first segment is ${age} ms old of retention.ms ${config.retentionMs}`);
  } else reasons.push("retention.ms has no limit");
  if (config.retentionSize >= 0) {
    let size = 0;
    for (const segment of segments) size += segment.size;
    reasons.push(
      `without the first segment ${
        size - first.size
      } bytes would be left, less than retention.bytes ${config.retentionSize}`,
    );
  } else reasons.push("retention.bytes has no limit");
  return answer(reasons.join(", "), changesAtMs);
}
