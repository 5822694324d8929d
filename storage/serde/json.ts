/** @module */

import type { Serde } from "./serde.ts";
import { string } from "./string.ts";

/**
 * Values as JSON text in UTF-8.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const serde = json<{ id: number; tags: string[] }>();
 * const bytes = serde.serialize({ id: 7, tags: ["a"] });
 * assertEquals(new TextDecoder().decode(bytes), '{"id":7,"tags":["a"]}');
 * assertEquals(serde.deserialize(bytes), { id: 7, tags: ["a"] });
 * ```
 *
 * @typeParam T the values' type; the bytes are not checked against it
 */
export function json<T>(): Serde<T> {
  const text = string();
  return {
    name: "json",
    serialize(value) {
      const encoded: string | undefined = JSON.stringify(value);
      if (encoded === undefined) {
        throw new TypeError(`Value has no JSON form: ${typeof value}`);
      }
      return text.serialize(encoded);
    },
    deserialize: (bytes) => JSON.parse(text.deserialize(bytes)) as T,
  };
}
