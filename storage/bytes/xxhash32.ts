/**
 * xxHash32 with seed 0, which LZ4 frames use for their checksums.
 *
 * @module
 */

const PRIME1 = 0x9e3779b1 | 0;
const PRIME2 = 0x85ebca77 | 0;
const PRIME3 = 0xc2b2ae3d | 0;
const PRIME4 = 0x27d4eb2f;
const PRIME5 = 0x165667b1;

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

function readInt32LittleEndian(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
}

function round(accumulator: number, lane: number): number {
  return Math.imul(rotate((accumulator + Math.imul(lane, PRIME2)) | 0, 13), PRIME1);
}

/** The hash of `bytes[start, end)`, unsigned. */
export function xxhash32(bytes: Uint8Array, start = 0, end: number = bytes.length): number {
  const length = end - start;
  let at = start;
  let hash: number;
  if (length >= 16) {
    let a = (PRIME1 + PRIME2) | 0;
    let b = PRIME2;
    let c = 0;
    let d = -PRIME1 | 0;
    for (; end - at >= 16; at += 16) {
      a = round(a, readInt32LittleEndian(bytes, at));
      b = round(b, readInt32LittleEndian(bytes, at + 4));
      c = round(c, readInt32LittleEndian(bytes, at + 8));
      d = round(d, readInt32LittleEndian(bytes, at + 12));
    }
    hash = (rotate(a, 1) + rotate(b, 7) + rotate(c, 12) + rotate(d, 18)) | 0;
  } else {
    hash = PRIME5;
  }
  hash = (hash + length) | 0;
  for (; end - at >= 4; at += 4) {
    hash = (hash + Math.imul(readInt32LittleEndian(bytes, at), PRIME3)) | 0;
    hash = Math.imul(rotate(hash, 17), PRIME4);
  }
  for (; at < end; at++) {
    hash = (hash + Math.imul(bytes[at]!, PRIME5)) | 0;
    hash = Math.imul(rotate(hash, 11), PRIME1);
  }
  hash = Math.imul(hash ^ (hash >>> 15), PRIME2);
  hash = Math.imul(hash ^ (hash >>> 13), PRIME3);
  return (hash ^ (hash >>> 16)) >>> 0;
}
