/**
 * Writing big-endian integers into bytes. The free functions write where they are told and check no bounds;
 * {@linkcode ByteWriter} grows as it is written to.
 *
 * @module
 */

import { writeUnsignedVarint, writeVarint, writeVarlong } from "./varint.ts";

/** Writes the low 16 bits of `value` at `at`. */
export function writeInt16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >> 8;
  bytes[at + 1] = value;
}

/** Writes `value`, an int32 or uint32, at `at`. */
export function writeInt32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >> 24;
  bytes[at + 1] = value >> 16;
  bytes[at + 2] = value >> 8;
  bytes[at + 3] = value;
}

/** Writes `value`, a safe integer, as an int64 at `at`. */
export function writeInt64(bytes: Uint8Array, at: number, value: number): void {
  writeInt32(bytes, at, Math.floor(value / 0x1_0000_0000));
  writeInt32(bytes, at + 4, value >>> 0);
}

/** Bytes that grow as they are written. One writer is meant to be used again and again: {@linkcode ByteWriter.reset}. */
export class ByteWriter {
  #bytes: Uint8Array;
  /** Where the next write goes. Setting it back and writing patches what is there. */
  position = 0;

  /**
   * Starts empty.
   *
   * @param capacity bytes to start with
   */
  constructor(capacity = 256) {
    this.#bytes = new Uint8Array(Math.max(capacity, 16));
  }

  /** What was written, up to the position: a view that the next write or reset may change. */
  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.position);
  }

  /** Forgets what was written and keeps the memory. */
  reset(): void {
    this.position = 0;
  }

  #reserve(length: number): number {
    const at = this.position;
    const end = at + length;
    if (end > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(end, this.#bytes.length * 2));
      grown.set(this.#bytes);
      this.#bytes = grown;
    }
    this.position = end;
    return at;
  }

  /** Writes the low 8 bits of `value`. */
  writeInt8(value: number): void {
    const at = this.#reserve(1);
    this.#bytes[at] = value;
  }

  /** Writes the low 16 bits of `value`. */
  writeInt16(value: number): void {
    const at = this.#reserve(2);
    writeInt16(this.#bytes, at, value);
  }

  /** Writes an int32 or uint32. */
  writeInt32(value: number): void {
    const at = this.#reserve(4);
    writeInt32(this.#bytes, at, value);
  }

  /** Writes a safe integer as an int64. */
  writeInt64(value: number): void {
    const at = this.#reserve(8);
    writeInt64(this.#bytes, at, value);
  }

  /** Writes an int32 as a zigzag varint. */
  writeVarint(value: number): void {
    const at = this.#reserve(5);
    this.position = writeVarint(this.#bytes, at, value);
  }

  /** Writes a safe integer as a zigzag varlong. */
  writeVarlong(value: number): void {
    const at = this.#reserve(10);
    this.position = writeVarlong(this.#bytes, at, value);
  }

  /** Writes a uint32 as a varint without zigzag. */
  writeUnsignedVarint(value: number): void {
    const at = this.#reserve(5);
    this.position = writeUnsignedVarint(this.#bytes, at, value);
  }

  /** Writes a copy of `source`. */
  writeBytes(source: Uint8Array): void {
    const at = this.#reserve(source.length);
    this.#bytes.set(source, at);
  }
}
