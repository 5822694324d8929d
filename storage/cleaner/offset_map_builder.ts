/**
 * Fills the offset map from the dirty section of a log: Kafka's `Cleaner.buildOffsetMap`.
 *
 * @module
 */

import { RecordBatch } from "../record/record_batch.ts";
import type { PartitionLog } from "../log/partition_log.ts";
import type { Segment } from "../segment/segment.ts";
import { CleanedTransactionMetadata } from "./cleaned_transaction_metadata.ts";
import type { CleanerStats } from "./cleaner_stats.ts";
import type { CleaningTurn } from "./cleaning_turn.ts";
import type { OffsetMap } from "./offset_map.ts";
import type { RecordColumns } from "./record_columns.ts";
import type { SegmentReader } from "./segment_reader.ts";

/** What building needs beside the log. */
export interface OffsetMapBuilding {
  readonly map: OffsetMap;
  readonly reader: SegmentReader;
  readonly stats: CleanerStats;
  readonly turn: CleaningTurn;
  /** Memory for the records of a batch. */
  readonly records: RecordColumns;
  /** How full the map may get, 0 to 1. */
  readonly loadFactor: number;
}

/**
 * Puts the latest offset of each key in [`start`, `end`) into the map, or of those of as many records as fit; the map's
 * latest offset says how far it went. Control batches and records of aborted transactions are passed over. Every batch's
 * checksum is looked at: on a wrong key here depends which other records go.
 *
 * @throws {CorruptRecordError} at the first damaged batch
 */
export async function buildOffsetMap(
  log: PartitionLog,
  start: number,
  end: number,
  building: OffsetMapBuilding,
): Promise<void> {
  const { map, turn } = building;
  while (!map.eraseSome()) await turn.giveWay();
  map.clear(Math.max(0, end - start));
  if (end <= start) {
    // Nothing is dirty: what is clean is gone through once more for what the passing of time lets go.
    map.updateLatestOffset(start - 1);
    return;
  }
  const dirty = [...log.segments.values(start, end)];
  turn.watch(dirty);
  const transactions = new CleanedTransactionMetadata();
  transactions.addAbortedTransactions(log.collectAbortedTransactions(start, end));
  for (let i = 0; i < dirty.length; i++) {
    const nextSegmentStart = dirty[i + 1]?.baseOffset ?? end;
    const segment = dirty[i]!;
    if (await addSegment(segment, start, nextSegmentStart, transactions, building)) return;
  }
}

/** Adds one segment. Returns whether the map became full before its end. */
async function addSegment(
  segment: Segment,
  start: number,
  nextSegmentStart: number,
  transactions: CleanedTransactionMetadata,
  building: OffsetMapBuilding,
): Promise<boolean> {
  const { map, reader, stats, turn } = building;
  const maxSize = Math.min(Math.floor(map.slots * building.loadFactor), map.capacity - 1);
  const end = segment.size;
  let position = segment.offsetIndex.lookupPosition(start);
  while (position < end) {
    turn.checkSegment(segment);
    await turn.throttle(reader.fill(segment, position, end));
    turn.checkSegment(segment);
    for (let batch = reader.nextBatch(); batch !== undefined; batch = reader.nextBatch()) {
      batch.ensureValid();
      let worked = batch.sizeInBytes;
      const lastOffset = batch.lastOffset;
      if (batch.isControlBatch) {
        transactions.onControlBatchRead(batch);
        stats.mapMessagesRead++;
      } else if (transactions.onBatchRead(batch)) {
        stats.mapMessagesRead += batch.count ?? 0;
      } else if (batch instanceof RecordBatch) {
        const isFull = addRecords(batch, start, maxSize, building);
        if (isFull) return true;
        if (batch.isCompressed) worked += building.records.bytes.length;
      } else {
        for (const record of batch.records()) {
          const key = record.key;
          if (key !== null && record.offset >= start) {
            if (map.size >= maxSize) return true;
            map.put(key, 0, key.length, record.offset);
          }
          stats.mapMessagesRead++;
          worked += record.sizeInBytes;
        }
      }
      if (lastOffset >= start) map.updateLatestOffset(lastOffset);
      if (turn.isOver(worked)) {
        await turn.giveWay();
        turn.checkSegment(segment);
      }
    }
    position += reader.consumed;
    stats.mapBytesRead += reader.consumed;
  }
  // Offsets may be missing at the end of a segment: they are covered all the same.
  map.updateLatestOffset(nextSegmentStart - 1);
  reader.restore();
  return false;
}

/** Adds the records of one batch. Returns whether the map became full before its last one. */
function addRecords(
  batch: RecordBatch,
  start: number,
  maxSize: number,
  { map, records, stats }: OffsetMapBuilding,
): boolean {
  records.read(batch.cursor());
  const { count, keySizes, offsetDeltas } = records;
  const baseOffset = batch.baseOffset;
  map.prepare(records.bytes, records.keyStarts, keySizes, count);
  for (let i = 0; i < count; i++) {
    const offset = baseOffset + offsetDeltas[i]!;
    if (keySizes[i]! >= 0 && offset >= start) {
      if (map.size >= maxSize) return true;
      map.putNth(i, offset);
    }
    stats.mapMessagesRead++;
  }
  return false;
}
