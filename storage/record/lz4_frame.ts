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
import {
  type CompressBlock,
  type DecompressBlock,
  lz4BlockBound,
  MAX_EXPANSION,
  WRITTEN_BLOCK_SIZE,
} from "./lz4_block.ts";
import { startLz4Compressor } from "./lz4_compress_wasm.ts";
import { startLz4Decompressor } from "./lz4_decompress_wasm.ts";
import { compressBlockInScript, decompressBlockInScript } from "./lz4_script.ts";

const FRAME_MAGIC = 0x184d2204;
const STORED = 0x8000_0000;
const WRITTEN_FLG = 0x60;
const WRITTEN_BD = 0x40;
const HEADER_SIZE = 7;
const DEFAULT_LEVEL = 9;

// Started when a block is first compressed or decompressed: a program without lz4 has neither.
let compressFast: CompressBlock | undefined;
let decompressBlock: DecompressBlock | undefined;

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

function compressorOf(level: number): CompressBlock {
  if (level === DEFAULT_LEVEL) {
    return compressFast ??= startLz4Compressor() ?? compressBlockInScript;
  }
  const attempts = Math.max(2, 2 ** (level - 1));
  return (source, start, end, out, at) =>
    compressBlockInScript(source, start, end, out, at, attempts);
}

/**
 * Compresses `source` to a frame.
 *
 * @param level 1 to 17; 9, the default, is the fast one-try search as in Kafka, every other tries 2^(level - 1) positions
 */
export function lz4Compress(source: Uint8Array, level: number = DEFAULT_LEVEL): Uint8Array {
  const compressBlock = compressorOf(level);
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
    const blockEnd = compressBlock(source, start, end, out, at + 4);
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

/**
 * Decompresses the frame in `source[start, end)`.
 *
 * @param maxBytes most bytes that may come out
 * @param ignoreHeaderChecksum for messages of magic 0
 * @throws {CorruptRecordError} for anything but a whole frame of the kind above, and when more than `maxBytes` would come out; never
 * takes more memory than that
 */
export function lz4Decompress(
  source: Uint8Array,
  start: number,
  end: number,
  maxBytes: number,
  ignoreHeaderChecksum = false,
): Uint8Array {
  const header = readHeader(source, start, end, ignoreHeaderChecksum);
  const { bounds, maxSize } = findBlocks(source, start, end, header);
  decompressBlock ??= startLz4Decompressor() ?? decompressBlockInScript;
  let out: Uint8Array | undefined;
  let total = 0;
  for (let i = 0; i < bounds.length; i += 2) {
    const at = bounds[i]!;
    const blockEnd = bounds[i + 1]!;
    const bytes = blockEnd < 0
      ? source.subarray(at, -blockEnd)
      : decompressBlock(source, at, blockEnd, header.maxBlockSize);
    if (total + bytes.length > maxBytes) {
      throw new CorruptRecordError(`Records decompress to more than the limit, bytes: ${maxBytes}`);
    }
    // One block, as most frames have, gets what it needs; of several only the last leaves room, as all others are full.
    out ??= new Uint8Array(bounds.length === 2 ? bytes.length : Math.min(maxSize, maxBytes));
    out.set(bytes, total);
    total += bytes.length;
  }
  return out?.subarray(0, total) ?? new Uint8Array(0);
}

interface FrameBlocks {
  /** Start and end of each block by turns, the end negative when it is stored as is. */
  readonly bounds: readonly number[];
  /** Most bytes that can come out of them. */
  readonly maxSize: number;
}

function findBlocks(
  source: Uint8Array,
  start: number,
  end: number,
  header: FrameHeader,
): FrameBlocks {
  const bounds: number[] = [];
  let maxSize = 0;
  let at = header.end;
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
    bounds.push(at, stored ? -(at + size) : at + size);
    maxSize += stored ? size : Math.min(header.maxBlockSize, MAX_EXPANSION * size);
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
  return { bounds, maxSize };
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
