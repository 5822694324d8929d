/** LZ4 blocks byte by byte, as the format has them: what the quick ways are held against. */

import type { SeededRandom } from "./manual_env.ts";

/** A sequence; the last of a block has no match. */
export interface Lz4Sequence {
  readonly literals: number;
  readonly distance: number;
  readonly length: number;
}

/** What a block holds. */
export interface Lz4Content {
  readonly bytes: Uint8Array;
  readonly sequences: readonly Lz4Sequence[];
}

/** Reads a block, or `undefined` when it is corrupt or holds more than `maxSize`. */
export function readLz4Block(block: Uint8Array, maxSize: number): Lz4Content | undefined {
  const bytes: number[] = [];
  const sequences: Lz4Sequence[] = [];
  let at = 0;
  const next = (): number => block[at++] ?? NaN;
  const length = (nibble: number): number => {
    if (nibble < 15) return nibble;
    let sum = 15;
    for (let byte = 255; byte === 255;) sum += byte = next();
    return sum;
  };
  while (at < block.length) {
    const token = next();
    const literals = length(token >> 4);
    if (!(literals <= block.length - at) || bytes.length + literals > maxSize) return undefined;
    for (let i = 0; i < literals; i++) bytes.push(next());
    if (at === block.length) {
      sequences.push({ literals, distance: 0, length: 0 });
      return { bytes: Uint8Array.from(bytes), sequences };
    }
    const distance = next() + 256 * next();
    const match = 4 + length(token & 15);
    if (!(distance >= 1 && distance <= bytes.length)) return undefined;
    if (!(bytes.length + match <= maxSize)) return undefined;
    for (let i = 0; i < match; i++) bytes.push(bytes[bytes.length - distance]!);
    sequences.push({ literals, distance, length: match });
  }
  return undefined;
}

function lengthBytes(rest: number): number[] {
  return rest < 0 ? [] : [...new Array(Math.floor(rest / 255)).fill(255), rest % 255];
}

/** A block of random sequences, with the lengths and distances at which copying changes its ways. */
export function randomLz4Block(random: SeededRandom): Uint8Array {
  const block: number[] = [];
  let size = 0;
  const put = (literals: number, distance: number, length: number) => {
    block.push((Math.min(literals, 15) << 4) | Math.min(Math.max(length - 4, 0), 15));
    block.push(...lengthBytes(literals - 15), ...random.bytes(literals));
    if (length > 0) block.push(distance & 0xff, distance >> 8, ...lengthBytes(length - 4 - 15));
    size += literals + length;
  };
  for (let left = random.below(40); left > 0; left--) {
    const literals = random.pick([0, 1, 14, 15, 16, 17, 31, 32, 33, 269, 270, 271, 600]);
    const most = Math.min(size + literals, 65_535);
    if (most === 0) continue;
    const distance = random.pick([
      1 + random.below(Math.min(17, most)),
      1 + random.below(Math.min(40, most)),
      1 + random.below(most),
      most,
    ]);
    put(literals, distance, random.pick([4, 5, 15, 16, 17, 18, 19, 20, 31, 32, 33, 273, 274, 700]));
  }
  put(random.pick([0, 1, 5, 14, 15, 16, 40, 300]), 0, 0);
  return Uint8Array.from(block);
}

/** Blocks written down by hand, with what is in them. */
export const WRITTEN_BLOCKS: readonly (readonly [block: number[], content: number[]])[] = [
  // Literals 1 2, match of 4 + 3 at distance 2, literals 9.
  [[0x23, 1, 2, 2, 0, 0x10, 9], [1, 2, 1, 2, 1, 2, 1, 2, 1, 9]],
  [[0], []],
  // A match length of 4 + 15 + 255 + 1.
  [[0x1f, 5, 1, 0, 255, 1, 0], new Array(1 + 4 + 15 + 256).fill(5)],
  // A literal count of 15 + 0.
  [[0xf0, 0, ...new Array(15).fill(7)], new Array(15).fill(7)],
];

/** Blocks that can't be, with what is said of them. */
export const CORRUPT_BLOCKS: readonly (readonly [block: number[], message: string])[] = [
  [[0x20, 1], "cut off"], // A literal that is not there.
  [[0xf0, 1, 1], "cut off"], // Sixteen literals, of which one is there.
  [[0x10, 1, 1], "cut off"], // Half a distance.
  [[0x1f, 1, 1, 0, 255], "cut off"], // A length that does not end.
  [[0xf0, 255], "cut off"], // A literal count that does not end.
  [[0x10, 1, 1, 0], "cut off"], // A match at the end.
  [[0x10, 1, 0, 0, 0], "distance: 0"],
  [[0x10, 1, 2, 0, 0], "distance: 2"], // One byte before the block.
  [[], "cut off"],
];
