/**
 * The engine's workloads, as functions of their parameters. Each works in a directory that it is given, on page-cached
 * files, and returns one figure; the caller repeats it and takes the median.
 *
 * @module
 */

import { writeInt64 } from "../../storage/bytes/byte_writer.ts";
import { systemEnv } from "../../storage/system_env.ts";
import { parseLogConfig } from "../../storage/log/config/log_config.ts";
import { PartitionLog } from "../../storage/log/partition_log.ts";
import { batchesIn } from "../../storage/record/memory_records.ts";
import { RecordBatch } from "../../storage/record/record_batch.ts";
import { RecordBatchBuilder } from "../../storage/record/record_batch_builder.ts";

const env = systemEnv();
const topicPartition = { topic: "bench", partition: 0 };
const baseTimestamp = 1_743_388_057_301;
const poolSize = 64;

/** MB (10^6 bytes) a second. */
export function megabytesPerSecond(bytes: number, startMs: number): number {
  return bytes / 1000 / (performance.now() - startMs);
}

/** Opens the log of the workloads; nothing in it expires. */
export function openLog(
  directory: string,
  options: {
    readonly clean?: boolean;
    readonly configs?: Readonly<Record<string, string>>;
  } = {},
): PartitionLog {
  env.fileSystem.makeDirectory(directory);
  return PartitionLog.open({
    env,
    directory,
    topicPartition,
    config: parseLogConfig({ "retention.ms": "-1", ...options.configs }),
    hadCleanShutdown: options.clean ?? true,
  });
}

/** Different values of `size` random letters. */
export function letters(count: number, size: number): Uint8Array[] {
  return Array.from({ length: count }, () => {
    const value = crypto.getRandomValues(new Uint8Array(size));
    for (let i = 0; i < size; i++) value[i] = 65 + value[i]! % 26;
    return value;
  });
}

/** Ready batches of `count` records without key, as a producer would send them. */
export function batchPool(count: number, size: number): Uint8Array<ArrayBuffer>[] {
  return Array.from({ length: poolSize }, (_, i) => {
    const builder = new RecordBatchBuilder({ partitionLeaderEpoch: 0 });
    const values = letters(count, size);
    values.forEach((value, k) => builder.append(baseTimestamp + i * 1000 + k, null, value));
    return builder.build().slice();
  });
}

/** Appends a batch of the pool. A leader takes batches that begin at offset 0, and writes the real offsets into them. */
function appendFresh(log: PartitionLog, batch: Uint8Array): number {
  writeInt64(batch, 0, 0);
  log.appendAsLeader(batch, 0);
  return batch.length;
}

/** Appends ready batches as leader until `bytes` are written: MB/s. */
export function appendAsLeader(
  directory: string,
  count: number,
  size: number,
  bytes: number,
): number {
  const pool = batchPool(count, size);
  const log = openLog(directory);
  const start = performance.now();
  let written = 0;
  for (let i = 0; written < bytes; i++) written += appendFresh(log, pool[i % poolSize]!);
  const figure = megabytesPerSecond(written, start);
  log.close();
  return figure;
}

/** Appends ready batches as follower until `bytes` are written: MB/s. */
export function appendAsFollower(
  directory: string,
  count: number,
  size: number,
  bytes: number,
): number {
  const pool = batchPool(count, size).map((batch) => new RecordBatch(batch));
  const log = openLog(directory);
  const start = performance.now();
  let written = 0;
  for (let i = 0; written < bytes; i++) {
    const batch = pool[i % poolSize]!;
    batch.setLastOffset(log.logEndOffset + count - 1);
    log.appendAsFollower(batch.bytes, 0);
    written += batch.sizeInBytes;
  }
  const figure = megabytesPerSecond(written, start);
  log.close();
  return figure;
}

/** Encodes `count` records a call and appends them: records/s. */
export function appendRecords(
  directory: string,
  count: number,
  size: number,
  calls: number,
): number {
  const values = letters(count, size);
  const log = openLog(directory);
  const builder = new RecordBatchBuilder();
  const start = performance.now();
  for (let call = 0; call < calls; call++) {
    builder.reset();
    for (let k = 0; k < count; k++) builder.append(baseTimestamp + call, null, values[k]!);
    log.appendBuilt(builder, 0);
  }
  const figure = count * calls * 1000 / (performance.now() - start);
  log.close();
  return figure;
}

/** Fills a log with ready batches up to `bytes`. */
export function fill(directory: string, count: number, size: number, bytes: number): PartitionLog {
  const pool = batchPool(count, size);
  const log = openLog(directory);
  for (let i = 0, written = 0; written < bytes; i++) {
    written += appendFresh(log, pool[i % poolSize]!);
  }
  return log;
}

/** Reads a whole log 1 MiB at a time and walks the batches: MB/s. */
export function readBatches(log: PartitionLog): number {
  const target = new Uint8Array(1 << 20);
  const end = log.logEndOffset;
  const start = performance.now();
  let bytes = 0;
  for (let offset = log.logStartOffset; offset < end;) {
    const data = log.read(offset, { maxBytes: target.length, isolation: "log_end" });
    const read = data.readInto(target, 0);
    for (const batch of batchesIn(target, 0, read)) {
      offset = batch.nextOffset;
      bytes += batch.sizeInBytes;
    }
  }
  return megabytesPerSecond(bytes, start);
}

