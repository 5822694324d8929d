/** @module */

import type { Serde } from "./serde.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

const GROUP_DIGITS = [8, 4, 4, 4, 12];
/** Five groups of hexadecimal digits, 36 characters at most: Java takes groups that are too short, and cuts those that are too long. */
const PATTERN = /^[0-9a-f]{1,16}(?:-[0-9a-f]{1,16}){4}$/i;
const LONGEST = 36;

function canonical(text: string): string {
  if (text.length > LONGEST || !PATTERN.test(text)) throw new TypeError(`Not a UUID: ${text}`);
  return text.toLowerCase().split("-")
    .map((group, i) => group.padStart(GROUP_DIGITS[i]!, "0").slice(-GROUP_DIGITS[i]!))
    .join("-");
}

const UUID: Serde<string> = {
  name: "uuid",
  serialize: (value) => encoder.encode(canonical(value)),
  deserialize: (bytes) => canonical(decoder.decode(bytes)),
};

/**
 * UUIDs as their 36 characters, as Kafka's `UUIDSerializer` writes them. The value is the text in lower case, what
 * `crypto.randomUUID()` gives.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const id = "8f8a8a24-7b8e-4c5e-9d1a-3e0f6f1c2b3d";
 * assertEquals(uuid().deserialize(uuid().serialize(id.toUpperCase())), id);
 * ```
 */
export function uuid(): Serde<string> {
  return UUID;
}
