/** @module */

import type { Serde } from "./serde.ts";

const BYTES: Serde<Uint8Array> = {
  name: "bytes",
  serialize: (value) => value,
  deserialize: (bytes) => bytes.slice(),
};

/**
 * Bytes as they are: the default. What is read is the reader's own copy.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const serde = bytes();
 * assertEquals(serde.deserialize(serde.serialize(new Uint8Array([1, 2]))), new Uint8Array([1, 2]));
 * ```
 */
export function bytes(): Serde<Uint8Array> {
  return BYTES;
}
