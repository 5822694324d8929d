/**
 * What is left of a batch when some of its records go: Kafka's `MemoryRecords.filterTo`.
 *
 * - All records stay: the batch is copied byte for byte.
 * - Some stay: a batch with the same offsets, sequences, epochs, codec and timestamp type, and the records that stay. Its
 *   base timestamp is that of the first record that stays.
 * - None stays: nothing, or a header without records where the log still needs the producer's sequence or the offset.
 * - Tombstones, and markers of transactions that have no records any more, get a delete horizon: the time from which on a
 *   later cleaning may drop them. It is stored as the batch's base timestamp, and attribute bit 6 says so (KIP-534).
 * - Batches of magic 0 and 1 become magic 2.
 *
 * @module
 */

import { writeInt16, writeInt32, writeInt64 } from "../bytes/byte_writer.ts";
import { crc32c } from "../bytes/crc32c.ts";
import { compress } from "../record/compression.ts";
import type { LegacyRecordBatch } from "../record/legacy_record_batch.ts";
import {
  type AnyRecordBatch,
  BATCH_ATTRIBUTE,
  BATCH_FIELD,
  LOG_OVERHEAD,
  NO_TIMESTAMP,
  RECORD_BATCH_OVERHEAD,
  RecordBatch,
} from "../record/record_batch.ts";
import { RecordBatchBuilder } from "../record/record_batch_builder.ts";
import { OutputBuffer } from "./output_buffer.ts";
import { RecordColumns } from "./record_columns.ts";

/**
 * What to do with a batch: drop it unseen, keep at least its header, or drop it when no record stays.
 */
export type BatchRetention = "delete" | "retain_empty" | "delete_empty";

/** What a {@linkcode RecordFilter} says of a batch. */
export interface BatchRetentionResult {
  readonly batchRetention: BatchRetention;
  /** It holds the marker of a transaction whose records are all gone: it gets a delete horizon. */
  readonly containsMarkerForEmptyTxn: boolean;
}

/** Decides what stays. */
export interface RecordFilter {
  /** Now, ms since the epoch. */
  readonly currentTime: number;
  /** `delete.retention.ms`: a delete horizon lies that far ahead. */
  readonly deleteRetentionMs: number;
  /** Asked once for each batch, in order. */
  checkBatchRetention(batch: AnyRecordBatch): BatchRetentionResult;
  /**
   * Asked once for each batch of magic 2 that is not dropped unseen.
   *
   * @param records those of the batch; `retained` is to be set for each
   */
  retainRecords(batch: RecordBatch, records: RecordColumns): void;
  /**
   * Asked for each record of a batch of magic 0 or 1 that is not dropped unseen.
   *
   * @param key its key, `null` for none
   */
  shouldRetainLegacyRecord(
    batch: LegacyRecordBatch,
    offset: number,
    key: Uint8Array | null,
    hasValue: boolean,
  ): boolean;
  /** Whether the checksum of a batch that is not copied whole must be checked first. Default: yes. */
  needsChecksum?(batch: AnyRecordBatch): boolean;
}

/** What was read and kept. */
export interface FilterResult {
  /** Records looked at. */
  messagesRead: number;
  /** Bytes of the batches that were handled. */
  bytesRead: number;
  messagesRetained: number;
  bytesRetained: number;
  /** The largest last offset of a batch that stays, -1 without one. */
  maxOffset: number;
}

/** A result to start with. */
export function newFilterResult(): FilterResult {
  return { messagesRead: 0, bytesRead: 0, messagesRetained: 0, bytesRetained: 0, maxOffset: -1 };
}

/** Filters batches one by one into a buffer. */
export class BatchFilter {
  /** What stays, one batch behind the other. */
  readonly output: OutputBuffer;
  /** The records of the batch at hand; free for others between batches. */
  readonly records: RecordColumns = new RecordColumns();
  readonly #scratch = new OutputBuffer(64 * 1024);
  readonly #builder = new RecordBatchBuilder();

  /** @param bufferSize bytes that the output starts with */
  constructor(bufferSize: number) {
    this.output = new OutputBuffer(bufferSize);
  }

  /** Gives back memory that large batches took. */
  restore(): void {
    this.output.restore();
    this.#scratch.restore();
  }

