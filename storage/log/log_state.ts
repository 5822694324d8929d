/**
 * What the rooms of one partition's log share: the segments, the offsets that bound them, and what is known
 * about producers and leader epochs. {@linkcode PartitionLog} owns it; the functions around it each do one thing to it.
 *
 * @module
 */

import type { Env, LogLevel } from "../env.ts";
import { type TopicPartition, topicPartitionKey } from "../file/file_names.ts";
import { Segment } from "../segment/segment.ts";
import type { SegmentSet } from "../segment/segment_set.ts";
import type { DeferredDeletion } from "./deferred_deletion.ts";
import type { LeaderEpochCache } from "./leader_epoch_cache.ts";
import { type LogConfig, randomSegmentJitter } from "./config/log_config.ts";
import type { LogIdentity } from "./log_identity.ts";
import type { LogOffsets } from "./log_offsets.ts";
import type { ProducerStateManager } from "./producer/producer_state_manager.ts";
import type { SegmentTimestamps } from "./segment_timestamps.ts";
import type { UnflushedSegments } from "./unflushed_segments.ts";

/** The shared state of one partition's log. */
export interface LogState {
  readonly env: Env;
  readonly topicPartition: TopicPartition;
  /** Its name, `topic-partition`, for messages. */
  readonly name: string;
  /** Where the files are. */
  directory: string;
  config: LogConfig;
  /** Whose the directory is. */
  readonly identity: LogIdentity;
  readonly segments: SegmentSet;
  readonly offsets: LogOffsets;
  readonly producers: ProducerStateManager;
  leaderEpochs: LeaderEpochCache;
  readonly deletion: DeferredDeletion;
  /** Finds segments by time. */
  readonly timestamps: SegmentTimestamps;
  /** Where sealed segments end that a power cut may still take. */
  readonly unflushed: UnflushedSegments;
  /** Paths of producer snapshots written at a roll, whose bytes a power cut may still take. */
  readonly unflushedSnapshots: Set<string>;
  /** Files were made, renamed or removed since the directory was last flushed. */
  unflushedNames: boolean;
  /** Files were changed since the log was opened: closing must bring them to the disk. */
  written: boolean;
}

/** Makes, or opens, the files of a segment that takes appends. */
export function openAppendableSegment(
  env: Env,
  directory: string,
  baseOffset: number,
  config: LogConfig,
): Segment {
  return Segment.open({
    env,
    directory,
    baseOffset,
    config,
    preallocate: config.preallocate,
    rollJitterMs: randomSegmentJitter(config, env.random),
  });
}

/** Tells the operator something about this log. */
export function writeLogLine(
  state: Pick<LogState, "env" | "topicPartition" | "directory">,
  level: LogLevel,
  message: string,
  fields: Readonly<Record<string, unknown>> = {},
): void {
  state.env.logger.write(level, message, {
    partition: topicPartitionKey(state.topicPartition),
    directory: state.directory,
    ...fields,
  });
}
