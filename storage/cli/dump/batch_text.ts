/**
 * The lines of a batch and of a record in the text form of `dump-log`.
 *
 * @module
 */

import { readInt16, readInt32, readUint32 } from "../../bytes/byte_reader.ts";
import { LegacyRecord, LegacyRecordBatch } from "../../record/legacy_record_batch.ts";
import type { Record } from "../../record/record.ts";
import {
  type AnyRecordBatch,
  BATCH_ATTRIBUTE,
  BATCH_FIELD,
  incrementSequence,
  RECORD_BATCH_OVERHEAD,
} from "../../record/record_batch.ts";
import { controlRecordText } from "../decoders/control_record_text.ts";
import { optionalLongText } from "../java_text.ts";
import { uncaught } from "../tool.ts";

const CODECS = ["none", "gzip", "snappy", "lz4", "zstd"] as const;

/** In front of every line that is about a record. */
export const RECORD_INDENT = "|";

/** An int64 of a header that may be garbage: exact also where a number is not. */
function longAt(bytes: Uint8Array, at: number): number | bigint {
  const high = readInt32(bytes, at);
  if (high >= -0x20_0000 && high < 0x20_0000) {
    return high * 0x1_0000_0000 + readUint32(bytes, at + 4);
  }
  return (BigInt(high) << 32n) | BigInt(readUint32(bytes, at + 4));
}

function codecName(attributes: number): string {
  const id = attributes & BATCH_ATTRIBUTE.compression;
  const name = CODECS[id];
  if (name === undefined) {
    throw uncaught("java.lang.IllegalArgumentException", `Unknown compression type id: ${id}`);
  }
  return name;
}

function legacyBatchLine(batch: LegacyRecordBatch, position: number): string {
  const type = batch.timestampType;
  const size = batch.sizeInBytes;
  return `offset: ${longAt(batch.bytes, batch.start)} position: ${position} ${type}: ` +
    `${batch.maxTimestamp} size: ${size} magic: ${batch.magic} ` +
    `compresscodec: ${
      codecName(batch.attributes)
    } crc: ${batch.checksum} isvalid: ${batch.isValid}`;
}

/**
 * The line of a batch.
 *
 * @param position where the batch is by the lengths of those before it
 * @throws {ToolFailure} when its header leads beyond the file, or names a codec that there is not
 */
export function batchLine(batch: AnyRecordBatch, position: number): string {
  if (batch instanceof LegacyRecordBatch) return legacyBatchLine(batch, position);
  const { bytes, start } = batch;
  if (bytes.length - start < RECORD_BATCH_OVERHEAD) {
    throw uncaught(
      "org.apache.kafka.common.KafkaException",
      `Failed to load record batch at position ${position}`,
    );
  }
  const baseOffset = longAt(bytes, start);
  const lastOffsetDelta = readInt32(bytes, start + BATCH_FIELD.lastOffsetDelta);
  const lastOffset = typeof baseOffset === "number"
    ? baseOffset + lastOffsetDelta
    : BigInt.asIntN(64, baseOffset + BigInt(lastOffsetDelta));
  const attributes = readInt16(bytes, start + BATCH_FIELD.attributes);
  const baseSequence = readInt32(bytes, start + BATCH_FIELD.baseSequence);
  const lastSequence = baseSequence === -1 ? -1 : incrementSequence(baseSequence, lastOffsetDelta);
  const horizon = (attributes & BATCH_ATTRIBUTE.deleteHorizon) === 0
    ? undefined
    : longAt(bytes, start + BATCH_FIELD.baseTimestamp);
  const type = (attributes & BATCH_ATTRIBUTE.logAppendTime) === 0 ? "CreateTime" : "LogAppendTime";
  return `baseOffset: ${baseOffset} lastOffset: ${lastOffset} ` +
    `count: ${readInt32(bytes, start + BATCH_FIELD.recordCount)} ` +
    `baseSequence: ${baseSequence} lastSequence: ${lastSequence} ` +
    `producerId: ${longAt(bytes, start + BATCH_FIELD.producerId)} ` +
    `producerEpoch: ${readInt16(bytes, start + BATCH_FIELD.producerEpoch)} ` +
    `partitionLeaderEpoch: ${readInt32(bytes, start + BATCH_FIELD.partitionLeaderEpoch)} ` +
    `isTransactional: ${(attributes & BATCH_ATTRIBUTE.transactional) !== 0} ` +
    `isControl: ${(attributes & BATCH_ATTRIBUTE.control) !== 0} ` +
    `deleteHorizonMs: ${optionalLongText(horizon)} position: ${position} ` +
    `${type}: ${longAt(bytes, start + BATCH_FIELD.maxTimestamp)} ` +
    `size: ${batch.sizeInBytes} magic: ${batch.magic} ` +
    `compresscodec: ${codecName(attributes)} crc: ${batch.checksum} isvalid: ${batch.isValid}`;
}

/** What a record's line says before its key and value. */
export function recordMetadataText(batch: AnyRecordBatch, record: Record): string {
  let text = `${RECORD_INDENT} offset: ${record.offset} ${batch.timestampType}: ` +
    `${record.timestamp} keySize: ${record.keySize} valueSize: ${record.valueSize}`;
  if (batch.magic >= 2) {
    const headerKeys = record.headers.map((header) => header.key).join(",");
    text += ` sequence: ${record.sequence} headerKeys: [${headerKeys}]`;
  }
  if (record instanceof LegacyRecord) {
    text += ` isValid: ${record.isValid} crc: ${record.checksum}`;
  }
  if (batch.isControlBatch) text += ` ${controlRecordText(record)}`;
  return text;
}