/** Reads a whole log 1 MiB at a time and decodes the records: records/s. */
export function readRecords(log: PartitionLog): number {
  const target = new Uint8Array(1 << 20);
  const end = log.logEndOffset;
  const start = performance.now();
  let records = 0, valueBytes = 0;
  for (let offset = log.logStartOffset; offset < end;) {
    const data = log.read(offset, { maxBytes: target.length, isolation: "log_end" });
    const read = data.readInto(target, 0);
    for (const batch of batchesIn(target, 0, read)) {
      for (const record of batch.records()) {
        valueBytes += record.valueSize;
        records++;
      }
      offset = batch.nextOffset;
    }
  }
  if (valueBytes === 0) throw new Error("No record was read");
  return records * 1000 / (performance.now() - start);
}

/** Reads the one batch that holds a random offset, `reads` times: median µs. */
export function randomRead(log: PartitionLog, reads: number): number {
  const target = new Uint8Array(1 << 20);
  const times = new Float64Array(reads);
  const end = log.logEndOffset;
  let sink = 0;
  for (let i = 0; i < reads; i++) {
    const offset = Math.floor(Math.random() * end);
    const start = performance.now();
    sink += log.read(offset, { maxBytes: 1, isolation: "log_end", minOneMessage: true })
      .readInto(target, 0);
    times[i] = performance.now() - start;
  }
  if (sink === 0) throw new Error("No batch was read");
  return times.sort()[reads >> 1]! * 1000;
}

/** Appends and waits for the disk each time: median µs. */
export async function appendAndFlush(
  directory: string,
  count: number,
  size: number,
  appends: number,
): Promise<number> {
  const pool = batchPool(count, size);
  const log = openLog(directory);
  const times = new Float64Array(appends);
  for (let i = 0; i < appends; i++) {
    const start = performance.now();
    appendFresh(log, pool[i % poolSize]!);
    await log.flush(true);
    times[i] = performance.now() - start;
  }
  log.close();
  return times.sort()[appends >> 1]! * 1000;
}

/** Opens a log after an unclean stop, every byte re-checked: MB/s. */
export function recover(directory: string): number {
  const start = performance.now();
  const log = openLog(directory, { clean: false });
  const figure = megabytesPerSecond(log.size, start);
  log.close();
  return figure;
}

/** Opens a log after a clean stop: ms. */
export function openClean(directory: string): number {
  const start = performance.now();
  const log = openLog(directory);
  const figure = performance.now() - start;
  log.close();
  return figure;
}

/** Looks the offset for a random timestamp up, `lookups` times: median µs. */
export function offsetForTimestamp(log: PartitionLog, lookups: number): number {
  const newest = log.fetchOffsetByTimestamp(-3)!.timestamp;
  const times = new Float64Array(lookups);
  let sink = 0;
  for (let i = 0; i < lookups; i++) {
    const timestamp = Math.floor(baseTimestamp + Math.random() * (newest - baseTimestamp));
    const start = performance.now();
    sink += log.fetchOffsetByTimestamp(timestamp)!.offset;
    times[i] = performance.now() - start;
  }
  if (sink < 0) throw new Error("No offset was found");
  return times.sort()[lookups >> 1]! * 1000;
}

/** Fills a log of `count` segments with rising timestamps, some batches each. */
export function fillSegments(directory: string, count: number): PartitionLog {
  const log = openLog(directory);
  const builder = new RecordBatchBuilder();
  const [value] = letters(1, 100) as [Uint8Array];
  for (let segment = 0, timestamp = baseTimestamp; segment < count; segment++) {
    for (let batch = 0; batch < 50; batch++) {
      builder.reset();
      for (let i = 0; i < 10; i++) builder.append(timestamp++, null, value);
      log.appendAsLeader(builder.build(), 0);
    }
    log.roll();
  }
  return log;
}

/** What a process holds for each of many open, idle partitions. */
export interface PartitionCost {
  /** Resident memory, bytes a partition. */
  readonly bytes: number;
  /** Heap in use, bytes a partition. */
  readonly heapBytes: number;
  /** File descriptors of the whole process. */
  readonly descriptors: number;
}

/** Opens `count` partitions that have records, and leaves them idle. Wants `--v8-flags=--expose-gc`. */
export function openPartitions(directory: string, count: number): PartitionCost {
  const world = systemEnv();
  const [batch] = batchPool(16, 100) as [Uint8Array];
  const collect = (globalThis as { gc?: () => void }).gc ?? (() => {});
  const open = (partition: number) =>
    PartitionLog.open({
      env: world,
      directory: `${directory}/idle-${partition}`,
      topicPartition: { topic: "idle", partition },
      config: parseLogConfig({}),
      hadCleanShutdown: true,
    });
  collect();
  const before = Deno.memoryUsage();
  const logs: PartitionLog[] = [];
  for (let partition = 0; partition < count; partition++) {
    const log = open(partition);
    appendFresh(log, batch);
    logs.push(log);
  }
  collect();
  const after = Deno.memoryUsage();
  const descriptors = [...Deno.readDirSync("/proc/self/fd")].length;
  for (const log of logs) log.close();
  return {
    bytes: (after.rss - before.rss) / count,
    heapBytes: (after.heapUsed + after.external - before.heapUsed - before.external) / count,
    descriptors,
  };
}
