/**
 * One segment of a log: a file of batches, the indexes that find an offset or a time in it, and the list of
 * the transactions that were aborted in it.
 *
 * @module
 */

import type { Env } from "../env.ts";
import {
  logFileName,
  offsetIndexFileName,
  timeIndexFileName,
  transactionIndexFileName,
} from "../file/file_names.ts";
import { batchSizeAt } from "../record/memory_records.ts";
import { type AnyRecordBatch, NO_TIMESTAMP } from "../record/record_batch.ts";
import { CorruptRecordError, StorageError } from "../errors.ts";
import { lastOffsetAt, maxTimestampAt } from "./batch_header.ts";
import { FileRecords } from "./file_records.ts";
import type { OffsetIndex } from "./offset_index.ts";
import type { RollParams } from "./roll_params.ts";
import { SegmentIndexes } from "./segment_indexes.ts";
import {
  MAX_RELATIVE_OFFSET,
  SegmentOffsetOverflowError,
} from "./segment_offset_overflow_error.ts";
import {
  type CompletedTransaction,
  type RecoveredAppendInfo,
  type RecoveredEpochs,
  type RecoveredProducers,
  recoverSegment,
  updateTxnIndex,
} from "./segment_recovery.ts";
import type { TimeIndex } from "./time_index.ts";
import type {
  LogOffsetPosition,
  OffsetPosition,
  TimestampAndOffset,
  TimestampOffset,
} from "./timestamp_offset.ts";
import { TransactionIndex, type TxnIndexSearchResult } from "./transaction_index.ts";

/** The configs of a log that concern its segments; a `LogConfig` is one. */
export interface SegmentConfig {
  /** `segment.bytes`: size that a preallocated data file is made in. */
  readonly segmentSize: number;
  /** `segment.index.bytes`. */
  readonly maxIndexSize: number;
  /** `index.interval.bytes`. */
  readonly indexInterval: number;
}

/** How {@linkcode Segment.open} opens a segment. */
export interface SegmentOptions {
  /** The world. */
  readonly env: Env;
  /** Directory of the partition. */
  readonly directory: string;
  /** No offset in the segment is below; the files are named after it. */
  readonly baseOffset: number;
  /** Configs of the log. */
  readonly config: SegmentConfig;
  /** End of the file names: none, `.cleaned` or `.swap`. */
  readonly fileSuffix?: string;
  /** Make a new data file in full size at once (`preallocate`). Default: `false`. */
  readonly preallocate?: boolean;
  /** Time by which the segment rolls early, ms. Default: 0. */
  readonly rollJitterMs?: number;
  /** The files must be there, and are never written to. Default: `false`. */
  readonly readOnly?: boolean;
}

/** Where the bytes are that answer a read. */
export interface SegmentRead {
  /** Base offset of the first batch. */
  readonly offset: number;
  /** Where the first batch starts. */
  readonly position: number;
  /** Bytes from there on; the last batch may be cut off. */
  readonly size: number;
  /** Whether even the first batch is larger than what was asked for. */
  readonly firstEntryIncomplete: boolean;
}

/** What {@linkcode Segment.getFirstBatchTimestamp} gives when there is none. */
export const NO_FIRST_BATCH_TIMESTAMP: number = Number.MAX_SAFE_INTEGER;

const UNKNOWN = -1;

/**
 * One segment of a log; Kafka's `LogSegment`.
 *
 * What survives: an append survives the end of the process once it returns, a power cut once a flush that began after it
 * has resolved. A flush of the active segment covers its data alone, at the cost of one `fdatasync`: a log that was not closed
 * checks the segment that holds its recovery point, which makes its indexes anew. Once the segment is inactive, or closed,
 * a flush covers its indexes as well.
 */
export class Segment {
  /** No offset in the segment is below. */
  readonly baseOffset: number;
  /** The data. */
  readonly log: FileRecords;
  /** The transactions that were aborted in the segment. */
  readonly txnIndex: TransactionIndex;
  /** Time by which the segment rolls early, ms. */
  readonly rollJitterMs: number;

