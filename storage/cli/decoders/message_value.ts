/**
 * Decodes messages by their schemas, and writes them as JSON as Kafka's generated `JsonConverter` classes do.
 * Errors carry the text that Kafka's generated readers give, because tools print it.
 *
 * @module
 */

import { CorruptRecordError } from "../../errors.ts";
import {
  type FieldSchema,
  includesVersion,
  type MessageSchema,
  type PrimitiveType,
} from "../../message/message_schema.ts";
import { decodeJavaUtf8 } from "../../bytes/java_utf8.ts";
import { JavaDouble, type JsonValue } from "./json_text.ts";
import type { MessageReader } from "./message_reader.ts";

const MAX_STRING_BYTES = 0x7fff;

/** A decoded value; a structure has every field of its schema, absent ones with their default. */
export type MessageValue = JsonValue;

/** A decoded structure. */
export type MessageStruct = { [name: string]: MessageValue };

const ZERO_UUID = "A".repeat(22);

function primitiveDefault(type: PrimitiveType, text: string | undefined): MessageValue {
  switch (type) {
    case "bool":
      return text === "true";
    case "uuid":
      return text ?? ZERO_UUID;
    case "string":
      return text ?? "";
    case "bytes":
    case "records":
      return new Uint8Array(0);
    case "float64":
      return new JavaDouble(Number(text ?? 0));
    default:
      return Number(text ?? 0);
  }
}

/** What a field has when nothing was read for it. */
function defaultOf(field: FieldSchema): MessageValue {
  if (field.defaultText === "null") return null;
  if (field.isArray) return [];
  if (field.type !== "struct") return primitiveDefault(field.type, field.defaultText);
  return defaultStruct(field.fields);
}

function defaultStruct(fields: readonly FieldSchema[]): MessageStruct {
  const struct: MessageStruct = {};
  for (const field of fields) struct[field.name] = defaultOf(field);
  return struct;
}

/** Length prefix of a string, byte string or array; -1 for null. */
function readLength(reader: MessageReader, isFlexible: boolean, isString: boolean): number {
  if (isFlexible) return reader.readUnsignedVarint() - 1;
  return isString ? reader.readInt16() : reader.readInt32();
}

function readElement(
  reader: MessageReader,
  field: FieldSchema,
  version: number,
  isFlexible: boolean,
  isElement: boolean,
): MessageValue {
  const isNullable = !isElement && includesVersion(field.nullableVersions, version);
  switch (field.type) {
    case "bool":
      return reader.readInt8() !== 0;
    case "int8":
      return reader.readInt8();
    case "int16":
      return reader.readInt16();
    case "uint16":
      return reader.readUint16();
    case "int32":
      return reader.readInt32();
    case "uint32":
      return reader.readUint32();
    case "int64":
      return reader.readInt64();
    case "float64":
      return new JavaDouble(reader.readFloat64());
    case "uuid":
      return reader.readUuid();
    case "string": {
      const length = readLength(reader, isFlexible, true);
      if (length < 0) return readNull(field, isNullable, isElement);
      if (length > MAX_STRING_BYTES) {
        throw new CorruptRecordError(
          `string field ${nameOf(field, isElement)} had invalid length ${length}`,
        );
      }
      return decodeJavaUtf8(reader.readArray(length));
    }
    case "bytes":
    case "records": {
      const length = readLength(reader, isFlexible, false);
      if (length < 0) return readNull(field, isNullable, isElement);
      return reader.readArray(length);
    }
    case "struct":
      if (isNullable && isNullStruct(reader, field, version)) return null;
      if (!includesVersion(field.structVersions, version)) {
        throw new CorruptRecordError(`Can't read version ${version} of ${field.structName}`);
      }
      return readStruct(reader, field.fields, version, isFlexible);
  }
}

/** The mark in front of a nullable structure, which is another one where the field is tagged. */
function isNullStruct(reader: MessageReader, field: FieldSchema, version: number): boolean {
  return includesVersion(field.taggedVersions, version)
    ? reader.readUnsignedVarint() <= 0
    : reader.readInt8() < 0;
}

function nameOf(field: FieldSchema, isElement: boolean): string {
  return isElement ? `${field.name} element` : field.name;
}

