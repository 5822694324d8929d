/** @module */

import type { Serde } from "./serde.ts";

const INTEGER: Serde<number> = {
  name: "integer",
  serialize(value) {
    if (!Number.isInteger(value) || value < -(2 ** 31) || value >= 2 ** 31) {
      throw new RangeError(`Value is not a 32-bit integer: ${value}`);
    }
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setInt32(0, value);
    return bytes;
  },
  deserialize(bytes) {
    if (bytes.length !== 4) throw new RangeError(`Size of an integer is 4 bytes: ${bytes.length}`);
    return new DataView(bytes.buffer, bytes.byteOffset, 4).getInt32(0);
  },
};

const LONG: Serde<number> = {
  name: "long",
  serialize(value) {
    if (!Number.isSafeInteger(value)) throw new RangeError(`Value is not a safe integer: ${value}`);
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setBigInt64(0, BigInt(value));
    return bytes;
  },
  deserialize(bytes) {
    if (bytes.length !== 8) throw new RangeError(`Size of a long is 8 bytes: ${bytes.length}`);
    const value = Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigInt64(0));
    if (!Number.isSafeInteger(value)) throw new RangeError(`Long is not a safe integer: ${value}`);
    return value;
  },
};

/**
 * 32-bit integers, big-endian, as Kafka's `IntegerSerializer` writes them.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(integer().serialize(258), new Uint8Array([0, 0, 1, 2]));
 * ```
 */
export function integer(): Serde<number> {
  return INTEGER;
}

/**
 * 64-bit integers, big-endian, as Kafka's `LongSerializer` writes them; only safe integers (±(2^53 - 1)).
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(long().deserialize(long().serialize(-(2 ** 40))), -(2 ** 40));
 * ```
 */
export function long(): Serde<number> {
  return LONG;
}
