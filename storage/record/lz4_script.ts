/**
 * Compressing and decompressing LZ4 blocks in JavaScript: for the levels that search thoroughly, and for all when the runtime has no
 * 128-bit vectors.
 *
 * @module
 */

import { copyLiteral, copyMatch } from "./copy_match.ts";
import {
  LAST_LITERALS,
  lz4CutOff,
  lz4Outside,
  lz4TooLarge,
  MATCH_START_LIMIT,
  MIN_MATCH,
} from "./lz4_block.ts";

const MAX_DISTANCE = 65_535;
const HASH_BITS = 13;
const heads = new Int32Array(1 << HASH_BITS);
/** By position modulo 64 Ki: the position before it with the same hash. */
let chains: Int32Array | undefined;

function hash(value: number): number {
  return Math.imul(value, 0x9e3779b1) >>> (32 - HASH_BITS);
}

function writeLength(out: Uint8Array, at: number, rest: number): number {
  while (rest >= 255) {
    out[at++] = 255;
    rest -= 255;
  }
  out[at++] = rest;
  return at;
}

/** Writes a sequence; without a match when `matchLength` is 0. Returns the position behind it. */
function writeSequence(
  out: Uint8Array,
  at: number,
  source: Uint8Array,
  literalsAt: number,
  literals: number,
  distance: number,
  matchLength: number,
): number {
  const tokenAt = at++;
  const extra = matchLength - MIN_MATCH;
  let token = literals < 15 ? literals << 4 : 0xf0;
  if (literals >= 15) at = writeLength(out, at, literals - 15);
  copyLiteral(out, at, source, literalsAt, literals);
  at += literals;
  if (matchLength > 0) {
    token |= extra < 15 ? extra : 15;
    out[at++] = distance;
    out[at++] = distance >> 8;
    if (extra >= 15) at = writeLength(out, at, extra - 15);
  }
  out[tokenAt] = token;
  return at;
}

/** How many bytes are the same from `a` and from `b` on, up to `limit`: four at a time, as far as they go. */
function matchLengthAt(source: DataView, a: number, b: number, limit: number): number {
  const start = b;
  while (b + 4 <= limit) {
    const difference = source.getInt32(a, true) ^ source.getInt32(b, true);
    if (difference !== 0) return b - start + ((31 - Math.clz32(difference & -difference)) >> 3);
    a += 4;
    b += 4;
  }
  while (b < limit && source.getUint8(a) === source.getUint8(b)) {
    a++;
    b++;
  }
  return b - start;
}

/**
 * Compresses a block, as {@linkcode CompressBlock} says.
 *
 * @param attempts how many earlier positions to try for the longest match; 1 takes the last one that was seen
 */
export function compressBlockInScript(
  source: Uint8Array,
  start: number,
  end: number,
  out: Uint8Array,
  at: number,
  attempts = 1,
): number {
  const searchEnd = end - MATCH_START_LIMIT;
  const matchEnd = end - LAST_LITERALS;
  const view = new DataView(source.buffer, source.byteOffset, source.byteLength);
  heads.fill(-1);
  if (attempts > 1) chains ??= new Int32Array(1 << 16);
  const chain = attempts > 1 ? chains! : undefined;
  let anchor = start;
  let position = start;
  let misses = 0;
  while (position <= searchEnd) {
    const word = view.getInt32(position, true);
    const slot = hash(word);
    let candidate = heads[slot]!;
    heads[slot] = position;
    let bestLength = 0;
    let bestAt = -1;
    if (chain === undefined) {
      if (
        candidate >= 0 && position - candidate <= MAX_DISTANCE &&
        view.getInt32(candidate, true) === word
      ) {
        bestAt = candidate;
        bestLength = MIN_MATCH +
          matchLengthAt(view, candidate + MIN_MATCH, position + MIN_MATCH, matchEnd);
      }
    } else {
      chain[position & 0xffff] = candidate;
      for (let left = attempts; left > 0 && candidate >= 0; left--) {
        if (position - candidate > MAX_DISTANCE) break;
        const length = matchLengthAt(view, candidate, position, matchEnd);
        if (length > bestLength) {
          bestLength = length;
          bestAt = candidate;
        }
        candidate = chain[candidate & 0xffff]!;
      }
    }
    if (bestLength < MIN_MATCH) {
      // The longer nothing repeats, the bigger the steps; a thorough search takes every position.
      position += chain === undefined ? 1 + (misses++ >> 6) : 1;
      continue;
    }
    misses = 0;
    const distance = position - bestAt;
    at = writeSequence(out, at, source, anchor, position - anchor, distance, bestLength);
    const next = position + bestLength;
    if (chain !== undefined) {
      for (let p = position + 1; p < next && p <= searchEnd; p++) {
        const h = hash(view.getInt32(p, true));
        chain[p & 0xffff] = heads[h]!;
        heads[h] = p;
      }
    } else if (next - 2 <= searchEnd) {
      heads[hash(view.getInt32(next - 2, true))] = next - 2;
    }
    position = next;
    anchor = next;
  }
  return writeSequence(out, at, source, anchor, end - anchor, 0, 0);
}

/** How many bytes `source[at, end)` decompresses to. With this known, {@linkcode decompressMeasured} can't leave the block. */
function measure(source: Uint8Array, at: number, end: number): number {
  let size = 0;
  while (at < end) {
    const token = source[at++]!;
    let literals = token >> 4;
    if (literals === 15) {
      let byte = 255;
      while (byte === 255 && at < end) {
        byte = source[at++]!;
        literals += byte;
      }
    }
    at += literals;
    size += literals;
    if (at === end) return size;
    if (at + 2 > end) break;
    at += 2;
    let length = token & 15;
    if (length === 15) {
      let byte = 255;
      while (byte === 255) {
        if (at >= end) throw lz4CutOff(size);
        byte = source[at++]!;
        length += byte;
      }
    }
    size += length + MIN_MATCH;
  }
  throw lz4CutOff(size);
}

function decompressMeasured(source: Uint8Array, at: number, end: number, out: Uint8Array): void {
  let outAt = 0;
  while (at < end) {
    const token = source[at++]!;
    let literals = token >> 4;
    if (literals === 15) {
      let byte = 255;
      while (byte === 255) {
        byte = source[at++]!;
        literals += byte;
      }
    }
    copyLiteral(out, outAt, source, at, literals);
    at += literals;
    outAt += literals;
    if (at >= end) return;
    const distance = source[at]! | (source[at + 1]! << 8);
    at += 2;
    if (distance === 0 || distance > outAt) throw lz4Outside(distance);
    let length = token & 15;
    if (length === 15) {
      let byte = 255;
      while (byte === 255) {
        byte = source[at++]!;
        length += byte;
      }
    }
    length += MIN_MATCH;
    copyMatch(out, outAt, distance, length);
    outAt += length;
  }
}

/** Decompresses a block, as {@linkcode DecompressBlock} says. */
export function decompressBlockInScript(
  source: Uint8Array,
  at: number,
  end: number,
  maxSize: number,
): Uint8Array {
  const size = measure(source, at, end);
  if (size > maxSize) throw lz4TooLarge(maxSize);
  const out = new Uint8Array(size);
  decompressMeasured(source, at, end, out);
  return out;
}
