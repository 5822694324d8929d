/**
 * The records of `__cluster_metadata`. The value of each is framed:
 *
 * ```text
 * frame version   unsigned varint, 1
 * record type     unsigned varint
 * version         unsigned varint, of the record
 * record          as its schema says
 * ```
 *
 * @module
 */

import { sizeOfUnsignedVarint, writeUnsignedVarint } from "../../storage/bytes/varint.ts";
import { completeDraft } from "../../storage/message/complete_draft.ts";
import {
  decode,
  type Draft,
  encodedSize,
  encodeInto,
  type Message,
  messageOf,
} from "../../storage/message/message_codec.ts";
import { MessageSource } from "../../storage/message/message_source.ts";
import { ProtocolError } from "../../storage/message/protocol_error.ts";
import { clusterMetadataSchemas } from "../../storage/message/schemas/cluster_metadata.ts";
import type {
  BrokerRegistrationChangeRecord,
  FenceBrokerRecord,
  RegisterBrokerRecord,
  RegisterControllerRecord,
  UnfenceBrokerRecord,
  UnregisterBrokerRecord,
} from "./metadata_records/broker_records.ts";
import type {
  ClientQuotaRecord,
  ConfigRecord,
  FeatureLevelRecord,
  ProducerIdsRecord,
} from "./metadata_records/config_records.ts";
import type {
  AbortTransactionRecord,
  BeginTransactionRecord,
  EndTransactionRecord,
  NoOpRecord,
  ZkMigrationStateRecord,
} from "./metadata_records/log_records.ts";
import type {
  AccessControlEntryRecord,
  DelegationTokenRecord,
  RemoveAccessControlEntryRecord,
  RemoveDelegationTokenRecord,
  RemoveUserScramCredentialRecord,
  UserScramCredentialRecord,
} from "./metadata_records/security_records.ts";
import type {
  ClearElrRecord,
  PartitionChangeRecord,
  PartitionRecord,
  RemoveTopicRecord,
  TopicRecord,
} from "./metadata_records/topic_records.ts";

export type * from "./metadata_records/broker_records.ts";
export type * from "./metadata_records/config_records.ts";
export type * from "./metadata_records/log_records.ts";
export type * from "./metadata_records/security_records.ts";
export type * from "./metadata_records/topic_records.ts";

/** Records by the name of their type. */
export interface MetadataRecords {
  /** Record type 0. */
  readonly RegisterBrokerRecord: RegisterBrokerRecord;
  /** Record type 1. */
  readonly UnregisterBrokerRecord: UnregisterBrokerRecord;
  /** Record type 2. */
  readonly TopicRecord: TopicRecord;
  /** Record type 3. */
  readonly PartitionRecord: PartitionRecord;
  /** Record type 4. */
  readonly ConfigRecord: ConfigRecord;
  /** Record type 5. */
  readonly PartitionChangeRecord: PartitionChangeRecord;
  /** Record type 7. */
  readonly FenceBrokerRecord: FenceBrokerRecord;
  /** Record type 8. */
  readonly UnfenceBrokerRecord: UnfenceBrokerRecord;
  /** Record type 9. */
  readonly RemoveTopicRecord: RemoveTopicRecord;
  /** Record type 10. */
  readonly DelegationTokenRecord: DelegationTokenRecord;
  /** Record type 11. */
  readonly UserScramCredentialRecord: UserScramCredentialRecord;
  /** Record type 12. */
  readonly FeatureLevelRecord: FeatureLevelRecord;
  /** Record type 14. */
  readonly ClientQuotaRecord: ClientQuotaRecord;
  /** Record type 15. */
  readonly ProducerIdsRecord: ProducerIdsRecord;
  /** Record type 17. */
  readonly BrokerRegistrationChangeRecord: BrokerRegistrationChangeRecord;
  /** Record type 18. */
  readonly AccessControlEntryRecord: AccessControlEntryRecord;
  /** Record type 19. */
  readonly RemoveAccessControlEntryRecord: RemoveAccessControlEntryRecord;
  /** Record type 20. */
  readonly NoOpRecord: NoOpRecord;
  /** Record type 21. */
  readonly ZkMigrationStateRecord: ZkMigrationStateRecord;
  /** Record type 22. */
  readonly RemoveUserScramCredentialRecord: RemoveUserScramCredentialRecord;
  /** Record type 23. */
  readonly BeginTransactionRecord: BeginTransactionRecord;
  /** Record type 24. */
  readonly EndTransactionRecord: EndTransactionRecord;
  /** Record type 25. */
  readonly AbortTransactionRecord: AbortTransactionRecord;
  /** Record type 26. */
  readonly RemoveDelegationTokenRecord: RemoveDelegationTokenRecord;
  /** Record type 27. */
  readonly RegisterControllerRecord: RegisterControllerRecord;
  /** Record type 28. */
  readonly ClearElrRecord: ClearElrRecord;
}

