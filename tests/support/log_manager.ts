/** Short ways for tests to open log managers and to look at what they wrote. */

import { CleanShutdownFile } from "../../storage/file/clean_shutdown_file.ts";
import type { TopicPartition } from "../../storage/file/file_names.ts";
import type { FileSystem } from "../../storage/file/file_system.ts";
import { OffsetCheckpointFile } from "../../storage/file/offset_checkpoint_file.ts";
import type { PartitionLog } from "../../storage/log/partition_log.ts";
import { LogManager, type LogManagerOptions } from "../../storage/log_manager.ts";
import { FaultyFileSystem } from "../support/faulty_file_system.ts";
import { ManualClock, type ManualEnv, manualEnv } from "../support/manual_env.ts";
import { batchOf } from "../support/partition_log.ts";

/** The log directories of most tests. */
export const DIRS = ["/disk1", "/disk2"];
/** The topic of most tests. */
export const NAME = "kafka";

/** A partition of {@linkcode NAME}, or of another topic. */
export function tp(partition: number, topic = NAME): TopicPartition {
  return { topic, partition };
}

/** Opens {@linkcode DIRS}, without background work unless it is asked for. */
export function openManager(
  env: ManualEnv<FileSystem>,
  options: Partial<LogManagerOptions> = {},
): Promise<LogManager> {
  return LogManager.open({ env, logDirs: DIRS, background: false, ...options });
}

/** A world whose disk fails when it is told to. */
export function faultyEnv(): ManualEnv<FaultyFileSystem> {
  const clock = new ManualClock();
  return manualEnv({ fileSystem: new FaultyFileSystem({ now: () => clock.now() }) });
}

/** Appends batches of one record, and raises the high watermark. */
export function append(log: PartitionLog, count = 1): void {
  for (let i = 0; i < count; i++) log.appendAsLeader(batchOf([`value ${i}`]), 0);
  log.updateHighWatermark(log.logEndOffset);
}

/** The offsets of all records. */
export function offsetsOf(log: PartitionLog | undefined): number[] {
  const offsets: number[] = [];
  for (const segment of log!.segments.values()) {
    for (const batch of segment.batches()) {
      for (const record of batch.records()) offsets.push(record.offset);
    }
  }
  return offsets;
}

/** The offsets in a checkpoint file: `recovery-point`, `log-start`, `replication` or `cleaner`. */
export function checkpoint(
  fileSystem: FileSystem,
  dir: string,
  name: string,
): Record<string, number> {
  const file = new OffsetCheckpointFile(fileSystem, `${dir}/${name}-offset-checkpoint`);
  return Object.fromEntries([...file.read()].map(([key, { offset }]) => [key, offset]));
}

/** Whether a directory is marked as cleanly stopped. */
export function isClean(fileSystem: FileSystem, dir: string): boolean {
  return new CleanShutdownFile(fileSystem, dir).exists;
}
