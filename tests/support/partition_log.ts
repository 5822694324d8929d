/**
 * Short ways for tests to make logs, batches and directories.
 */

import type { Env } from "../../storage/env.ts";
import type { FileSystem } from "../../storage/file/file_system.ts";
import { readWholeFile } from "../../storage/file/file_system.ts";
import type { ManualEnv } from "./manual_env.ts";
import { parseLogConfig } from "../../storage/log/config/log_config.ts";
import type { LogManager } from "../../storage/log_manager.ts";
import { PartitionLog, type PartitionLogOptions } from "../../storage/log/partition_log.ts";
import { buildEndTransactionMarker } from "../../storage/record/control_record.ts";
import { batchesIn } from "../../storage/record/memory_records.ts";
import type { Record as LogRecord } from "../../storage/record/record.ts";
import {
  buildBatch,
  type NewRecord,
  type RecordBatchOptions,
} from "../../storage/record/record_batch_builder.ts";

/** Where test logs live. */
export const LOG_DIRECTORY = "/data/events-0";

/** Opens a log in {@linkcode LOG_DIRECTORY}; a new one counts as cleanly stopped. */
export function openLog(
  env: Env,
  configs: Record<string, string> = {},
  options: Partial<PartitionLogOptions> = {},
): PartitionLog {
  return PartitionLog.open({
    env,
    directory: LOG_DIRECTORY,
    topicPartition: { topic: "events", partition: 0 },
    config: logConfig(configs),
    hadCleanShutdown: true,
    ...options,
  });
}

/** Opens the log as after a process that was killed. */
export function reopenUnclean(
  env: Env,
  configs: Record<string, string> = {},
  options: Partial<PartitionLogOptions> = {},
): PartitionLog {
  return openLog(env, configs, { hadCleanShutdown: false, ...options });
}

/** Configs of a log; small segments may be asked for with `internal.segment.bytes`. */
export function logConfig(configs: Record<string, string> = {}) {
  return parseLogConfig(configs);
}

/** UTF-8. */
export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Text of UTF-8. */
export function textOf(bytes: Uint8Array | null): string | null {
  return bytes === null ? null : new TextDecoder().decode(bytes);
}

/** A batch with one record for each value. */
export function batchOf(
  values: readonly string[],
  options: RecordBatchOptions & { readonly timestamp?: number; readonly key?: string } = {},
): Uint8Array {
  const { timestamp = 1_700_000_000_000, key, ...rest } = options;
  const records: NewRecord[] = values.map((value) => ({
    key: key === undefined ? null : bytesOf(key),
    value: bytesOf(value),
    timestamp,
  }));
  return buildBatch(records, rest);
}

/** A batch of one record that is `size` bytes, give or take one where a length needs one byte more. */
export function batchOfSize(size: number, options: RecordBatchOptions = {}): Uint8Array {
  let valueSize = Math.max(size - 68, 0);
  let batch = batchOf(["x".repeat(valueSize)], options);
  if (batch.length > size && valueSize > 0) {
    valueSize -= batch.length - size;
    batch = batchOf(["x".repeat(valueSize)], options);
  }
  return batch;
}

/** The marker that ends a transaction. */
export function endMarker(
  producerId: number,
  producerEpoch: number,
  type: "COMMIT" | "ABORT",
  options: { coordinatorEpoch?: number; offset?: number; timestamp?: number } = {},
): Uint8Array {
  return buildEndTransactionMarker({
    timestamp: options.timestamp ?? 1_700_000_000_000,
    producerId,
    producerEpoch,
    type,
    coordinatorEpoch: options.coordinatorEpoch ?? 0,
    ...(options.offset === undefined ? {} : { offset: options.offset, partitionLeaderEpoch: 0 }),
  });
}

/** What a log manager of one log does to truncate it. */
export function truncationOf(
  log: PartitionLog,
): Pick<LogManager, "truncateTo" | "truncateFullyAndStartAt"> {
  return {
    truncateTo: (offsets) => {
      for (const [, offset] of offsets) log.truncateTo(offset);
    },
    truncateFullyAndStartAt: (_, offset) => log.truncateFullyAndStartAt(offset),
  };
}

/** Appends each group of values as one batch. */
export function appendAll(log: PartitionLog, groups: readonly (readonly string[])[]): void {
  for (const values of groups) log.appendAsLeader(batchOf(values), 0);
}

/** All records from an offset on, read in steps. */
export function readRecords(
  log: PartitionLog,
  from: number = log.logStartOffset,
  isolation: "log_end" | "high_watermark" | "txn_committed" = "log_end",
): LogRecord[] {
  const records: LogRecord[] = [];
  let offset = from;
  for (;;) {
    const bytes = log.read(offset, { maxBytes: 64 * 1024, isolation }).bytes();
    let next = offset;
    for (const batch of batchesIn(bytes)) {
      for (const record of batch.records()) if (record.offset >= offset) records.push(record);
      next = batch.nextOffset;
    }
    if (next === offset) return records;
    offset = next;
  }
}

