/**
 * Checks one segment: every batch, every record, and the indexes against them.
 *
 * @module
 */

import { StorageError } from "../../errors.ts";
import {
  INDEX_SUFFIX,
  LOG_SUFFIX,
  logFileName,
  TIME_INDEX_SUFFIX,
  TXN_INDEX_SUFFIX,
} from "../../file/file_names.ts";
import { type FileSystem, readWholeFile } from "../../file/file_system.ts";
import type { EpochEntry } from "../../file/leader_epoch_checkpoint_file.ts";
import { joinPath } from "../../file/paths.ts";
import { type AnyRecordBatch, RecordBatch } from "../../record/record_batch.ts";
import { MAX_RELATIVE_OFFSET } from "../../segment/segment_offset_overflow_error.ts";
import { type Damage, scanForDamage, shallowBaseOffset } from "../damage_scan.ts";
import { SegmentReader } from "../segment_reader.ts";
import { type FaultSink, LimitedFaults } from "./fault.ts";
import { OffsetIndexCheck, TimeIndexCheck, TxnIndexCheck } from "./index_check.ts";
import type { TransactionsSeen } from "./transactions_seen.ts";

/** What checking a segment has told about it. */
export interface SegmentFinding {
  readonly baseOffset: number;
  readonly path: string;
  readonly size: number;
  /** Ms since the epoch. */
  readonly lastModified: number;
  /** Largest timestamp of its batches, -1 when it has none. */
  readonly maxTimestamp: number;
  /** Largest timestamp of its first batch, -1 when it has none. */
  readonly firstBatchTimestamp: number;
  /** Behind the last sound batch. */
  readonly nextOffset: number;
  readonly batches: number;
  readonly records: number;
  readonly damages: readonly Damage[];
  /** Where recovery has to cut: the first damage, or the first batch whose offsets cannot be; -1 for nowhere. */
  readonly cutPosition: number;
  /** The offset there. */
  readonly cutOffset: number;
}

/** What a segment is checked against, and what its neighbours share. */
export interface SegmentContext {
  readonly fileSystem: FileSystem;
  readonly directory: string;
  readonly baseOffset: number;
  /** Base offset of the next segment. */
  readonly limitOffset: number;
  /** Whether to decode the records. */
  readonly isDeep: boolean;
  /** Whether to look at the indexes. */
  readonly checksIndexes: boolean;
  readonly epochs: readonly EpochEntry[] | undefined;
  readonly transactions: TransactionsSeen;
  readonly sink: FaultSink;
  /** Told how many bytes are done, now and then. */
  readonly progress: (bytes: number) => void;
}

const PROGRESS_BYTES = 16 * 1024 * 1024;

class SegmentCheck {
  readonly #context: SegmentContext;
  readonly #path: string;
  readonly #recordFaults: LimitedFaults;
  readonly #offsetFaults: LimitedFaults;
  readonly #epochFaults: LimitedFaults;
  #offsetIndex: OffsetIndexCheck | undefined;
  #timeIndex: TimeIndexCheck | undefined;
  #txnIndex: TxnIndexCheck | undefined;
  #nextOffset: number;
  #latestEpoch = -1;
  #maxTimestamp = -1;
  #firstBatchTimestamp = -1;
  #batches = 0;
  #records = 0;
  #damages: Damage[] = [];
  #cutPosition = -1;
  #cutOffset = -1;

  constructor(context: SegmentContext) {
    this.#context = context;
    this.#path = joinPath(context.directory, logFileName(context.baseOffset));
    this.#nextOffset = context.baseOffset;
    this.#recordFaults = new LimitedFaults(context.sink);
    this.#offsetFaults = new LimitedFaults(context.sink);
    this.#epochFaults = new LimitedFaults(context.sink);
  }

