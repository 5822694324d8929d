/**
 * Reading the primitives of Kafka's messages from bytes that nobody vouches for: every length is held against what is left.
 *
 * @module
 */

import { readInt32, readUint32 } from "../bytes/byte_reader.ts";
import { uuidFromBytes } from "../bytes/uuid.ts";
import { INT64_MAX, INT64_MIN } from "./message_sink.ts";
import { ProtocolError } from "./protocol_error.ts";

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });
/** Up to here a loop beats the decoder's call. */
const SHORT_TEXT = 24;

/** Bytes and how far they have been read. */
export class MessageSource {
  /** What is read from. */
  readonly bytes: Uint8Array;
  /** Where the next value is. */
  at: number;
  /** Where the message ends. */
  readonly end: number;

  /**
   * Stands at `at`.
   *
   * @param end at most `bytes.length`
   */
  constructor(bytes: Uint8Array, at: number, end: number) {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
  }

  /** Bytes not read yet. */
  get remaining(): number {
    return this.end - this.at;
  }

  /** Moves over `length` bytes. Returns where they begin. */
  take(length: number): number {
    const at = this.at;
    if (!(length >= 0 && length <= this.end - at)) {
      throw new ProtocolError(
        `Message ends too early: ${length} bytes are announced at position ${at}, left: ${
          this.end - at
        }`,
      );
    }
    this.at = at + length;
    return at;
  }

  /** A signed byte. */
  int8(): number {
    return (this.bytes[this.take(1)]! << 24) >> 24;
  }

  /** A signed 16-bit number. */
  int16(): number {
    const at = this.take(2);
    return ((this.bytes[at]! << 24) >> 16) | this.bytes[at + 1]!;
  }

  /** An unsigned 16-bit number. */
  uint16(): number {
    return this.int16() & 0xffff;
  }

  /** A signed 32-bit number. */
  int32(): number {
    const at = this.take(4);
    const bytes = this.bytes;
    return (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
  }

  /** An unsigned 32-bit number. */
  uint32(): number {
    return this.int32() >>> 0;
  }

  /** A signed 64-bit number: a safe integer, or 2^63 for the greatest and -2^63 for the least there are. */
  int64(): number {
    const at = this.take(8);
    const high = readInt32(this.bytes, at);
    const low = readUint32(this.bytes, at + 4);
    const value = high * 0x1_0000_0000 + low;
    if (Number.isSafeInteger(value)) return value;
    if (high === 0x7fff_ffff && low === 0xffff_ffff) return INT64_MAX;
    if (high === -0x8000_0000 && low === 0) return INT64_MIN;
    throw new ProtocolError(`Number is beyond 2^53 - 1, at position: ${at}`);
  }

  /** A 64-bit floating-point number. */
  float64(): number {
    const at = this.take(8);
    return new DataView(this.bytes.buffer, this.bytes.byteOffset + at, 8).getFloat64(0);
  }

  /** A number of up to 32 bits in one to five bytes. */
  unsignedVarint(): number {
    let value = 0;
    for (let shift = 0; shift <= 28; shift += 7) {
      const byte = this.bytes[this.take(1)]!;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
    throw new ProtocolError(`Varint is longer than 5 bytes, at position: ${this.at - 5}`);
  }

  /** An id. */
  uuid(): string {
    const at = this.take(16);
    return uuidFromBytes(this.bytes, at);
  }

  /** `length` bytes of UTF-8. */
  text(length: number): string {
    const start = this.take(length);
    const end = start + length;
    const bytes = this.bytes;
    if (length <= SHORT_TEXT) {
      let text = "";
      let at = start;
      for (; at < end && bytes[at]! < 0x80; at++) text += String.fromCharCode(bytes[at]!);
      if (at === end) return text;
    }
    return utf8.decode(bytes.subarray(start, end));
  }

  /** A view on `length` bytes. */
  view(length: number): Uint8Array {
    const at = this.take(length);
    return this.bytes.subarray(at, at + length);
  }
}
