/**
 * Records of the topics in which Kafka's coordinators keep their state, as `dump-log` prints them.
 *
 * @module
 */

import { StorageError } from "../../errors.ts";
import type { Record } from "../../record/record.ts";
import { uncaught } from "../tool.ts";
import {
  type CoordinatorRecord,
  CoordinatorRecordDecoder,
  UnknownRecordTypeError,
  type ValueToJson,
} from "./coordinator_record.ts";
import { type JsonValue, toJsonText } from "./json_text.ts";
import type { MessageSchema } from "../../message/message_schema.ts";
import { MessageReader } from "./message_reader.ts";
import { type MessageStruct, messageToJson, readMessage } from "./message_value.ts";
import type { ParsedRecord, RecordParser } from "./record_parser.ts";
import { consumerProtocolSchemas } from "../../message/schemas/consumer_protocol.ts";
import { groupCoordinatorSchemas } from "../../message/schemas/group_coordinator.ts";
import { shareCoordinatorSchemas } from "../../message/schemas/share_coordinator.ts";
import { transactionCoordinatorSchemas } from "../../message/schemas/transaction_coordinator.ts";

/** Kafka's `CoordinatorRecordMessageParser`. */
export class CoordinatorParser implements RecordParser {
  readonly givesJson = true;
  readonly #decoder: CoordinatorRecordDecoder;

  constructor(schemas: readonly MessageSchema[], valueToJson?: ValueToJson) {
    this.#decoder = new CoordinatorRecordDecoder(schemas, valueToJson);
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
      return textOf(this.#decoder.decode(key, value));
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
      const text = error instanceof UnknownRecordTypeError
        ? `Unknown record type ${error.type} at offset ${offset}, skipping.`
        : `Error at offset ${offset}, skipping. ${error.message}`;
      return { key: text, value: undefined };
    }
  }
}

function textOf({ type, key, value }: CoordinatorRecord): ParsedRecord {
  return {
    key: toJsonText({ type: `${type}`, data: key }),
    value: value === null
      ? "<DELETE>"
      : toJsonText({ version: `${value.version}`, data: value.data }),
  };
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