/** `offset=value` of each record from an offset on. */
export function contentOf(log: PartitionLog, from?: number): string[] {
  return readRecords(log, from).map((record) => `${record.offset}=${textOf(record.value)}`);
}

/** Names of the files in a directory, sorted. */
export function filesIn(fileSystem: FileSystem, directory: string = LOG_DIRECTORY): string[] {
  return fileSystem.list(directory).map((entry) => entry.name);
}

/** Copies a directory of the disk, and what is in it, into a file system. */
export function loadDirectory(source: string | URL, fileSystem: FileSystem, target: string): void {
  fileSystem.makeDirectory(target);
  for (const entry of Deno.readDirSync(source)) {
    const from = source instanceof URL
      ? new URL(`${entry.name}${entry.isDirectory ? "/" : ""}`, source)
      : `${source}/${entry.name}`;
    if (entry.isDirectory) {
      loadDirectory(from, fileSystem, `${target}/${entry.name}`);
      continue;
    }
    writeWholeFile(fileSystem, `${target}/${entry.name}`, Deno.readFileSync(from));
  }
}

/** Puts a file somewhere. */
export function writeWholeFile(fileSystem: FileSystem, path: string, bytes: Uint8Array): void {
  const file = fileSystem.open(path, { create: true });
  try {
    file.truncate(0);
    file.write(0, bytes);
  } finally {
    file.close();
  }
}

/** A copy of every file in a directory, by name. */
export function snapshotDirectory(
  fileSystem: FileSystem,
  directory: string = LOG_DIRECTORY,
): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  for (const { name, isDirectory } of fileSystem.list(directory)) {
    if (!isDirectory) files.set(name, readWholeFile(fileSystem, `${directory}/${name}`).slice());
  }
  return files;
}

/** Puts the files of {@linkcode snapshotDirectory} in the place of what is there: what a killed process would find. */
export function restoreDirectory(
  fileSystem: FileSystem,
  files: ReadonlyMap<string, Uint8Array>,
  directory: string = LOG_DIRECTORY,
): void {
  fileSystem.remove(directory);
  fileSystem.makeDirectory(directory);
  for (const [name, bytes] of files) writeWholeFile(fileSystem, `${directory}/${name}`, bytes);
}

/** Three batches of 100 bytes fill a segment; every batch but the first of one is indexed. */
export const SMALL = { "internal.segment.bytes": "300", "index.interval.bytes": "0" };

/** Name of a file of a segment. */
export function nameOf(baseOffset: number, suffix: string): string {
  return `${String(baseOffset).padStart(20, "0")}.${suffix}`;
}

/** Path of a file of a segment, in {@linkcode LOG_DIRECTORY}. */
export function pathOf(baseOffset: number, suffix: string): string {
  return `${LOG_DIRECTORY}/${nameOf(baseOffset, suffix)}`;
}

/** Ten batches of 100 bytes, three a segment, and the files as a killed process leaves them. */
export function killedLog(env: ManualEnv, configs: Record<string, string> = SMALL): void {
  const log = openLog(env, configs);
  for (let i = 0; i < 10; i++) log.appendAsLeader(batchOfSize(100), 0);
  for (const segment of log.segments.values()) segment.flushSync();
  const files = snapshotDirectory(env.fileSystem);
  log.closeHandlers();
  restoreDirectory(env.fileSystem, files);
}

/** Ten batches of 100 bytes, cleanly closed. */
export function closedLog(env: ManualEnv, configs: Record<string, string> = SMALL): void {
  const log = openLog(env, configs);
  for (let i = 0; i < 10; i++) log.appendAsLeader(batchOfSize(100), 0);
  log.close();
}

/** Turns all bits of a byte of a file. */
export function damage(env: ManualEnv, baseOffset: number, at: number, suffix = "log"): void {
  const bytes = readWholeFile(env.fileSystem, pathOf(baseOffset, suffix)).slice();
  bytes[at]! ^= 0xff;
  writeWholeFile(env.fileSystem, pathOf(baseOffset, suffix), bytes);
}

/** Offsets of all records that can be read. */
export function offsetsOf(log: PartitionLog): number[] {
  return contentOf(log).map((entry) => Number(entry.split("=")[0]));
}

/** The offsets of ten records. */
export const TEN = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];

/** Offsets of the producer snapshots. */
export function snapshotsIn(env: ManualEnv): number[] {
  return filesIn(env.fileSystem).filter((name) => name.endsWith(".snapshot")).map((name) =>
    parseInt(name)
  );
}
