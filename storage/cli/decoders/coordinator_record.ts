/**
 * A record of a topic in which Kafka's coordinators keep their state: the key starts with the record type, the value with its version, and
 * an absent value deletes what the key names.
 *
 * @module
 */

import { CorruptRecordError, StorageError } from "../../errors.ts";
import { includesVersion, type MessageSchema } from "../../message/message_schema.ts";
import type { JsonValue } from "./json_text.ts";
import { MessageReader } from "./message_reader.ts";
import { type MessageStruct, messageToJson, readMessage } from "./message_value.ts";

/** Turns a decoded value into JSON. */
export type ValueToJson = (
  schema: MessageSchema,
  value: MessageStruct,
  version: number,
) => JsonValue;

/** Kafka's `CoordinatorRecord`, as JSON. */
export interface CoordinatorRecord {
  /** Type of the record. */
  readonly type: number;
  /** What the key names. */
  readonly key: JsonValue;
  /** What there is to know of that; `null` when it is deleted. */
  readonly value: { readonly version: number; readonly data: JsonValue } | null;
}

/** A record of a type that is not known (Kafka's `UnknownRecordTypeException`). */
export class UnknownRecordTypeError extends CorruptRecordError {
  /** The type. */
  readonly type: number;

  /** Names the type. */
  constructor(type: number) {
    super(`Found an unknown record type ${type}`);
    this.type = type;
  }
}

interface RecordType {
  readonly key: MessageSchema;
  readonly value: MessageSchema;
}

function recordTypes(schemas: readonly MessageSchema[]): Map<number, RecordType> {
  const types = new Map<number, RecordType>();
  for (const key of schemas) {
    if (!key.name.endsWith("Key")) continue;
    const value = schemas.find((schema) =>
      schema.apiKey === key.apiKey && schema.name.endsWith("Value")
    );
    if (value !== undefined) types.set(key.apiKey, { key, value });
  }
  return types;
}

function readVersion(reader: MessageReader, name: string): number {
  if (reader.remaining < 2) {
    throw new CorruptRecordError(`Could not read version from ${name}'s buffer.`);
  }
  return reader.readInt16();
}

function readPart(
  schema: MessageSchema,
  reader: MessageReader,
  version: number,
  name: string,
): MessageStruct {
  try {
    return readMessage(schema, reader, version);
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
    throw new CorruptRecordError(
      `Could not read record with version ${version} from ${name}'s buffer due to: ` +
        `${error.message}.`,
      { cause: error },
    );
  }
}

/** Decodes records of a coordinator (Kafka's `CoordinatorRecordSerde`). */
export class CoordinatorRecordDecoder {
  readonly #types: ReadonlyMap<number, RecordType>;
  readonly #valueToJson: ValueToJson;

  /** Takes the schemas of keys and values, which belong together by their api key. */
  constructor(schemas: readonly MessageSchema[], valueToJson: ValueToJson = messageToJson) {
    this.#types = recordTypes(schemas);
    this.#valueToJson = valueToJson;
  }

  /**
   * Decodes a record.
   *
   * @throws {UnknownRecordTypeError} for a type that is not known
   * @throws {CorruptRecordError} in Kafka's words
   */
  decode(key: Uint8Array, value: Uint8Array | null): CoordinatorRecord {
    const keyReader = new MessageReader(key);
    const id = readVersion(keyReader, "key");
    const type = this.#types.get(id);
    if (type === undefined) throw new UnknownRecordTypeError(id);
    // The type stands where other messages have their version, and Kafka reads the key as if it were one.
    const keyStruct = readPart(type.key, keyReader, id, "key");
    const decoded = { type: id, key: messageToJson(type.key, keyStruct, 0) };
    if (value === null) return { ...decoded, value: null };
    const valueReader = new MessageReader(value);
    const version = readVersion(valueReader, "value");
    if (!includesVersion(type.value.validVersions, version)) {
      throw new CorruptRecordError(`Found an unknown record version ${version} for ${id} type`);
    }
    const valueStruct = readPart(type.value, valueReader, version, "value");
    const data = this.#valueToJson(type.value, valueStruct, version);
    return { ...decoded, value: { version, data } };
  }
}
