/**
 * The LZ4 block format: a chain of sequences, each a token (4 bits literal count, 4 bits match length - 4; 15 in either
 * says that bytes follow to be added, as long as they are 255), the literals, and the distance of the match as a little-endian
 * uint16. The last sequence ends with its literals.
 *
 * Our own, since the npm packages don't do: `lz4js` reads and loops past its input when it is broken, `lz4-wasm` has no frames
 * and trusts a length prefix, the others are native. It is done in WebAssembly (`lz4_compress_wasm.ts`, `lz4_decompress_wasm.ts`)
 * where the runtime has vectors, else in JavaScript (`lz4_script.ts`), as are thorough searches.
 *
 * @module
 */

import { CorruptRecordError } from "../errors.ts";

/** Largest block that a frame can have. */
export const LARGEST_BLOCK: number = 4 * 1024 * 1024;
/** Largest block that is written. */
export const WRITTEN_BLOCK_SIZE: number = 64 * 1024;

/** Fewest bytes of a match. */
export const MIN_MATCH = 4;
/** A match ends at least so many bytes before the block does. */
export const LAST_LITERALS = 5;
/** A match starts at least so many bytes before the block's end. */
export const MATCH_START_LIMIT = 12;

/** Most bytes that a byte of a block can stand for: those that make a length longer are the densest. */
export const MAX_EXPANSION = 255;

/** Most bytes that `length` bytes compress to. */
export function lz4BlockBound(length: number): number {
  return length + Math.floor(length / 255) + 16;
}

/**
 * Compresses `source[start, end)`, at most {@linkcode WRITTEN_BLOCK_SIZE}, to `out[at…]`, which must have room for
 * {@linkcode lz4BlockBound}. Returns the position behind it.
 */
export type CompressBlock = (
  source: Uint8Array,
  start: number,
  end: number,
  out: Uint8Array,
  at: number,
) => number;

/**
 * Decompresses the block `source[at, end)`, at most {@linkcode LARGEST_BLOCK}. What it returns may change with the next call.
 *
 * @param maxSize most bytes that may come out, at most {@linkcode LARGEST_BLOCK}
 * @throws {CorruptRecordError} when a length leads out of the block, a match starts before it, or more would come out
 */
export type DecompressBlock = (
  source: Uint8Array,
  at: number,
  end: number,
  maxSize: number,
) => Uint8Array;

/** A length leads out of the block, or it does not end with literals. */
export function lz4CutOff(outputSize: number): CorruptRecordError {
  return new CorruptRecordError(`LZ4 block is cut off, output so far: ${outputSize}`);
}

/** A match starts before the block. */
export function lz4Outside(distance: number): CorruptRecordError {
  return new CorruptRecordError(`LZ4 match starts outside of its block, distance: ${distance}`);
}

/** More would come out than may. */
export function lz4TooLarge(maxSize: number): CorruptRecordError {
  return new CorruptRecordError(`LZ4 block decompresses to more than ${maxSize} bytes`);
}
