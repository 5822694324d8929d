/** @module */

import type { Serde } from "./serde.ts";

const VOID: Serde<null> = {
  name: "void",
  serialize(value) {
    throw new TypeError(`Value is not null: ${value}`);
  },
  deserialize(bytes) {
    throw new TypeError(`Bytes are not null: ${bytes.length} bytes`);
  },
};

/**
 * Nothing but null, as Kafka's `VoidSerializer`: for keys or values that must not be there. Serdes are never asked about
 * null, so this one refuses whatever it is asked.
 *
 * ```ts
 * import { assertThrows } from "@std/assert";
 *
 * assertThrows(() => nothing().deserialize(new Uint8Array()), TypeError, "Bytes are not null");
 * ```
 */
export function nothing(): Serde<null> {
  return VOID;
}
