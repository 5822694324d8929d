/**
 * Batches that lie one behind the other in memory, as in a segment file, a produce request or a fetch response.
 *
 * @module
 */

import { readInt32 } from "../bytes/byte_reader.ts";
import { CorruptRecordError } from "../errors.ts";
import { LEGACY_RECORD_OVERHEAD_V0, LegacyRecordBatch } from "./legacy_record_batch.ts";
import {
  type AnyRecordBatch,
  CURRENT_MAGIC,
  HEADER_SIZE_UP_TO_MAGIC,
  LOG_OVERHEAD,
  RECORD_BATCH_OVERHEAD,
  RecordBatch,
} from "./record_batch.ts";

/**
 * Size in bytes of the batch at `at`, its offset and length fields included, or `undefined` when the bytes up to its magic are not
 * there. Its other bytes need not be there.
 *
 * @param maxMessageSize most bytes that the length field may tell
 * @throws {CorruptRecordError} for a size or a magic that no batch has
 */
export function batchSizeAt(
  bytes: Uint8Array,
  at: number,
  end: number = bytes.length,
  maxMessageSize: number = Infinity,
): number | undefined {
  if (end - at < LOG_OVERHEAD) return undefined;
  const length = readInt32(bytes, at + 8);
  if (length < LEGACY_RECORD_OVERHEAD_V0) {
    throw new CorruptRecordError(
      `Record size is less than the minimum record overhead (${LEGACY_RECORD_OVERHEAD_V0}): ${length}`,
    );
  }
  if (length > maxMessageSize) {
    throw new CorruptRecordError(
      `Record size exceeds the largest allowable message size (${maxMessageSize}): ${length}`,
    );
  }
  if (end - at < HEADER_SIZE_UP_TO_MAGIC) return undefined;
  const magic = bytes[at + 16]! << 24 >> 24;
  if (magic < 0 || magic > CURRENT_MAGIC) {
    throw new CorruptRecordError(`Invalid magic found in record: ${magic}`);
  }
  if (magic === CURRENT_MAGIC && length < RECORD_BATCH_OVERHEAD - LOG_OVERHEAD) {
    throw new CorruptRecordError(
      `Record batch is smaller than its header (${RECORD_BATCH_OVERHEAD}): ${
        length + LOG_OVERHEAD
      }`,
    );
  }
  return length + LOG_OVERHEAD;
}

/**
 * The batch at `at`, as a view.
 *
 * @throws {CorruptRecordError} for a size or a magic that no batch has, and when not all of it is there
 */
export function batchAt(bytes: Uint8Array, at: number): AnyRecordBatch {
  const size = batchSizeAt(bytes, at);
  if (size === undefined || size > bytes.length - at) {
    throw new CorruptRecordError(
      `Record batch is cut off at position ${at}, bytes there: ${bytes.length - at}`,
    );
  }
  return bytes[at + 16] === CURRENT_MAGIC
    ? new RecordBatch(bytes, at)
    : new LegacyRecordBatch(bytes, at);
}

/**
 * The whole batches in `bytes[start, end)`, as views; ends before a last one that is not all there. As Kafka's
 * `ByteBufferLogInputStream`.
 *
 * @param maxMessageSize most bytes that a length field may tell
 * @throws {CorruptRecordError} at a size or a magic that no batch has
 */
export function* batchesIn(
  bytes: Uint8Array,
  start = 0,
  end: number = bytes.length,
  maxMessageSize: number = Infinity,
): Generator<AnyRecordBatch> {
  let at = start;
  while (true) {
    const size = batchSizeAt(bytes, at, end, maxMessageSize);
    if (size === undefined || size > end - at) return;
    yield bytes[at + 16] === CURRENT_MAGIC
      ? new RecordBatch(bytes, at)
      : new LegacyRecordBatch(bytes, at);
    at += size;
  }
}

/** Bytes that the whole batches at the start of `bytes[start, end)` take; the rest is a batch cut off, or nothing. */
export function validBytes(
  bytes: Uint8Array,
  start = 0,
  end: number = bytes.length,
): number {
  let at = start;
  while (true) {
    const size = batchSizeAt(bytes, at, end);
    if (size === undefined || size > end - at) return at - start;
    at += size;
  }
}
