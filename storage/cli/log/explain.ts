/**
 * Why a partition's segments are, or are not, deleted or cleaned now: the engine's own answer, for a log that is not
 * open.
 *
 * @module
 */

import { cleanableOffsets, type SegmentExtent } from "../../cleaner/dirty_ratio.ts";
import {
  type CompactionExplanation,
  type DeletionExplanation,
  explainCleanability,
  type ExplainedLog,
} from "../../cleaner/explain_cleanability.ts";
import { topicPartitionKey } from "../../file/file_names.ts";
import type { LogConfig } from "../../log/config/log_config.ts";
import { findDeletableSegments, type RetentionSegment } from "../../log/retention.ts";
import type { PartitionFinding } from "./verify_partition.ts";
import type { SegmentFinding } from "./verify_segment.ts";

const METADATA_TOPIC = "__cluster_metadata";

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
  /** Left out of the metadata log, which topic configs do not rule. */
  readonly deletion?: DeletionExplanation;
  /** As {@linkcode Explanation.deletion}. */
  readonly compaction?: CompactionExplanation;
  readonly warnings: readonly string[];
}

type Segment = SegmentExtent & RetentionSegment;

function segmentOf(finding: SegmentFinding): Segment {
  const { baseOffset, size, maxTimestamp, lastModified, firstBatchTimestamp } = finding;
  return {
    baseOffset,
    size,
    largestTimestamp: maxTimestamp >= 0 ? maxTimestamp : lastModified,
    maxTimestampSoFar: maxTimestamp,
    lastModified,
    getFirstBatchTimestamp: () => firstBatchTimestamp,
  };
}

function policyText(config: LogConfig): string {
  const policies = [config.compact ? "compact" : "", config.delete ? "delete" : ""];
  return policies.filter((policy) => policy !== "").join(",") || "none";
}

/** The log as the engine would have it open. */
function explainedLog(input: ExplainInput, segments: readonly Segment[]): ExplainedLog {
  const { finding, config } = input;
  const { startOffset, endOffset, firstOpenOffset } = finding;
  const highWatermark = Math.min(input.highWatermark ?? endOffset, endOffset);
  return {
    topicPartition: finding.directory.topicPartition,
    config,
    logStartOffset: Math.max(input.logStartOffset ?? 0, startOffset),
    logEndOffset: endOffset,
    highWatermark,
    lastStableOffset: Math.min(firstOpenOffset ?? endOffset, highWatermark),
    segments: { values: () => segments },
  };
}

/** Explains one partition, which has at least one segment. */
export function explainPartition(input: ExplainInput): Explanation {
  const { finding, config, now, cleanedUpTo } = input;
  const segments = finding.segments.map(segmentOf);
  const log = explainedLog(input, segments);
  const { topicPartition, logStartOffset, logEndOffset, highWatermark, lastStableOffset } = log;
  const offsets = { logStartOffset, logEndOffset, highWatermark, lastStableOffset };
  const partition = topicPartitionKey(topicPartition);
  if (topicPartition.topic === METADATA_TOPIC) {
    return { partition, cleanupPolicy: "none", ...offsets, warnings: [] };
  }
  const { compaction, deletion } = explainCleanability(log, { now, lastCleanOffset: cleanedUpTo });
  const { warnings } = findDeletableSegments({ segments, config, now, ...offsets });
  const checkpoint = config.compact
    ? cleanableOffsets({ ...log, segments }, cleanedUpTo, now).checkpointWarning
    : undefined;
  return {
    partition,
    cleanupPolicy: policyText(config),
    ...offsets,
    deletion,
    compaction,
    warnings: [
      ...warnings.map((warning) => warning.message),
      ...(checkpoint === undefined ? [] : [checkpoint]),
    ],
  };
}

/** The lines for people. */
export function explanationText(explanation: Explanation): string {
  const { partition, cleanupPolicy, deletion, compaction, warnings } = explanation;
  const lines = [
    `${partition}: cleanup.policy=${cleanupPolicy}, offsets ${explanation.logStartOffset} to ` +
    `${explanation.logEndOffset}, high watermark ${explanation.highWatermark}, ` +
    `last stable offset ${explanation.lastStableOffset}`,
  ];
  if (deletion === undefined || compaction === undefined) {
    lines.push("  goes by its snapshots and metadata.max.retention.*, not by a topic's configs");
  } else {
    lines.push(
      `  ${
        deletion.now ? "segments are deleted now" : "no segment is deleted now"
      }: ${deletion.text}`,
      ...deletion.segments.map(({ message }) => `    ${message}`),
      `  ${compaction.now ? "compacted now" : "not compacted now"}: ${compaction.text}`,
    );
  }
  for (const warning of warnings) lines.push(`  warning: ${warning}`);
  return lines.join("\n");
}
