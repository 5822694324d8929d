/** @module */

import type { Serde } from "./serde.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

const STRING: Serde<string> = {
  name: "string",
  serialize: (value) => encoder.encode(value),
  deserialize: (bytes) => decoder.decode(bytes),
};

/**
 * Strings as UTF-8, as Kafka's `StringSerializer` writes them. Bytes that are not UTF-8 are refused.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const serde = string();
 * assertEquals(serde.deserialize(serde.serialize("žluťoučký")), "žluťoučký");
 * ```
 */
export function string(): Serde<string> {
  return STRING;
}
