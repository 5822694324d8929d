/**
 * LZ4 frames as the Java client writes and reads them (`Lz4BlockOutputStream`, `Lz4BlockInputStream`). Little-endian:
 * ```text
 * magic       uint32 0x184D2204
 * FLG         bits 6-7 version 1, 5 blocks are independent (a must), 4 block checksums, 3 content size, 2 content checksum,
 *             0-1 zero
 * BD          bits 4-6 largest block: 4 64 KiB, 5 256 KiB, 6 1 MiB, 7 4 MiB; the others zero
 * contentSize uint64, when FLG says so; not used
 * HC          second byte of xxHash32 over FLG to contentSize; old clients (magic 0) hashed the frame's magic too, so there it
 *             is not checked
 * blocks      each: uint32 size, the top bit set when stored as is; that many bytes; uint32 xxHash32 of them when FLG says so
 * end mark    uint32 0, then a uint32 content checksum when FLG says so, which Java does not verify
 * ```
 * Written: FLG 0x60, BD 0x40 (blocks of 64 KiB).
 *
 * @module
 */

import { xxhash32 } from "../bytes/xxhash32.ts";
import { CorruptRecordError } from "../errors.ts";
import { lz4BlockBound, lz4BlockSize, lz4CompressBlock, lz4DecompressBlock } from "./lz4_block.ts";

const FRAME_MAGIC = 0x184d2204;
const STORED = 0x8000_0000;
const WRITTEN_FLG = 0x60;
const WRITTEN_BD = 0x40;
const WRITTEN_BLOCK_SIZE = 64 * 1024;
const HEADER_SIZE = 7;
const DEFAULT_LEVEL = 9;

function readUint32LittleEndian(bytes: Uint8Array, at: number): number {
  return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>>
    0;
}

function writeUint32LittleEndian(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value;
  bytes[at + 1] = value >> 8;
  bytes[at + 2] = value >> 16;
  bytes[at + 3] = value >> 24;
}

/**
 * Compresses `source` to a frame.
 *
 * @param level 1 to 17; 9, the default, is the fast one-try search as in Kafka, every other tries 2^(level - 1) positions
 */
export function lz4Compress(source: Uint8Array, level: number = DEFAULT_LEVEL): Uint8Array {
  const attempts = level === DEFAULT_LEVEL ? 1 : Math.max(2, 2 ** (level - 1));
  const blocks = Math.ceil(source.length / WRITTEN_BLOCK_SIZE);
  const bound = blocks * (4 + lz4BlockBound(Math.min(source.length, WRITTEN_BLOCK_SIZE)));
  const out = new Uint8Array(HEADER_SIZE + bound + 4);
  writeUint32LittleEndian(out, 0, FRAME_MAGIC);
  out[4] = WRITTEN_FLG;
  out[5] = WRITTEN_BD;
  out[6] = xxhash32(out, 4, 6) >> 8;
  let at = HEADER_SIZE;
  for (let start = 0; start < source.length; start += WRITTEN_BLOCK_SIZE) {
    const end = Math.min(start + WRITTEN_BLOCK_SIZE, source.length);
    const blockEnd = lz4CompressBlock(source, start, end, out, at + 4, attempts);
    const size = blockEnd - at - 4;
    if (size < end - start) {
      writeUint32LittleEndian(out, at, size);
      at = blockEnd;
    } else {
      writeUint32LittleEndian(out, at, (end - start) | STORED);
      out.set(source.subarray(start, end), at + 4);
      at += 4 + end - start;
    }
  }
  writeUint32LittleEndian(out, at, 0);
  return out.subarray(0, at + 4);
}

interface Block {
  readonly at: number;
  readonly size: number;
  readonly stored: boolean;
  readonly outputSize: number;
}

/**
 * Decompresses the frame in `source[start, end)`.
 *
 * @param maxBytes most bytes that may come out
 * @param ignoreHeaderChecksum for messages of magic 0
 * @throws {CorruptRecordError} for anything but a whole frame of the kind above, and beyond `maxBytes`, then before memory is taken
 */
