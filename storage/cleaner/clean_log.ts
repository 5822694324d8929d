/**
 * Cleaning one log without a background cleaner.
 *
 * @module
 */

import type { Env } from "../env.ts";
import type { PartitionLog } from "../log/partition_log.ts";
import { Cleaner } from "./cleaner.ts";
import { type CleanerConfig, parseCleanerConfig } from "./cleaner_config.ts";
import type { CleanerStats } from "./cleaner_stats.ts";
import { cleanableOffsets, logExtent, logToClean } from "./dirty_ratio.ts";
import { OffsetMap } from "./offset_map.ts";
import { Throttler } from "./throttler.ts";

/** How a log is cleaned. */
export interface CleanLogOptions {
  /** Memory and limits. Default: Kafka's. */
  readonly config?: CleanerConfig;
  /** Where the log was clean up to, as an earlier call returned it. Default: the log start offset. */
  readonly firstDirtyOffset?: number;
  /** Time of the cleaning, ms since the epoch. Default: now. */
  readonly now?: number;
  /** Stops the cleaning at its next slice. */
  readonly signal?: AbortSignal;
  /** Longest time in ms that the event loop is kept from others. Default: 4. */
  readonly sliceMs?: number;
}

/** What came of it. */
export interface CleanLogResult {
  /** The first offset that is not clean; pass it as `firstDirtyOffset` the next time. */
  readonly endOffset: number;
  /** What each pass has done; there are several when the offset map was too small for one. */
  readonly passes: readonly CleanerStats[];
  /** ms of the longest stretch in which nothing else could run. */
  readonly longestSliceMs: number;
}

/**
 * Cleans a log now, however dirty it is, up to what may be cleaned: the active segment, undecided transactions and what
 * `min.compaction.lag.ms` protects stay as they are. With nothing dirty, tombstones whose time has come go all the same.
 *
 * Whoever truncates or closes the log meanwhile should abort `signal` first; a cleaning that finds its log changed aborts by itself.
 *
 * @throws {CorruptRecordError} when a batch is damaged; no record is dropped on its account
 * @throws {DOMException} `AbortError` when it was stopped
 */
export async function cleanLog(
  env: Env,
  log: PartitionLog,
  options: CleanLogOptions = {},
): Promise<CleanLogResult> {
  const config = options.config ?? parseCleanerConfig();
  const cleaner = new Cleaner({
    env,
    id: 0,
    offsetMap: new OffsetMap(config.dedupeBufferSize, env.random),
    ioBufferSize: Math.max(1024, Math.floor(config.ioBufferSize / 2)),
    dupBufferLoadFactor: config.dedupeBufferLoadFactor,
    throttler: new Throttler(env.clock, config.maxIoBytesPerSecond),
    ...(options.sliceMs === undefined ? {} : { sliceMs: options.sliceMs }),
  });
  const passes: CleanerStats[] = [];
  let firstDirtyOffset = options.firstDirtyOffset;
  let longestSliceMs = 0;
  for (;;) {
    const now = options.now ?? env.clock.now();
    const extent = logExtent(log);
    const offsets = cleanableOffsets(extent, firstDirtyOffset, now);
    const cleanable = logToClean(
      log,
      extent,
      offsets.firstDirtyOffset,
      offsets.firstUncleanableDirtyOffset,
    );
    const result = await cleaner.clean(cleanable, {
      now,
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    passes.push(result.stats);
    longestSliceMs = Math.max(longestSliceMs, result.longestSliceMs);
    firstDirtyOffset = result.endOffset;
    if (result.endOffset >= cleanable.firstUncleanableOffset) {
      return { endOffset: result.endOffset, passes, longestSliceMs };
    }
  }
}
