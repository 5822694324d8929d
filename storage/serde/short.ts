/** @module */

import type { Serde } from "./serde.ts";

const SHORT: Serde<number> = {
  name: "short",
  serialize(value) {
    if (!Number.isInteger(value) || value < -0x8000 || value > 0x7fff) {
      throw new RangeError(`Value is not a 16-bit integer: ${value}`);
    }
    const bytes = new Uint8Array(2);
    new DataView(bytes.buffer).setInt16(0, value);
    return bytes;
  },
  deserialize(bytes) {
    if (bytes.length !== 2) throw new RangeError(`Size of a short is 2 bytes: ${bytes.length}`);
    return new DataView(bytes.buffer, bytes.byteOffset, 2).getInt16(0);
  },
};

/**
 * 16-bit integers, big-endian, as Kafka's `ShortSerializer` writes them.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(short().serialize(-2), new Uint8Array([255, 254]));
 * ```
 */
export function short(): Serde<number> {
  return SHORT;
}
