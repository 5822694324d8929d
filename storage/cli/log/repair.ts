/**
 * Repairs a partition: what cannot be trusted is cut off, or left out, and all that is derived from the data is made
 * anew. That is the recovery of the log itself, with a recovery point of 0; the plan says beforehand what it will do.
 *
 * @module
 */

import { CorruptRecordError, StorageError } from "../../errors.ts";
import type { Env } from "../../env.ts";
import {
  LEADER_EPOCH_CHECKPOINT_FILE,
  RECOVERY_POINT_CHECKPOINT_FILE,
  REPLICATION_OFFSET_CHECKPOINT_FILE,
  topicPartitionKey,
} from "../../file/file_names.ts";
import { LeaderEpochCheckpointFile } from "../../file/leader_epoch_checkpoint_file.ts";
import { OffsetCheckpointFile } from "../../file/offset_checkpoint_file.ts";
import { fileName, joinPath } from "../../file/paths.ts";
import { type ConfigTexts, parseLogConfig } from "../../log/config/log_config.ts";
import { PartitionLog } from "../../log/partition_log.ts";
import type { RecoveryMode } from "../../log/loading/log_loader.ts";
import type { PartitionFinding } from "./verify_partition.ts";
import type { SegmentFinding } from "./verify_segment.ts";

/** One thing that a repair does. */
export interface RepairStep {
  readonly action: "cut" | "leave-out" | "remove" | "rebuild" | "settle" | "lower";
  readonly file: string;
  readonly message: string;
  readonly position?: number;
  /** First offset that is lost. */
  readonly offset?: number;
  /** Bytes that are lost. */
  readonly bytes?: number;
}

/** How to repair. */
export interface RepairOptions {
  readonly env: Env;
  readonly mode: RecoveryMode;
  /** The topic's configs. */
  readonly config: ConfigTexts;
  readonly progress?: (text: string) => void;
}

function cutStep(segment: SegmentFinding): RepairStep {
  const bytes = segment.size - segment.cutPosition;
  return {
    action: "cut",
    file: segment.path,
    position: segment.cutPosition,
    offset: segment.cutOffset,
    bytes,
    message: `cut off from position ${segment.cutPosition} on`,
  };
}

/** Cuts at the first fault of the log, and removes what lies behind, as a broker does. */
function kafkaSteps(segments: readonly SegmentFinding[]): RepairStep[] {
  const first = segments.findIndex((segment) => segment.cutPosition >= 0);
  if (first < 0) return [];
  const steps = [cutStep(segments[first]!)];
  for (const segment of segments.slice(first + 1)) {
    steps.push({
      action: "remove",
      file: segment.path,
      offset: segment.baseOffset,
      bytes: segment.size,
      message: "remove the segment behind the cut",
    });
  }
  return steps;
}

/** Leaves out what is damaged, and keeps what is sound behind it. */
function salvageSteps(segments: readonly SegmentFinding[]): RepairStep[] {
  const steps: RepairStep[] = [];
  for (const segment of segments) {
    for (const { position, bytes } of segment.damages) {
      const isTail = position + bytes === segment.size;
      steps.push({
        action: isTail ? "cut" : "leave-out",
        file: segment.path,
        position,
        bytes,
        message: isTail ? `cut off from position ${position} on` : "leave out these bytes",
      });
    }
    if (segment.cutPosition >= 0 && segment.damages.length === 0) steps.push(cutStep(segment));
  }
  return steps;
}

function unreadableEpochs(finding: PartitionFinding): string | undefined {
  return finding.faults.find((fault) =>
    fault.kind === "checkpoint" && fault.offset === undefined &&
    fileName(fault.file) === LEADER_EPOCH_CHECKPOINT_FILE
  )?.file;
}

