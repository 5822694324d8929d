/**
 * The codecs that a batch's attributes can name.
 *
 * @module
 */

import { CorruptRecordError } from "../errors.ts";

/** How the records of a batch are compressed, by Kafka's name. */
export type CompressionType = "none" | "gzip" | "snappy" | "lz4" | "zstd";

/** A codec and how hard it should try. */
export interface Compression {
  /** The codec. */
  readonly type: CompressionType;
  /** gzip -1 or 1 to 9, lz4 1 to 17, zstd -131072 to 22; the codec's default when left out. */
  readonly level?: number;
}

const TYPES: readonly CompressionType[] = ["none", "gzip", "snappy", "lz4", "zstd"];

/**
 * The codec that has the id `id`: the low three bits of the attributes.
 *
 * @throws {CorruptRecordError} for an id that no codec has
 */
export function compressionTypeForId(id: number): CompressionType {
  const type = TYPES[id];
  if (type === undefined) throw new CorruptRecordError(`Unknown compression type id: ${id}`);
  return type;
}

/** The id of `type`: none 0, gzip 1, snappy 2, lz4 3, zstd 4. */
export function compressionTypeId(type: CompressionType): number {
  return TYPES.indexOf(type);
}
