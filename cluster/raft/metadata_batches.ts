/**
 * Reading the metadata log batch by batch.
 *
 * @module
 */

import { CorruptRecordError } from "../../storage/errors.ts";
import type { PartitionLog } from "../../storage/log/partition_log.ts";
import { batchesIn } from "../../storage/record/memory_records.ts";
import { RecordBatch } from "../../storage/record/record_batch.ts";

/** Bytes read at a time. */
const READ_BYTES = 1024 * 1024;

/**
 * The batches from the one that holds `from` up to `to`, in memory of their own.
 *
 * @throws {CorruptRecordError} when one is damaged, of an old format, or missing
 */
export function* metadataBatches(
  log: PartitionLog,
  from: number,
  to: number,
): Generator<RecordBatch> {
  let next = from;
  while (next < to) {
    const before = next;
    for (const batch of batchesIn(readAt(log, next))) {
      if (batch.baseOffset >= to) return;
      if (!(batch instanceof RecordBatch)) {
        throw new CorruptRecordError(
          `Batch of an old format in the metadata log at offset: ${batch.baseOffset}`,
        );
      }
      batch.ensureValid();
      yield batch;
      next = batch.nextOffset;
    }
    if (next === before) {
      throw new CorruptRecordError(`Metadata log has no batch at offset: ${next}`);
    }
  }
}

/** Whether no batch is missing before an offset. What was to begin anew there, and was cut off by a power cut, may have left some. */
export function isWholeBefore(log: PartitionLog, offset: number): boolean {
  // Most often the log goes on behind its latest snapshot, and has not begun anew there.
  if (offset < log.logEndOffset) return true;
  let next = log.logStartOffset;
  while (next < offset) {
    const before = next;
    for (const batch of batchesIn(readAt(log, next))) {
      if (batch.baseOffset !== next) return false;
      next = batch.nextOffset;
    }
    if (next === before) return false;
  }
  return true;
}

function readAt(log: PartitionLog, offset: number): Uint8Array {
  return log.read(offset, { maxBytes: READ_BYTES, isolation: "log_end" }).bytes();
}
