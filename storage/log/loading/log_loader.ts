/**
 * Loading a log from its directory: leftovers of interrupted work are settled, segments opened, unflushed ones recovered, and
 * leader epochs and producer state brought in line with what is there (Kafka's `LogLoader`).
 *
 * @module
 */

import type { Env } from "../../env.ts";
import { CorruptRecordError } from "../../errors.ts";
import {
  DELETE_DIR_SUFFIX,
  isIndexFile,
  isLogFile,
  logFileName,
  offsetFromFileName,
  offsetIndexFileName,
  timeIndexFileName,
  transactionIndexFileName,
} from "../../file/file_names.ts";
import type { TopicPartition } from "../../file/file_names.ts";
import { Segment } from "../../segment/segment.ts";
import { SegmentOffsetOverflowError } from "../../segment/segment_offset_overflow_error.ts";
import type { SegmentSet } from "../../segment/segment_set.ts";
import type { DeferredDeletion } from "../deferred_deletion.ts";
import type { LeaderEpochCache } from "../leader_epoch_cache.ts";
import { fileNames, settleLeftoverFiles } from "./leftover_files.ts";
import type { LoadProgress } from "./load_progress.ts";
import { type LogConfig, randomSegmentJitter } from "../config/log_config.ts";
import type { LogOffsetMetadata } from "../log_offset_metadata.ts";
import { recoverLog, recoverSegment, type RecoveryOffsets } from "./log_recovery.ts";
import { openAppendableSegment, writeLogLine } from "../log_state.ts";
import type { ProducerStateManager } from "../producer/producer_state_manager.ts";
import { rebuildProducerState } from "./producer_state_rebuild.ts";
import { splitOverflowedSegment } from "../segment_split.ts";
import type { UnflushedSegments } from "../unflushed_segments.ts";

/**
 * What recovery does with a corrupt batch that has valid ones behind it: `"kafka"` cuts the log off there, as Kafka does;
 * `"salvage"` leaves out the corrupt bytes alone, and keeps what is valid behind them, so that the offsets have a gap.
 */
export type RecoveryMode = "kafka" | "salvage";

/** A log while it is loaded. */
export interface LoadingLog {
  readonly env: Env;
  readonly directory: string;
  readonly topicPartition: TopicPartition;
  readonly config: LogConfig;
  /** Names of the files in the directory. */
  readonly names: readonly string[];
  readonly hadCleanShutdown: boolean;
  readonly recovery: RecoveryMode;
  /** As checkpointed. */
  readonly logStartOffset: number;
  /** As checkpointed. */
  readonly recoveryPoint: number;
  readonly segments: SegmentSet;
  readonly leaderEpochs: LeaderEpochCache;
  readonly producers: ProducerStateManager;
  readonly deletion: DeferredDeletion;
  readonly unflushed: UnflushedSegments;
  /** Recovery worked with producer states of its own, and may have written and removed snapshots. */
  snapshotsMayHaveChanged: boolean;
  /** The producer state that recovery has read from the last segment; `undefined` when none was recovered. */
  recoveredProducers: ProducerStateManager | undefined;
}

/** What loading found out. */
export interface LoadedLogOffsets {
  readonly logStartOffset: number;
  readonly recoveryPoint: number;
  readonly logEnd: LogOffsetMetadata;
}

/** Loads the log into the empty segment set, epoch cache and producer state that it is given. */
export function* loadLog(log: LoadingLog): Generator<LoadProgress, LoadedLogOffsets> {
  const { env, segments, leaderEpochs, producers } = log;
  let names: readonly string[] | undefined = settleLeftoverFiles(log, log.names);
  yield* retryOnOffsetOverflow(log, () => {
    const loading = loadSegmentFiles(log, names ?? fileNames(log));
    // A split in between makes new files.
    names = undefined;
    return loading;
  });
  let offsets: RecoveryOffsets;
  if (log.directory.endsWith(DELETE_DIR_SUFFIX)) {
    if (segments.isEmpty) segments.add(openAppendableSegment(env, log.directory, 0, log.config));
    offsets = { recoveryPoint: 0, nextOffset: 0 };
  } else {
    offsets = yield* retryOnOffsetOverflow(log, () => recoverLog(log));
  }
  leaderEpochs.truncateFromEnd(offsets.nextOffset);
  const logStartOffset = Math.max(log.logStartOffset, segments.firstSegment!.baseOffset);
  leaderEpochs.truncateFromStart(log.logStartOffset);
  // A log that was closed cleanly is not written to for being opened: the next load would find the same.
  if (!log.hadCleanShutdown) leaderEpochs.flush();
  producers.removeStraySnapshots(
    [...segments.values()].map((segment) => segment.baseOffset),
    log.snapshotsMayHaveChanged,
  );
  yield* rebuildProducerState({
    env,
    producers,
    segments,
    logStartOffset,
    lastOffset: offsets.nextOffset,
    reloadFromCleanShutdown: log.hadCleanShutdown,
  });
  if (log.recoveredProducers !== undefined) producers.rememberBatchesOf(log.recoveredProducers);
  const active = segments.activeSegment;
  return {
    logStartOffset,
    recoveryPoint: offsets.recoveryPoint,
    logEnd: {
      messageOffset: offsets.nextOffset,
      segmentBaseOffset: active.baseOffset,
      relativePositionInSegment: active.size,
    },
  };
}

