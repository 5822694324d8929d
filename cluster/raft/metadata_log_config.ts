/**
 * The configs of the metadata log, and the log configs that follow from them.
 *
 * @module
 */

import { type LogConfig, parseLogConfig } from "../../storage/log/config/log_config.ts";
import { MAX_BATCH_SIZE_BYTES } from "./batch_accumulator.ts";

/** The configs that the metadata log obeys; sizes in bytes, times in ms, -1 for no limit. */
export interface MetadataLogConfig {
  /** `metadata.log.segment.bytes`. */
  readonly segmentBytes: number;
  /** `internal.metadata.log.segment.bytes`, which may be smaller; takes its place when set. */
  readonly internalSegmentBytes?: number;
  /** `metadata.log.segment.ms`. */
  readonly segmentMs: number;
  /** `metadata.max.retention.bytes`: of the log and its snapshots together. */
  readonly retentionBytes: number;
  /** `metadata.max.retention.ms`. */
  readonly retentionMs: number;
  /** `internal.metadata.max.batch.size.in.bytes`. */
  readonly maxBatchSize: number;
  /** `internal.metadata.delete.delay.millis`. */
  readonly deleteDelayMs: number;
}

/** What applies to what is not set. */
export const DEFAULT_METADATA_LOG_CONFIG: MetadataLogConfig = {
  segmentBytes: 1024 * 1024 * 1024,
  segmentMs: 7 * 24 * 60 * 60 * 1000,
  retentionBytes: 100 * 1024 * 1024,
  retentionMs: 7 * 24 * 60 * 60 * 1000,
  maxBatchSize: MAX_BATCH_SIZE_BYTES,
  deleteDelayMs: 60_000,
};

/** The configs of the log itself. Only snapshots let its records go, never age or size alone. */
export function metadataTopicConfig(config: MetadataLogConfig): LogConfig {
  return parseLogConfig({
    "max.message.bytes": String(config.maxBatchSize),
    ...(config.internalSegmentBytes === undefined
      ? { "segment.bytes": String(config.segmentBytes) }
      : { "internal.segment.bytes": String(config.internalSegmentBytes) }),
    "segment.ms": String(config.segmentMs),
    "file.delete.delay.ms": String(config.deleteDelayMs),
    "retention.ms": "-1",
    "retention.bytes": "-1",
  });
}
