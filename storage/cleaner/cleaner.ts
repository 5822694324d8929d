/**
 * Cleaning one log: Kafka's `Cleaner`.
 *
 * First the latest offset of each key of the dirty section is gathered in an {@linkcode OffsetMap}; then all segments up to there
 * are copied without the records that a later one has made obsolete, a group of segments into one new segment each, and
 * swapped in. What is new is complete and flushed before the swap; a crash at any step leaves the old or the new.
 *
 * @module
 */

import { assert } from "@std/assert";
import type { Env } from "../env.ts";
import { topicPartitionKey } from "../file/file_names.ts";
import type { PartitionLog } from "../log/partition_log.ts";
import { createNewCleanedSegment } from "../log/segment_split.ts";
import type { Segment } from "../segment/segment.ts";
import { SegmentOffsetOverflowError } from "../segment/segment_offset_overflow_error.ts";
import { CleanedTransactionMetadata } from "./cleaned_transaction_metadata.ts";
import { CleanerFilter, type LastRecord } from "./cleaner_filter.ts";
import { CleanerStats } from "./cleaner_stats.ts";
import { cleaningAborted, CleaningTurn, isCleaningAborted } from "./cleaning_turn.ts";
import type { LogToClean } from "./dirty_ratio.ts";
import type { OffsetMap } from "./offset_map.ts";
import { buildOffsetMap } from "./offset_map_builder.ts";
import { BatchFilter, newFilterResult } from "./record_filter.ts";
import { groupSegmentsBySize } from "./segment_grouping.ts";
import { SegmentReader } from "./segment_reader.ts";
import type { Throttler } from "./throttler.ts";

/** What a cleaner is made of. */
export interface CleanerOptions {
  readonly env: Env;
  /** Tells cleaners apart in log lines. */
  readonly id: number;
  readonly offsetMap: OffsetMap;
  /** Bytes that are read, and written, at once; a larger batch makes the buffers grow while it is handled. */
  readonly ioBufferSize: number;
  /** How full the offset map may get, 0 to 1. */
  readonly dupBufferLoadFactor: number;
  readonly throttler: Throttler;
  /** Longest time in ms that the event loop is kept from others. Default: 4. */
  readonly sliceMs?: number;
}

/** How one cleaning is run. */
export interface CleanOptions {
  /** Time of the cleaning, ms since the epoch. Default: now. */
  readonly now?: number;
  /** Stops the cleaning at its next slice; the log is left as it was, but for groups that are done. */
  readonly signal?: AbortSignal;
}

/** What a cleaning has come to. */
export interface CleanResult {
  /** The first offset that is not clean. */
  readonly endOffset: number;
  readonly stats: CleanerStats;
  /** ms of the longest stretch in which nothing else could run. */
  readonly longestSliceMs: number;
}

/** What is the same for all groups of one cleaning. */
interface CleaningRound {
  readonly log: PartitionLog;
  readonly now: number;
  readonly firstDirtyOffset: number;
  readonly upperBoundOffset: number;
  readonly legacyDeleteHorizonMs: number;
  readonly transactions: CleanedTransactionMetadata;
  readonly stats: CleanerStats;
  readonly turn: CleaningTurn;
}

/** Cleans one log at a time. */
export class Cleaner {
  readonly #env: Env;
  readonly #id: number;
  readonly #map: OffsetMap;
  readonly #ioBufferSize: number;
  readonly #loadFactor: number;
  readonly #throttler: Throttler;
  readonly #sliceMs: number | undefined;
  readonly #reader: SegmentReader;
  readonly #filter: BatchFilter;

  /** @throws when the offset map has no room for a single key */
  constructor(options: CleanerOptions) {
    this.#env = options.env;
    this.#id = options.id;
    this.#map = options.offsetMap;
    this.#ioBufferSize = options.ioBufferSize;
    this.#loadFactor = options.dupBufferLoadFactor;
    this.#throttler = options.throttler;
    this.#sliceMs = options.sliceMs;
    this.#reader = new SegmentReader(options.ioBufferSize);
    this.#filter = new BatchFilter(options.ioBufferSize);
    assert(
      options.offsetMap.slots * options.dupBufferLoadFactor > 1,
      "offset map is too small to fit in even a single message, so log cleaning will never make progress. " +
        "You can increase log.cleaner.dedupe.buffer.size or decrease log.cleaner.threads",
    );
  }

