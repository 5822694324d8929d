/**
 * Writes messages of magic 0 and 1, which the engine reads but does not write.
 *
 * @module
 */

import { crc32 } from "../../../storage/record/crc32.ts";
import { writeInt32, writeInt64 } from "../../../storage/bytes/byte_writer.ts";

/** What goes into a message. */
export interface LegacyMessage {
  readonly magic: 0 | 1;
  readonly offset: number;
  /** Magic 1 alone. */
  readonly timestamp?: number;
  readonly attributes?: number;
  readonly key?: Uint8Array;
  readonly value?: Uint8Array;
}

/** The bytes of one message. */
export function legacyMessage(message: LegacyMessage): Uint8Array {
  const { magic, offset, key, value } = message;
  const head = magic === 0 ? 18 : 26;
  const bytes = new Uint8Array(head + 8 + (key?.length ?? 0) + (value?.length ?? 0));
  writeInt64(bytes, 0, offset);
  writeInt32(bytes, 8, bytes.length - 12);
  bytes[16] = magic;
  bytes[17] = message.attributes ?? 0;
  if (magic === 1) writeInt64(bytes, 18, message.timestamp ?? -1);
  let at = head;
  for (const part of [key, value]) {
    writeInt32(bytes, at, part?.length ?? -1);
    at += 4;
    if (part === undefined) continue;
    bytes.set(part, at);
    at += part.length;
  }
  writeInt32(bytes, 12, crc32(bytes, 16));
  return bytes;
}
