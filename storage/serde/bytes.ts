/** @module */

import type { Serde } from "./serde.ts";

/** A memory of its own for each value costs ten times as much as a share of one; Node's buffers share for that too. */
const SLAB_BYTES = 16 * 1024;
/** Larger values get a memory of their own, so that keeping one keeps little else. */
const LARGEST_SHARE = 1024;

let slab = new Uint8Array(0);
let used = 0;

function copy(source: Uint8Array): Uint8Array {
  const { length } = source;
  if (length > LARGEST_SHARE) return source.slice();
  if (used + length > slab.length) {
    slab = new Uint8Array(SLAB_BYTES);
    used = 0;
  }
  const target = slab.subarray(used, used + length);
  target.set(source);
  used += length;
  return target;
}

const BYTES: Serde<Uint8Array> = {
  name: "bytes",
  serialize: (value) => value,
  deserialize: copy,
};

/**
 * Bytes as they are: the default. What is read is the reader's own copy; small ones may share an `ArrayBuffer` with other
 * copies, so take the bytes and not their `buffer`.
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
