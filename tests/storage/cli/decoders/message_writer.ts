/**
 * Encodes messages by the same schemas that the tools decode them with, for tests.
 *
 * @module
 */

import { ByteWriter } from "../../../../storage/bytes/byte_writer.ts";
import {
  type FieldSchema,
  includesVersion,
  type MessageSchema,
} from "../../../../storage/message/message_schema.ts";

/** Numbers in [0, 1). */
export type RandomSource = () => number;

/** A repeatable source. */
export function seededRandom(seed: number): RandomSource {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function below(random: RandomSource, n: number): number {
  return Math.floor(random() * n);
}

function writeLength(writer: ByteWriter, length: number, isFlexible: boolean, isString: boolean) {
  if (isFlexible) writer.writeUnsignedVarint(length + 1);
  else if (isString) writer.writeInt16(length);
  else writer.writeInt32(length);
}

function writeValue(
  writer: ByteWriter,
  field: FieldSchema,
  version: number,
  isFlexible: boolean,
  random: RandomSource,
): void {
  const small = [-1, below(random, 4), below(random, 4), below(random, 100)][below(random, 4)]!;
  switch (field.type) {
    case "bool":
      return writer.writeInt8(below(random, 2));
    case "int8":
      return writer.writeInt8(small);
    case "int16":
    case "uint16":
      return writer.writeInt16(small);
    case "int32":
    case "uint32":
      return writer.writeInt32(small);
    case "int64":
      writer.writeInt32(below(random, 10) === 0 ? 0x7fffffff : small < 0 ? -1 : 0);
      return writer.writeInt32(small);
    case "float64": {
      const bytes = new Uint8Array(8);
      const values = [0, -0, 1, 0.1, 1e7, 1e-4, 123456.789, 5e-324, 1e300, NaN, -Infinity];
      new DataView(bytes.buffer).setFloat64(0, values[below(random, values.length)]!);
      return writer.writeBytes(bytes);
    }
    case "uuid":
      return writer.writeBytes(new Uint8Array(16).map(() => below(random, 256)));
    case "string": {
      const texts = ["", "a", "topic-ü", 'quo"te\\', "tab\t\u0001\u001f", "🫖", "range"];
      const bytes = new TextEncoder().encode(texts[below(random, texts.length)]);
      writeLength(writer, bytes.length, isFlexible, true);
      return writer.writeBytes(bytes);
    }
    case "bytes": {
      const bytes = new Uint8Array(below(random, 5)).map(() => below(random, 256));
      writeLength(writer, bytes.length, isFlexible, false);
      return writer.writeBytes(bytes);
    }
    case "struct":
      return writeStruct(writer, field.fields, version, isFlexible, random);
  }
}

function writeField(
  writer: ByteWriter,
  field: FieldSchema,
  version: number,
  isFlexible: boolean,
  random: RandomSource,
): void {
  const isNullable = includesVersion(field.nullableVersions, version);
  const isNull = isNullable && below(random, 3) === 0;
  if (field.isArray) {
    const length = isNull ? -1 : below(random, 3);
    writeLength(writer, length, isFlexible, false);
    for (let i = 0; i < length; i++) writeValue(writer, field, version, isFlexible, random);
    return;
  }
  if (isNull && (field.type === "string" || field.type === "bytes")) {
    return writeLength(writer, -1, isFlexible, field.type === "string");
  }
  if (isNullable && field.type === "struct") {
    if (includesVersion(field.taggedVersions, version)) writer.writeUnsignedVarint(isNull ? 0 : 1);
    else writer.writeInt8(isNull ? -1 : 1);
    if (isNull) return;
  }
  writeValue(writer, field, version, isFlexible, random);
}

function writeStruct(
  writer: ByteWriter,
  fields: readonly FieldSchema[],
  version: number,
  isFlexible: boolean,
  random: RandomSource,
): void {
  const tagged: FieldSchema[] = [];
  for (const field of fields) {
    if (!includesVersion(field.versions, version)) continue;
    if (includesVersion(field.taggedVersions, version)) {
      if (below(random, 2) === 0) tagged.push(field);
    } else writeField(writer, field, version, isFlexible, random);
  }
  if (!isFlexible) return;
  const hasUnknown = below(random, 5) === 0;
  writer.writeUnsignedVarint(tagged.length + (hasUnknown ? 1 : 0));
  tagged.sort((a, b) => a.tag - b.tag);
  for (const field of tagged) {
    const inner = new ByteWriter();
    writeField(inner, field, version, isFlexible, random);
    writer.writeUnsignedVarint(field.tag);
    writer.writeUnsignedVarint(inner.bytes().length);
    writer.writeBytes(inner.bytes());
  }
  if (hasUnknown) {
    writer.writeUnsignedVarint(999);
    writer.writeUnsignedVarint(2);
    writer.writeBytes(new Uint8Array([1, 2]));
  }
}

/** Encodes a message with arbitrary values. */
export function arbitraryMessage(
  schema: MessageSchema,
  version: number,
  random: RandomSource,
): Uint8Array {
  const writer = new ByteWriter();
  const isFlexible = includesVersion(schema.flexibleVersions, version);
  writeStruct(writer, schema.fields, version, isFlexible, random);
  return writer.bytes().slice();
}

/** Puts an int16 in front, as coordinators do with record types and versions. */
export function prefixed(prefix: number, bytes: Uint8Array): Uint8Array {
  const prefixedBytes = new Uint8Array(bytes.length + 2);
  new DataView(prefixedBytes.buffer).setInt16(0, prefix);
  prefixedBytes.set(bytes, 2);
  return prefixedBytes;
}

/** Puts the frame of metadata records around a message. */
export function framed(apiKey: number, version: number, bytes: Uint8Array): Uint8Array {
  const writer = new ByteWriter();
  writer.writeUnsignedVarint(1);
  writer.writeUnsignedVarint(apiKey);
  writer.writeUnsignedVarint(version);
  writer.writeBytes(bytes);
  return writer.bytes().slice();
}
