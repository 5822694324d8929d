/**
 * The Snappy block format: the length of the output as an unsigned varint, then elements. The low two bits of an element's first byte tell
 * its kind: 0 a literal of (byte >> 2) + 1 bytes, or with 60 to 63 there, of the little-endian number in the 1 to 4 bytes that
 * follow plus 1; 1 a match of 4 to 11 bytes at a distance of 11 bits; 2 and 3 a match of 1 to 64 bytes at a distance of 16 or 32
 * bits.
 *
 * Our own, since the npm packages don't do: `snappyjs` takes cut-off input for good and fills up with zeros, `snappy-wasm` is left
 * broken by a hostile length, the others are native.
 *
 * @module
 */

import { readUnsignedVarint, varintEnd, writeUnsignedVarint } from "../bytes/varint.ts";
import { CorruptRecordError } from "../errors.ts";
import { copyLiteral, copyMatch } from "./copy_match.ts";

const MIN_MATCH = 4;
const MARGIN = 15;
const HASH_BITS = 13;
const heads = new Int32Array(1 << HASH_BITS);
/** The densest element, a match of 64 bytes, takes 3. */
const MAX_EXPANSION = 22;

function readInt32LittleEndian(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
}

function hash(value: number): number {
  return Math.imul(value, 0x1e35a7bd) >>> (32 - HASH_BITS);
}

/** Most bytes that `length` bytes compress to. */
export function snappyBlockBound(length: number): number {
  return 32 + length + Math.floor(length / 6);
}

function writeLiteral(
  out: Uint8Array,
  at: number,
  source: Uint8Array,
  from: number,
  length: number,
): number {
  if (length === 0) return at;
  const n = length - 1;
  if (n < 60) {
    out[at++] = n << 2;
  } else if (n < 0x100) {
    out[at++] = 60 << 2;
    out[at++] = n;
  } else {
    out[at++] = 61 << 2;
    out[at++] = n;
    out[at++] = n >> 8;
  }
  copyLiteral(out, at, source, from, length);
  return at + length;
}

function writeMatch(out: Uint8Array, at: number, distance: number, length: number): number {
  while (length > 0) {
    // A rest of 1 to 3 bytes would not fit the short form: leave 60 of 65 to 67.
    const take = length <= 64 ? length : length < 68 ? 60 : 64;
    if (take >= MIN_MATCH && take < 12 && distance < 2048) {
      out[at++] = 1 | ((take - 4) << 2) | ((distance >> 8) << 5);
      out[at++] = distance;
    } else {
      out[at++] = 2 | ((take - 1) << 2);
      out[at++] = distance;
      out[at++] = distance >> 8;
    }
    length -= take;
  }
  return at;
}

/**
 * Compresses `source[start, end)`, at most 64 KiB, to `out[at…]`, which must have room for {@linkcode snappyBlockBound}. Returns the
 * position behind it.
 */
export function snappyCompressBlock(
  source: Uint8Array,
  start: number,
  end: number,
  out: Uint8Array,
  at: number,
): number {
  at = writeUnsignedVarint(out, at, end - start);
  heads.fill(-1);
  const searchEnd = end - MARGIN;
  let anchor = start;
  let position = start;
  let misses = 0;
  while (position <= searchEnd) {
    const word = readInt32LittleEndian(source, position);
    const slot = hash(word);
    const candidate = heads[slot]!;
    heads[slot] = position;
    if (candidate < 0 || readInt32LittleEndian(source, candidate) !== word) {
      position += 1 + (misses++ >> 5);
      continue;
    }
    misses = 0;
    at = writeLiteral(out, at, source, anchor, position - anchor);
    const distance = position - candidate;
    let next = position + MIN_MATCH;
    while (next < end && source[next] === source[next - distance]) next++;
    at = writeMatch(out, at, distance, next - position);
    if (next - 1 <= searchEnd) heads[hash(readInt32LittleEndian(source, next - 1))] = next - 1;
    position = next;
    anchor = next;
  }
  return writeLiteral(out, at, source, anchor, end - anchor);
}

/**
 * How many bytes the block `source[at, end)` says it decompresses to.
 *
 * @throws {CorruptRecordError} when that many can't come out of so few
 */
export function snappyBlockSize(source: Uint8Array, at: number, end: number): number {
  const size = readUnsignedVarint(source, at, end);
  if (size > (end - varintEnd) * MAX_EXPANSION) {
    throw new CorruptRecordError(`Snappy block of ${end - at} bytes can't hold bytes: ${size}`);
  }
  return size;
}

/**
 * Decompresses the block `source[at, end)` to `out[outAt…]`, which must have room for {@linkcode snappyBlockSize}.
 *
 * @throws {CorruptRecordError} when an element leads out of the input or the output, or the size comes out differently
 */
export function snappyDecompressBlock(
  source: Uint8Array,
  at: number,
  end: number,
  out: Uint8Array,
  outAt: number,
): void {
  const outStart = outAt;
  const outEnd = outAt + readUnsignedVarint(source, at, end);
  at = varintEnd;
  while (at < end) {
    const tag = source[at++]!;
    if ((tag & 3) === 0) {
      let length = (tag >> 2) + 1;
      if (length > 60) {
        const extra = length - 60;
        if (end - at < extra) break;
        length = 1;
        for (let i = 0; i < extra; i++) length += source[at + i]! * 2 ** (8 * i);
        at += extra;
      }
      if (length > end - at || length > outEnd - outAt) {
        throw new CorruptRecordError(`Snappy literal leads out of its block, length: ${length}`);
      }
      copyLiteral(out, outAt, source, at, length);
      at += length;
      outAt += length;
      continue;
    }
    let length = (tag >> 2) + 1;
    let distance: number;
    const distanceBytes = (tag & 3) === 3 ? 4 : tag & 3;
    if (end - at < distanceBytes) break;
    if (distanceBytes === 1) {
      length = ((tag >> 2) & 7) + 4;
      distance = ((tag >> 5) << 8) | source[at]!;
    } else if (distanceBytes === 2) {
      distance = source[at]! | (source[at + 1]! << 8);
    } else {
      distance = readInt32LittleEndian(source, at) >>> 0;
    }
    at += distanceBytes;
    if (distance === 0 || distance > outAt - outStart || length > outEnd - outAt) {
      throw new CorruptRecordError(
        `Snappy match leads out of its block, distance ${distance}, length: ${length}`,
      );
    }
    copyMatch(out, outAt, distance, length);
    outAt += length;
  }
  if (outAt !== outEnd) {
    throw new CorruptRecordError(`Snappy block is cut off, bytes missing: ${outEnd - outAt}`);
  }
}
