/**
 * Messages of any schema and version with random content, from a seed. They are whole: what the version lacks has its default, so that
 * reading what was written gives the same object.
 */

import { uuidFromBytes } from "../../storage/bytes/uuid.ts";
import { defaultOf } from "../../storage/message/message_default.ts";
import {
  type FieldSchema,
  includesVersion,
  type MessageSchema,
  type PrimitiveType,
} from "../../storage/message/message_schema.ts";
import type { SeededRandom } from "./manual_env.ts";

/** What a random message is made with. */
export interface RandomMessageOptions {
  /** Whether structures may have tagged fields that nobody knows. */
  readonly hasUnknownTaggedFields?: boolean;
}

/** A random message. */
export function randomMessage(
  random: SeededRandom,
  schema: MessageSchema,
  version: number,
  options: RandomMessageOptions = {},
): Record<string, unknown> {
  const isFlexible = includesVersion(schema.flexibleVersions, version);
  return randomStruct(random, schema.fields, version, isFlexible, options);
}

function randomStruct(
  random: SeededRandom,
  fields: readonly FieldSchema[],
  version: number,
  isFlexible: boolean,
  options: RandomMessageOptions,
): Record<string, unknown> {
  const struct: Record<string, unknown> = {};
  for (const field of fields) {
    const isTagged = includesVersion(field.taggedVersions, version);
    struct[field.name] =
      !includesVersion(field.versions, version) || (isTagged && random.chance(0.3))
        ? defaultOf(field)
        : randomField(random, field, version, isFlexible, options);
  }
  if (isFlexible && options.hasUnknownTaggedFields === true && random.chance(0.3)) {
    struct["unknownTaggedFields"] = [
      { tag: 100 + random.below(100), data: random.bytes(random.below(200)) },
      { tag: 1000 + random.below(100_000), data: random.bytes(random.below(4)) },
    ].slice(random.below(2));
  }
  return struct;
}

function randomField(
  random: SeededRandom,
  field: FieldSchema,
  version: number,
  isFlexible: boolean,
  options: RandomMessageOptions,
): unknown {
  if (includesVersion(field.nullableVersions, version) && random.chance(0.25)) return null;
  const one = () =>
    field.type === "struct"
      ? randomStruct(random, field.fields, version, isFlexible, options)
      : randomPrimitive(random, field.type);
  return field.isArray ? Array.from({ length: random.below(4) }, one) : one();
}

const texts = ["", "a", "topic-1", "ключ", "日本", "🦆 duck", "\u0000", "x".repeat(130)];

function randomPrimitive(random: SeededRandom, type: PrimitiveType): unknown {
  switch (type) {
    case "bool":
      return random.chance(0.5);
    case "int8":
      return random.pick([0, 1, -1, 127, -128, random.below(256) - 128]);
    case "int16":
      return random.pick([0, 1, -1, 0x7fff, -0x8000, random.below(0x10000) - 0x8000]);
    case "uint16":
      return random.pick([0, 1, 0x7fff, 0x8000, 0xffff, random.below(0x10000)]);
    case "int32":
      return random.pick([0, 1, -1, 0x7fff_ffff, -0x8000_0000, random.below(2 ** 32) - 2 ** 31]);
    case "uint32":
      return random.pick([0, 1, 0x7fff_ffff, 0xffff_ffff, random.below(2 ** 32)]);
    case "int64":
      return random.pick([
        ...[0, 1, -1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, 2 ** 63, -(2 ** 63)],
        random.below(2 ** 53) - 2 ** 52,
      ]);
    case "float64":
      return random.pick([0, 1.5, -1e300, random.next()]);
    case "uuid":
      return uuidFromBytes(random.chance(0.2) ? new Uint8Array(16) : random.bytes(16));
    case "string":
      return random.chance(0.02) ? "é".repeat(16_383) : random.pick(texts);
    case "bytes":
    case "records":
      return random.bytes(random.pick([0, 1, 127, 128, random.below(300)]));
  }
}

/** The versions of a message, lowest first. */
export function versionsOf({ validVersions }: MessageSchema): number[] {
  const { lowest, highest } = validVersions;
  return Array.from({ length: highest - lowest + 1 }, (_, i) => lowest + i);
}