  /**
   * Cleans a log.
   *
   * @param cleanable the log and the section to clean
   * @throws {CorruptRecordError} when a batch is damaged; nothing is dropped on its account
   * @throws {LogDirError} when the disk refuses
   * @throws {DOMException} `AbortError` when the signal aborts, or the log changes under the cleaner
   */
  async clean(
    cleanable: LogToClean<PartitionLog>,
    options: CleanOptions = {},
  ): Promise<CleanResult> {
    const { log, firstDirtyOffset, firstUncleanableOffset } = cleanable;
    const { clock } = this.#env;
    const now = options.now ?? clock.now();
    const stats = new CleanerStats(clock.now());
    const turn = new CleaningTurn(
      this.#env,
      log,
      this.#throttler,
      options.signal,
      this.#sliceMs,
    );
    options.signal?.throwIfAborted();
    this.#write("Beginning cleaning of log", log, { firstDirtyOffset, firstUncleanableOffset });

    const clean = [...log.segments.values(0, firstDirtyOffset)];
    const lastClean = clean[clean.length - 1];
    const legacyDeleteHorizonMs = lastClean === undefined
      ? 0
      : lastClean.lastModified - log.config.deleteRetentionMs;

    await buildOffsetMap(log, firstDirtyOffset, firstUncleanableOffset, {
      map: this.#map,
      reader: this.#reader,
      stats,
      turn,
      records: this.#filter.records,
      loadFactor: this.#loadFactor,
    });
    const endOffset = this.#map.latestOffset + 1;
    // A record must not go on account of a later one that a power cut may still take, nor of a marker, which may lie
    // behind the cleaned section but is below the high watermark.
    const decidedBy = Math.max(endOffset, log.highWatermark);
    if (log.recoveryPoint < decidedBy) {
      turn.checkAll();
      await turn.during(log.flushUptoOffsetExclusive(decidedBy));
    }
    stats.mapCompleteTime = clock.now();

    const round: CleaningRound = {
      log,
      now,
      firstDirtyOffset,
      upperBoundOffset: firstUncleanableOffset,
      legacyDeleteHorizonMs,
      transactions: new CleanedTransactionMetadata(),
      stats,
      turn,
    };
    turn.checkAll();
    // Nothing may be dirty, with the log start offset inside the active segment, or one with an open transaction: which is
    // not cleaned for that.
    const segments = [...log.segments.values(0, Math.min(endOffset, firstUncleanableOffset))]
      .filter((segment) => segment !== log.activeSegment);
    const groups = groupSegmentsBySize(
      segments,
      log.config.segmentSize,
      log.config.maxIndexSize,
      firstUncleanableOffset,
    );
    for (const group of groups) await this.#cleanSegments(group, round);

    stats.bufferUtilization = this.#map.utilization;
    stats.endTime = clock.now();
    return { endOffset, stats, longestSliceMs: turn.longestSliceMs };
  }

