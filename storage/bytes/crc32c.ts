/**
 * CRC-32C (Castagnoli; the register starts and ends inverted): the checksum of record batches.
 *
 * @module
 */

import { SLICING_TABLES } from "./crc32c_tables.ts";
import { startCrc32cKernel } from "./crc32c_wasm.ts";

const kernel = startCrc32cKernel();

/** From this length on the call into WebAssembly and the copy pay. */
const WASM_FROM = 256;
/** Copied and checked at a time, so that the copy is still in the first-level cache when it is read. */
const CHUNK = 32 * 1024;

/** Carries the raw register over `bytes[at, end)`, 8 bytes a step. */
function updateInScript(crc: number, bytes: Uint8Array, at: number, end: number): number {
  const t = SLICING_TABLES;
  while (end - at >= 8) {
    crc ^= bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    crc = t[1792 + (crc & 0xff)]! ^ t[1536 + ((crc >>> 8) & 0xff)]! ^
      t[1280 + ((crc >>> 16) & 0xff)]! ^ t[1024 + (crc >>> 24)]! ^
      t[768 + bytes[at + 4]!]! ^ t[512 + bytes[at + 5]!]! ^
      t[256 + bytes[at + 6]!]! ^ t[bytes[at + 7]!]!;
    at += 8;
  }
  while (at < end) crc = t[(crc ^ bytes[at++]!) & 0xff]! ^ (crc >>> 8);
  return crc;
}

/**
 * The checksum of `bytes[start, end)`, unsigned.
 *
 * @param bytes what to check
 * @param start where to start
 * @param end where to end, at most `bytes.length`
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(crc32c(new TextEncoder().encode("123456789")), 0xe3069283);
 * ```
 */
export function crc32c(bytes: Uint8Array, start = 0, end: number = bytes.length): number {
  if (kernel === undefined || end - start < WASM_FROM) {
    return ~updateInScript(-1, bytes, start, end) >>> 0;
  }
  const { data, run } = kernel;
  let crc = -1;
  for (let at = start; at < end; at += CHUNK) {
    const chunk = bytes.subarray(at, Math.min(at + CHUNK, end));
    data.set(chunk);
    crc = run(crc, chunk.length);
  }
  return ~crc >>> 0;
}
