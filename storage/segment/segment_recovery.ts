/**
 * What an unclean stop may have left of a segment: its data is read and checked, cut where it stops making
 * sense, and all that is derived from it is made anew.
 *
 * @module
 */

import { writeInt64 } from "../bytes/byte_writer.ts";
import type { Logger } from "../env.ts";
import { CorruptRecordError, InvalidRecordError } from "../errors.ts";
import {
  type AnyRecordBatch,
  CURRENT_MAGIC,
  RECORD_BATCH_OVERHEAD,
  RecordBatch,
} from "../record/record_batch.ts";
import type { FileRecords } from "./file_records.ts";
import type { SegmentIndexes } from "./segment_indexes.ts";
import {
  MAX_RELATIVE_OFFSET,
  SegmentOffsetOverflowError,
} from "./segment_offset_overflow_error.ts";
import type { TransactionIndex } from "./transaction_index.ts";

/** A transaction that a marker has ended. */
export interface CompletedTransaction {
  /** Whose transaction it was. */
  readonly producerId: number;
  /** Offset of its first record. */
  readonly firstOffset: number;
  /** Offset of the marker. */
  readonly lastOffset: number;
  /** Whether the marker says ABORT. */
  readonly isAborted: boolean;
}

/** The part of a producer's pending update that recovery feeds. */
export interface RecoveredAppendInfo {
  /** Takes in a batch; gives the transaction that it ends, if it is a marker. */
  append(batch: AnyRecordBatch): CompletedTransaction | undefined;
}

/** The part of a `ProducerStateManager` that recovery feeds; it stands at the segment's base offset. */
export interface RecoveredProducers<AppendInfo extends RecoveredAppendInfo = RecoveredAppendInfo> {
  /** Begins an update of a producer's state. */
  prepareUpdate(producerId: number, origin: "replication"): AppendInfo;
  /** Ends it. */
  update(appendInfo: AppendInfo): void;
  /** The last stable offset once that transaction has ended. */
  lastStableOffset(completed: CompletedTransaction): number;
  /** Closes the transaction. */
  completeTxn(completed: CompletedTransaction): void;
  /** Tells up to which offset the log was taken in. */
  updateMapEndOffset(offset: number): void;
}

/** The part of a leader epoch cache that recovery feeds. */
export interface RecoveredEpochs {
  /** The latest epoch, if there is one. */
  readonly latestEpoch: number | undefined;
  /** Notes where an epoch starts. */
  assign(epoch: number, startOffset: number): void;
}

/** The segment that is recovered. */
export interface RecoveredSegment {
  /** No offset in it may be below. */
  readonly baseOffset: number;
  /** Its data. */
  readonly log: FileRecords;
  /** Made anew. */
  readonly indexes: SegmentIndexes;
  /** Made anew. */
  readonly txnIndex: TransactionIndex;
  /** Told what is cut off. */
  readonly logger: Logger;
}

/** Bytes between two slices. */
const SLICE_BYTES = 4 * 1024 * 1024;

/**
 * Checks every batch, its CRC included, rebuilds the three indexes, feeds the producers' state and the leader epochs, and cuts
 * the data behind the last batch before the first one that is torn or corrupt. Offsets that go back, or jump ahead
 * of those behind them, count as corrupt: they are outside the CRC. What was cut off is told to the logger.
 *
 * @returns the bytes cut off; yields the bytes read since the last time
 * @throws {SegmentOffsetOverflowError} when a batch lies too far above the segment's base offset
 */
