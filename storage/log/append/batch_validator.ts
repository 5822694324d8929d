/**
 * What a leader does to a producer's batches before it writes them: check them whole, give them offsets, and bring them
 * to the topic's timestamp type and compression. As `org.apache.kafka.storage.internals.log.LogValidator`, for
 * logs whose format is magic 2.
 *
 * @module
 */

import { CorruptRecordError } from "../../errors.ts";
import type { LegacyRecord, LegacyRecordBatch } from "../../record/legacy_record_batch.ts";
import { batchAt, batchSizeAt } from "../../record/memory_records.ts";
import {
  type AnyRecordBatch,
  type Compression,
  type CompressionType,
  NO_TIMESTAMP,
  RECORD_BATCH_OVERHEAD,
  RecordBatch,
} from "../../record/record_batch.ts";
import { RecordBatchBuilder } from "../../record/record_batch_builder.ts";
import type { RecordCursor } from "../../record/record_cursor.ts";
import type { AppendOrigin } from "../producer/append_origin.ts";
import {
  checkBatch,
  describeRecord,
  invalid,
  RecordRules,
  type RecordRulesOptions,
} from "./record_rules.ts";
import { type RecordScan, scanRecords } from "./record_scan.ts";

/** What {@linkcode validateMessagesAndAssignOffsets} works on. */
export interface ValidationInput extends RecordRulesOptions {
  /** Whole batches, one behind the other. Patched in place, unless they have to be written anew. */
  readonly records: Uint8Array;
  /** The offset that the first record gets. */
  readonly offset: number;
  /** How the batches are compressed. */
  readonly sourceCompressionType: CompressionType;
  /** How they are to be; the level matters only when they are compressed anew. */
  readonly targetCompression: Compression;
  /** Leader epoch to be set in the batches. */
  readonly partitionLeaderEpoch: number;
  /** Who appends. */
  readonly origin: AppendOrigin;
  /** For messages: `topic-partition`. */
  readonly topicPartition?: string;
  /** Most bytes that a batch may decompress to. Default: that of `RecordBatch.records`. */
  readonly maxDecompressedBytes?: number;
}

/** What validation cost beyond a look at the bytes. */
export interface RecordValidationStats {
  /** Bytes that records were decompressed or copied to. */
  readonly temporaryMemoryBytes: number;
  /** Records that were written anew. */
  readonly numRecordsConverted: number;
}

/** The outcome of {@linkcode validateMessagesAndAssignOffsets}. */
export interface ValidationResult {
  /** What is to be written: the bytes of the input, or new ones. */
  readonly records: Uint8Array;
  /** The offset behind the last record. */
  readonly nextOffset: number;
  /** Largest timestamp, ms since the epoch; the time of append with LogAppendTime; -1 for none. */
  readonly maxTimestamp: number;
  /** Offset of the first record that has it, -1 when there is none. */
  readonly offsetOfMaxTimestamp: number;
  /** Last offset of the batch that holds that record, which is what a time index notes; -1 when there is none. */
  readonly shallowOffsetOfMaxTimestamp: number;
  /** Whether the records were written anew, so that limits on size must be checked once more. */
  readonly messageSizeMaybeChanged: boolean;
  /** What it cost. */
  readonly recordStats: RecordValidationStats;
}

const NO_BYTES = new Uint8Array(0);
const NO_STATS: RecordValidationStats = { temporaryMemoryBytes: 0, numRecordsConverted: 0 };

/**
 * Validates batches that a leader is to append and assigns their offsets.
 *
 * The batches stay where they are, and base offset, leader epoch and timestamp type are patched in place, if they are magic 2 and
 * compressed as the topic wants. They are written anew, as one batch, when the codec differs, when they are of an older
 * format, or when the offsets within a batch have gaps. A control batch that is not compressed stays so.
 *
 * @throws {CorruptRecordError} wrong checksum, or bytes that are no batch
 * @throws {InvalidRecordError} batches or records that this log does not take; `recordErrors` names the records
 */
export function validateMessagesAndAssignOffsets(input: ValidationInput): ValidationResult {
  const { records, sourceCompressionType, targetCompression } = input;
  const where = input.topicPartition ?? "";
  if (records.length === 0) throw invalid("Record batch has no batches at all");
  const first = batchAt(records, 0);
  checkChecksum(first, where);
  const isAlone = !hasBatchAt(records, first.sizeInBytes);
  if (first instanceof RecordBatch || sourceCompressionType !== "none") {
    if (!isAlone) throw invalid("Compressed outer record has more than one batch");
  }
  if (first instanceof RecordBatch) {
    const keepsCodec = sourceCompressionType === targetCompression.type ||
      (sourceCompressionType === "none" && first.isControlBatch);
    checkBatch(first, 2, input.origin, where);
    if (keepsCodec) return validateInPlace(input, first, where);
    return rebuild(input, first, where, [first]);
  }
  return rebuild(input, first, where, isAlone ? [first] : allBatches(records, where));
}

