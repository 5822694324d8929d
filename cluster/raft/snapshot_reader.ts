/**
 * Reading snapshots, and the bootstrap file, which has the same format:
 * ```text
 * control batch   SNAPSHOT_HEADER; with kraft.version 1 and later also KRAFT_VERSION and, when they are known, KRAFT_VOTERS
 * data batches    metadata records
 * control batch   SNAPSHOT_FOOTER
 * ```
 * Offsets run from 0 through the file, and every batch has the epoch of the snapshot.
 *
 * @module
 */

import { CorruptRecordError } from "../../storage/errors.ts";
import type { FileSystem } from "../../storage/file/file_system.ts";
import {
  parseSnapshotFooterRecord,
  parseSnapshotHeaderRecord,
} from "../../storage/record/control_message.ts";
import {
  type ControlRecordType,
  parseControlRecordKey,
} from "../../storage/record/control_record.ts";
import { RecordBatch } from "../../storage/record/record_batch.ts";
import { FileRecords } from "../../storage/segment/file_records.ts";
import type { QuorumHistory } from "./quorum_history.ts";

/**
 * The batches of a snapshot, in memory of their own, with their checksums checked.
 *
 * @throws {CorruptRecordError} when the file does not begin with a header, is damaged, or ends before the footer
 */
export function* snapshotBatches(fileSystem: FileSystem, path: string): Generator<RecordBatch> {
  const file = FileRecords.open(fileSystem, path, { readOnly: true });
  try {
    let isFirst = true;
    let isComplete = false;
    for (const found of file.batches()) {
      if (!(found instanceof RecordBatch)) {
        throw new CorruptRecordError(`Batch of an old format in snapshot: ${path}`);
      }
      found.ensureValid();
      const bytes = found.bytes.slice(found.start, found.start + found.sizeInBytes);
      const batch = new RecordBatch(bytes);
      const first = batch.isControlBatch ? firstTypeOf(batch) : undefined;
      if (isFirst && first !== "SNAPSHOT_HEADER") {
        throw new CorruptRecordError(`Snapshot does not begin with a header: ${path}`);
      }
      isFirst = false;
      if (first === "SNAPSHOT_FOOTER") {
        for (const record of batch.records()) parseSnapshotFooterRecord(record);
      }
      isComplete = first === "SNAPSHOT_FOOTER";
      yield batch;
    }
    if (!isComplete) throw new CorruptRecordError(`Snapshot ends before its footer: ${path}`);
  } finally {
    file.close();
  }
}

function firstTypeOf(batch: RecordBatch): ControlRecordType | undefined {
  for (const record of batch.records()) return parseControlRecordKey(record.key).type;
  return undefined;
}

/** The values of a batch's records. */
export function batchValues(batch: RecordBatch): Uint8Array[] {
  const values: Uint8Array[] = [];
  for (const { value, offset } of batch.records()) {
    if (value === null) {
      throw new CorruptRecordError(`Metadata record has no value, offset: ${offset}`);
    }
    values.push(value);
  }
  return values;
}

/** The metadata records of a snapshot, one after another as they are asked for. */
export function* snapshotRecords(fileSystem: FileSystem, path: string): Generator<Uint8Array> {
  for (const batch of snapshotBatches(fileSystem, path)) {
    if (!batch.isControlBatch) yield* batchValues(batch);
  }
}

/** When the last record in it was appended to the log, by the leader's clock; ms since the epoch. */
export function snapshotTimestamp(fileSystem: FileSystem, path: string): number {
  for (const batch of snapshotBatches(fileSystem, path)) {
    for (const record of batch.records()) {
      return parseSnapshotHeaderRecord(record).lastContainedLogTimestamp;
    }
  }
  return -1;
}

/** Takes over the voters and the protocol's version that a snapshot tells. */
export function loadQuorumFromSnapshot(
  fileSystem: FileSystem,
  path: string,
  endOffset: number,
  history: QuorumHistory,
): void {
  for (const batch of snapshotBatches(fileSystem, path)) {
    if (batch.isControlBatch) history.handleControlBatch(batch, endOffset - 1);
  }
}