  /**
   * Appends what stays of `batch` to {@linkcode BatchFilter.output} and counts it in `result`.
   *
   * @returns bytes that were looked at, after decompression
   * @throws {CorruptRecordError} when the batch is damaged and would not have been copied as it is
   */
  filter(batch: AnyRecordBatch, filter: RecordFilter, result: FilterResult): number {
    const retention = filter.checkBatchRetention(batch);
    const size = batch.sizeInBytes;
    if (retention.batchRetention === "delete") {
      ensureChecksum(batch, filter);
      result.bytesRead += size;
      return size;
    }
    const worked = batch instanceof RecordBatch
      ? this.#filterCurrent(batch, filter, retention, result)
      : this.#filterLegacy(batch, filter, retention, result);
    result.bytesRead += size;
    return worked;
  }

  #filterCurrent(
    batch: RecordBatch,
    filter: RecordFilter,
    retention: BatchRetentionResult,
    result: FilterResult,
  ): number {
    const records = this.records;
    records.read(batch.cursor());
    const read = records.count;
    result.messagesRead += read;
    const size = batch.sizeInBytes;
    const worked = records.bytes === batch.bytes ? size : size + records.bytes.length;
    filter.retainRecords(batch, records);
    records.retain();

    const count = records.count;
    if (count === 0) {
      ensureChecksum(batch, filter);
      if (retention.batchRetention === "retain_empty") {
        this.#count(result, batch, 0, this.#writeEmpty(batch));
      }
      return worked;
    }
    const setsDeleteHorizon = batch.deleteHorizonMs === undefined &&
      (records.containsTombstones || retention.containsMarkerForEmptyTxn);
    if (count === read && !setsDeleteHorizon) {
      this.output.append(batch.bytes, batch.start, batch.start + size);
      this.#count(result, batch, count, size);
      return worked;
    }
    ensureChecksum(batch, filter);
    const deleteHorizonMs = setsDeleteHorizon
      ? filter.currentTime + filter.deleteRetentionMs
      : batch.deleteHorizonMs;
    this.#count(result, batch, count, this.#rebuild(batch, deleteHorizonMs));
    return worked;
  }

  #count(result: FilterResult, batch: AnyRecordBatch, messages: number, bytes: number): void {
    result.maxOffset = Math.max(result.maxOffset, batch.lastOffset);
    result.messagesRetained += messages;
    result.bytesRetained += bytes;
  }

  /** Writes `batch` with the retained records only. Returns its size in bytes. */
  #rebuild(batch: RecordBatch, deleteHorizonMs: number | undefined): number {
    const retained = this.records;
    const output = this.output;
    const start = output.extend(RECORD_BATCH_OVERHEAD);
    const isLogAppendTime = batch.timestampType === "LogAppendTime";
    const baseTimestamp = deleteHorizonMs ?? retained.firstTimestamp;
    const keepsDeltas = baseTimestamp === batch.baseTimestamp && !isLogAppendTime;
    const records = batch.isCompressed ? this.#scratch : output;
    if (batch.isCompressed) records.clear();
    if (keepsDeltas) retained.copyTo(records);
    else retained.rebaseTo(records, baseTimestamp);
    if (batch.isCompressed) {
      const raw = records.bytes.subarray(0, records.length);
      const compressed = compress({ type: batch.compressionType }, raw);
      output.append(compressed, 0, compressed.length);
    }
    let attributes = batch.attributes & KNOWN_ATTRIBUTES & ~BATCH_ATTRIBUTE.deleteHorizon;
    if (deleteHorizonMs !== undefined) attributes |= BATCH_ATTRIBUTE.deleteHorizon;
    const maxTimestamp = isLogAppendTime ? batch.maxTimestamp : retained.maxTimestamp;
    this.#writeHeader(batch, start, attributes, baseTimestamp, maxTimestamp, retained.count);
    return output.length - start;
  }

  /** Writes the header of `batch` without records, not compressed. Returns its size in bytes. */
  #writeEmpty(batch: RecordBatch): number {
    const start = this.output.extend(RECORD_BATCH_OVERHEAD);
    const attributes = batch.attributes & KNOWN_ATTRIBUTES &
      ~(BATCH_ATTRIBUTE.compression | BATCH_ATTRIBUTE.deleteHorizon);
    this.#writeHeader(batch, start, attributes, NO_TIMESTAMP, batch.maxTimestamp, 0);
    return RECORD_BATCH_OVERHEAD;
  }

  /** The fields not named stay: base offset, last offset delta, leader epoch, producer id, epoch and base sequence. */
  #writeHeader(
    batch: RecordBatch,
    start: number,
    attributes: number,
    baseTimestamp: number,
    maxTimestamp: number,
    count: number,
  ): void {
    const output = this.output;
    const bytes = output.bytes;
    const end = output.length;
    for (let i = 0; i < RECORD_BATCH_OVERHEAD; i++) {
      bytes[start + i] = batch.bytes[batch.start + i]!;
    }
    writeInt32(bytes, start + BATCH_FIELD.length, end - start - LOG_OVERHEAD);
    writeInt16(bytes, start + BATCH_FIELD.attributes, attributes);
    writeInt64(bytes, start + BATCH_FIELD.baseTimestamp, baseTimestamp);
    writeInt64(bytes, start + BATCH_FIELD.maxTimestamp, maxTimestamp);
    writeInt32(bytes, start + BATCH_FIELD.recordCount, count);
    const crc = crc32c(bytes, start + BATCH_FIELD.attributes, end);
    writeInt32(bytes, start + BATCH_FIELD.crc, crc);
  }

  /** Message sets of magic 0 and 1 are rare by now: record by record through the builder. */
  #filterLegacy(
    batch: LegacyRecordBatch,
    filter: RecordFilter,
    retention: BatchRetentionResult,
    result: FilterResult,
  ): number {
    ensureChecksum(batch, filter);
    const builder = this.#builder;
    let containsTombstones = false;
    let worked = batch.sizeInBytes;
    const retained = [];
    for (const record of batch.records()) {
      result.messagesRead++;
      worked += record.sizeInBytes;
      const hasValue = record.value !== null;
      if (!filter.shouldRetainLegacyRecord(batch, record.offset, record.key, hasValue)) continue;
      retained.push(record);
      if (!hasValue) containsTombstones = true;
    }
    if (retained.length === 0) {
      if (retention.batchRetention === "retain_empty") {
        // An old message set has no header to keep; an empty batch at its last offset keeps that offset.
        const at = this.output.length;
        this.#appendEmptyAt(batch.lastOffset, batch.maxTimestamp);
        this.#count(result, batch, 0, this.output.length - at);
      }
      return worked;
    }
    const logAppendTime = batch.timestampType === "LogAppendTime" ? batch.maxTimestamp : undefined;
    const needsHorizon = containsTombstones || retention.containsMarkerForEmptyTxn;
    builder.reset({
      baseOffset: retained[0]!.offset,
      compression: { type: batch.compressionType },
      timestampType: logAppendTime === undefined ? "CreateTime" : "LogAppendTime",
      ...(logAppendTime === undefined ? {} : { logAppendTime }),
      partitionLeaderEpoch: batch.partitionLeaderEpoch,
      ...(needsHorizon ? { deleteHorizonMs: filter.currentTime + filter.deleteRetentionMs } : {}),
    });
    for (const record of retained) {
      builder.appendWithOffset(record.offset, record.timestamp, record.key, record.value);
    }
    const built = builder.build();
    this.output.append(built, 0, built.length);
    this.#count(result, batch, retained.length, built.length);
    return worked;
  }

  #appendEmptyAt(offset: number, maxTimestamp: number): void {
    const bytes = new Uint8Array(RECORD_BATCH_OVERHEAD);
    writeInt64(bytes, BATCH_FIELD.baseOffset, offset);
    writeInt32(bytes, BATCH_FIELD.partitionLeaderEpoch, -1);
    bytes[BATCH_FIELD.magic] = 2;
    writeInt64(bytes, BATCH_FIELD.producerId, -1);
    writeInt16(bytes, BATCH_FIELD.producerEpoch, -1);
    writeInt32(bytes, BATCH_FIELD.baseSequence, -1);
    const template = new RecordBatch(bytes);
    const start = this.output.extend(RECORD_BATCH_OVERHEAD);
    this.#writeHeader(template, start, 0, NO_TIMESTAMP, maxTimestamp, 0);
  }
}

const KNOWN_ATTRIBUTES = BATCH_ATTRIBUTE.compression | BATCH_ATTRIBUTE.logAppendTime |
  BATCH_ATTRIBUTE.transactional | BATCH_ATTRIBUTE.control | BATCH_ATTRIBUTE.deleteHorizon;

/**
 * A damaged batch must not lose its records to what damaged bytes say, nor get a fresh checksum that hides the damage. One that is
 * copied whole keeps its wrong checksum, for readers and recovery to find.
 */
function ensureChecksum(batch: AnyRecordBatch, filter: RecordFilter): void {
  if (filter.needsChecksum?.(batch) === false) return;
  batch.ensureValid();
}
