/**
 * Kafka's ids of topics, directories and clusters: 16 bytes, written as 22 characters of URL-safe base64. The text is what
 * the engine passes around.
 *
 * @module
 */

import { CorruptRecordError } from "../errors.ts";
import type { Random } from "../env.ts";

/** All zeros: no id. */
export const ZERO_UUID = "AAAAAAAAAAAAAAAAAAAAAA";
/** The id of the topic `__cluster_metadata`. */
export const METADATA_TOPIC_ID = "AAAAAAAAAAAAAAAAAAAAAQ";

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** The text of an id. */
export function uuidFromBytes(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < 16; i += 3) {
    const triple = (bytes[i]! << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    text += alphabet[triple >>> 18]! + alphabet[(triple >>> 12) & 63]! +
      alphabet[(triple >>> 6) & 63]! + alphabet[triple & 63]!;
  }
  return text.slice(0, 22);
}

/**
 * The bytes of an id; padding with `==` is accepted, as in Java.
 *
 * @throws {CorruptRecordError} when the text is not an id
 */
export function uuidToBytes(text: string): Uint8Array {
  const digits = text.length === 24 && text.endsWith("==") ? text.slice(0, 22) : text;
  if (!/^[A-Za-z0-9_-]{22}$/.test(digits)) {
    throw new CorruptRecordError(`Not a base64 UUID of 16 bytes: ${text.slice(0, 64)}`);
  }
  const bytes = new Uint8Array(16);
  let bits = 0;
  let held = 0;
  let at = 0;
  for (const digit of digits) {
    bits = ((bits << 6) | alphabet.indexOf(digit)) & 0xffff;
    held += 6;
    if (held >= 8 && at < 16) {
      held -= 8;
      bytes[at++] = bits >>> held;
    }
  }
  return bytes;
}

/** The one text of an id that may be written in several ways. */
export function canonicalUuid(text: string): string {
  return uuidFromBytes(uuidToBytes(text));
}

/** A random (version 4) id, never a reserved one and never one that starts with a dash, which tools take for an option. */
export function randomUuid(random: Random): string {
  while (true) {
    const bytes = random.bytes(16);
    bytes[6] = (bytes[6]! & 0x0f) | 0x40;
    bytes[8] = (bytes[8]! & 0x3f) | 0x80;
    const text = uuidFromBytes(bytes);
    if (!text.startsWith("-")) return text;
  }
}

/** Whether an id is one of the first hundred, which Kafka keeps for directories that are lost, unassigned or moving. */
export function isReservedDirectoryId(text: string): boolean {
  const bytes = uuidToBytes(text);
  return bytes.subarray(0, 15).every((byte) => byte === 0) && bytes[15]! < 100;
}
