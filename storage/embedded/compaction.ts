/**
 * Compacting an embedded log.
 *
 * @module
 */

import { cleanLog } from "../cleaner/clean_log.ts";
import { type CleanerConfig, parseCleanerConfig } from "../cleaner/cleaner_config.ts";
import type { Env } from "../env.ts";
import type { PartitionLog } from "../log/partition_log.ts";

/** Bytes that the cleaner's map takes for a key, its load factor counted in. */
const BYTES_PER_KEY = 24 / 0.9;

/** What a compaction has done. */
export interface CompactionResult {
  /** The log is clean up to here; what follows is in the active segment, or protected by `min.compaction.lag.ms`. */
  readonly cleanUpTo: number;
  /** Bytes of records before it. */
  readonly sizeBefore: number;
  /** Bytes of records after it. */
  readonly sizeAfter: number;
}

/** Compacts the log now, all but the active segment. */
export async function compactLog(
  env: Env,
  log: PartitionLog,
  cleanerOffset: number | undefined,
  signal: AbortSignal,
): Promise<CompactionResult> {
  const sizeBefore = log.size;
  const { endOffset } = await cleanLog(env, log, {
    config: cleanerConfigFor(log, cleanerOffset),
    ...(cleanerOffset === undefined ? {} : { firstDirtyOffset: cleanerOffset }),
    signal,
  });
  return { cleanUpTo: endOffset, sizeBefore, sizeAfter: log.size };
}

/** Kafka's settings, with no more memory for keys than there are records to look at. */
function cleanerConfigFor(log: PartitionLog, cleanerOffset: number | undefined): CleanerConfig {
  const config = parseCleanerConfig();
  const dirty = log.logEndOffset - Math.max(cleanerOffset ?? 0, log.logStartOffset);
  const needed = Math.ceil((Math.max(dirty, 0) + 1000) * BYTES_PER_KEY);
  return { ...config, dedupeBufferSize: Math.min(config.dedupeBufferSize, needed) };
}