export function* recoverSegment<AppendInfo extends RecoveredAppendInfo>(
  segment: RecoveredSegment,
  producers: RecoveredProducers<AppendInfo>,
  epochs?: RecoveredEpochs,
): Generator<{ bytes: number }, number> {
  const { baseOffset, log, indexes, txnIndex, logger } = segment;
  indexes.reset();
  txnIndex.reset();
  let validBytes = 0;
  let yieldedBytes = 0;
  let nextOffset = baseOffset;
  let reason = "the last batch is torn";
  try {
    for (const batch of log.batches()) {
      batch.ensureValid();
      const { lastOffset, sizeInBytes } = batch;
      ensureNotBelow(batch, lastOffset, nextOffset);
      ensureNoJump(batch, lastOffset, nextOffset, log, validBytes + sizeInBytes);
      if (lastOffset - baseOffset > MAX_RELATIVE_OFFSET) {
        throw new SegmentOffsetOverflowError(baseOffset, lastOffset, log.path);
      }
      indexes.batchAppended(lastOffset, batch.maxTimestamp, validBytes, sizeInBytes);
      validBytes += sizeInBytes;
      nextOffset = lastOffset + 1;
      if (batch.magic >= CURRENT_MAGIC) {
        const epoch = batch.partitionLeaderEpoch;
        if (epochs !== undefined && epoch >= 0 && epoch > (epochs.latestEpoch ?? -1)) {
          epochs.assign(epoch, batch.baseOffset);
        }
        updateProducerState(batch, producers, txnIndex);
      }
      if (validBytes - yieldedBytes >= SLICE_BYTES) {
        yield { bytes: validBytes - yieldedBytes };
        yieldedBytes = validBytes;
      }
    }
  } catch (error) {
    if (!(error instanceof CorruptRecordError || error instanceof InvalidRecordError)) throw error;
    reason = error.message;
  }
  const truncated = log.sizeInBytes - validBytes;
  if (truncated > 0) {
    logger.write("warn", "Cutting invalid bytes off the end of a segment", {
      path: log.path,
      offset: nextOffset,
      position: validBytes,
      bytes: truncated,
      reason,
    });
  }
  log.truncateTo(validBytes);
  indexes.finish();
  yield { bytes: validBytes + truncated - yieldedBytes };
  return truncated;
}

function ensureNotBelow(batch: AnyRecordBatch, lastOffset: number, nextOffset: number): void {
  // The base offset of an older batch may be inside its compressed records.
  const first = batch.magic >= CURRENT_MAGIC ? batch.baseOffset : lastOffset;
  if (first < nextOffset || lastOffset < first) {
    throw new CorruptRecordError(
      `Offsets of a batch go back: ${first} to ${lastOffset}, where ${nextOffset} was next`,
    );
  }
}

/**
 * Refuses a batch that leaves a gap before it, when it and the batch behind it would go on without one had it not: its base offset
 * must be wrong then. Were it kept, the log would go on from there.
 */
function ensureNoJump(
  batch: AnyRecordBatch,
  lastOffset: number,
  nextOffset: number,
  log: FileRecords,
  positionBehind: number,
): void {
  const { baseOffset } = batch;
  if (batch.magic < CURRENT_MAGIC || baseOffset === nextOffset) return;
  const expected = nextOffset + lastOffset - baseOffset + 1;
  if (!isValidBatch(log, positionBehind, expected)) return;
  throw new CorruptRecordError(
    `Offsets of a batch jump ahead: ${baseOffset} to ${lastOffset}, between ${nextOffset} and ${expected}`,
  );
}

/** Whether a valid batch with that base offset lies at a position. */
function isValidBatch(log: FileRecords, position: number, baseOffset: number): boolean {
  const header = new Uint8Array(RECORD_BATCH_OVERHEAD);
  if (log.readInto(position, header, 0, header.length) < header.length) return false;
  const expected = new Uint8Array(8);
  writeInt64(expected, 0, baseOffset);
  if (expected.some((byte, i) => byte !== header[i])) return false;
  const { magic, sizeInBytes } = new RecordBatch(header);
  if (magic !== CURRENT_MAGIC || sizeInBytes < RECORD_BATCH_OVERHEAD) return false;
  if (sizeInBytes > log.sizeInBytes - position) return false;
  const bytes = new Uint8Array(sizeInBytes);
  log.readInto(position, bytes, 0, sizeInBytes);
  return new RecordBatch(bytes).isValid;
}

/** Takes a batch into the producers' state, and an abort into the transaction index. */
function updateProducerState<AppendInfo extends RecoveredAppendInfo>(
  batch: AnyRecordBatch,
  producers: RecoveredProducers<AppendInfo>,
  txnIndex: TransactionIndex,
): void {
  if (batch.hasProducerId) {
    const appendInfo = producers.prepareUpdate(batch.producerId, "replication");
    const completed = appendInfo.append(batch);
    producers.update(appendInfo);
    if (completed !== undefined) {
      const lastStableOffset = producers.lastStableOffset(completed);
      updateTxnIndex(txnIndex, completed, lastStableOffset);
      producers.completeTxn(completed);
    }
  }
  producers.updateMapEndOffset(batch.lastOffset + 1);
}

/** Lists a transaction in the index of the segment that holds its marker, when it was aborted. */
export function updateTxnIndex(
  txnIndex: TransactionIndex,
  completed: CompletedTransaction,
  lastStableOffset: number,
): void {
  if (!completed.isAborted) return;
  const { producerId, firstOffset, lastOffset } = completed;
  txnIndex.append({ producerId, firstOffset, lastOffset, lastStableOffset });
}
