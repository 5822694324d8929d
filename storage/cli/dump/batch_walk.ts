/**
 * Walks over the batches of a file by their lengths alone, and stops where Kafka's `FileLogInputStream` does.
 *
 * @module
 */

import { readInt32, readInt64 } from "../../bytes/byte_reader.ts";
import { LEGACY_RECORD_OVERHEAD_V0 } from "../../record/legacy_record_batch.ts";
import {
  BATCH_FIELD,
  HEADER_SIZE_UP_TO_MAGIC,
  LOG_OVERHEAD,
  RECORD_BATCH_OVERHEAD,
} from "../../record/record_batch.ts";
import type { SegmentReader } from "../segment_reader.ts";
import { uncaught } from "../tool.ts";

/**
 * Size of the batch at `position`, or 0 when no whole batch lies before `end`.
 *
 * @param shownPath how messages name the file
 * @throws {ToolFailure} for a length that no batch has
 */
export function batchSizeAt(
  reader: SegmentReader,
  position: number,
  end: number,
  shownPath: string,
): number {
  // Kafka asks for one byte more than a header up to its magic has.
  if (position >= end - HEADER_SIZE_UP_TO_MAGIC) return 0;
  const length = reader.lengthAt(position);
  if (length < LEGACY_RECORD_OVERHEAD_V0) {
    throw uncaught(
      "org.apache.kafka.common.errors.CorruptRecordException",
      `Found record size ${length} smaller than minimum record overhead ` +
        `(${LEGACY_RECORD_OVERHEAD_V0}) in file ${shownPath}.`,
    );
  }
  const size = LOG_OVERHEAD + length;
  return position > end - size ? 0 : size;
}

/** Last offset of the batch at `position`, from its header. */
export function lastOffsetAt(reader: SegmentReader, position: number): number {
  const at = reader.at(position, RECORD_BATCH_OVERHEAD);
  const { bytes } = reader;
  const offset = readInt64(bytes, at);
  const isLegacy = bytes[at + BATCH_FIELD.magic]! << 24 >> 24 < 2;
  return isLegacy ? offset : offset + readInt32(bytes, at + BATCH_FIELD.lastOffsetDelta);
}
