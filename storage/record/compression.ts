/**
 * Compressing and decompressing the records of a batch, so that the Java client understands it. gzip and zstd are the runtime's;
 * `snappy_frame.ts` and `lz4_frame.ts` say what Kafka makes of the other two.
 *
 * @module
 */

import { constants, gunzipSync, gzipSync, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { CorruptRecordError, InvalidConfigError } from "../errors.ts";
import type { Compression, CompressionType } from "./compression_type.ts";
import { lz4Compress, lz4Decompress } from "./lz4_frame.ts";
import { snappyCompress, snappyDecompress } from "./snappy_frame.ts";
import { ensureWholeZstdFrames } from "./zstd_frame.ts";

export type { Compression, CompressionType } from "./compression_type.ts";

/** Lowest, highest and usual level of the codecs that have levels. */
export const COMPRESSION_LEVELS = {
  gzip: { min: 1, max: 9, default: -1 },
  lz4: { min: 1, max: 17, default: 9 },
  zstd: { min: -131_072, max: 22, default: 3 },
} as const;

function levelOf(compression: Compression): number {
  const type = compression.type;
  if (type === "none" || type === "snappy") return 0;
  const range = COMPRESSION_LEVELS[type];
  const level = compression.level ?? range.default;
  if (level !== range.default && !(level >= range.min && level <= range.max)) {
    throw new InvalidConfigError(`${type} doesn't support given compression level: ${level}`);
  }
  return level;
}

/**
 * Compresses `bytes`; with `none`, returns them.
 *
 * @param compression codec and level
 * @throws {InvalidConfigError} for a level that the codec does not have
 */
export function compress(compression: Compression, bytes: Uint8Array): Uint8Array {
  const level = levelOf(compression);
  switch (compression.type) {
    case "none":
      return bytes;
    case "gzip":
      return gzipSync(bytes, { level });
    case "snappy":
      return snappyCompress(bytes);
    case "lz4":
      return lz4Compress(bytes, level);
    case "zstd":
      return zstdCompress(bytes, level);
  }
}

/** Not told the size, the codec prepares for the largest one: four times slower at level 3, 0.4 s a batch at level 22. */
function zstdCompress(bytes: Uint8Array, level: number): Uint8Array {
  const options = {
    params: { [constants.ZSTD_c_compressionLevel]: level },
    pledgedSrcSize: bytes.length,
  };
  return zstdCompressSync(bytes, options);
}

/**
 * Decompresses `bytes[start, end)`; with `none`, returns a view.
 *
 * @param type the codec
 * @param bytes what holds the compressed data
 * @param start where it starts
 * @param end where it ends
 * @param maxBytes most bytes that may come out
 * @param magic of the batch: in magic 0 the header checksum of an LZ4 frame is not looked at
 * @throws {CorruptRecordError} when it is broken or cut off, and when more than `maxBytes` would come out
 */
export function decompress(
  type: CompressionType,
  bytes: Uint8Array,
  start: number,
  end: number,
  maxBytes: number,
  magic: number,
): Uint8Array {
  switch (type) {
    case "none":
      return bytes.subarray(start, end);
    case "gzip":
      return runtimeDecompress(gunzipSync, bytes.subarray(start, end), maxBytes);
    case "snappy":
      return snappyDecompress(bytes, start, end, maxBytes);
    case "lz4":
      return lz4Decompress(bytes, start, end, maxBytes, magic === 0);
    case "zstd":
      ensureWholeZstdFrames(bytes, start, end);
      return runtimeDecompress(zstdDecompressSync, bytes.subarray(start, end), maxBytes);
  }
}

function runtimeDecompress(
  decode: (input: Uint8Array, options: { maxOutputLength: number }) => Uint8Array,
  input: Uint8Array,
  maxBytes: number,
): Uint8Array {
  try {
    const output = decode(input, { maxOutputLength: Math.max(1, maxBytes) });
    // Not the Buffer that it is: keys and values become views of it, and a Buffer's slice() would not copy.
    return new Uint8Array(output.buffer, output.byteOffset, output.byteLength);
  } catch (error) {
    if (error instanceof RangeError) {
      throw new CorruptRecordError(
        `Records decompress to more than the limit, bytes: ${maxBytes}`,
        { cause: error },
      );
    }
    const reason = error instanceof Error ? error.message : String(error);
    throw new CorruptRecordError(`Cannot decompress records: ${reason}`, { cause: error });
  }
}
