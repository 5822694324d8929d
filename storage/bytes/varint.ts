/**
 * Variable-length integers as record batches store them: groups of 7 bits, lowest group first, the top bit
 * of a byte says that another follows. Signed values are zigzag-coded first (0, -1, 1, -2 … become 0, 1, 2, 3 …),
 * so that small negative ones stay short. A varint holds an int32 in at most 5 bytes, a varlong an int64 in at
 * most 10. As `org.apache.kafka.common.utils.ByteUtils`.
 *
 * @module
 */

import { CorruptRecordError } from "../errors.ts";

/** Bytes that `value`, an unsigned 32-bit number, takes as an unsigned varint. */
export function sizeOfUnsignedVarint(value: number): number {
  const v = value >>> 0;
  if (v < 0x80) return 1;
  if (v < 0x4000) return 2;
  if (v < 0x20_0000) return 3;
  return v < 0x1000_0000 ? 4 : 5;
}

/** Bytes that `value`, an int32, takes as a varint. */
export function sizeOfVarint(value: number): number {
  return sizeOfUnsignedVarint((value << 1) ^ (value >> 31));
}

/** Bytes that `value`, a safe integer, takes as a varlong. */
export function sizeOfVarlong(value: number): number {
  if (value === (value | 0)) return sizeOfVarint(value);
  // A safe integer has at most 54 bits after zigzag: 8 groups of 7. Halving is exact enough: only powers of two count.
  let rest = (value < 0 ? -(value + 1) : value) / 0x400_0000_0000;
  if (rest >= 64) return 8;
  let size = 7;
  while (rest < 0.5 && size > 5) {
    rest *= 128;
    size--;
  }
  return size;
}

/** Writes the int32 `value` as a varint at `at`; there must be room. Returns the position behind it. */
export function writeVarint(bytes: Uint8Array, at: number, value: number): number {
  return writeUnsignedVarint(bytes, at, (value << 1) ^ (value >> 31));
}

/** Writes `value`, an unsigned 32-bit number, at `at`; there must be room. Returns the position behind it. */
export function writeUnsignedVarint(bytes: Uint8Array, at: number, value: number): number {
  let v = value >>> 0;
  // Nearly all are this short.
  if (v < 0x80) {
    bytes[at] = v;
    return (at + 1) | 0;
  }
  if (v < 0x4000) {
    bytes[at] = v | 0x80;
    bytes[(at + 1) | 0] = v >>> 7;
    return (at + 2) | 0;
  }
  while (v >= 0x80) {
    bytes[at++] = v | 0x80;
    v >>>= 7;
  }
  bytes[at++] = v;
  return at;
}

/** Writes the safe integer `value` as a varlong at `at`; there must be room. Returns the position behind it. */
export function writeVarlong(bytes: Uint8Array, at: number, value: number): number {
  if (value === (value | 0)) return writeVarint(bytes, at, value);
  const high = Math.floor(value / 0x1_0000_0000);
  const sign = high >> 31;
  let lo = ((value << 1) ^ sign) >>> 0;
  let hi = ((high << 1) | ((value >>> 0) >>> 31)) ^ sign;
  hi >>>= 0;
  while (hi > 0 || lo >= 0x80) {
    bytes[at++] = (lo & 0x7f) | 0x80;
    lo = ((lo >>> 7) | (hi << 25)) >>> 0;
    hi >>>= 7;
  }
  bytes[at++] = lo;
  return at;
}

/**
 * The position behind the varint or varlong that was last read. Two results without an object: record iteration
 * reads half a dozen of these per record.
 */
export let varintEnd = 0;

/**
 * Reads an unsigned varint at `at`; {@linkcode varintEnd} is then the position behind it.
 *
 * @throws {CorruptRecordError} past `limit`, or longer than 5 bytes
 */
export function readUnsignedVarint(bytes: Uint8Array, at: number, limit: number): number {
  let value = 0;
  for (let shift = 0; shift <= 28; shift += 7) {
    if (at >= limit) throw new CorruptRecordError(`Cannot read a varint past position: ${limit}`);
    const byte = bytes[at++]!;
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) {
      varintEnd = at;
      return value >>> 0;
    }
  }
  throw new CorruptRecordError(`Varint is longer than 5 bytes, at position: ${at - 5}`);
}

/** Reads a varint at `at`; as {@linkcode readUnsignedVarint}. */
export function readVarint(bytes: Uint8Array, at: number, limit: number): number {
  const raw = readUnsignedVarint(bytes, at, limit);
  return (raw >>> 1) ^ -(raw & 1);
}

/**
 * Reads a varlong at `at`; {@linkcode varintEnd} is then the position behind it.
 *
 * @throws {CorruptRecordError} past `limit`, longer than 10 bytes, or not a safe integer
 */
export function readVarlong(bytes: Uint8Array, at: number, limit: number): number {
  let low = 0; // bits 0-27
  let middle = 0; // bits 28-55
  let top = 0; // bits 56-63
  for (let group = 0; group < 10; group++) {
    if (at >= limit) throw new CorruptRecordError(`Cannot read a varlong past position: ${limit}`);
    const byte = bytes[at++]!;
    const bits = byte & 0x7f;
    if (group < 4) low |= bits << (7 * group);
    else if (group < 8) middle |= bits << (7 * (group - 4));
    else top |= bits << (7 * (group - 8));
    if (byte < 0x80) {
      varintEnd = at;
      if (group < 4) return (low >>> 1) ^ -(low & 1);
      const sign = -(low & 1);
      const lo32 = low | (middle << 28);
      const hi32 = (middle >>> 4) | (top << 24);
      const high = (hi32 >>> 1) ^ sign;
      const value = high * 0x1_0000_0000 + ((((lo32 >>> 1) | (hi32 << 31)) ^ sign) >>> 0);
      if (!Number.isSafeInteger(value)) {
        throw new CorruptRecordError(
          `Varlong is not a safe integer, at position: ${at - 1 - group}`,
        );
      }
      return value;
    }
  }
  throw new CorruptRecordError(`Varlong is longer than 10 bytes, at position: ${at - 10}`);
}
