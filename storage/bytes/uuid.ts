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

/** The text of the id at `at`. */
export function uuidFromBytes(bytes: Uint8Array, at = 0): string {
  let text = "";
  for (let i = at; i < at + 15; i += 3) {
    const triple = (bytes[i]! << 16) | (bytes[i + 1]! << 8) | bytes[i + 2]!;
    text += alphabet[triple >>> 18]! + alphabet[(triple >>> 12) & 63]! +
      alphabet[(triple >>> 6) & 63]! + alphabet[triple & 63]!;
  }
  const last = bytes[at + 15]!;
  return text + alphabet[last >>> 2]! + alphabet[(last & 3) << 4]!;
}

/** Whether a text is an id; padding with `==` is accepted, as in Java. */
export function isUuid(text: string): boolean {
  return /^[A-Za-z0-9_-]{22}(?:==)?$/.test(text);
}

/**
 * The bytes of an id; padding with `==` is accepted, as in Java.
 *
 * @throws {CorruptRecordError} when the text is not an id
 */
export function uuidToBytes(text: string): Uint8Array {
  if (!isUuid(text)) {
    throw new CorruptRecordError(`Not a base64 UUID of 16 bytes: ${text.slice(0, 64)}`);
  }
  const bytes = new Uint8Array(16);
  writeUuid(text, bytes, 0);
  return bytes;
}

const digitValues = new Uint8Array(128);
for (let i = 0; i < 64; i++) digitValues[alphabet.charCodeAt(i)] = i;

/** Writes the 16 bytes of an id, a text that {@linkcode isUuid} has accepted, at `at`. */
export function writeUuid(text: string, target: Uint8Array, at: number): void {
  let bits = 0;
  let held = 0;
  for (let i = 0; i < 22; i++) {
    bits = ((bits << 6) | digitValues[text.charCodeAt(i)]!) & 0xffff;
    held += 6;
    if (held >= 8) {
      held -= 8;
      target[at++] = bits >>> held;
    }
  }
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
