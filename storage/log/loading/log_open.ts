/**
 * Opening a log: the rooms are made, and filled with what is on the disk.
 *
 * @module
 */

import type { Env } from "../../env.ts";
import type { TopicPartition } from "../../file/file_names.ts";
import { LeaderEpochCheckpointFile } from "../../file/leader_epoch_checkpoint_file.ts";
import { SegmentSet } from "../../segment/segment_set.ts";
import { DeferredDeletion } from "../deferred_deletion.ts";
import { LeaderEpochCache } from "../leader_epoch_cache.ts";
import type { LoadProgress } from "./load_progress.ts";
import type { LogConfig } from "../config/log_config.ts";
import { loadLog, type RecoveryMode } from "./log_loader.ts";
import { LogOffsets } from "../log_offsets.ts";
import { locateOffset } from "../log_read.ts";
import type { LogState } from "../log_state.ts";
import { ProducerStateManager } from "../producer/producer_state_manager.ts";
import { SegmentTimestamps } from "../segment_timestamps.ts";
import { initializeTopicId } from "../topic_id.ts";
import { UnflushedSegments } from "../unflushed_segments.ts";

/** How a log is opened. */
export interface PartitionLogOptions {
  /** The world. */
  readonly env: Env;
  /** Directory of the partition; made when it is missing. */
  readonly directory: string;
  /** The partition. */
  readonly topicPartition: TopicPartition;
  /** Its configs. */
  readonly config: LogConfig;
  /** As checkpointed. Default: 0. */
  readonly logStartOffset?: number;
  /** As checkpointed: what is below was flushed. Default: 0. */
  readonly recoveryPoint?: number;
  /** The log was closed before the process ended: nothing needs to be re-checked. */
  readonly hadCleanShutdown: boolean;
  /** What to do with corrupt batches after an unclean stop. Default: `"kafka"`. */
  readonly recovery?: RecoveryMode;
  /** Default: 15 minutes. */
  readonly maxTransactionTimeoutMs?: number;
  /** Default: one day. */
  readonly producerIdExpirationMs?: number;
  /** Refuse transactional records that the coordinator was not asked about (KIP-890). Default: `false`. */
  readonly transactionVerificationEnabled?: boolean;
  /** The topic's id; checked against, or written to, `partition.metadata`. */
  readonly topicId?: string;
}

/** An open log's state, and its topic's id. */
export interface OpenedLog {
  readonly state: LogState;
  readonly topicId: string | undefined;
}

/** Opens a log in slices; see `PartitionLog.load`. */
export function* openLogState(options: PartitionLogOptions): Generator<LoadProgress, OpenedLog> {
  const { env, directory, topicPartition, config } = options;
  env.fileSystem.makeDirectory(directory);
  const topicId = initializeTopicId(env, directory, topicPartition, options.topicId);
  const segments = new SegmentSet(topicPartition);
  const deletion = new DeferredDeletion();
  const producers = new ProducerStateManager(options);
  const checkpoint = LeaderEpochCheckpointFile.in(env.fileSystem, directory);
  const unflushed = new UnflushedSegments(env, directory);
  if (options.hadCleanShutdown) unflushed.clear();
  const leaderEpochs = new LeaderEpochCache(topicPartition, checkpoint, env.logger);
  const rooms = {
    env,
    directory,
    topicPartition,
    config,
    segments,
    leaderEpochs,
    producers,
    deletion,
    unflushed,
  };
  try {
    const loaded = yield* loadLog({
      ...rooms,
      hadCleanShutdown: options.hadCleanShutdown,
      recovery: options.recovery ?? "kafka",
      logStartOffset: options.logStartOffset ?? 0,
      recoveryPoint: options.recoveryPoint ?? 0,
    });
    const offsets = new LogOffsets({
      ...loaded,
      producers,
      locate: (offset) => locateOffset(state, offset),
    });
    const state: LogState = {
      ...rooms,
      offsets,
      timestamps: new SegmentTimestamps(segments),
      unflushedSnapshots: new Set(),
      unflushedNames: true,
      written: !options.hadCleanShutdown,
    };
    return { state, topicId };
  } catch (error) {
    segments.closeHandlers();
    deletion.close();
    throw error;
  }
}
