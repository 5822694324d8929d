/**
 * Records of the topics in which Kafka's coordinators keep their state: the key starts with the record type, the
 * value with its version, and an absent value deletes what the key names.
 *
 * @module
 */

import { CorruptRecordError, StorageError } from "../../errors.ts";
import type { Record } from "../../record/record.ts";
import { uncaught } from "../tool.ts";
import { type JsonValue, toJsonText } from "./json_text.ts";
import { includesVersion, type MessageSchema } from "../../message/message_schema.ts";
import { MessageReader } from "./message_reader.ts";
import { type MessageStruct, messageToJson, readMessage } from "./message_value.ts";
import type { ParsedRecord, RecordParser } from "./record_parser.ts";
import { consumerProtocolSchemas } from "../../message/schemas/consumer_protocol.ts";
import { groupCoordinatorSchemas } from "../../message/schemas/group_coordinator.ts";
import { shareCoordinatorSchemas } from "../../message/schemas/share_coordinator.ts";
import { transactionCoordinatorSchemas } from "../../message/schemas/transaction_coordinator.ts";

interface RecordType {
  readonly key: MessageSchema;
  readonly value: MessageSchema;
}

type ValueToJson = (schema: MessageSchema, value: MessageStruct, version: number) => JsonValue;

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

/** Kafka's `CoordinatorRecordMessageParser`. */
export class CoordinatorParser implements RecordParser {
  readonly givesJson = true;
  readonly #types: ReadonlyMap<number, RecordType>;
  readonly #valueToJson: ValueToJson;

  constructor(schemas: readonly MessageSchema[], valueToJson: ValueToJson = messageToJson) {
    this.#types = recordTypes(schemas);
    this.#valueToJson = valueToJson;
  }

  /** @throws {ToolFailure} for a record without a key */
  parse(record: Record): ParsedRecord {
    const { key, value, offset } = record;
    if (key === null) {
      throw uncaught(
        "java.lang.RuntimeException",
        `Failed to decode message at offset ${offset} using the specified decoder ` +
          `(message had a missing key)`,
      );
    }
    try {
      return this.#parse(key, value, offset);
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
      return { key: `Error at offset ${offset}, skipping. ${error.message}`, value: undefined };
    }
  }

  #parse(key: Uint8Array, value: Uint8Array | null, offset: number): ParsedRecord {
    const keyReader = new MessageReader(key);
    const id = readVersion(keyReader, "key");
    const type = this.#types.get(id);
    if (type === undefined) {
      return { key: `Unknown record type ${id} at offset ${offset}, skipping.`, value: undefined };
    }
    // The type stands where other messages have their version, and Kafka reads the key as if it were one.
    const keyStruct = readPart(type.key, keyReader, id, "key");
    const keyJson = { type: `${id}`, data: messageToJson(type.key, keyStruct, 0) };
    if (value === null) return { key: toJsonText(keyJson), value: "<DELETE>" };
    const valueReader = new MessageReader(value);
    const version = readVersion(valueReader, "value");
    if (!includesVersion(type.value.validVersions, version)) {
      throw new CorruptRecordError(`Found an unknown record version ${version} for ${id} type`);
    }
    const valueStruct = readPart(type.value, valueReader, version, "value");
    const valueJson = {
      version: `${version}`,
      data: this.#valueToJson(type.value, valueStruct, version),
    };
    return { key: toJsonText(keyJson), value: toJsonText(valueJson) };
  }
}

/** The bytes of a consumer's embedded protocol as JSON; the bytes themselves when they are something else. */
function embeddedProtocol(name: string, bytes: JsonValue | undefined): JsonValue {
  if (!(bytes instanceof Uint8Array)) return bytes ?? null;
  const schema = consumerProtocolSchemas().find((schema) => schema.name === name)!;
  try {
    const reader = new MessageReader(bytes);
    const version = reader.readInt16();
    return messageToJson(schema, readMessage(schema, reader, version), version);
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
    return bytes;
  }
}

function groupValueToJson(
  schema: MessageSchema,
  value: MessageStruct,
  version: number,
): JsonValue {
  const json = messageToJson(schema, value, version);
  if (schema.name !== "GroupMetadataValue" || json.protocolType !== "consumer") return json;
  for (const member of json.members as MessageStruct[]) {
    if ("subscription" in member) {
      member.subscription = embeddedProtocol("ConsumerProtocolSubscription", member.subscription);
    }
    if ("assignment" in member) {
      member.assignment = embeddedProtocol("ConsumerProtocolAssignment", member.assignment);
    }
  }
  return json;
}

/** Records of `__consumer_offsets`. */
export function offsetsParser(): RecordParser {
  return new CoordinatorParser(groupCoordinatorSchemas(), groupValueToJson);
}

/** Records of `__transaction_state`. */
export function transactionLogParser(): RecordParser {
  return new CoordinatorParser(transactionCoordinatorSchemas());
}

/** Records of `__share_group_state`. */
export function shareGroupStateParser(): RecordParser {
  return new CoordinatorParser(shareCoordinatorSchemas());
}