function readNull(field: FieldSchema, isNullable: boolean, isElement: boolean): null {
  if (isNullable) return null;
  throw new CorruptRecordError(
    `non-nullable field ${nameOf(field, isElement)} was serialized as null`,
  );
}

function readField(
  reader: MessageReader,
  field: FieldSchema,
  version: number,
  isFlexible: boolean,
): MessageValue {
  if (!field.isArray) return readElement(reader, field, version, isFlexible, false);
  const length = readLength(reader, isFlexible, false);
  if (length < 0) {
    return readNull(field, includesVersion(field.nullableVersions, version), false);
  }
  if (length > reader.remaining) {
    throw new CorruptRecordError(
      `Tried to allocate a collection of size ${length}, but there are only ` +
        `${reader.remaining} bytes remaining.`,
    );
  }
  const elements: MessageValue[] = [];
  for (let i = 0; i < length; i++) {
    elements.push(readElement(reader, field, version, isFlexible, true));
  }
  return elements;
}

function readStruct(
  reader: MessageReader,
  fields: readonly FieldSchema[],
  version: number,
  isFlexible: boolean,
): MessageStruct {
  const struct: MessageStruct = {};
  for (const field of fields) {
    const isRead = includesVersion(field.versions, version) &&
      !includesVersion(field.taggedVersions, version);
    struct[field.name] = isRead ? readField(reader, field, version, isFlexible) : defaultOf(field);
  }
  if (!isFlexible) return struct;
  const count = reader.readUnsignedVarint();
  for (let i = 0; i < count; i++) {
    const tag = reader.readUnsignedVarint();
    const size = reader.readUnsignedVarint();
    const field = fields.find((field) => field.tag === tag);
    if (field === undefined) reader.readArray(size);
    else if (includesVersion(field.taggedVersions, version)) {
      struct[field.name] = readField(reader, field, version, isFlexible);
    } else throw new CorruptRecordError(`Tag ${tag} is not valid for version ${version}`);
  }
  return struct;
}

/**
 * Decodes one message.
 *
 * @param version the version it was written with; one past those that the schema knows is read as Kafka does,
 * with all the fields that are known
 * @throws {CorruptRecordError} with the message that Kafka's reader has for it
 */
export function readMessage(
  schema: MessageSchema,
  reader: MessageReader,
  version: number,
): MessageStruct {
  const isFlexible = includesVersion(schema.flexibleVersions, version);
  return readStruct(reader, schema.fields, version, isFlexible);
}

function sameValue(a: MessageValue, b: MessageValue): boolean {
  if (a instanceof Uint8Array) return b instanceof Uint8Array && a.length === 0 && b.length === 0;
  if (Array.isArray(a)) return Array.isArray(b) && a.length === 0 && b.length === 0;
  if (a instanceof JavaDouble) return b instanceof JavaDouble && Object.is(a.value, b.value);
  if (a === null || typeof a !== "object") return a === b;
  if (b === null || typeof b !== "object" || Array.isArray(b)) return false;
  const other = b as MessageStruct;
  return Object.entries(a as MessageStruct).every(([name, value]) =>
    sameValue(value, other[name]!)
  );
}

function structToJson(
  fields: readonly FieldSchema[],
  struct: MessageStruct,
  version: number,
): MessageStruct {
  const json: MessageStruct = {};
  for (const field of fields) {
    if (!includesVersion(field.versions, version)) continue;
    const value = struct[field.name]!;
    // A tagged field is left out of the bytes, and so of the JSON, while it has its default.
    if (
      includesVersion(field.taggedVersions, version) && sameValue(value, defaultOf(field))
    ) continue;
    json[field.name] = field.type === "struct" ? nestedToJson(field, value, version) : value;
  }
  return json;
}

function nestedToJson(field: FieldSchema, value: MessageValue, version: number): MessageValue {
  if (value === null) return null;
  if (Array.isArray(value)) {
    return value.map((element) => structToJson(field.fields, element as MessageStruct, version));
  }
  return structToJson(field.fields, value as MessageStruct, version);
}

/**
 * The JSON form of a decoded message: the fields of `version` in the schema's order, tagged ones only when they
 * differ from their default.
 */
export function messageToJson(
  schema: MessageSchema,
  message: MessageStruct,
  version: number,
): MessageStruct {
  return structToJson(schema.fields, message, version);
}
