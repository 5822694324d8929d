/**
 * Control records: transaction markers, and what a KRaft log says about itself (KIP-595, KIP-630, KIP-853).
 *
 * @module
 */

import { CorruptRecordError } from "../../errors.ts";
import type { Record } from "../../record/record.ts";
import { type JsonValue, toJsonText } from "./json_text.ts";
import { MessageReader } from "./message_reader.ts";
import { messageToJson, readMessage } from "./message_value.ts";
import { controlRecordSchemas } from "../../message/schemas/control_records.ts";

const KEY_SIZE = 4;
/** All of them are read as this version, whatever they say; they are written as the version they say. */
const READ_VERSION = 0;

interface ControlType {
  /** Name of Kafka's `ControlRecordType`. */
  readonly name: string;
  /** What the dump has in front of the value. */
  readonly label: string;
  /** Schema of the value; none for a transaction marker. */
  readonly schemaName?: string;
}

const CONTROL_TYPES: readonly ControlType[] = [
  { name: "ABORT", label: "endTxnMarker:" },
  { name: "COMMIT", label: "endTxnMarker:" },
  { name: "LEADER_CHANGE", label: "LeaderChange:", schemaName: "LeaderChangeMessage" },
  { name: "SNAPSHOT_HEADER", label: "SnapshotHeader", schemaName: "SnapshotHeaderRecord" },
  { name: "SNAPSHOT_FOOTER", label: "SnapshotFooter", schemaName: "SnapshotFooterRecord" },
  { name: "KRAFT_VERSION", label: "KRaftVersion", schemaName: "KRaftVersionRecord" },
  { name: "KRAFT_VOTERS", label: "KRaftVoters", schemaName: "VotersRecord" },
];

/** A control record, decoded. */
export interface ControlRecord {
  /** Id in the key. */
  readonly typeId: number;
  /** Kafka's name of the type, `UNKNOWN` for one that it does not know. */
  readonly type: string;
  /** The coordinator's epoch of a transaction marker. */
  readonly coordinatorEpoch?: number;
  /** The value of a KRaft control record. */
  readonly data?: JsonValue;
}

function parseTypeId(key: Uint8Array | null): number {
  const size = key?.length ?? 0;
  if (key === null || size < KEY_SIZE) {
    throw new CorruptRecordError(
      `Invalid value size found for control record key. Must have at least ${KEY_SIZE} bytes, ` +
        `but found only ${size}`,
    );
  }
  const reader = new MessageReader(key);
  const version = reader.readInt16();
  if (version < 0) {
    throw new CorruptRecordError(
      `Invalid version found for control record: ${version}. May indicate data corruption`,
    );
  }
  return reader.readInt16();
}

/**
 * Decodes a record of a control batch.
 *
 * @throws {CorruptRecordError} when its key or value is not what its type says
 */
export function parseControlRecord(record: Record): ControlRecord {
  const typeId = parseTypeId(record.key);
  const type = CONTROL_TYPES[typeId];
  if (type === undefined) return { typeId, type: "UNKNOWN" };
  const reader = new MessageReader(record.value ?? new Uint8Array(0));
  if (type.schemaName === undefined) {
    const version = reader.readInt16();
    if (version < 0) {
      throw new CorruptRecordError(
        `Invalid version found for end transaction marker: ${version}. May indicate data corruption`,
      );
    }
    return { typeId, type: type.name, coordinatorEpoch: reader.readInt32() };
  }
  const schema = controlRecordSchemas().find((schema) => schema.name === type.schemaName)!;
  const message = readMessage(schema, reader, READ_VERSION);
  const data = messageToJson(schema, message, message.version as number);
  return { typeId, type: type.name, data };
}

/** What `dump-log` prints behind a control record's metadata. */
export function controlRecordText(record: Record): string {
  const control = parseControlRecord(record);
  const label = CONTROL_TYPES[control.typeId]?.label;
  if (control.coordinatorEpoch !== undefined) {
    return `${label} ${control.type} coordinatorEpoch: ${control.coordinatorEpoch}`;
  }
  if (label === undefined) return `controlType: ${control.type}(${control.typeId})`;
  return `${label} ${toJsonText(control.data!)}`;
}
