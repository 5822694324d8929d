/**
 * The lengths in front of strings, bytes and arrays. -1 is null. In flexible versions they are unsigned varints of length + 1, in others
 * an int16 for strings and an int32 for the rest.
 *
 * @module
 */

import { sizeOfUnsignedVarint } from "../bytes/varint.ts";
import type { MessageSink } from "./message_sink.ts";
import type { MessageSource } from "./message_source.ts";
import { ProtocolError } from "./protocol_error.ts";

/** How lengths are written, and whether there may be none. */
export interface LengthRules {
  /** Lengths are unsigned varints of length + 1. */
  readonly isFlexible: boolean;
  /** Null is a value. */
  readonly isNullable: boolean;
}

/** Which lengths are written in 2 bytes where versions are not flexible. */
export type LengthKind = "string" | "other";

/** Reads a length, below 0 for null. */
export function readLength(source: MessageSource, isFlexible: boolean, kind: LengthKind): number {
  if (isFlexible) return source.unsignedVarint() - 1;
  return kind === "string" ? source.int16() : source.int32();
}

/** Bytes of a length. */
export function sizeOfLength(length: number, isFlexible: boolean, kind: LengthKind): number {
  if (isFlexible) return sizeOfUnsignedVarint(length + 1);
  return kind === "string" ? 2 : 4;
}

/** Writes a length, -1 for null. */
export function writeLength(
  sink: MessageSink,
  length: number,
  isFlexible: boolean,
  kind: LengthKind,
): void {
  if (isFlexible) sink.unsignedVarint(length + 1);
  else if (kind === "string") sink.int16(length);
  else sink.int32(length);
}

/** What a null meets where there must be a value. */
export function refuseNull(path: string): never {
  throw new ProtocolError(`non-nullable field ${path} was serialized as null`);
}