/** Name of a type of record. */
export type MetadataRecordType = keyof MetadataRecords;

/** A record of one type, with the version that it is written in. */
export interface MetadataRecordOf<T extends MetadataRecordType> {
  /** Name of the type. */
  readonly type: T;
  /** Version of the record. */
  readonly version: number;
  /** The record, whole: fields that the version lacks have their defaults. */
  readonly data: MetadataRecords[T];
}

/** A record of any type. */
export type MetadataRecord = { [T in MetadataRecordType]: MetadataRecordOf<T> }[MetadataRecordType];

const FRAME_VERSION = 1;

interface RecordMessages {
  readonly byType: ReadonlyMap<string, Message<unknown>>;
  readonly byKey: ReadonlyMap<number, Message<unknown>>;
}

let messages: RecordMessages | undefined;

function recordMessages(): RecordMessages {
  if (messages === undefined) {
    const all = clusterMetadataSchemas().map((schema) => messageOf<unknown>(schema));
    messages = {
      byType: new Map(all.map((message) => [message.name, message])),
      byKey: new Map(all.map((message) => [message.apiKey, message])),
    };
  }
  return messages;
}

/** How records of a type are written. */
export function metadataMessage<T extends MetadataRecordType>(
  type: T,
): Message<MetadataRecords[T]> {
  return recordMessages().byType.get(type)! as Message<MetadataRecords[T]>;
}

/** Makes a record. What `draft` leaves out has the schema's default. */
export function metadataRecord<T extends MetadataRecordType>(
  type: T,
  version: number,
  draft: Draft<MetadataRecords[T]>,
): MetadataRecord {
  return {
    type,
    version,
    data: completeDraft(metadataMessage(type), draft),
  } as unknown as MetadataRecord;
}

/**
 * The framed value of a record.
 *
 * @throws {ProtocolError} when the version has no room for what is in the record
 */
export function encodeMetadataRecord(record: MetadataRecord): Uint8Array<ArrayBuffer> {
  const message = metadataMessage(record.type) as Message<unknown>;
  const head = 1 + sizeOfUnsignedVarint(message.apiKey) + sizeOfUnsignedVarint(record.version);
  const bytes = new Uint8Array(head + encodedSize(message, record.version, record.data));
  let at = writeUnsignedVarint(bytes, 0, FRAME_VERSION);
  at = writeUnsignedVarint(bytes, at, message.apiKey);
  at = writeUnsignedVarint(bytes, at, record.version);
  encodeInto(message, record.version, record.data, bytes, at);
  return bytes;
}

/**
 * Reads the framed value of a record. Bytes in it are views.
 *
 * @throws {ProtocolError} for a frame version, type or record version that is not known, and for bytes that are no such record
 */
export function decodeMetadataRecord(bytes: Uint8Array): MetadataRecord {
  const source = new MessageSource(bytes, 0, bytes.length);
  const frameVersion = source.unsignedVarint();
  if (frameVersion !== FRAME_VERSION) {
    throw new ProtocolError(`Metadata record has an unknown frame version: ${frameVersion}`);
  }
  const key = source.unsignedVarint();
  const message = recordMessages().byKey.get(key);
  if (message === undefined) throw new ProtocolError(`Unknown type of metadata record: ${key}`);
  const version = source.unsignedVarint();
  const data = decode(message, version, bytes, source.at);
  return { type: message.name, version, data } as unknown as MetadataRecord;
}
