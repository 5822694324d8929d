/**
 * Writing the primitives of Kafka's messages into bytes whose number is known beforehand.
 *
 * @module
 */

import { writeInt16, writeInt32, writeInt64 } from "../bytes/byte_writer.ts";
import { writeUuid } from "../bytes/uuid.ts";
import { writeUnsignedVarint } from "../bytes/varint.ts";

const utf8 = new TextEncoder();
/** Up to here a loop beats the encoder's call. */
const SHORT_TEXT = 48;

/** `Long.MAX_VALUE`, "no limit" in the protocol: 2^63 stands for it, the number next to it. */
export const INT64_MAX: number = 2 ** 63;
/** `Long.MIN_VALUE`. */
export const INT64_MIN: number = -(2 ** 63);

/** Bytes and how far they have been written. */
export class MessageSink {
  /** What is written to. */
  readonly bytes: Uint8Array;
  /** Where the next value goes. */
  at: number;

  /** Stands at `at`, where there is room for what will be written. */
  constructor(bytes: Uint8Array, at: number) {
    this.bytes = bytes;
    this.at = at;
  }

  /** A byte. */
  int8(value: number): void {
    this.bytes[this.at++] = value;
  }

  /** 16 bits, signed or not. */
  int16(value: number): void {
    writeInt16(this.bytes, this.at, value);
    this.at += 2;
  }

  /** 32 bits, signed or not. */
  int32(value: number): void {
    writeInt32(this.bytes, this.at, value);
    this.at += 4;
  }

  /** A safe integer in 64 bits, or {@linkcode INT64_MAX}, or {@linkcode INT64_MIN}. */
  int64(value: number): void {
    if (value === INT64_MAX) this.bytes.fill(0xff, this.at, this.at + 8)[this.at] = 0x7f;
    else writeInt64(this.bytes, this.at, value);
    this.at += 8;
  }

  /** A 64-bit floating-point number. */
  float64(value: number): void {
    new DataView(this.bytes.buffer, this.bytes.byteOffset + this.at, 8).setFloat64(0, value);
    this.at += 8;
  }

  /** A number of up to 32 bits in one to five bytes. */
  unsignedVarint(value: number): void {
    this.at = writeUnsignedVarint(this.bytes, this.at, value);
  }

  /** An id. */
  uuid(value: string): void {
    writeUuid(value, this.bytes, this.at);
    this.at += 16;
  }

  /** A text that takes `length` bytes of UTF-8. */
  text(value: string, length: number): void {
    if (length === value.length && length <= SHORT_TEXT) {
      const { bytes, at } = this;
      for (let i = 0; i < length; i++) bytes[at + i] = value.charCodeAt(i);
    } else utf8.encodeInto(value, this.bytes.subarray(this.at, this.at + length));
    this.at += length;
  }

  /** Bytes as they are. */
  raw(value: Uint8Array): void {
    this.bytes.set(value, this.at);
    this.at += value.length;
  }
}

/** How many bytes a text takes in UTF-8; half of a surrogate pair becomes a replacement character. */
export function utf8Length(text: string): number {
  let length = text.length;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x80) continue;
    if (code < 0x800) length++;
    else if (code < 0xd800 || code > 0xdbff) length += 2;
    else {
      const next = text.charCodeAt(i + 1);
      if (next >= 0xdc00 && next <= 0xdfff) i++;
      length += 2;
    }
  }
  return length;
}