  /** Cleans a group of segments into one, and puts that in their place. */
  async #cleanSegments(group: readonly Segment[], round: CleaningRound): Promise<void> {
    const { log, turn, transactions } = round;
    turn.watch(group);
    const state = { env: this.#env, directory: log.directory, config: log.config };
    const cleaned = createNewCleanedSegment(state, group[0]!.baseOffset);
    transactions.setCleanedIndex(cleaned.txnIndex);
    // The swap wants the old segments on the disk. While they are read they can be written out by another thread.
    const oldFlushed = Promise.all(group.map((segment) => segment.flush()));
    oldFlushed.catch(() => {});
    let swapping = false;
    try {
      const lastRecords = lastRecordsOfActiveProducers(log);
      for (let i = 0; i < group.length; i++) {
        const segment = group[i]!;
        turn.checkSegment(segment);
        // From the whole range of the segment: the new transaction index is made of it.
        const upperBound = group[i + 1]?.baseOffset ?? segment.readNextOffset();
        transactions.addAbortedTransactions(
          log.collectAbortedTransactions(segment.baseOffset, upperBound),
        );
        await this.#cleanInto(segment, cleaned, lastRecords, round);
      }
      turn.checkAll();
      cleaned.onBecomeInactiveSegment();
      await turn.during(cleaned.flush());
      await turn.during(oldFlushed);
      turn.checkAll();
      cleaned.setLastModified(group[group.length - 1]!.lastModified);
      this.#write("Swapping in cleaned segment", log, {
        baseOffset: cleaned.baseOffset,
        size: cleaned.size,
        replaces: group.map((segment) => segment.baseOffset),
      });
      swapping = true;
      log.replaceSegments([cleaned], group);
    } catch (error) {
      // Once the swap has begun, its files are settled when the log is opened next.
      if (!swapping) {
        discard(cleaned, state.directory, log);
        // What fails because the log was moved or truncated meanwhile is no failure.
        if (!isCleaningAborted(error)) turn.checkAll();
      }
      throw error;
    }
    turn.unwatch(group);
  }

  /** Copies what stays of `source` into `target`. */
  async #cleanInto(
    source: Segment,
    target: Segment,
    lastRecords: ReadonlyMap<number, LastRecord>,
    round: CleaningRound,
  ): Promise<void> {
    const { log, stats, turn } = round;
    const reader = this.#reader;
    const batchFilter = this.#filter;
    const output = batchFilter.output;
    const filter = new CleanerFilter({
      map: this.#map,
      transactions: round.transactions,
      stats,
      currentTime: round.now,
      deleteRetentionMs: log.config.deleteRetentionMs,
      lastRecords,
      upperBoundOffset: round.upperBoundOffset,
      firstDirtyOffset: round.firstDirtyOffset,
      retainLegacyDeletes: source.lastModified > round.legacyDeleteHorizonMs,
    });
    const result = newFilterResult();
    output.clear();
    const end = source.size;
    let position = 0;
    while (position < end) {
      turn.checkSegment(source);
      await turn.throttle(reader.fill(source, position, end));
      turn.checkSegment(source);
      for (let batch = reader.nextBatch(); batch !== undefined; batch = reader.nextBatch()) {
        if (batch.lastOffset - target.baseOffset > 0x7fff_ffff) this.#split(source, log);
        const worked = batchFilter.filter(batch, filter, result);
        if (output.length >= this.#ioBufferSize) {
          const bytes = output.length;
          target.append(result.maxOffset, output.bytes, 0, bytes);
          output.clear();
          await turn.throttle(bytes);
          turn.checkSegment(source);
        }
        if (turn.isOver(worked)) {
          await turn.giveWay();
          turn.checkSegment(source);
        }
      }
      position += reader.consumed;
    }
    if (output.length > 0) {
      target.append(result.maxOffset, output.bytes, 0, output.length);
      await turn.throttle(output.length);
    }
    reader.restore();
    batchFilter.restore();
    stats.messagesRead += result.messagesRead;
    stats.bytesRead += result.bytesRead;
    stats.messagesWritten += result.messagesRetained;
    stats.bytesWritten += result.bytesRetained;
  }

  /** A segment whose offsets do not fit into 31 bits is split, and cleaned another time. */
  #split(segment: Segment, log: PartitionLog): never {
    if (!segment.hasOverflow()) {
      throw new SegmentOffsetOverflowError(
        segment.baseOffset,
        segment.readNextOffset() - 1,
        log.directory,
      );
    }
    this.#write("Segment overflows, splitting it", log, { baseOffset: segment.baseOffset });
    log.splitOverflowedSegment(segment);
    throw cleaningAborted(`segment was split: ${segment.baseOffset}`);
  }

  #write(message: string, log: PartitionLog, fields: Readonly<Record<string, unknown>>): void {
    this.#env.logger.write("debug", message, {
      cleaner: this.#id,
      partition: topicPartitionKey(log.topicPartition),
      ...fields,
    });
  }
}

/** The last record of each producer that the log knows, by producer id. */
function lastRecordsOfActiveProducers(log: PartitionLog): Map<number, LastRecord> {
  const result = new Map<number, LastRecord>();
  for (const [producerId, entry] of log.producerStateManager.activeProducers) {
    const { lastDataOffset, producerEpoch } = entry;
    result.set(producerId, {
      lastDataOffset: lastDataOffset >= 0 ? lastDataOffset : undefined,
      producerEpoch,
    });
  }
  return result;
}

/** Removes a new segment that will not be needed; the reason why matters more than a failure to do so. */
function discard(cleaned: Segment, directory: string, log: PartitionLog): void {
  try {
    if (log.directory !== directory) cleaned.updateParentDir(log.directory);
    cleaned.deleteIfExists();
  } catch {
    // The next opening of the log removes `.cleaned` files.
  }
}
