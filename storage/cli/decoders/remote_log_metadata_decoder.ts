/**
 * Records of `__remote_log_metadata` (KIP-405), in the words of the `toString` of Kafka's classes.
 *
 * @module
 */

import { CorruptRecordError, StorageError } from "../../errors.ts";
import type { Record } from "../../record/record.ts";
import { readFramedMessage } from "./framed_message.ts";
import type { MessageStruct, MessageValue } from "./message_value.ts";
import type { ParsedRecord, RecordParser } from "./record_parser.ts";
import { remoteLogMetadataSchemas } from "../../message/schemas/remote_log_metadata.ts";

const SEGMENT_STATES = [
  "COPY_SEGMENT_STARTED",
  "COPY_SEGMENT_FINISHED",
  "DELETE_SEGMENT_STARTED",
  "DELETE_SEGMENT_FINISHED",
] as const;

const PARTITION_STATES = [
  "DELETE_PARTITION_MARKED",
  "DELETE_PARTITION_STARTED",
  "DELETE_PARTITION_FINISHED",
] as const;

function struct(value: MessageValue | undefined): MessageStruct {
  return value as MessageStruct;
}

function stateText(
  states: readonly string[],
  id: MessageValue | undefined,
  message = "state can not be null",
): string {
  const name = states[id as number];
  if (name === undefined) throw new CorruptRecordError(message);
  return name;
}

function topicIdPartitionText(value: MessageValue | undefined): string {
  const { id, name, partition } = struct(value);
  return `${id}:${name}-${partition}`;
}

function segmentIdText(value: MessageValue | undefined): string {
  const { topicIdPartition, id } = struct(value);
  return `RemoteLogSegmentId{topicIdPartition=${topicIdPartitionText(topicIdPartition)}, id=${id}}`;
}

function customMetadataText(value: MessageValue | undefined): string {
  return value instanceof Uint8Array
    ? `Optional[CustomMetadata{${value.length} bytes}]`
    : "Optional.empty";
}

/** A `TreeMap` of leader epoch to start offset. */
function leaderEpochsText(value: MessageValue | undefined): string {
  const offsets = new Map<number, MessageValue>();
  for (const entry of value as MessageStruct[]) {
    offsets.set(entry.leaderEpoch as number, entry.offset!);
  }
  if (offsets.size === 0) {
    throw new CorruptRecordError("segmentLeaderEpochs can not be null or empty");
  }
  const entries = [...offsets].sort(([a], [b]) => a - b);
  return `{${entries.map(([epoch, offset]) => `${epoch}=${offset}`).join(", ")}}`;
}

function checkOffsets(message: MessageStruct): void {
  const { startOffset, endOffset } = message as { startOffset: number; endOffset: number };
  if (startOffset < 0) {
    throw new CorruptRecordError(
      `Unexpected start offset = ${startOffset}. StartOffset for a remote segment cannot be negative`,
    );
  }
  if (endOffset < startOffset) {
    throw new CorruptRecordError(
      `Unexpected end offset = ${endOffset}. EndOffset for a remote segment cannot be less than ` +
        `startOffset = ${startOffset}`,
    );
  }
}

function segmentText(message: MessageStruct): string {
  checkOffsets(message);
  return `RemoteLogSegmentMetadata{remoteLogSegmentId=${
    segmentIdText(message.remoteLogSegmentId)
  }` +
    `, startOffset=${message.startOffset}, endOffset=${message.endOffset}` +
    `, brokerId=${message.brokerId}, maxTimestampMs=${message.maxTimestampMs}` +
    `, eventTimestampMs=${message.eventTimestampMs}` +
    `, segmentLeaderEpochs=${leaderEpochsText(message.segmentLeaderEpochs)}` +
    `, segmentSizeInBytes=${message.segmentSizeInBytes}` +
    `, customMetadata=${customMetadataText(message.customMetadata)}` +
    `, state=${stateText(SEGMENT_STATES, message.remoteLogSegmentState)}` +
    `, txnIdxEmpty=${message.txnIndexEmpty}}`;
}

function updateText(message: MessageStruct): string {
  return `RemoteLogSegmentMetadataUpdate{remoteLogSegmentId=` +
    `${segmentIdText(message.remoteLogSegmentId)}` +
    `, customMetadata=${customMetadataText(message.customMetadata)}` +
    `, state=${stateText(SEGMENT_STATES, message.remoteLogSegmentState)}` +
    `, eventTimestampMs=${message.eventTimestampMs}, brokerId=${message.brokerId}}`;
}

function partitionDeleteText(message: MessageStruct): string {
  return `RemotePartitionDeleteMetadata{topicPartition=` +
    `${topicIdPartitionText(message.topicIdPartition)}` +
    `, state=${stateText(PARTITION_STATES, message.remotePartitionDeleteState, "null")}` +
    `, eventTimestampMs=${message.eventTimestampMs}, brokerId=${message.brokerId}}`;
}

function snapshotText(message: MessageStruct): string {
  const state = stateText(SEGMENT_STATES, message.remoteLogSegmentState);
  return `RemoteLogSegmentMetadataSnapshot{segmentId=${message.segmentId}` +
    `, startOffset=${message.startOffset}, endOffset=${message.endOffset}` +
    `, maxTimestampMs=${message.maxTimestampMs}` +
    `, segmentLeaderEpochs=${leaderEpochsText(message.segmentLeaderEpochs)}` +
    `, segmentSizeInBytes=${message.segmentSizeInBytes}` +
    `, customMetadata=${customMetadataText(message.customMetadata)}` +
    `, state=${state}` +
    `, txnIdxEmpty=${message.txnIndexEmpty}}`;
}

const TEXTS: Readonly<{ [schema: string]: (message: MessageStruct) => string }> = {
  RemoteLogSegmentMetadataRecord: segmentText,
  RemoteLogSegmentMetadataUpdateRecord: updateText,
  RemotePartitionDeleteMetadataRecord: partitionDeleteText,
  RemoteLogSegmentMetadataSnapshotRecord: snapshotText,
};

/** What Java says when Kafka's parser meets a tombstone. */
const NULL_VALUE_MESSAGE =
  'Cannot invoke "java.nio.ByteBuffer.remaining()" because the return value of ' +
  '"org.apache.kafka.common.record.internal.Record.value()" is null';

/** Kafka's `RemoteMetadataLogMessageParser`. */
export function remoteLogMetadataParser(): RecordParser {
  return { givesJson: false, parse };
}

function parse(record: Record): ParsedRecord {
  let value: string;
  try {
    if (record.value === null) throw new CorruptRecordError(NULL_VALUE_MESSAGE);
    const { schema, message } = readFramedMessage(record.value, remoteLogMetadataSchemas());
    value = TEXTS[schema.name]!(message);
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
    value = `Error at offset ${record.offset}, skipping. ${error.message}`;
  }
  return { key: undefined, value };
}