/** Used by one validation after another; validation never waits, so that two cannot meet. */
const scan: RecordScan = {
  bytes: NO_BYTES,
  start: 0,
  end: 0,
  count: 0,
  baseTimestamp: 0,
  minTimestamp: 0,
  maxAllowedTimestamp: 0,
  needsKeys: false,
  maxTimestamp: NO_TIMESTAMP,
  indexOfMaxTimestamp: -1,
};

/** The common case: one batch that stays as it is. */
function validateInPlace(
  input: ValidationInput,
  batch: RecordBatch,
  where: string,
): ValidationResult {
  const { offset } = input;
  const { count, isCompressed } = batch;
  const isAppendTime = input.timestampType === "LogAppendTime";
  let recordBytes = 0;
  try {
    // Only what is compressed, or not plainly right, needs a cursor.
    let cursor = isCompressed ? batch.cursor(limitsOf(input)) : undefined;
    scan.bytes = cursor === undefined ? batch.bytes : cursor.bytes;
    scan.start = isCompressed ? 0 : batch.start + RECORD_BATCH_OVERHEAD;
    scan.end = isCompressed ? scan.bytes.length : batch.start + batch.sizeInBytes;
    scan.count = count;
    scan.baseTimestamp = batch.baseTimestamp;
    scan.minTimestamp = isAppendTime ? -Infinity : input.now - input.timestampBeforeMaxMs;
    scan.maxAllowedTimestamp = isAppendTime ? Infinity : input.now + input.timestampAfterMaxMs;
    scan.needsKeys = input.compactedTopic;
    recordBytes = scan.end - scan.start;
    if (batch.timestampType === "LogAppendTime" || !scanRecords(scan)) {
      const rules = new RecordRules(input, batch, where);
      cursor ??= batch.cursor(limitsOf(input));
      const isConsecutive = walkRecords(cursor, rules);
      rules.finish();
      if (!isConsecutive) return rebuild(input, batch, where, [batch]);
    }
  } catch (error) {
    throw structureError(error, where);
  } finally {
    scan.bytes = NO_BYTES;
  }

  const nextOffset = offset + count;
  const maxTimestamp = isAppendTime ? input.now : scan.maxTimestamp;
  const indexOfMaxTimestamp = isAppendTime ? 0 : scan.indexOfMaxTimestamp;
  batch.setLastOffset(nextOffset - 1);
  batch.setMaxTimestamp(input.timestampType, maxTimestamp);
  batch.setPartitionLeaderEpoch(input.partitionLeaderEpoch);
  return {
    records: batch.sizeInBytes === input.records.length
      ? input.records
      : input.records.subarray(0, batch.sizeInBytes),
    nextOffset,
    maxTimestamp,
    offsetOfMaxTimestamp: indexOfMaxTimestamp < 0 ? -1 : offset + indexOfMaxTimestamp,
    shallowOffsetOfMaxTimestamp: indexOfMaxTimestamp < 0 ? -1 : nextOffset - 1,
    messageSizeMaybeChanged: false,
    recordStats: isCompressed
      ? { temporaryMemoryBytes: RECORD_BATCH_OVERHEAD + recordBytes, numRecordsConverted: 0 }
      : NO_STATS,
  };
}

/**
 * The slow way: says what is wrong with each record. Leaves the results in `scan` as well.
 *
 * @returns whether the offsets have no gaps
 */
function walkRecords(cursor: RecordCursor, rules: RecordRules): boolean {
  let isConsecutive = true;
  scan.maxTimestamp = NO_TIMESTAMP;
  scan.indexOfMaxTimestamp = -1;
  for (let index = 0; cursor.advance(); index++) {
    rules.check(cursor, index);
    if (cursor.timestamp > scan.maxTimestamp) {
      scan.maxTimestamp = cursor.timestamp;
      scan.indexOfMaxTimestamp = index;
    }
    if (cursor.offsetDelta !== index) isConsecutive = false;
  }
  return isConsecutive;
}

/** Writes the records of all batches anew as one batch of magic 2. */
function rebuild(
  input: ValidationInput,
  first: AnyRecordBatch,
  where: string,
  batches: Iterable<AnyRecordBatch>,
): ValidationResult {
  const isAppendTime = input.timestampType === "LogAppendTime";
  const builder = new RecordBatchBuilder({
    baseOffset: input.offset,
    compression: first.isControlBatch && !first.isCompressed
      ? { type: "none" }
      : input.targetCompression,
    timestampType: input.timestampType,
    ...(isAppendTime ? { logAppendTime: input.now } : {}),
    producerId: first.producerId,
    producerEpoch: first.producerEpoch,
    baseSequence: first.baseSequence,
    isTransactional: first.isTransactional,
    isControlBatch: first.isControlBatch,
    partitionLeaderEpoch: input.partitionLeaderEpoch,
  });
  const target: RebuildTarget = {
    builder,
    nextOffset: input.offset,
    recordBytes: 0,
    maxTimestamp: NO_TIMESTAMP,
    offsetOfMaxTimestamp: -1,
  };
  for (const batch of batches) {
    checkBatch(batch, first.magic, input.origin, where);
    const rules = new RecordRules(input, batch, where);
    try {
      if (batch instanceof RecordBatch) copyRecords(input, batch, rules, target);
      else convertRecords(input, batch, rules, target, where);
    } catch (error) {
      throw structureError(error, where);
    }
    rules.finish();
    if (first.magic >= 2 || input.sourceCompressionType !== "none") {
      target.recordBytes += RECORD_BATCH_OVERHEAD;
    }
  }
  const uncompressedBytes = builder.estimatedSizeInBytes;
  const records = builder.build();
  const hasMax = isAppendTime || target.offsetOfMaxTimestamp >= 0;
  return {
    records,
    nextOffset: target.nextOffset,
    maxTimestamp: isAppendTime ? input.now : target.maxTimestamp,
    offsetOfMaxTimestamp: isAppendTime ? input.offset : target.offsetOfMaxTimestamp,
    shallowOffsetOfMaxTimestamp: hasMax ? target.nextOffset - 1 : -1,
    messageSizeMaybeChanged: true,
    recordStats: {
      temporaryMemoryBytes: target.recordBytes + uncompressedBytes,
      numRecordsConverted: builder.count,
    },
  };
}

