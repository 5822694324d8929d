/**
 * What the cleaner lets stay: the decisions, without the copying.
 *
 * @module
 */

import type { LegacyRecordBatch } from "../record/legacy_record_batch.ts";
import type { AnyRecordBatch, RecordBatch } from "../record/record_batch.ts";
import type { CleanedTransactionMetadata } from "./cleaned_transaction_metadata.ts";
import type { CleanerStats } from "./cleaner_stats.ts";
import type { OffsetMap } from "./offset_map.ts";
import type { RecordColumns } from "./record_columns.ts";
import type { BatchRetention, BatchRetentionResult, RecordFilter } from "./record_filter.ts";

/** The last thing that the log knows of a producer. */
export interface LastRecord {
  /** Last offset of its last batch with records; `undefined` when only a marker is known. */
  readonly lastDataOffset: number | undefined;
  readonly producerEpoch: number;
}

/** What the decisions depend on. */
export interface CleanerFilterOptions {
  readonly map: OffsetMap;
  readonly transactions: CleanedTransactionMetadata;
  readonly stats: CleanerStats;
  /** ms since the epoch. */
  readonly currentTime: number;
  readonly deleteRetentionMs: number;
  /** Last records of the producers whose state must survive, by producer id. */
  readonly lastRecords: ReadonlyMap<number, LastRecord>;
  /** The batch that ends here stays, emptied if need be, so that the log's offsets do not seem to end earlier. */
  readonly upperBoundOffset: number;
  /** Batches from here up to the map's latest offset had their checksums looked at when the map was built. */
  readonly firstDirtyOffset: number;
  /** Whether tombstones of magic 0 and 1, which have no delete horizon, stay. */
  readonly retainLegacyDeletes: boolean;
}

// One object for each answer: it is asked for every batch of a log.
const RESULTS = new Map<BatchRetention, readonly [BatchRetentionResult, BatchRetentionResult]>();
for (const batchRetention of ["delete", "retain_empty", "delete_empty"] as const) {
  RESULTS.set(batchRetention, [
    { batchRetention, containsMarkerForEmptyTxn: false },
    { batchRetention, containsMarkerForEmptyTxn: true },
  ]);
}

/**
 * Kafka's `logCleanerFilter`:
 *
 * - records of aborted transactions go;
 * - a marker stays until its transaction has no batch left and its delete horizon has passed;
 * - a record stays when it is the latest of its key, and has a value or its tombstone's delete horizon has not passed;
 * - a record above the map's latest offset stays;
 * - a producer's last batch stays, emptied if need be, for it holds the sequence that the next one must follow.
 */
export class CleanerFilter implements RecordFilter {
  readonly #options: CleanerFilterOptions;
  readonly #map: OffsetMap;
  readonly #latestOffset: number;
  #discardBatchRecords = false;
  #isControlBatch = false;
  #retainsDeletes = true;

  /** Now, ms since the epoch. */
  readonly currentTime: number;
  /** `delete.retention.ms`. */
  readonly deleteRetentionMs: number;

  constructor(options: CleanerFilterOptions) {
    this.#options = options;
    this.#map = options.map;
    this.#latestOffset = options.map.latestOffset;
    this.currentTime = options.currentTime;
    this.deleteRetentionMs = options.deleteRetentionMs;
  }

  /** As {@linkcode RecordFilter.needsChecksum}. */
  needsChecksum(batch: AnyRecordBatch): boolean {
    return batch.baseOffset < this.#options.firstDirtyOffset ||
      batch.lastOffset > this.#latestOffset;
  }

  /** As {@linkcode RecordFilter.checkBatchRetention}. */
  checkBatchRetention(batch: AnyRecordBatch): BatchRetentionResult {
    const { transactions, upperBoundOffset } = this.#options;
    const isControlBatch = batch.isControlBatch;
    const canDiscardBatch = isControlBatch
      ? transactions.onControlBatchRead(batch)
      : transactions.onBatchRead(batch);
    const horizon = batch.deleteHorizonMs;
    this.#isControlBatch = isControlBatch;
    this.#discardBatchRecords = canDiscardBatch &&
      (!isControlBatch || (horizon !== undefined && horizon <= this.currentTime));
    this.#retainsDeletes = batch.magic < 2
      ? this.#options.retainLegacyDeletes
      : horizon === undefined || this.currentTime < horizon;

    let batchRetention: BatchRetention = this.#discardBatchRecords ? "delete" : "delete_empty";
    if (batch.nextOffset === upperBoundOffset || this.#isLastOfProducer(batch, isControlBatch)) {
      batchRetention = "retain_empty";
    }
    return RESULTS.get(batchRetention)![canDiscardBatch && isControlBatch ? 1 : 0];
  }

  #isLastOfProducer(batch: AnyRecordBatch, isControlBatch: boolean): boolean {
    const producerId = batch.producerId;
    if (producerId < 0) return false;
    const last = this.#options.lastRecords.get(producerId);
    if (last === undefined) return false;
    return last.lastDataOffset === undefined
      ? isControlBatch && batch.producerEpoch === last.producerEpoch
      : batch.lastOffset === last.lastDataOffset;
  }

  /** As {@linkcode RecordFilter.retainRecords}. */
  retainRecords(batch: RecordBatch, records: RecordColumns): void {
    const { count, retained, keySizes, valueSizes, offsetDeltas } = records;
    if (this.#discardBatchRecords || this.#isControlBatch) {
      retained.fill(this.#discardBatchRecords ? 0 : 1, 0, count);
      return;
    }
    const map = this.#map;
    const latestOffset = this.#latestOffset;
    const baseOffset = batch.baseOffset;
    if (baseOffset > latestOffset) {
      retained.fill(1, 0, count);
      return;
    }
    map.prepare(records.bytes, records.keyStarts, keySizes, count);
    for (let i = 0; i < count; i++) {
      const offset = baseOffset + offsetDeltas[i]!;
      if (offset > latestOffset) {
        retained[i] = 1;
      } else if (keySizes[i]! < 0) {
        this.#options.stats.invalidMessagesRead++;
        retained[i] = 0;
      } else {
        const isLatest = offset >= map.getNth(i);
        retained[i] = isLatest && (valueSizes[i]! >= 0 || this.#retainsDeletes) ? 1 : 0;
      }
    }
  }

  /** As {@linkcode RecordFilter.shouldRetainLegacyRecord}. */
  shouldRetainLegacyRecord(
    _batch: LegacyRecordBatch,
    offset: number,
    key: Uint8Array | null,
    hasValue: boolean,
  ): boolean {
    if (offset > this.#latestOffset) return true;
    if (key === null) {
      this.#options.stats.invalidMessagesRead++;
      return false;
    }
    return offset >= this.#map.get(key, 0, key.length) && (hasValue || this.#retainsDeletes);
  }
}
