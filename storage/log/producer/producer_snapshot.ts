/**
 * The bytes of a producer snapshot, `NNNNNNNNNNNNNNNNNNNN.snapshot`: the state of every producer as of the offset (exclusive) in
 * the file's name. Big-endian, as Kafka's `ProducerSnapshot` schema, version 1:
 *
 * | bytes | field |
 * |---|---|
 * | 2 | version, 1 |
 * | 4 | CRC-32C of everything behind this field |
 * | 4 | number of entries |
 * | 46 each | producer id (8), producer epoch (2), last sequence (4), last offset (8), last offset less first offset of the last batch (4), last timestamp (8), coordinator epoch (4), first offset of the open transaction or -1 (8) |
 *
 * Of the last batches only the newest is in it. A producer of which only a marker is known has last sequence
 * and last offset -1 and offset delta 0.
 *
 * @module
 */

import { ByteReader } from "../../bytes/byte_reader.ts";
import { writeInt16, writeInt32, writeInt64 } from "../../bytes/byte_writer.ts";
import { crc32c } from "../../bytes/crc32c.ts";
import { CorruptRecordError } from "../../errors.ts";
import { ProducerStateEntry } from "./producer_state_entry.ts";

const VERSION = 1;
const CRC_POSITION = 2;
const COUNT_POSITION = 6;
const ENTRIES_POSITION = 10;
const ENTRY_SIZE = 46;

/**
 * The entries in the order in which Kafka writes them: it walks over a hash table of producer ids. Any order may be read, but
 * with this one the same producers give the same bytes as there, and on every replica.
 */
export function inSnapshotOrder(entries: Iterable<ProducerStateEntry>): ProducerStateEntry[] {
  const list = [...entries];
  let buckets = 16;
  while (list.length > buckets * 0.75) buckets *= 2;
  const bucketOf = ({ producerId }: ProducerStateEntry): number => {
    const hash = (producerId | 0) ^ Math.floor(producerId / 0x1_0000_0000);
    return (hash ^ (hash >>> 16)) & (buckets - 1);
  };
  return list.sort((a, b) => bucketOf(a) - bucketOf(b));
}

/** The content of a snapshot of `entries`, in their order. */
export function encodeProducerSnapshot(
  entries: Iterable<ProducerStateEntry>,
): Uint8Array<ArrayBuffer> {
  const list = [...entries];
  const bytes = new Uint8Array(ENTRIES_POSITION + ENTRY_SIZE * list.length);
  writeInt16(bytes, 0, VERSION);
  writeInt32(bytes, COUNT_POSITION, list.length);
  let at = ENTRIES_POSITION;
  for (const entry of list) {
    writeInt64(bytes, at, entry.producerId);
    writeInt16(bytes, at + 8, entry.producerEpoch);
    writeInt32(bytes, at + 10, entry.lastSeq);
    writeInt64(bytes, at + 14, entry.lastDataOffset);
    writeInt32(bytes, at + 22, entry.lastOffsetDelta);
    writeInt64(bytes, at + 26, entry.lastTimestamp);
    writeInt32(bytes, at + 34, entry.coordinatorEpoch);
    writeInt64(bytes, at + 38, entry.currentTxnFirstOffset ?? -1);
    at += ENTRY_SIZE;
  }
  writeInt32(bytes, CRC_POSITION, crc32c(bytes, COUNT_POSITION));
  return bytes;
}

/**
 * The entries of a snapshot, in the file's order.
 *
 * @throws {CorruptRecordError} unknown version, wrong checksum, or cut short
 */
export function decodeProducerSnapshot(bytes: Uint8Array): ProducerStateEntry[] {
  const reader = new ByteReader(bytes);
  let storedCrc: number;
  let count: number;
  try {
    const version = reader.readInt16();
    if (version !== VERSION) {
      throw new CorruptRecordError(`Snapshot contained an unknown file version ${version}`);
    }
    storedCrc = reader.readUint32();
    count = reader.readInt32();
    if (count < 0 || count * ENTRY_SIZE > reader.remaining) {
      throw new CorruptRecordError(
        `Snapshot says it has ${count} entries, bytes left for them: ${reader.remaining}`,
      );
    }
  } catch (error) {
    throw schemaError(error);
  }
  const computedCrc = crc32c(bytes, COUNT_POSITION);
  if (storedCrc !== computedCrc) {
    throw new CorruptRecordError(
      `Snapshot is corrupt (CRC is no longer valid). Stored crc: ${storedCrc}. Computed crc: ${computedCrc}`,
    );
  }
  const entries: ProducerStateEntry[] = [];
  try {
    for (let i = 0; i < count; i++) entries.push(readEntry(reader));
  } catch (error) {
    throw schemaError(error);
  }
  return entries;
}

function readEntry(reader: ByteReader): ProducerStateEntry {
  const producerId = reader.readInt64();
  const producerEpoch = reader.readInt16();
  const lastSequence = reader.readInt32();
  const lastOffset = reader.readInt64();
  const offsetDelta = reader.readInt32();
  const timestamp = reader.readInt64();
  const coordinatorEpoch = reader.readInt32();
  const currentTxnFirstOffset = reader.readInt64();
  const entry = new ProducerStateEntry(
    producerId,
    producerEpoch,
    coordinatorEpoch,
    timestamp,
    currentTxnFirstOffset >= 0 ? currentTxnFirstOffset : undefined,
  );
  if (lastOffset >= 0) {
    entry.addBatch(producerEpoch, lastSequence, lastOffset, offsetDelta, timestamp);
  }
  return entry;
}

function schemaError(error: unknown): CorruptRecordError {
  const reason = error instanceof Error ? error.message : String(error);
  return new CorruptRecordError(`Snapshot failed schema validation: ${reason}`, { cause: error });
}
