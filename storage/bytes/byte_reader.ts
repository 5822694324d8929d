/**
 * Reading big-endian integers out of bytes. The free functions are the hot path and check no bounds: the
 * caller knows that the bytes are there. {@linkcode ByteReader} checks every step.
 *
 * @module
 */

import { CorruptRecordError } from "../errors.ts";
import { readUnsignedVarint, readVarint, readVarlong, varintEnd } from "./varint.ts";

/** The int16 at `at`. */
export function readInt16(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 24 >> 16) | bytes[at + 1]!;
}

/** The int32 at `at`. */
export function readInt32(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
}

/** The uint32 at `at`. */
export function readUint32(bytes: Uint8Array, at: number): number {
  return readInt32(bytes, at) >>> 0;
}

/**
 * The int64 at `at` as a number.
 *
 * @throws {CorruptRecordError} when it is beyond ±(2^53 - 1)
 */
export function readInt64(bytes: Uint8Array, at: number): number {
  const value = readInt32(bytes, at) * 0x1_0000_0000 + (readInt32(bytes, at + 4) >>> 0);
  if (!Number.isSafeInteger(value)) {
    throw new CorruptRecordError(`Int64 is not a safe integer, at position: ${at}`);
  }
  return value;
}

/** A position that moves through bytes and never past their limit. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #limit: number;
  /** Where the next read starts. */
  position: number;

  /**
   * Stands at `position`.
   *
   * @param bytes what to read; not copied
   * @param position where to start
   * @param limit where to stop, at most `bytes.length`
   */
  constructor(bytes: Uint8Array, position = 0, limit: number = bytes.length) {
    this.#bytes = bytes;
    this.#limit = Math.min(limit, bytes.length);
    this.position = position;
  }

  /** Bytes left before the limit. */
  get remaining(): number {
    return this.#limit - this.position;
  }

  #take(length: number): number {
    const at = this.position;
    if (length < 0 || length > this.#limit - at) {
      throw new CorruptRecordError(
        `Cannot read ${length} bytes at position ${at}, limit: ${this.#limit}`,
      );
    }
    this.position = at + length;
    return at;
  }

  /**
   * The next byte as an int8.
   *
   * @throws {CorruptRecordError} past the limit; so do all that follow
   */
  readInt8(): number {
    return this.#bytes[this.#take(1)]! << 24 >> 24;
  }

  /** The next 2 bytes as an int16. */
  readInt16(): number {
    return readInt16(this.#bytes, this.#take(2));
  }

  /** The next 2 bytes as a uint16. */
  readUint16(): number {
    return this.readInt16() & 0xffff;
  }

  /** The next 4 bytes as an int32. */
  readInt32(): number {
    return readInt32(this.#bytes, this.#take(4));
  }

  /** The next 4 bytes as a uint32. */
  readUint32(): number {
    return readUint32(this.#bytes, this.#take(4));
  }

  /** The next 8 bytes as an int64, which must be a safe integer. */
  readInt64(): number {
    return readInt64(this.#bytes, this.#take(8));
  }

  /** A zigzag varint: an int32. */
  readVarint(): number {
    const value = readVarint(this.#bytes, this.position, this.#limit);
    this.position = varintEnd;
    return value;
  }

  /** A zigzag varlong: an int64, which must be a safe integer. */
  readVarlong(): number {
    const value = readVarlong(this.#bytes, this.position, this.#limit);
    this.position = varintEnd;
    return value;
  }

  /** A varint without zigzag: a uint32. */
  readUnsignedVarint(): number {
    const value = readUnsignedVarint(this.#bytes, this.position, this.#limit);
    this.position = varintEnd;
    return value;
  }

  /** The next `length` bytes, as a view. */
  readBytes(length: number): Uint8Array {
    const at = this.#take(length);
    return this.#bytes.subarray(at, at + length);
  }
}
