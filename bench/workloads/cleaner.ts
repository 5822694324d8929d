/**
 * Compaction: a log of random keys is filled and cleaned once, on page-cached files.
 *
 * @module
 */

import { cleanLog } from "../../storage/cleaner/clean_log.ts";
import { KeyHash } from "../../storage/cleaner/key_hash.ts";
import { OffsetMap } from "../../storage/cleaner/offset_map.ts";
import type { Env } from "../../storage/env.ts";
import { parseLogConfig } from "../../storage/log/config/log_config.ts";
import { PartitionLog } from "../../storage/log/partition_log.ts";
import type { CompressionType } from "../../storage/record/record_batch.ts";
import { RecordBatchBuilder } from "../../storage/record/record_batch_builder.ts";
import { systemEnv, systemRandom } from "../../storage/system_env.ts";

const BASE_TIMESTAMP = 1_743_388_057_301;

/** What a log to be cleaned is made of. */
export interface CompactionShape {
  /** Different keys, `key-N` with N drawn at random. */
  readonly keys: number;
  /** Bytes of a value. */
  readonly valueSize: number;
  readonly records: number;
  /** Records in a batch. Default: 100. */
  readonly batchSize?: number;
  /** Codec of the batches. Default: none. */
  readonly compression?: CompressionType;
  /** Whether each record of a batch has a timestamp of its own. Default: one for all. */
  readonly timestamps?: boolean;
}

/** What a cleaning took. */
export interface CompactionFigures {
  /** Bytes of the log before, per second of the whole cleaning, in MB (10^6). */
  readonly megabytesPerSecond: number;
  readonly bytesBefore: number;
  readonly bytesAfter: number;
  readonly ms: number;
  /** Longest stretch in which nothing else could run. */
  readonly longestSliceMs: number;
  /** Growth of the process's resident memory during the cleaning, at the end of it, bytes. */
  readonly residentGrowth: number;
}

/** Fills a new log in `directory` for {@linkcode cleanOnce}. */
export function fillForCompaction(
  directory: string,
  shape: CompactionShape,
  env: Env = systemEnv(),
): PartitionLog {
  const log = PartitionLog.open({
    env,
    directory,
    topicPartition: { topic: "bench", partition: 0 },
    config: parseLogConfig({
      "cleanup.policy": "compact",
      "segment.bytes": String(32 << 20),
      "retention.ms": "-1",
      "message.timestamp.before.max.ms": "9223372036854775807",
    }),
    hadCleanShutdown: true,
  });
  const { keys, valueSize, records, batchSize = 100, compression = "none", timestamps = false } =
    shape;
  const value = crypto.getRandomValues(new Uint8Array(Math.min(valueSize, 65536)));
  for (let i = 0; i < value.length; i++) value[i] = 97 + value[i]! % 16;
  const builder = new RecordBatchBuilder({ compression: { type: compression } });
  const encoder = new TextEncoder();
  for (let done = 0; done < records; done += batchSize) {
    builder.reset();
    for (let k = 0; k < Math.min(batchSize, records - done); k++) {
      const key = encoder.encode(`key-${Math.floor(systemRandom.next() * keys)}`);
      const timestamp = BASE_TIMESTAMP + done / batchSize + (timestamps ? k : 0);
      builder.append(timestamp, key, value);
    }
    log.appendAsLeader(builder.build().slice(), 0);
  }
  log.roll();
  log.updateHighWatermark(log.logEndOffset);
  return log;
}

/** Cleans the log of {@linkcode fillForCompaction}. */
export async function cleanOnce(
  log: PartitionLog,
  env: Env = systemEnv(),
): Promise<CompactionFigures> {
  const bytesBefore = log.size;
  const resident = Deno.memoryUsage().rss;
  const start = performance.now();
  const { longestSliceMs } = await cleanLog(env, log);
  const ms = performance.now() - start;
  return {
    megabytesPerSecond: bytesBefore / 1000 / ms,
    bytesBefore,
    bytesAfter: log.size,
    ms,
    longestSliceMs,
    residentGrowth: Deno.memoryUsage().rss - resident,
  };
}

/** Fills and cleans a log with `keys` different keys: MB/s. */
export async function compact(
  directory: string,
  keys: number,
  valueSize: number,
  records: number,
): Promise<number> {
  const log = fillForCompaction(directory, { keys, valueSize, records });
  try {
    return (await cleanOnce(log)).megabytesPerSecond;
  } finally {
    log.close();
  }
}

/** A hash of a key of `size` bytes: ns. */
export function hashKeys(size: number, count: number): number {
  const hash = new KeyHash(systemRandom.bytes(16));
  const bytes = systemRandom.bytes(4096 + size);
  const out = new Int32Array(4);
  const start = performance.now();
  for (let i = 0; i < count; i++) hash.hashInto(bytes, i & 4095, size, out);
  return (performance.now() - start) * 1e6 / count;
}

/** Puts `count` keys of 8 bytes into a map of `memory` bytes and looks each up: ns for both. */
export function mapKeys(memory: number, count: number): number {
  const map = new OffsetMap(memory, systemRandom);
  const keys = systemRandom.bytes(8 * count);
  const start = performance.now();
  for (let i = 0; i < count; i++) map.put(keys, 8 * i, 8, i);
  let found = 0;
  for (let i = 0; i < count; i++) if (map.get(keys, 8 * i, 8) >= i) found++;
  if (found !== count) throw new Error(`Keys not found: ${count - found}`);
  return (performance.now() - start) * 1e6 / count;
}
