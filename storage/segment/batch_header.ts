/**
 * Header fields read where they lie in raw bytes, for the loops that walk over batches without looking into
 * them: no object a batch. They cover every magic that a log may hold.
 *
 * @module
 */

import { readInt32, readInt64 } from "../bytes/byte_reader.ts";
import { CorruptRecordError } from "../errors.ts";
import { BATCH_FIELD, CURRENT_MAGIC, NO_TIMESTAMP } from "../record/record_batch.ts";

/** A magic 1 record's timestamp, counted from the start of its entry. */
const LEGACY_TIMESTAMP = 18;

/** Whether the batch at `at` is older than magic 2: its offset field then holds the last offset. */
export function isLegacyAt(bytes: Uint8Array, at: number): boolean {
  return bytes[at + BATCH_FIELD.magic]! < CURRENT_MAGIC;
}

/**
 * Last offset of the batch at `at`.
 *
 * @throws {CorruptRecordError} when it is below the first
 */
export function lastOffsetAt(bytes: Uint8Array, at: number): number {
  const offset = readInt64(bytes, at + BATCH_FIELD.baseOffset);
  if (isLegacyAt(bytes, at)) return offset;
  const delta = readInt32(bytes, at + BATCH_FIELD.lastOffsetDelta);
  if (delta < 0) {
    throw new CorruptRecordError(
      `Batch at offset ${offset} ends before it begins, last offset delta: ${delta}`,
    );
  }
  return offset + delta;
}

/** Largest timestamp in the batch at `at`; -1 for magic 0, which has none. */
export function maxTimestampAt(bytes: Uint8Array, at: number): number {
  const magic = bytes[at + BATCH_FIELD.magic]!;
  if (magic === CURRENT_MAGIC) return readInt64(bytes, at + BATCH_FIELD.maxTimestamp);
  return magic === 0 ? NO_TIMESTAMP : readInt64(bytes, at + LEGACY_TIMESTAMP);
}

/** Epoch of the leader that appended the batch at `at`; -1 for none. */
export function partitionLeaderEpochAt(bytes: Uint8Array, at: number): number {
  return isLegacyAt(bytes, at) ? -1 : readInt32(bytes, at + BATCH_FIELD.partitionLeaderEpoch);
}
