/**
 * Opening a log: the rooms are made, and filled with what is on the disk.
 *
 * @module
 */

import type { Env } from "../../env.ts";
import {
  LEADER_EPOCH_CHECKPOINT_FILE,
  PARTITION_METADATA_FILE,
  type TopicPartition,
  topicPartitionKey,
  UNFLUSHED_SEGMENTS_CHECKPOINT_FILE,
} from "../../file/file_names.ts";
import { LeaderEpochCheckpointFile } from "../../file/leader_epoch_checkpoint_file.ts";
import { SegmentSet } from "../../segment/segment_set.ts";
import { DeferredDeletion } from "../deferred_deletion.ts";
import { LeaderEpochCache } from "../leader_epoch_cache.ts";
import { fileNames } from "./leftover_files.ts";
import type { LoadProgress } from "./load_progress.ts";
import type { LogConfig } from "../config/log_config.ts";
import { loadLog, type RecoveryMode } from "./log_loader.ts";
import { LogIdentity } from "../log_identity.ts";
import { LogOffsets } from "../log_offsets.ts";
import { locateOffset } from "../log_read.ts";
import type { LogState } from "../log_state.ts";
import { ProducerStateManager } from "../producer/producer_state_manager.ts";
import { SegmentTimestamps } from "../segment_timestamps.ts";
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
  /** The topic's id; checked against what is in `partition.metadata`, or written there before the first record. */
  readonly topicId?: string;
  /** The directory was made just now, and is empty: nothing is looked for in it. Default: `false`. */
  readonly isNew?: boolean;
  /** The directory's name may not have been flushed: that is made up for before a flush of the log counts. Default: `false`. */
  readonly isNameUnflushed?: boolean;
}

/** Opens a log in slices; see `PartitionLog.load`. */
export function* openLogState(options: PartitionLogOptions): Generator<LoadProgress, LogState> {
  const { env, directory, topicPartition, config, isNew = false } = options;
  if (!isNew) env.fileSystem.makeDirectory(directory);
  const names = isNew ? [] : fileNames({ env, directory });
  const present = new Set(names);
  const hasFile = present.has(PARTITION_METADATA_FILE);
  const identity = new LogIdentity({ ...options, hasFile });
  const segments = new SegmentSet(topicPartition);
  const deletion = new DeferredDeletion();
  const producers = new ProducerStateManager({ ...options, names });
  const checkpoint = LeaderEpochCheckpointFile.in(env.fileSystem, directory);
  const hasUnflushed = present.has(UNFLUSHED_SEGMENTS_CHECKPOINT_FILE);
  const unflushed = new UnflushedSegments(env, directory, hasUnflushed);
  if (options.hadCleanShutdown) unflushed.clear();
  const epochs = present.has(LEADER_EPOCH_CHECKPOINT_FILE) ? checkpoint.read() : [];
  const leaderEpochs = new LeaderEpochCache(topicPartition, checkpoint, env.logger, epochs);
  const rooms = {
    env,
    directory,
    topicPartition,
    config,
    identity,
    segments,
    leaderEpochs,
    producers,
    deletion,
    unflushed,
  };
  try {
    const loaded = yield* loadLog({
      ...rooms,
      names,
      snapshotsMayHaveChanged: false,
      recoveredProducers: undefined,
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
      name: topicPartitionKey(topicPartition),
      offsets,
      timestamps: new SegmentTimestamps(segments),
      unflushedSnapshots: new Set(),
      unflushedNames: true,
      written: !options.hadCleanShutdown,
    };
    return state;
  } catch (error) {
    segments.closeHandlers();
    deletion.close();
    throw error;
  }
}
