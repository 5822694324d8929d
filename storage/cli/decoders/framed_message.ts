/**
 * The frame around the records of the KRaft metadata log and of `__remote_log_metadata`: three unsigned varints, which
 * are the frame's version (1), the api key and the record's version, and then the record.
 *
 * @module
 */

import { CorruptRecordError, StorageError } from "../../errors.ts";
import type { MessageSchema } from "../../message/message_schema.ts";
import { MessageReader } from "./message_reader.ts";
import { type MessageStruct, readMessage } from "./message_value.ts";

const FRAME_VERSION = 1;

/** A record out of its frame. */
export interface FramedMessage {
  readonly schema: MessageSchema;
  readonly version: number;
  readonly message: MessageStruct;
}

function readShort(reader: MessageReader, entity: string): number {
  let value: number;
  try {
    value = reader.readUnsignedVarint();
  } catch (error) {
    throw new CorruptRecordError(`Error while reading ${entity}`, { cause: error });
  }
  if (value > 0x7fff) throw new CorruptRecordError(`Value for ${entity} was too large.`);
  return value << 16 >> 16;
}

/**
 * Decodes a framed record.
 *
 * @param bytes the record's value; a missing one fails as an empty one does
 * @throws {CorruptRecordError} with the message of Kafka's `AbstractApiMessageSerde`
 */
export function readFramedMessage(
  bytes: Uint8Array | null,
  schemas: readonly MessageSchema[],
): FramedMessage {
  const reader = new MessageReader(bytes ?? new Uint8Array(0));
  const frameVersion = readShort(reader, "frame version");
  if (frameVersion === 0) {
    throw new CorruptRecordError(
      "Could not deserialize metadata record with frame version 0. " +
        "Note that upgrades from the preview release of KRaft in 2.8 to newer versions are not supported.",
    );
  }
  if (frameVersion !== FRAME_VERSION) {
    throw new CorruptRecordError(
      `Could not deserialize metadata record due to unknown frame version ${frameVersion}` +
        `(only frame version ${FRAME_VERSION} is supported)`,
    );
  }
  const apiKey = readShort(reader, "type");
  const version = readShort(reader, "version");
  const schema = schemas.find((schema) => schema.apiKey === apiKey);
  if (schema === undefined) {
    throw new CorruptRecordError(
      `org.apache.kafka.common.errors.UnsupportedVersionException: Unknown metadata id ${apiKey}`,
    );
  }
  let message: MessageStruct;
  try {
    message = readMessage(schema, reader, version);
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
    throw new CorruptRecordError(`Failed to deserialize record with type ${apiKey}`, {
      cause: error,
    });
  }
  if (reader.remaining > 0) {
    throw new CorruptRecordError(`Found ${reader.remaining} byte(s) of garbage after ${apiKey}`);
  }
  return { schema, version, message };
}