/** Segments between two slices of a clean start. */
const SEGMENTS_PER_SLICE = 256;

/**
 * Opens the segments, without a look at what is in them: those beyond the recovery point are re-checked next, and the others were
 * flushed. Should one of the others lack its index all the same, it is recovered now.
 */
function* loadSegmentFiles(
  log: LoadingLog,
  names: readonly string[],
): Generator<LoadProgress, void> {
  const { segments } = log;
  segments.close();
  segments.clear();
  const present = new Set(names);
  openSegments(log, names, present);
  const unflushed = log.hadCleanShutdown
    ? undefined
    : segments.values(log.recoveryPoint, Infinity)[0];
  let checked = 0;
  for (const segment of segments.values()) {
    if (segment === unflushed) break;
    const fault = indexFault(segment, present);
    if (fault !== undefined) {
      writeLogLine(log, "warn", "Recovering segment and rebuilding index files", {
        baseOffset: segment.baseOffset,
        reason: fault,
      });
      yield* recoverSegment(log, segment);
    }
    if (++checked % SEGMENTS_PER_SLICE === 0) yield { bytes: 0, segments: SEGMENTS_PER_SLICE };
  }
}

/** Opens what has a `.log`, and removes the indexes that have none. */
function openSegments(
  log: LoadingLog,
  names: readonly string[],
  present: ReadonlySet<string>,
): void {
  const { env, directory, config } = log;
  for (const name of names) {
    const baseOffset = offsetFromFileName(name);
    if (baseOffset === undefined) continue;
    if (isIndexFile(name) && !present.has(logFileName(baseOffset))) {
      writeLogLine(log, "warn", "Found an orphaned index file, with no corresponding log file", {
        file: name,
      });
      env.fileSystem.remove(`${directory}/${name}`);
    } else if (isLogFile(name)) {
      const rollJitterMs = randomSegmentJitter(config, env.random);
      log.segments.add(Segment.open({ env, directory, baseOffset, config, rollJitterMs }));
    }
  }
}

/**
 * Why a segment must be recovered though it was flushed: a power cut in the middle of its deletion may have taken an index alone.
 * What is in the offset and time index is looked at when they are first used; a transaction index cannot be missed then, so it is
 * looked at now.
 */
function indexFault(segment: Segment, present: ReadonlySet<string>): string | undefined {
  const { baseOffset, size, txnIndex } = segment;
  if (size > 0) {
    if (!present.has(offsetIndexFileName(baseOffset))) return "no offset index";
    if (!present.has(timeIndexFileName(baseOffset))) return "no time index";
  }
  if (!present.has(transactionIndexFileName(baseOffset))) return undefined;
  try {
    txnIndex.sanityCheck();
    return undefined;
  } catch (error) {
    if (error instanceof CorruptRecordError) return error.message;
    throw error;
  }
}

/** Runs a step of loading; when it meets a segment whose offsets overflow, splits that and runs the step again. */
function* retryOnOffsetOverflow<Result>(
  log: LoadingLog,
  step: () => Generator<LoadProgress, Result>,
): Generator<LoadProgress, Result> {
  for (;;) {
    try {
      return yield* step();
    } catch (error) {
      if (!(error instanceof SegmentOffsetOverflowError)) throw error;
      const segment = log.segments.get(error.baseOffset);
      if (segment === undefined) throw error;
      splitOverflowedSegment(log, segment);
    }
  }
}
