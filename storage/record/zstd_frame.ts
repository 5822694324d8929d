/**
 * Just enough of the Zstandard frame format (RFC 8878) to tell whether compressed data is all there: the runtime's decoder takes a
 * frame that is cut off for an empty or a shorter one.
 *
 * @module
 */

import { CorruptRecordError } from "../errors.ts";

const FRAME_MAGIC = 0xfd2fb528;
const SKIPPABLE_MAGIC = 0x184d2a5;

function readLittleEndian(bytes: Uint8Array, at: number, length: number): number {
  let value = 0;
  for (let i = 0; i < length; i++) value += bytes[at + i]! * 2 ** (8 * i);
  return value;
}

/** Position behind the frame at `at`, which has its magic; beyond `end` when the frame is cut off. */
function frameEnd(bytes: Uint8Array, at: number, end: number): number {
  const descriptor = bytes[at + 4]!;
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const hasChecksum = (descriptor & 0x04) !== 0;
  const dictionarySize = [0, 1, 2, 4][descriptor & 3]!;
  const contentSizeSize = [isSingleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6]!;
  at += 5 + (isSingleSegment ? 0 : 1) + dictionarySize + contentSizeSize;
  while (end - at >= 3) {
    const header = readLittleEndian(bytes, at, 3);
    const isRepeatedByte = ((header >> 1) & 3) === 1;
    at += 3 + (isRepeatedByte ? 1 : header >> 3);
    if ((header & 1) !== 0) return at + (hasChecksum ? 4 : 0);
  }
  return Infinity;
}

/**
 * Checks that `bytes[start, end)` is one or more whole frames.
 *
 * @throws {CorruptRecordError} when it is not
 */
export function ensureWholeZstdFrames(bytes: Uint8Array, start: number, end: number): void {
  let at = start;
  do {
    const magic = end - at < 8 ? 0 : readLittleEndian(bytes, at, 4);
    if (magic === FRAME_MAGIC) {
      at = frameEnd(bytes, at, end);
    } else if (Math.floor(magic / 16) === SKIPPABLE_MAGIC) {
      at += 8 + readLittleEndian(bytes, at + 4, 4);
    } else {
      throw new CorruptRecordError(`Not a Zstandard frame at position: ${at - start}`);
    }
    if (at > end) {
      throw new CorruptRecordError(`Zstandard frame is cut off, bytes: ${end - start}`);
    }
  } while (at < end);
}