/** What a repair would do to a partition; nothing when it has no fault. */
export function planRepair(finding: PartitionFinding, mode: RecoveryMode): RepairStep[] {
  const steps = mode === "salvage" ? salvageSteps(finding.segments) : kafkaSteps(finding.segments);
  const files = new Set<string>();
  for (const fault of finding.faults) {
    const { kind, file } = fault;
    if (kind === "batch" || kind === "offset" || kind === "record" || files.has(file)) continue;
    files.add(file);
    if (kind === "leftover") steps.push({ action: "settle", file, message: fault.message });
    else if (kind !== "metadata" && kind !== "leader-epoch") {
      steps.push({ action: "rebuild", file, message: fault.message });
    }
  }
  return steps;
}

/**
 * Repairs a partition.
 *
 * @param logStartOffset as checkpointed
 * @returns the log end offset
 * @throws {LogDirError} when the disk refuses
 */
export function repairPartition(
  finding: PartitionFinding,
  logStartOffset: number,
  options: RepairOptions,
): number {
  const { env, mode, progress } = options;
  const { path, topicPartition } = finding.directory;
  // The log would refuse to open with it; recovery finds the epochs again in the batches.
  const epochsFile = unreadableEpochs(finding);
  if (epochsFile !== undefined) env.fileSystem.remove(epochsFile);
  const work = PartitionLog.load({
    env,
    directory: path,
    topicPartition,
    config: parseLogConfig({ ...options.config, "file.delete.delay.ms": "0" }),
    logStartOffset,
    recoveryPoint: 0,
    hadCleanShutdown: false,
    recovery: mode,
  });
  let bytes = 0;
  for (;;) {
    const step = work.next();
    if (step.done) {
      const log = step.value;
      const { logEndOffset } = log;
      log.deletePendingFiles(env.clock.now());
      log.close();
      if (epochsFile !== undefined) ensureEpochs(env, path, epochsFile);
      return logEndOffset;
    }
    bytes += step.value.bytes;
    progress?.(`${fileName(path)}: ${Math.round(bytes / 1_000_000)} MB recovered`);
  }
}

function ensureEpochs(env: Env, directory: string, file: string): void {
  try {
    LeaderEpochCheckpointFile.in(env.fileSystem, directory).read();
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
    throw new CorruptRecordError(`Leader epochs could not be rebuilt: ${file}`, { cause: error });
  }
}

/** Checkpoints that must not lie beyond the end of a log. */
const LOWERED_CHECKPOINTS = [
  RECOVERY_POINT_CHECKPOINT_FILE,
  REPLICATION_OFFSET_CHECKPOINT_FILE,
] as const;

/** Which checkpointed offsets of a broker's directory lie beyond the end of their logs. */
export function planCheckpoints(
  env: Env,
  logDir: string,
  endOffsets: ReadonlyMap<string, number>,
): RepairStep[] {
  const steps: RepairStep[] = [];
  for (const name of LOWERED_CHECKPOINTS) {
    const file = joinPath(logDir, name);
    if (env.fileSystem.stat(file) === undefined) continue;
    for (const [key, { offset }] of new OffsetCheckpointFile(env.fileSystem, file).read()) {
      const endOffset = endOffsets.get(key);
      if (endOffset === undefined || offset <= endOffset) continue;
      steps.push({
        action: "lower",
        file,
        offset: endOffset,
        message: `${key}: lower from ${offset} to the end of the log, ${endOffset}`,
      });
    }
  }
  return steps;
}

/** Does what {@linkcode planCheckpoints} says. */
export function lowerCheckpoints(
  env: Env,
  logDir: string,
  endOffsets: ReadonlyMap<string, number>,
): void {
  for (const name of LOWERED_CHECKPOINTS) {
    const file = joinPath(logDir, name);
    if (env.fileSystem.stat(file) === undefined) continue;
    const checkpoint = new OffsetCheckpointFile(env.fileSystem, file);
    checkpoint.write(
      [...checkpoint.read().values()].map((entry) => ({
        ...entry,
        offset: Math.min(
          entry.offset,
          endOffsets.get(topicPartitionKey(entry.topicPartition)) ?? Infinity,
        ),
      })),
    );
  }
}