  run(): SegmentFinding {
    const { fileSystem, baseOffset, progress, checksIndexes } = this.#context;
    if (checksIndexes) this.#openIndexes();
    const reader = new SegmentReader(fileSystem, this.#path);
    try {
      let reported = 0;
      for (const found of scanForDamage(reader)) {
        if (found.kind === "damage") this.#damage(found);
        else this.#batch(found.batch, found.position);
        if (found.position - reported >= PROGRESS_BYTES) {
          progress(found.position - reported);
          reported = found.position;
        }
      }
      progress(reader.size - reported);
    } finally {
      reader.close();
    }
    this.#offsetIndex?.finish();
    this.#timeIndex?.finish();
    this.#txnIndex?.finish();
    this.#recordFaults.finish("record", this.#path);
    this.#offsetFaults.finish("offset", this.#path);
    this.#epochFaults.finish("leader-epoch", this.#path);
    return {
      baseOffset,
      path: this.#path,
      size: reader.size,
      lastModified: fileSystem.stat(this.#path)?.modifiedMs ?? 0,
      maxTimestamp: this.#maxTimestamp,
      firstBatchTimestamp: this.#firstBatchTimestamp,
      nextOffset: this.#nextOffset,
      batches: this.#batches,
      records: this.#records,
      damages: this.#damages,
      cutPosition: this.#cutPosition,
      cutOffset: this.#cutOffset,
    };
  }

  #openIndexes(): void {
    const { baseOffset, sink } = this.#context;
    const offsetBytes = this.#readIndex(INDEX_SUFFIX, true);
    if (offsetBytes !== undefined) {
      const path = this.#indexPath(INDEX_SUFFIX);
      this.#offsetIndex = new OffsetIndexCheck(path, offsetBytes, baseOffset, sink);
    }
    const timeBytes = this.#readIndex(TIME_INDEX_SUFFIX, true);
    if (timeBytes !== undefined) {
      const path = this.#indexPath(TIME_INDEX_SUFFIX);
      this.#timeIndex = new TimeIndexCheck(path, timeBytes, baseOffset, sink);
    }
    const txnBytes = this.#readIndex(TXN_INDEX_SUFFIX, false) ?? new Uint8Array(0);
    const path = this.#indexPath(TXN_INDEX_SUFFIX);
    this.#txnIndex = new TxnIndexCheck(path, txnBytes, baseOffset, sink);
  }

  #indexPath(suffix: string): string {
    return this.#path.slice(0, -LOG_SUFFIX.length) + suffix;
  }

