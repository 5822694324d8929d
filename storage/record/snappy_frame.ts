/**
 * Snappy as Kafka has it: the framing of Java's `SnappyOutputStream` (xerial), big-endian:
 * ```text
 * magic    0x82 "SNAPPY" 0x00
 * version  int32 1
 * readable int32 1, lowest version of a reader
 * chunks   each: int32 length, a Snappy block of that length
 * ```
 * Written in chunks of 32 KiB before compression, as Java does. Read as well: one block without framing, as other clients send it.
 *
 * @module
 */

import { readInt32 } from "../bytes/byte_reader.ts";
import { writeInt32 } from "../bytes/byte_writer.ts";
import { CorruptRecordError } from "../errors.ts";
import {
  snappyBlockBound,
  snappyBlockSize,
  snappyCompressBlock,
  snappyDecompressBlock,
} from "./snappy_block.ts";

const MAGIC_HEAD = 0x82534e41 | 0;
const MAGIC_TAIL = 0x50505900;
const VERSION = 1;
const HEADER_SIZE = 16;
const CHUNK_SIZE = 32 * 1024;

/** Compresses `source`, framed. */
export function snappyCompress(source: Uint8Array): Uint8Array {
  const chunks = Math.ceil(source.length / CHUNK_SIZE);
  const bound = chunks * (4 + snappyBlockBound(Math.min(source.length, CHUNK_SIZE)));
  const out = new Uint8Array(HEADER_SIZE + bound);
  writeInt32(out, 0, MAGIC_HEAD);
  writeInt32(out, 4, MAGIC_TAIL);
  writeInt32(out, 8, VERSION);
  writeInt32(out, 12, VERSION);
  let at = HEADER_SIZE;
  for (let start = 0; start < source.length; start += CHUNK_SIZE) {
    const end = Math.min(start + CHUNK_SIZE, source.length);
    const chunkEnd = snappyCompressBlock(source, start, end, out, at + 4);
    writeInt32(out, at, chunkEnd - at - 4);
    at = chunkEnd;
  }
  return out.subarray(0, at);
}

function isFrameHeader(source: Uint8Array, at: number, end: number): boolean {
  return end - at >= HEADER_SIZE && readInt32(source, at) === MAGIC_HEAD &&
    readInt32(source, at + 4) === MAGIC_TAIL;
}

/** Where the blocks in `source[start, end)` lie: start and end by turns. */
function findBlocks(source: Uint8Array, start: number, end: number): number[] {
  if (!isFrameHeader(source, start, end)) return [start, end];
  const bounds: number[] = [];
  let at = start;
  while (at < end) {
    // Streams that were joined have a header at each seam.
    if (isFrameHeader(source, at, end)) {
      if (readInt32(source, at + 8) < VERSION) {
        throw new CorruptRecordError(
          `Snappy framing too old, version: ${readInt32(source, at + 8)}`,
        );
      }
      at += HEADER_SIZE;
      continue;
    }
    const length = end - at < 4 ? -1 : readInt32(source, at);
    if (length < 0 || length > end - at - 4) {
      throw new CorruptRecordError(`Snappy chunk leads out of its frame, length: ${length}`);
    }
    bounds.push(at + 4, at + 4 + length);
    at += 4 + length;
  }
  return bounds;
}

/**
 * Decompresses `source[start, end)`, framed or one raw block.
 *
 * @param maxBytes most bytes that may come out
 * @throws {CorruptRecordError} for anything else, and beyond `maxBytes`, then before memory is taken
 */
export function snappyDecompress(
  source: Uint8Array,
  start: number,
  end: number,
  maxBytes: number,
): Uint8Array {
  const bounds = findBlocks(source, start, end);
  let total = 0;
  for (let i = 0; i < bounds.length; i += 2) {
    total += snappyBlockSize(source, bounds[i]!, bounds[i + 1]!);
  }
  if (total > maxBytes) {
    throw new CorruptRecordError(`Records decompress to more than the limit, bytes: ${maxBytes}`);
  }
  const out = new Uint8Array(total);
  let outAt = 0;
  for (let i = 0; i < bounds.length; i += 2) {
    snappyDecompressBlock(source, bounds[i]!, bounds[i + 1]!, out, outAt);
    outAt += snappyBlockSize(source, bounds[i]!, bounds[i + 1]!);
  }
  return out;
}
