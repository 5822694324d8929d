/**
 * The primitives of Kafka's messages.
 *
 * @module
 */

import { CorruptRecordError } from "../../errors.ts";

const UUID_BYTES = 16;

/** Reads the primitives of Kafka's messages; its errors have the messages of Kafka's `ByteBufferAccessor`. */
export class MessageReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #position = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Bytes not read yet. */
  get remaining(): number {
    return this.#bytes.length - this.#position;
  }

  #take(length: number): number {
    // Java's BufferUnderflowException has no message, and tools print it as "null".
    if (length > this.remaining) throw new CorruptRecordError("null");
    const at = this.#position;
    this.#position += length;
    return at;
  }

  readInt8(): number {
    return this.#view.getInt8(this.#take(1));
  }

  readInt16(): number {
    return this.#view.getInt16(this.#take(2));
  }

  readUint16(): number {
    return this.#view.getUint16(this.#take(2));
  }

  readInt32(): number {
    return this.#view.getInt32(this.#take(4));
  }

  readUint32(): number {
    return this.#view.getUint32(this.#take(4));
  }

  /** A bigint only where a number would not be exact. */
  readInt64(): number | bigint {
    const value = this.#view.getBigInt64(this.#take(8));
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  }

  readFloat64(): number {
    return this.#view.getFloat64(this.#take(8));
  }

  /** Up to five bytes; the result is an int32, as in Kafka, and negative past 2^31. */
  readUnsignedVarint(): number {
    let result = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.#view.getUint8(this.#take(1));
      result |= (byte & 0x7f) << shift;
      if (byte < 0x80) return result;
    }
    const last = this.#view.getInt8(this.#take(1));
    result |= last << 28;
    if (last < 0) {
      throw new CorruptRecordError(
        "Varint is too long, the most significant bit in the 5th byte is set, converted value: " +
          (result >>> 0).toString(16),
      );
    }
    return result;
  }

  readArray(length: number): Uint8Array {
    if (length > this.remaining) {
      throw new CorruptRecordError(
        `Error reading byte array of ${length} byte(s): only ${this.remaining} byte(s) available`,
      );
    }
    // Java's answer to new byte[-1]: a NegativeArraySizeException with the size as its message.
    if (length < 0) throw new CorruptRecordError(`${length}`);
    const at = this.#take(length);
    return this.#bytes.subarray(at, at + length);
  }

  readUuid(): string {
    const at = this.#take(UUID_BYTES);
    return base64Url(this.#bytes.subarray(at, at + UUID_BYTES));
  }
}

function base64Url(bytes: Uint8Array): string {
  return bytes.toBase64({ alphabet: "base64url", omitPadding: true });
}