  #readIndex(suffix: string, isRequired: boolean): Uint8Array | undefined {
    const { fileSystem, sink } = this.#context;
    const file = this.#indexPath(suffix);
    if (fileSystem.stat(file) !== undefined) return readWholeFile(fileSystem, file);
    if (isRequired) sink({ kind: "missing", file, message: "the segment has no such index" });
    return undefined;
  }

  #cutAt(position: number): void {
    if (this.#cutPosition >= 0) return;
    this.#cutPosition = position;
    this.#cutOffset = this.#nextOffset;
  }

  #damage(damage: Damage): void {
    this.#cutAt(damage.position);
    // One is enough to work on; what lies behind is told by the others' places.
    if (this.#damages.length < 1000) this.#damages.push(damage);
    this.#context.sink({
      kind: "batch",
      file: this.#path,
      position: damage.position,
      offset: this.#nextOffset,
      bytes: damage.bytes,
      message: damage.reason,
    });
  }

  #batch(batch: AnyRecordBatch, position: number): void {
    let baseOffset: number;
    let lastOffset: number;
    try {
      baseOffset = batch instanceof RecordBatch ? batch.baseOffset : shallowBaseOffset(batch);
      lastOffset = batch.lastOffset;
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
      this.#cutAt(position);
      this.#fault(this.#offsetFaults, "offset", position, this.#nextOffset, error.message);
      return;
    }
    this.#batches++;
    if (!this.#checkOffsets(position, baseOffset, lastOffset)) return;
    this.#checkEpoch(batch, position, baseOffset);
    const { maxTimestamp } = batch;
    if (this.#firstBatchTimestamp < 0) this.#firstBatchTimestamp = maxTimestamp;
    if (maxTimestamp > this.#maxTimestamp) this.#maxTimestamp = maxTimestamp;
    this.#nextOffset = lastOffset + 1;
    this.#offsetIndex?.batch(position, lastOffset);
    this.#timeIndex?.batch(lastOffset, maxTimestamp);
    try {
      if (this.#context.isDeep) this.#checkRecords(batch, position, baseOffset, lastOffset);
      else this.#records += batch.count ?? 1;
      const abort = this.#context.transactions.batch(batch, baseOffset, lastOffset);
      if (abort !== undefined) this.#txnIndex?.abort(abort);
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
      this.#fault(this.#recordFaults, "record", position, baseOffset, error.message);
    }
  }

  #fault(
    faults: LimitedFaults,
    kind: "record" | "offset" | "leader-epoch",
    position: number,
    offset: number,
    message: string,
  ): void {
    faults.report({ kind, file: this.#path, position, offset, message });
  }

  #checkOffsets(position: number, baseOffset: number, lastOffset: number): boolean {
    const { limitOffset, baseOffset: segmentOffset } = this.#context;
    let message: string | undefined;
    if (baseOffset < this.#nextOffset) {
      message = `batch begins below the end of the one before it, which is ${this.#nextOffset}`;
    } else if (lastOffset < baseOffset) message = `batch ends below its beginning: ${lastOffset}`;
    else if (lastOffset - segmentOffset > MAX_RELATIVE_OFFSET) {
      message = `batch lies too far above the segment's base offset: ${lastOffset}`;
    } else if (lastOffset >= limitOffset) {
      message = `batch reaches into the next segment: ${lastOffset}`;
    }
    if (message === undefined) return true;
    this.#cutAt(position);
    this.#fault(this.#offsetFaults, "offset", position, baseOffset, message);
    return false;
  }

  #checkEpoch(batch: AnyRecordBatch, position: number, baseOffset: number): void {
    const epoch = batch.partitionLeaderEpoch;
    if (epoch < 0) return;
    if (epoch < this.#latestEpoch) {
      this.#fault(
        this.#epochFaults,
        "leader-epoch",
        position,
        baseOffset,
        `leader epoch ${epoch} comes after ${this.#latestEpoch}`,
      );
      return;
    }
    this.#latestEpoch = epoch;
    const { epochs } = this.#context;
    if (epochs === undefined || epochs.length === 0 || baseOffset < epochs[0]!.startOffset) return;
    let i = epochs.length - 1;
    while (i > 0 && epochs[i]!.startOffset > baseOffset) i--;
    const expected = epochs[i]!.epoch;
    if (expected === epoch) return;
    this.#fault(
      this.#epochFaults,
      "leader-epoch",
      position,
      baseOffset,
      `leader epoch is ${epoch}, the checkpoint says ${expected}`,
    );
  }

  #checkRecords(
    batch: AnyRecordBatch,
    position: number,
    baseOffset: number,
    lastOffset: number,
  ): void {
    let previous = baseOffset - 1;
    let maxTimestamp = -1;
    let count = 0;
    let isOutside = false;
    if (batch instanceof RecordBatch) {
      const cursor = batch.cursor();
      while (cursor.advance()) {
        const { offset, timestamp } = cursor;
        if (offset <= previous || offset > lastOffset) isOutside = true;
        previous = offset;
        if (timestamp > maxTimestamp) maxTimestamp = timestamp;
        count++;
      }
    } else {
      previous = -1;
      for (const record of batch.records()) {
        if (record.offset <= previous || record.offset > lastOffset) isOutside = true;
        previous = record.offset;
        if (record.timestamp > maxTimestamp) maxTimestamp = record.timestamp;
        count++;
      }
    }
    this.#records += count;
    if (isOutside) {
      const message = "record offsets do not rise within the batch's";
      this.#fault(this.#recordFaults, "record", position, baseOffset, message);
    }
    if (count > 0 && batch.timestampType === "CreateTime" && maxTimestamp !== batch.maxTimestamp) {
      const message =
        `batch says its largest timestamp is ${batch.maxTimestamp}, that of its records is ${maxTimestamp}`;
      this.#fault(this.#recordFaults, "record", position, baseOffset, message);
    }
  }
}

/**
 * Checks one segment.
 *
 * @throws {LogDirError} when a file cannot be read
 */
export function verifySegment(context: SegmentContext): SegmentFinding {
  return new SegmentCheck(context).run();
}
