/**
 * CRC-32 (IEEE 802.3, reflected polynomial 0xEDB88320): the checksum of messages of magic 0 and 1.
 *
 * @module
 */

import { crc32 as zlibCrc32 } from "node:zlib";

/** The checksum of `bytes[start, end)`, unsigned. */
export function crc32(bytes: Uint8Array, start = 0, end: number = bytes.length): number {
  return zlibCrc32(bytes.subarray(start, end));
}
