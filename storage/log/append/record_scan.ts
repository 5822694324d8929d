/**
 * One fast look over the records of a batch. On the append path it decides in a few nanoseconds a record that nothing
 * is wrong, which is nearly always so; whatever is not plainly right is left to the slow and explaining way.
 *
 * Nearly all numbers in records take one byte or two. {@linkcode skipPlainRecords} knows no others, calls nothing and throws nothing,
 * so that the engine compiles it to bare integer arithmetic; {@linkcode skipRecord} takes the records before which that one stops.
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

/** Timestamp deltas of two bytes lie between. */
const MIN_PLAIN_DELTA = -8192;
const MAX_PLAIN_DELTA = 8191;

/** Where the scan has got to: in front of the record `index`, which is at `at`. One scan is over before the next begins. */
let at = 0;
let index = 0;

/**
 * Whether the records are well-formed, fill the bytes exactly, have offset deltas 0, 1, 2 …, timestamps in range, and keys where
 * keys are needed. The results in `scan` hold when they are.
 *
 * @throws {CorruptRecordError} for some of what is not well-formed
 */
export function scanRecords(scan: RecordScan): boolean {
  scan.maxTimestamp = NO_TIMESTAMP;
  scan.indexOfMaxTimestamp = -1;
  // What is added to it below must be exact.
  if (!(Math.abs(scan.baseTimestamp) < Number.MAX_SAFE_INTEGER - MAX_PLAIN_DELTA)) return false;
  at = scan.start;
  index = 0;
  for (skipPlainRecords(scan); index < scan.count; skipPlainRecords(scan)) {
    if (!skipRecord(scan)) return false;
  }
  return at === scan.end;
}

/** A difference of timestamps as an int32 that compares to plain deltas as it does. */
function toPlainDelta(difference: number): number {
  return Math.min(Math.max(difference, MIN_PLAIN_DELTA - 1), MAX_PLAIN_DELTA + 1) | 0;
}

/**
 * Moves on to the first record that is not plainly right: one whose numbers take more than two bytes, or that breaks a rule.
 *
 * A position may run past the record, the batch, or the array, where bytes are undefined and count as 0; it only ever grows, so that
 * it is not where the record ends, or the batch, when that is asked. A number whose lowest bit is set is negative: nothing is there.
 */
function skipPlainRecords(scan: RecordScan): void {
  const { bytes, baseTimestamp } = scan;
  const count = scan.count | 0;
  const minDelta = toPlainDelta(scan.minTimestamp - baseTimestamp);
  const maxAllowedDelta = toPlainDelta(scan.maxAllowedTimestamp - baseTimestamp);
  const needsKeys = scan.needsKeys ? 1 : 0;
  let maxDelta = toPlainDelta(scan.maxTimestamp - baseTimestamp);
  let indexOfMax = -1;
  let position = at | 0;
  let record = index | 0;
  for (; record < count; record++) {
    let p = position;

    let size = bytes[p]!;
    p = (p + 1) | 0;
    if (size >= 0x80) {
      const high = bytes[p]!;
      if (high >= 0x80) break;
      size = (size & 0x7f) | (high << 7);
      p = (p + 1) | 0;
    }
    const limit = (p + (size >>> 1)) | 0;
    if ((size & 1) !== 0) break;

    p = (p + 1) | 0; // attributes
    let time = bytes[p]!;
    p = (p + 1) | 0;
    if (time >= 0x80) {
      const high = bytes[p]!;
      if (high >= 0x80) break;
      time = (time & 0x7f) | (high << 7);
      p = (p + 1) | 0;
    }
    const delta = (time >>> 1) ^ -(time & 1);
    if (delta < minDelta || delta > maxAllowedDelta) break;

    let offset = bytes[p]!;
    p = (p + 1) | 0;
    if (offset >= 0x80) {
      const high = bytes[p]!;
      if (high >= 0x80) break;
      offset = (offset & 0x7f) | (high << 7);
      p = (p + 1) | 0;
    }
    if (offset !== record << 1) break;

    let key = bytes[p]!;
    p = (p + 1) | 0;
    if (key >= 0x80) {
      const high = bytes[p]!;
      if (high >= 0x80) break;
      key = (key & 0x7f) | (high << 7);
      p = (p + 1) | 0;
    }
    if ((key & 1) === 0) p = (p + (key >>> 1)) | 0;
    else if (needsKeys !== 0) break;

    let value = bytes[p]!;
    p = (p + 1) | 0;
    if (value >= 0x80) {
      const high = bytes[p]!;
      if (high >= 0x80) break;
      value = (value & 0x7f) | (high << 7);
      p = (p + 1) | 0;
    }
    if ((value & 1) === 0) p = (p + (value >>> 1)) | 0;

    let headers = bytes[p]!;
    p = (p + 1) | 0;
    for (; headers > 0 && headers < 0x80; headers -= 2) {
      const name = bytes[p]!;
      p = (p + 1 + (name >>> 1)) | 0;
      let content = bytes[p]!;
      p = (p + 1) | 0;
      if (content >= 0x80) {
        const high = bytes[p]!;
        if (high >= 0x80) break;
        content = (content & 0x7f) | (high << 7);
        p = (p + 1) | 0;
      }
      if ((name & 0x81) !== 0) break;
      if ((content & 1) === 0) p = (p + (content >>> 1)) | 0;
    }
    if (headers !== 0 || p !== limit) break;

    position = limit;
    if (delta > maxDelta) {
      maxDelta = delta;
      indexOfMax = record;
    }
  }
  at = position;
  index = record;
  if (indexOfMax >= 0) {
    scan.maxTimestamp = baseTimestamp + maxDelta;
    scan.indexOfMaxTimestamp = indexOfMax;
  }
}

/** Moves behind the next record, whatever its numbers are. Returns whether it is right. */
function skipRecord(scan: RecordScan): boolean {
  const { bytes, end } = scan;
  const size = readVarint(bytes, at, end);
  if (size > end - varintEnd) return false;
  const limit = varintEnd + size;

  const timestamp = scan.baseTimestamp + readVarlong(bytes, varintEnd + 1, limit); // behind attributes
  if (!Number.isSafeInteger(timestamp)) return false;
  if (
    !(timestamp >= scan.minTimestamp && timestamp <= scan.maxAllowedTimestamp) &&
    timestamp !== NO_TIMESTAMP
  ) return false;
  if (readVarint(bytes, varintEnd, limit) !== index) return false;

  const keySize = readVarint(bytes, varintEnd, limit);
  if (keySize < 0 && scan.needsKeys) return false;
  const valueSize = readVarint(bytes, varintEnd + Math.max(keySize, 0), limit);
  if (skipHeaders(bytes, varintEnd + Math.max(valueSize, 0), limit) !== limit) return false;

  if (timestamp > scan.maxTimestamp) {
    scan.maxTimestamp = timestamp;
    scan.indexOfMaxTimestamp = index;
  }
  at = limit;
  index++;
  return true;
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