/** Where {@linkcode rebuild} has got to. */
interface RebuildTarget {
  readonly builder: RecordBatchBuilder;
  nextOffset: number;
  recordBytes: number;
  maxTimestamp: number;
  offsetOfMaxTimestamp: number;
}

function noteTimestamp(target: RebuildTarget, timestamp: number): void {
  if (timestamp > target.maxTimestamp) {
    target.maxTimestamp = timestamp;
    target.offsetOfMaxTimestamp = target.nextOffset;
  }
}

/** The records of a magic 2 batch, as they are but for the offsets. */
function copyRecords(
  input: ValidationInput,
  batch: RecordBatch,
  rules: RecordRules,
  target: RebuildTarget,
): void {
  const cursor = batch.cursor(limitsOf(input));
  for (let index = 0; cursor.advance(); index++) {
    target.recordBytes += cursor.sizeInBytes;
    // One bad record fails the append: the others are looked at for the answer's sake only.
    if (!rules.check(cursor, index) || !rules.passed) continue;
    noteTimestamp(target, cursor.timestamp);
    target.builder.appendCopy(cursor, target.nextOffset++);
  }
}

/** The records of a magic 0 or 1 message, or of what it wraps. */
function convertRecords(
  input: ValidationInput,
  batch: LegacyRecordBatch,
  rules: RecordRules,
  target: RebuildTarget,
  where: string,
): void {
  let index = 0;
  for (const record of batch.records(limitsOf(input))) {
    target.recordBytes += batch.isCompressed ? record.sizeInBytes : 0;
    const isFine = checkLegacyRecord(batch, record, index, rules, where) &&
      rules.check(record, index);
    index++;
    if (!isFine || !rules.passed) continue;
    noteTimestamp(target, record.timestamp);
    target.builder.appendWithOffset(
      target.nextOffset++,
      record.timestamp,
      record.key,
      record.value,
    );
  }
}

/** What only wrapped messages can have wrong: each has a format and a checksum of its own. */
function checkLegacyRecord(
  batch: LegacyRecordBatch,
  record: LegacyRecord,
  index: number,
  rules: RecordRules,
  where: string,
): boolean {
  if (record.magic !== batch.magic) {
    rules.refuse(
      index,
      `Record ${
        describeRecord(record)
      }'s magic does not match outer magic ${batch.magic} in topic partition ${where}`,
    );
    return false;
  }
  if (batch.isCompressed && !record.isValid) {
    throw new ChecksumError(
      `Record is corrupt (stored crc = ${record.checksum}) in topic partition ${where}.`,
    );
  }
  return true;
}

/** Told apart from broken structure, which is the producer's fault and not to be sent again. */
class ChecksumError extends CorruptRecordError {
  override readonly name = "CorruptRecordError";
}

function checkChecksum(batch: AnyRecordBatch, where: string): void {
  if (!batch.isValid) {
    throw new CorruptRecordError(
      `Record is corrupt (stored crc = ${batch.checksum}) in topic partition ${where}.`,
    );
  }
}

/** Behind a right checksum, records that cannot be read were sent that way: to send them again is no use. */
function structureError(error: unknown, where: string): unknown {
  if (!(error instanceof CorruptRecordError) || error instanceof ChecksumError) return error;
  return invalid(
    `Found invalid record structure in topic partition ${where}: ${error.message}`,
    error,
  );
}

function limitsOf(input: ValidationInput): { readonly maxBytes: number } | undefined {
  const maxBytes = input.maxDecompressedBytes;
  return maxBytes === undefined ? undefined : { maxBytes };
}

/** Whether a whole batch lies at `at`. */
function hasBatchAt(records: Uint8Array, at: number): boolean {
  if (at >= records.length) return false;
  const size = batchSizeAt(records, at);
  return size !== undefined && at + size <= records.length;
}

function* allBatches(records: Uint8Array, where: string): Generator<AnyRecordBatch> {
  let at = 0;
  while (hasBatchAt(records, at)) {
    const batch = batchAt(records, at);
    checkChecksum(batch, where);
    yield batch;
    at += batch.sizeInBytes;
  }
}
