/**
 * How large a record can be in a batch, whatever its neighbours are.
 *
 * @module
 */

import { sizeOfVarint } from "../../storage/bytes/varint.ts";
import type { RecordHeader } from "../../storage/record/record.ts";

/** Length, attributes, timestamp and offset at their longest. */
const MAX_RECORD_OVERHEAD = 21;

const utf8 = new TextEncoder();

function sizeOfBytes(bytes: Uint8Array | null): number {
  return bytes === null ? 1 : sizeOfVarint(bytes.length) + bytes.length;
}

/** The most bytes that a record takes before compression (as Kafka counts them, so that limits are the same). */
export function recordSizeUpperBound(
  key: Uint8Array | null,
  value: Uint8Array | null,
  headers: readonly RecordHeader[] | undefined,
): number {
  let size = MAX_RECORD_OVERHEAD + sizeOfBytes(key) + sizeOfBytes(value);
  if (headers === undefined || headers.length === 0) return size + 1;
  size += sizeOfVarint(headers.length);
  for (const { key: name, value: bytes } of headers) {
    const length = utf8.encode(name).length;
    size += sizeOfVarint(length) + length + sizeOfBytes(bytes);
  }
  return size;
}
