/**
 * One fast look over the records of a batch. On the append path it decides in a few nanoseconds a record that nothing
 * is wrong, which is nearly always so; whatever is not plainly right is left to the slow and explaining way.
 *
 * @module
 */

import { readVarint, readVarlong, varintEnd } from "../../bytes/varint.ts";
import { NO_TIMESTAMP } from "../../record/record_batch.ts";

/** What {@linkcode scanRecords} looks at. One object serves many scans. */
export interface RecordScan {
  /** Where the records lie, uncompressed. */
  bytes: Uint8Array;
  /** Position of the first record. */
  start: number;
  /** Position behind the last one. */
  end: number;
  /** How many there must be. */
  count: number;
  /** What timestamp deltas count from. */
  baseTimestamp: number;
  /** Smallest timestamp allowed, ms since the epoch; records without one pass. */
  minTimestamp: number;
  /** Largest timestamp allowed, ms since the epoch. */
  maxAllowedTimestamp: number;
  /** Whether every record needs a key. */
  needsKeys: boolean;
  /** Result: the largest timestamp, -1 for none. */
  maxTimestamp: number;
  /** Result: 0-based index of the first record that has it, -1 for none. */
  indexOfMaxTimestamp: number;
}

/**
 * Whether the records are well-formed, fill the bytes exactly, have offset deltas 0, 1, 2 …, timestamps in range, and keys where
 * keys are needed. The results in `scan` hold when they are.
 *
 * The engine compiles it to integer arithmetic throughout as long as nothing in the loop can be anything else: so timestamps are
 * compared by their deltas, positions are int32 (`| 0`), and no length is added before it is known to fit.
 *
 * @throws {CorruptRecordError} for some of what is not well-formed
 */
export function scanRecords(scan: RecordScan): boolean {
  const { bytes, end, count, baseTimestamp, needsKeys } = scan;
  const minDelta = scan.minTimestamp - baseTimestamp;
  const maxAllowedDelta = scan.maxAllowedTimestamp - baseTimestamp;
  const deltaOfNone = NO_TIMESTAMP - baseTimestamp;
  let maxDelta = deltaOfNone;
  let indexOfMaxTimestamp = -1;
  let at = scan.start | 0;
  // A byte past the end of the array is undefined and below nothing: the called readers then see the end.
  for (let index = 0; index < count; index++) {
    let byte = bytes[at]!;
    let next = bytes[at + 1]!;
    let size: number;
    if (byte < 0x80) {
      size = (byte >>> 1) ^ -(byte & 1);
      at += 1;
    } else if (next < 0x80) {
      size = (((byte & 0x7f) | (next << 7)) >>> 1) ^ -(byte & 1);
      at += 2;
    } else {
      size = readVarint(bytes, at, end);
      at = varintEnd | 0;
    }
    if (size > end - at) return false;
    const limit = at + size;

    at += 1; // attributes
    byte = bytes[at]!;
    next = bytes[at + 1]!;
    let delta: number;
    if (byte < 0x80) {
      delta = (byte >>> 1) ^ -(byte & 1);
      at += 1;
    } else if (next < 0x80) {
      delta = (((byte & 0x7f) | (next << 7)) >>> 1) ^ -(byte & 1);
      at += 2;
    } else {
      delta = readVarlong(bytes, at, limit);
      at = varintEnd | 0;
      if (!Number.isSafeInteger(baseTimestamp + delta)) return false;
    }
    if (delta > maxDelta) {
      maxDelta = delta;
      indexOfMaxTimestamp = index;
    }
    if (!(delta >= minDelta && delta <= maxAllowedDelta) && delta !== deltaOfNone) return false;

    byte = bytes[at]!;
    next = bytes[at + 1]!;
    let offsetDelta: number;
    if (byte < 0x80) {
      offsetDelta = (byte >>> 1) ^ -(byte & 1);
      at += 1;
    } else if (next < 0x80) {
      offsetDelta = (((byte & 0x7f) | (next << 7)) >>> 1) ^ -(byte & 1);
      at += 2;
    } else {
      offsetDelta = readVarint(bytes, at, limit);
      at = varintEnd | 0;
    }
    if (offsetDelta !== index) return false;

    byte = bytes[at]!;
    let keySize: number;
    if (byte < 0x80) {
      keySize = (byte >>> 1) ^ -(byte & 1);
      at += 1;
    } else {
      keySize = readVarint(bytes, at, limit);
      at = varintEnd | 0;
    }
    if (keySize > limit - at || (keySize < 0 && needsKeys)) return false;
    if (keySize > 0) at += keySize;

    byte = bytes[at]!;
    next = bytes[at + 1]!;
    let valueSize: number;
    if (byte < 0x80) {
      valueSize = (byte >>> 1) ^ -(byte & 1);
      at += 1;
    } else if (next < 0x80) {
      valueSize = (((byte & 0x7f) | (next << 7)) >>> 1) ^ -(byte & 1);
      at += 2;
    } else {
      valueSize = readVarint(bytes, at, limit);
      at = varintEnd | 0;
    }
    if (valueSize > limit - at) return false;
    if (valueSize > 0) at += valueSize;

    if (bytes[at] === 0) at += 1;
    else at = skipHeaders(bytes, at, limit) | 0;
    if (at !== limit) return false;
  }
  scan.maxTimestamp = baseTimestamp + maxDelta;
  scan.indexOfMaxTimestamp = indexOfMaxTimestamp;
  return at === end;
}

/** Position behind the headers whose count is at `at`, -1 when they are not well-formed. */
function skipHeaders(bytes: Uint8Array, at: number, limit: number): number {
  const count = readVarint(bytes, at, limit);
  at = varintEnd;
  if (count < 0 || count > limit - at) return -1;
  for (let i = 0; i < count; i++) {
    const keySize = readVarint(bytes, at, limit);
    if (keySize < 0) return -1;
    const valueSize = readVarint(bytes, varintEnd + keySize, limit);
    at = varintEnd + (valueSize > 0 ? valueSize : 0);
  }
  return at;
}
