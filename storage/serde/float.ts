/** @module */

import type { Serde } from "./serde.ts";

const FLOAT: Serde<number> = {
  name: "float",
  serialize(value) {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setFloat32(0, value);
    return bytes;
  },
  deserialize(bytes) {
    if (bytes.length !== 4) throw new RangeError(`Size of a float is 4 bytes: ${bytes.length}`);
    return new DataView(bytes.buffer, bytes.byteOffset, 4).getFloat32(0);
  },
};

const DOUBLE: Serde<number> = {
  name: "double",
  serialize(value) {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setFloat64(0, value);
    return bytes;
  },
  deserialize(bytes) {
    if (bytes.length !== 8) throw new RangeError(`Size of a double is 8 bytes: ${bytes.length}`);
    return new DataView(bytes.buffer, bytes.byteOffset, 8).getFloat64(0);
  },
};

/**
 * Numbers in single precision, as Kafka's `FloatSerializer` writes them: what does not fit is rounded.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(float().deserialize(float().serialize(0.1)), Math.fround(0.1));
 * ```
 */
export function float(): Serde<number> {
  return FLOAT;
}

/**
 * Numbers in double precision, as Kafka's `DoubleSerializer` writes them: every number of JavaScript.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(double().serialize(1), new Uint8Array([63, 240, 0, 0, 0, 0, 0, 0]));
 * ```
 */
export function double(): Serde<number> {
  return DOUBLE;
}
