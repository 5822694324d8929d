/** @module */

import type { Serde } from "./serde.ts";

const BOOLEAN: Serde<boolean> = {
  name: "boolean",
  serialize: (value) => new Uint8Array([value ? 1 : 0]),
  deserialize(bytes) {
    if (bytes.length !== 1) throw new RangeError(`Size of a boolean is 1 byte: ${bytes.length}`);
    if (bytes[0]! > 1) throw new RangeError(`Byte of a boolean is 0 or 1: ${bytes[0]}`);
    return bytes[0] === 1;
  },
};

/**
 * Truths as one byte, 0 or 1, as Kafka's `BooleanSerializer` writes them.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(boolean().serialize(true), new Uint8Array([1]));
 * ```
 */
export function boolean(): Serde<boolean> {
  return BOOLEAN;
}