  readonly #env: Env;
  readonly #indexes: SegmentIndexes;
  readonly #readOnly: boolean;
  /** When the segment got its first file, as far as this process knows. */
  #created: number;
  /** Timestamp of the first batch, -1 when it has none; `undefined` when not known. */
  #rollingBasedTimestamp: number | undefined;
  /** Whether it takes appends. One that was only opened, or recovered, may lie in the middle of its log. */
  #isActive = false;
  /** Whether something was written since the segment was opened. */
  #isModified: boolean;
  /** Bytes of data known to survive a power cut. */
  #flushedSize = UNKNOWN;
  /** Counts truncations, so that a flush in flight can tell that one came between. */
  #truncations = 0;
  #closed = false;

  private constructor(options: SegmentOptions, log: FileRecords) {
    const { env, directory, baseOffset, config, fileSuffix = "", readOnly = false } = options;
    this.#env = env;
    this.baseOffset = baseOffset;
    this.log = log;
    this.rollJitterMs = options.rollJitterMs ?? 0;
    this.#readOnly = readOnly;
    this.#created = env.clock.now();
    this.#isModified = log.isNew;
    // There is nothing in an empty file that could be lost.
    if (log.isNew && !options.preallocate) this.#flushedSize = 0;
    const index = {
      fileSystem: env.fileSystem,
      baseOffset,
      maxIndexSize: config.maxIndexSize,
      isNew: log.isNew,
      readOnly,
    };
    this.#indexes = new SegmentIndexes({
      ...index,
      logger: env.logger,
      log,
      offsetIndexPath: `${directory}/${offsetIndexFileName(baseOffset, fileSuffix)}`,
      timeIndexPath: `${directory}/${timeIndexFileName(baseOffset, fileSuffix)}`,
      intervalBytes: config.indexInterval,
    });
    const txnIndexPath = `${directory}/${transactionIndexFileName(baseOffset, fileSuffix)}`;
    this.txnIndex = new TransactionIndex({ ...index, path: txnIndexPath });
  }

  /**
   * Opens a segment, or makes an empty one. Looks at the size of the data file and at nothing else; an index is read when it is
   * first needed, and rebuilt when it is missing or damaged.
   *
   * @throws {CorruptRecordError} when the data file is larger than 2^31 - 1 bytes
   */
  static open(options: SegmentOptions): Segment {
    const { env, directory, baseOffset, config, fileSuffix = "", readOnly = false } = options;
    const path = `${directory}/${logFileName(baseOffset, fileSuffix)}`;
    const preallocate = options.preallocate ? config.segmentSize : 0;
    return new Segment(options, FileRecords.open(env.fileSystem, path, { preallocate, readOnly }));
  }

  /** Removes the files of a segment that is not open. */
  static deleteIfExists(env: Env, directory: string, baseOffset: number, fileSuffix = ""): void {
    for (
      const name of [
        offsetIndexFileName(baseOffset, fileSuffix),
        timeIndexFileName(baseOffset, fileSuffix),
        transactionIndexFileName(baseOffset, fileSuffix),
        logFileName(baseOffset, fileSuffix),
      ]
    ) env.fileSystem.remove(`${directory}/${name}`);
  }

  /** Bytes of data. */
  get size(): number {
    return this.log.sizeInBytes;
  }

  /** How often the data was cut or recovered: with the size it tells whether the data is still what it was. */
  get truncations(): number {
    return this.#truncations;
  }

  /** From offsets to positions. */
  get offsetIndex(): OffsetIndex {
    return this.#indexes.offsetIndex;
  }

  /** From timestamps to offsets. */
  get timeIndex(): TimeIndex {
    return this.#indexes.timeIndex;
  }

  /** Path of the offset index; the file need not be there yet. */
  get offsetIndexFile(): string {
    return this.#indexes.files[0].path;
  }

  /** Path of the time index; the file need not be there yet. */
  get timeIndexFile(): string {
    return this.#indexes.files[1].path;
  }

  /** Largest timestamp so far, -1 without one, and the last offset of the first batch that has it. */
  get maxTimestampAndOffsetSoFar(): TimestampOffset {
    return this.#indexes.maxTimestampAndOffsetSoFar;
  }

  /** Largest timestamp so far, -1 without one. */
  get maxTimestampSoFar(): number {
    return this.#indexes.maxTimestampSoFar;
  }

  /** Last offset of the first batch that has the largest timestamp. */
  get offsetOfMaxTimestampSoFar(): number {
    return this.#indexes.maxTimestampAndOffsetSoFar.offset;
  }

  /** Largest timestamp of a record; `undefined` when none has one. */
  get largestRecordTimestamp(): number | undefined {
    const timestamp = this.maxTimestampSoFar;
    return timestamp >= 0 ? timestamp : undefined;
  }

  /** Largest timestamp of a record, or the time of the last write when none has one. */
  get largestTimestamp(): number {
    return this.largestRecordTimestamp ?? this.lastModified;
  }

  /** Time of the last write, ms since the epoch. */
  get lastModified(): number {
    return this.log.lastModified();
  }

  /** Whether the segment is followed by a new one when these records come. */
  shouldRoll(params: RollParams): boolean {
    const size = this.size;
    return size > params.maxSegmentBytes - params.messagesSize ||
      (size > 0 &&
        this.timeWaitedForRoll(params.now, params.maxTimestampInMessages) >
          params.maxSegmentMs - this.rollJitterMs) ||
      this.offsetIndex.isFull || this.timeIndex.isFull ||
      !this.#canHold(params.maxOffsetInMessages);
  }

  /**
   * Appends valid batches, in one write, and adds index entries for those that are due.
   *
   * @param largestOffset last offset of the last batch
   * @param records the bytes that hold the batches
   * @param start where the first starts
   * @param end where the last ends
   * @throws {SegmentOffsetOverflowError} when the segment cannot hold the offset
   * @throws {InvalidRecordError} `RECORD_LIST_TOO_LARGE` beyond 2^31 - 1 bytes
   */
  append(
    largestOffset: number,
    records: Uint8Array,
    start = 0,
    end: number = records.length,
  ): void {
    if (end <= start) return;
    if (!this.#canHold(largestOffset)) {
      throw new SegmentOffsetOverflowError(this.baseOffset, largestOffset, this.log.path);
    }
    this.#isModified = true;
    this.#isActive = true;
    let position = this.log.append(records, start, end);
    for (let at = start; at < end;) {
      const size = batchSizeAt(records, at, end);
      if (size === undefined || size > end - at) {
        throw new CorruptRecordError(
          `Appended records end within a batch, in segment: ${this.log.path}`,
        );
      }
      this.#indexes.batchAppended(
        lastOffsetAt(records, at),
        maxTimestampAt(records, at),
        position,
        size,
      );
      position += size;
      at += size;
    }
  }

  /**
   * Appends the batches of a file from a position on, up to its end or to a batch whose offsets this segment
   * cannot hold.
   *
   * @returns the bytes appended
   */
  appendFromFile(source: FileRecords, start = 0): number {
    let appended = 0;
    for (const batch of source.batches(start)) {
      const { lastOffset, sizeInBytes } = batch;
      if (!this.#canHold(lastOffset)) break;
      this.append(lastOffset, batch.bytes, batch.start, batch.start + sizeInBytes);
      appended += sizeInBytes;
    }
    return appended;
  }

  /** Lists a transaction as aborted, when it was. */
  updateTxnIndex(completed: CompletedTransaction, lastStableOffset: number): void {
    if (completed.isAborted) this.#isModified = true;
    updateTxnIndex(this.txnIndex, completed, lastStableOffset);
  }

  /**
   * Finds the first batch that holds `offset` or a later one.
   *
   * @param startingPosition where a batch starts that is not behind it, if one is known
   * @returns `undefined` when all offsets are smaller
   */
  translateOffset(offset: number, startingPosition = 0): LogOffsetPosition | undefined {
    const { offsetIndex } = this.#indexes;
    const slot = offsetIndex.slotFor(offset);
    const from = Math.max(offsetIndex.positionAt(slot, 0), startingPosition);
    const next = offsetIndex.positionAt(slot + 1, from);
    const nextEnd = offsetIndex.positionAt(slot + 2, this.size);
    return this.log.searchForOffsetFromPosition(offset, from, next, nextEnd);
  }

  /**
   * Finds the bytes from the batch that holds `startOffset` on. Reads no more of the file than it takes to find them.
   *
   * @param maxSize bytes at most
   * @param maxPosition where reading must stop. Default: the end of the data
   * @param minOneMessage take the first batch whole even when it is larger than `maxSize`. Default: `false`
   * @returns `undefined` when all offsets are smaller
   * @throws {CorruptRecordError} when the data on the way makes no sense
   */
  read(
    startOffset: number,
    maxSize: number,
    maxPosition: number = this.size,
    minOneMessage = false,
  ): SegmentRead | undefined {
    const first = this.translateOffset(startOffset);
    if (first === undefined) return undefined;
    const { offset, position } = first;
    const adjustedMaxSize = minOneMessage ? Math.max(maxSize, first.size) : maxSize;
    const available = Math.min(maxPosition, this.size) - position;
    const size = Math.max(0, Math.min(available, adjustedMaxSize));
    this.log.expectRead(position, size);
    return {
      offset,
      position,
      size,
      firstEntryIncomplete: adjustedMaxSize < first.size,
    };
  }

  /**
   * Reads data.
   *
   * @returns the bytes read, less than `length` only at the end of the data
   */
  readInto(position: number, target: Uint8Array, targetStart: number, length: number): number {
    return this.log.readInto(position, target, targetStart, length);
  }

  /**
   * The batches in a range of the data, read a chunk at a time; a torn last one is left out. A batch is valid until the next one
   * is asked for.
   *
   * @param fromPosition where the first starts
   * @param toPosition where to stop
   * @throws {CorruptRecordError} when there is something else than a batch on the way
   */
  batches(fromPosition?: number, toPosition?: number): Generator<AnyRecordBatch> {
    return this.log.batches(fromPosition, toPosition);
  }

  /** An offset that is surely beyond a range of bytes, from the index; `undefined` when that does not reach so far. */
  fetchUpperBoundOffset(start: OffsetPosition, fetchSize: number): number | undefined {
    return this.offsetIndex.fetchUpperBoundOffset(start.position, fetchSize)?.offset;
  }

  /** The transactions aborted in this segment that overlap a range of offsets. */
  collectAbortedTxns(fetchOffset: number, upperBoundOffset: number): TxnIndexSearchResult {
    return this.txnIndex.collectAbortedTxns(fetchOffset, upperBoundOffset);
  }

  /**
   * Finds the first record that is not older than a timestamp.
   *
   * @param startingOffset no record below counts. Default: the base offset
   */
  findOffsetByTimestamp(
    timestamp: number,
    startingOffset: number = this.baseOffset,
  ): TimestampAndOffset | undefined {
    const indexed = this.timeIndex.lookup(timestamp);
    // Nothing up to the entry's offset is newer than the entry.
    const isOlder = indexed.timestamp !== NO_TIMESTAMP && indexed.timestamp < timestamp;
    const from = isOlder ? indexed.offset + 1 : indexed.offset;
    const first = this.translateOffset(Math.max(from, startingOffset));
    return first === undefined
      ? undefined
      : this.log.searchForTimestamp(timestamp, first.position, startingOffset, true);
  }

  /**
   * Rebuilds all that is derived from the data, and cuts off what is torn or corrupt, in slices; see
   * {@linkcode recoverSegment}.
   *
   * @param producers state of the producers at the base offset; takes in what the segment holds
   * @param epochs takes in the leader epochs
   * @returns the bytes cut off; yields the bytes read since the last time
   * @throws {SegmentOffsetOverflowError} when a batch lies too far above the base offset
   */
  recover<AppendInfo extends RecoveredAppendInfo>(
    producers: RecoveredProducers<AppendInfo>,
    epochs?: RecoveredEpochs,
  ): Generator<{ bytes: number }, number> {
    this.#dataChanged();
    const segment = {
      baseOffset: this.baseOffset,
      log: this.log,
      indexes: this.#indexes,
      txnIndex: this.txnIndex,
      logger: this.#env.logger,
    };
    return recoverSegment(segment, producers, epochs);
  }

  /**
   * Drops all batches that reach `offset` or beyond: one that holds it goes whole.
   *
   * @returns the bytes of data cut off
   */
  truncateTo(offset: number): number {
    const mapping = this.translateOffset(offset);
    this.#indexes.truncateTo(offset);
    this.txnIndex.truncateTo(offset);
    this.#dataChanged();
    const truncated = mapping === undefined ? 0 : this.log.truncateTo(mapping.position);
    if (this.size === 0) {
      this.#created = this.#env.clock.now();
    }
    this.#indexes.truncated();
    return truncated;
  }

  /** The offset behind the last batch, the base offset without one. Reads from the last index entry on. */
  readNextOffset(): number {
    // Without data there is no need to look at the index, which many of thousands of partitions would be opened for alone.
    if (this.size === 0) return this.baseOffset;
    const last = this.log.lastOffsetAfter(this.offsetIndex.lookupPosition(Infinity));
    return last === undefined ? this.baseOffset : last + 1;
  }

  /** Whether the last offset is too far above the base offset for the indexes. */
  hasOverflow(): boolean {
    const nextOffset = this.readNextOffset();
    return nextOffset > this.baseOffset && !this.#canHold(nextOffset - 1);
  }

  /**
   * Looks whether the files that must be there are, and whether the transaction index makes sense. The other indexes are
   * looked at when they are first used.
   *
   * @throws {CorruptRecordError} when not
   */
  sanityCheck(): void {
    for (const index of this.#indexes.files) {
      if (!index.isLoaded && this.#env.fileSystem.stat(index.path) === undefined) {
        throw new CorruptRecordError(`Index file does not exist: ${index.path}`);
      }
    }
    this.txnIndex.sanityCheck();
  }

  /**
   * How long the segment has taken records: from its first batch's timestamp to that of the records to
   * come, or since it was made when the first batch has none.
   *
   * @param now wall-clock time, ms
   * @param messageTimestamp timestamp of the records to come
   */
  timeWaitedForRoll(now: number, messageTimestamp: number): number {
    const first = this.#firstBatchTimestamp();
    return first !== undefined && first >= 0 ? messageTimestamp - first : now - this.#created;
  }

  /** Largest timestamp in the first batch; {@linkcode NO_FIRST_BATCH_TIMESTAMP} when it has none. */
  getFirstBatchTimestamp(): number {
    const first = this.#firstBatchTimestamp();
    return first !== undefined && first >= 0 ? first : NO_FIRST_BATCH_TIMESTAMP;
  }

  /**
   * To be called when a new segment takes the appends. Writes out the indexes, with the largest timestamp as the last entry
   * that retention will look at, and trims a preallocated data file.
   */
  onBecomeInactiveSegment(): void {
    this.#indexes.finish();
    this.log.trim();
    this.#isActive = false;
    // With all data flushed the recovery point may already lie behind this segment: no later flush would come back to it.
    if (this.#flushedSize === this.size) {
      this.#indexes.flushSync();
      this.txnIndex.flushSync();
    }
  }

  /** Resolves once what was appended so far survives a power cut. */
  async flush(): Promise<void> {
    const { size } = this;
    const truncations = this.#truncations;
    if (this.#flushedSize !== size) {
      await this.log.flush();
      if (this.#truncations === truncations) this.#flushedSize = size;
    }
    if (this.#closed) return;
    if (this.#isActive) this.#indexes.writeOut();
    else {
      await this.#indexes.flush();
      await this.txnIndex.flush();
    }
  }

  /** As {@linkcode Segment.flush}, blocking. */
  flushSync(): void {
    if (this.#flushedSize !== this.size) {
      this.log.flushSync();
      this.#flushedSize = this.size;
    }
    if (this.#isActive) this.#indexes.writeOut();
    else {
      this.#indexes.flushSync();
      this.txnIndex.flushSync();
    }
  }

  /** Gives back the memory of the indexes and the descriptor; the next use takes them again. */
  release(): void {
    this.#indexes.release();
    this.txnIndex.release();
    this.log.release();
  }

  /**
   * Brings all files up to date, trims a preallocated data file, and has all of it survive a power cut when
   * something was written since the segment was opened. Closing twice is allowed.
   */
  close(): void {
    if (this.#closed) return;
    try {
      if (this.#isModified && !this.#readOnly) {
        this.log.trim();
        this.#indexes.finish();
        this.#isActive = false;
        this.flushSync();
      }
    } finally {
      this.closeHandlers();
    }
  }

  /** Lets go of the files without writing anything: for a disk that has failed. */
  closeHandlers(): void {
    this.#closed = true;
    for (const index of this.#indexes.files) index.closeHandler();
    this.txnIndex.closeHandler();
    this.log.close();
  }

  /** Removes all files. */
  deleteIfExists(): void {
    this.#closed = true;
    this.log.deleteIfExists();
    for (const index of this.#indexes.files) index.deleteIfExists();
    this.txnIndex.deleteIfExists();
  }

  /** Whether none of the files is there. */
  get deleted(): boolean {
    return this.#paths().every((path) => this.#env.fileSystem.stat(path) === undefined);
  }

  /**
   * Renames all files: the data file first, as the one by which a segment is known.
   *
   * @param oldSuffix what the names end with now
   * @param newSuffix what they are to end with
   * @throws {StorageError} when they do not end with `oldSuffix`
   */
  changeFileSuffixes(oldSuffix: string, newSuffix: string): void {
    if (!this.hasSuffix(oldSuffix)) {
      throw new StorageError(
        "UNKNOWN_SERVER_ERROR",
        `File names of a segment do not end with '${oldSuffix}': ${this.log.path}`,
      );
    }
    const renamed = (path: string) => path.slice(0, path.length - oldSuffix.length) + newSuffix;
    this.log.renameTo(renamed(this.log.path));
    for (const index of this.#indexes.files) index.renameTo(renamed(index.path));
    this.txnIndex.renameTo(renamed(this.txnIndex.path));
  }

  /** Whether the names of all files end with `suffix`. */
  hasSuffix(suffix: string): boolean {
    return this.#paths().every((path) => path.endsWith(suffix));
  }

  /** Takes note of where the files are, after their directory was moved. */
  updateParentDir(directory: string): void {
    const moved = (path: string) => `${directory}/${path.slice(path.lastIndexOf("/") + 1)}`;
    this.log.updatePath(moved(this.log.path));
    for (const index of this.#indexes.files) index.updatePath(moved(index.path));
    this.txnIndex.updatePath(moved(this.txnIndex.path));
  }

  /** Sets the time of the last write, ms since the epoch. */
  setLastModified(ms: number): void {
    this.#indexes.writeOut();
    const { fileSystem } = this.#env;
    for (const path of [this.log.path, this.offsetIndexFile, this.timeIndexFile]) {
      if (fileSystem.stat(path) !== undefined) fileSystem.setModified(path, ms);
    }
  }

  #canHold(offset: number): boolean {
    const relative = offset - this.baseOffset;
    return relative >= 0 && relative <= MAX_RELATIVE_OFFSET;
  }

  #firstBatchTimestamp(): number | undefined {
    return this.#rollingBasedTimestamp ??= this.log.firstBatchTimestamp();
  }

  #dataChanged(): void {
    this.#isModified = true;
    this.#flushedSize = UNKNOWN;
    this.#truncations++;
    this.#rollingBasedTimestamp = undefined;
  }

  #paths(): string[] {
    return [this.log.path, this.offsetIndexFile, this.timeIndexFile, this.txnIndex.path];
  }
}
