/**
 * Records of the KRaft metadata log and of its snapshots.
 *
 * @module
 */

import { StorageError } from "../../errors.ts";
import type { Record } from "../../record/record.ts";
import { readFramedMessage } from "./framed_message.ts";
import { toJsonText } from "./json_text.ts";
import { messageToJson } from "./message_value.ts";
import type { ParsedRecord, RecordParser } from "./record_parser.ts";
import { clusterMetadataSchemas } from "../../message/schemas/cluster_metadata.ts";

/** `PartitionChangeRecord` -> `PARTITION_CHANGE_RECORD`, as Kafka's enum names them. */
function enumName(schemaName: string): string {
  return schemaName.replace(/(?<=[a-z0-9])[A-Z]/g, "_$&").toUpperCase();
}

/** Kafka's `ClusterMetadataLogMessageParser`. */
export function clusterMetadataParser(): RecordParser {
  return { givesJson: true, parse };
}

function parse(record: Record): ParsedRecord {
  let value: string;
  try {
    const { schema, version, message } = readFramedMessage(
      record.value,
      clusterMetadataSchemas(),
    );
    value = toJsonText({
      type: enumName(schema.name),
      version,
      data: messageToJson(schema, message, version),
    });
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
    value = `Error at ${record.offset}, skipping. ${error.message}`;
  }
  return { key: undefined, value };
}