export function lz4Decompress(
  source: Uint8Array,
  start: number,
  end: number,
  maxBytes: number,
  ignoreHeaderChecksum = false,
): Uint8Array {
  const header = readHeader(source, start, end, ignoreHeaderChecksum);
  const blocks: Block[] = [];
  let at = header.end;
  let total = 0;
  while (true) {
    if (end - at < 4) throw new CorruptRecordError(`LZ4 frame is cut off, bytes: ${end - start}`);
    const field = readUint32LittleEndian(source, at);
    at += 4;
    const stored = field >= STORED;
    const size = stored ? field - STORED : field;
    if (size === 0) break;
    if (size > header.maxBlockSize) {
      throw new CorruptRecordError(`LZ4 block size exceeded max ${header.maxBlockSize}: ${size}`);
    }
    if (end - at < size + (header.hasBlockChecksums ? 4 : 0)) {
      throw new CorruptRecordError(`LZ4 frame is cut off, bytes: ${end - start}`);
    }
    const outputSize = stored ? size : lz4BlockSize(source, at, at + size);
    if (outputSize > header.maxBlockSize) {
      throw new CorruptRecordError(
        `LZ4 block decompresses to more than ${header.maxBlockSize} bytes: ${outputSize}`,
      );
    }
    total += outputSize;
    if (total > maxBytes) {
      throw new CorruptRecordError(`Records decompress to more than the limit, bytes: ${maxBytes}`);
    }
    blocks.push({ at, size, stored, outputSize });
    at += size;
    if (header.hasBlockChecksums) {
      if (readUint32LittleEndian(source, at) !== xxhash32(source, at - size, at)) {
        throw new CorruptRecordError(`LZ4 block checksum mismatch at position: ${at - start}`);
      }
      at += 4;
    }
  }
  if (header.hasContentChecksum && end - at < 4) {
    throw new CorruptRecordError(`LZ4 frame is cut off, bytes: ${end - start}`);
  }
  const out = new Uint8Array(total);
  let outAt = 0;
  for (const block of blocks) {
    if (block.stored) out.set(source.subarray(block.at, block.at + block.size), outAt);
    else lz4DecompressBlock(source, block.at, block.at + block.size, out, outAt);
    outAt += block.outputSize;
  }
  return out;
}

interface FrameHeader {
  readonly end: number;
  readonly maxBlockSize: number;
  readonly hasBlockChecksums: boolean;
  readonly hasContentChecksum: boolean;
}

function readHeader(
  source: Uint8Array,
  start: number,
  end: number,
  ignoreChecksum: boolean,
): FrameHeader {
  if (end - start < HEADER_SIZE || readUint32LittleEndian(source, start) !== FRAME_MAGIC) {
    throw new CorruptRecordError(`Not an LZ4 frame, bytes: ${end - start}`);
  }
  const flg = source[start + 4]!;
  const bd = source[start + 5]!;
  const blockSizeId = bd >> 4;
  // Version 1, independent blocks, reserved bits zero.
  if ((flg & 0b1110_0011) !== 0b0110_0000 || (bd & 0x0f) !== 0) {
    throw new CorruptRecordError(`LZ4 frame of an unsupported kind, flags: ${flg}, ${bd}`);
  }
  if (blockSizeId < 4 || blockSizeId > 7) {
    throw new CorruptRecordError(`LZ4 frame of an unsupported block size: ${blockSizeId}`);
  }
  const checksumAt = start + 6 + ((flg & 0x08) !== 0 ? 8 : 0);
  if (checksumAt >= end) {
    throw new CorruptRecordError(`LZ4 frame is cut off, bytes: ${end - start}`);
  }
  const checksum = (xxhash32(source, start + 4, checksumAt) >> 8) & 0xff;
  if (!ignoreChecksum && checksum !== source[checksumAt]) {
    throw new CorruptRecordError(`LZ4 frame descriptor corrupted, checksum: ${checksum}`);
  }
  return {
    end: checksumAt + 1,
    maxBlockSize: 1 << (2 * blockSizeId + 8),
    hasBlockChecksums: (flg & 0x10) !== 0,
    hasContentChecksum: (flg & 0x04) !== 0,
  };
}
