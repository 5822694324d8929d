/**
 * `.log`: a segment's records on disk, batch behind batch, and nothing else.
 *
 * @module
 */

import { readInt64 } from "../bytes/byte_reader.ts";
import {
  CorruptRecordError,
  InvalidRecordError,
  LogUnavailableError,
  StorageError,
} from "../errors.ts";
import { type FileSystem, type LogFile, readFully } from "../file/file_system.ts";
import { batchAt } from "../record/memory_records.ts";
import { type AnyRecordBatch, HEADER_SIZE_UP_TO_MAGIC } from "../record/record_batch.ts";
import {
  isLegacyAt,
  lastOffsetAt,
  maxTimestampAt,
  partitionLeaderEpochAt,
} from "./batch_header.ts";
import { batchSizeInFile, BatchWalk } from "./batch_walk.ts";
import type { LogOffsetPosition, TimestampAndOffset } from "./timestamp_offset.ts";

/** Largest size of a segment's data: the index stores positions as int32. */
export const MAX_LOG_FILE_SIZE = 0x7fff_ffff;

/** Bytes read at a time when whole batches are wanted. */
const CHUNK_SIZE = 1024 * 1024;
/** A batch no further away than this is walked to: its header comes with the same read. */
const NEAR_BYTES = 8000;

/** How {@linkcode FileRecords.open} opens the file. */
export interface FileRecordsOptions {
  /** Size in bytes that the file gets when it is made. Default: 0. */
  readonly preallocate?: number;
  /** The file must be there, and is never written to. Default: `false`. */
  readonly readOnly?: boolean;
}

/** All reads are synchronous and none yields half-way, so one cursor serves them all. */
const walk = new BatchWalk();

/** The data file of a segment; Kafka's `FileRecords`. */
export class FileRecords {
  readonly #fileSystem: FileSystem;
  readonly #readOnly: boolean;
  /** Whether there was no file. */
  readonly isNew: boolean;
  #path: string;
  #file: LogFile | undefined;
  /** Bytes of records. */
  #size: number;
  /** Bytes that the file is known to have at least; more than `#size` when it was preallocated or a write failed. */
  #allocated: number;
  #closed = false;

  private constructor(
    fileSystem: FileSystem,
    path: string,
    readOnly: boolean,
    file: LogFile | undefined,
    size: number,
    allocated: number,
  ) {
    this.#fileSystem = fileSystem;
    this.#path = path;
    this.#readOnly = readOnly;
    this.#file = file;
    this.isNew = file !== undefined;
    this.#size = size;
    this.#allocated = allocated;
  }

  /**
   * Opens the file, or makes it. One that is there is only looked at for its size: all of that counts as records, also what a
   * preallocated file has behind them after an unclean stop (recovery cuts it off).
   *
   * @throws {CorruptRecordError} when the file is larger than a segment may be
   */
  static open(
    fileSystem: FileSystem,
    path: string,
    options: FileRecordsOptions = {},
  ): FileRecords {
    const readOnly = options.readOnly ?? false;
    const size = fileSystem.stat(path)?.size;
    if (size === undefined) {
      const preallocate = options.preallocate ?? 0;
      const file = fileSystem.open(path, readOnly ? { readOnly } : { create: true, preallocate });
      return new FileRecords(fileSystem, path, readOnly, file, 0, preallocate);
    }
    if (size > MAX_LOG_FILE_SIZE) {
      throw new CorruptRecordError(
        `The size of segment ${path} is larger than the maximum allowed segment size (${MAX_LOG_FILE_SIZE}): ${size}`,
      );
    }
    return new FileRecords(fileSystem, path, readOnly, undefined, size, size);
  }

  /** The file. */
  get path(): string {
    return this.#path;
  }

  /** Bytes of records. */
  get sizeInBytes(): number {
    return this.#size;
  }

  /**
   * Writes `records[start, end)` behind the records, in one write.
   *
   * @returns the position they start at
   * @throws {InvalidRecordError} `RECORD_LIST_TOO_LARGE` when the file would get larger than a segment may be
   */
  append(records: Uint8Array, start: number, end: number): number {
    const position = this.#size;
    const size = position + end - start;
    if (size > MAX_LOG_FILE_SIZE) {
      throw new InvalidRecordError(
        "RECORD_LIST_TOO_LARGE",
        `Append of ${
          end - start
        } bytes is too large for segment with current file position: ${position}`,
      );
    }
    const file = this.#file ?? this.#open();
    if (size > this.#allocated) this.#allocated = size;
    file.write(position, records, start, end);
    this.#size = size;
    return position;
  }

  /**
   * Reads bytes of the file.
   *
   * @returns the bytes read, less than `length` only at the end of the records
   */
  readInto(position: number, target: Uint8Array, targetStart: number, length: number): number {
    const wanted = Math.min(length, this.#size - position);
    if (wanted <= 0) return 0;
    const file = this.#file ?? this.#open();
    if (!walk.take(file, position, target, targetStart, wanted)) {
      readFully(file, position, target, targetStart, wanted);
    }
    return wanted;
  }

  /**
   * Tells, just after a search, what is likely to be read next: if the search has read these bytes already, the next
   * {@linkcode FileRecords.readInto} of just them does not read them again.
   */
  expectRead(position: number, length: number): void {
    if (this.#file !== undefined) walk.offer(this.#file, position, length);
  }

  /**
   * Finds the first batch whose last offset is at least `targetOffset`.
   *
   * @param startingPosition where to start; a batch must start there
   * @param likelyPosition where a later batch starts, not behind the one that is searched for, if such a place is known. When it
   * is far, that batch is tried first: with batches larger than the index interval it is the right one
   * @param likelyEnd where that batch ends, if known
   * @returns the batch's base offset, place and size; `undefined` when there is none
   * @throws {CorruptRecordError} when there is something else than a batch on the way
   */
  searchForOffsetFromPosition(
    targetOffset: number,
    startingPosition: number,
    likelyPosition: number = startingPosition,
    likelyEnd: number = this.#size,
  ): LogOffsetPosition | undefined {
    const file = this.#file ?? this.#open();
    if (likelyPosition - startingPosition > NEAR_BYTES) {
      walk.start(file, likelyPosition, this.#size, likelyEnd - likelyPosition);
      if (walk.next() && !isLegacyAt(walk.bytes, walk.at)) {
        const offset = readInt64(walk.bytes, walk.at);
        if (offset <= targetOffset && lastOffsetAt(walk.bytes, walk.at) >= targetOffset) {
          return { offset, position: walk.position, size: walk.sizeInBytes };
        }
      }
    }
    walk.start(file, startingPosition, this.#size);
    while (walk.next()) {
      if (lastOffsetAt(walk.bytes, walk.at) < targetOffset) continue;
      const { position, sizeInBytes: size } = walk;
      const offset = isLegacyAt(walk.bytes, walk.at)
        ? this.#batch(position, size).baseOffset
        : readInt64(walk.bytes, walk.at);
      return { offset, position, size };
    }
    this.#ensureWalkedToEnd();
    return undefined;
  }

  /**
   * Finds the first record at or above an offset that is not older than a timestamp.
   *
   * @param startingPosition where to start; a batch must start there
   * @param justFound whether the search that came just before this call has found the batch at that position
   * @throws {CorruptRecordError} when a batch on the way makes no sense
   */
  searchForTimestamp(
    targetTimestamp: number,
    startingPosition: number,
    startingOffset: number,
    justFound = false,
  ): TimestampAndOffset | undefined {
    if (justFound) walk.goTo(startingPosition, this.#size);
    else this.#startWalk(startingPosition);
    while (walk.next()) {
      if (
        maxTimestampAt(walk.bytes, walk.at) < targetTimestamp ||
        lastOffsetAt(walk.bytes, walk.at) < startingOffset
      ) continue;
      const epoch = partitionLeaderEpochAt(walk.bytes, walk.at);
      for (const record of this.#batch(walk.position, walk.sizeInBytes).records()) {
        const { timestamp, offset } = record;
        if (timestamp >= targetTimestamp && offset >= startingOffset) {
          return epoch < 0 ? { timestamp, offset } : { timestamp, offset, leaderEpoch: epoch };
        }
      }
    }
    this.#ensureWalkedToEnd();
    return undefined;
  }

  /**
   * The largest timestamp of the batches from a position on, with the last offset of the first batch that has it.
   *
   * @returns `undefined` when no batch there has a timestamp
   */
  largestTimestampAfter(startingPosition: number): TimestampAndOffset | undefined {
    let timestamp = -1;
    let offset = -1;
    let leaderEpoch = -1;
    this.#startWalk(startingPosition);
    while (walk.next()) {
      const batchTimestamp = maxTimestampAt(walk.bytes, walk.at);
      if (batchTimestamp <= timestamp) continue;
      timestamp = batchTimestamp;
      offset = lastOffsetAt(walk.bytes, walk.at);
      leaderEpoch = partitionLeaderEpochAt(walk.bytes, walk.at);
    }
    if (timestamp < 0) return undefined;
    return leaderEpoch < 0 ? { timestamp, offset } : { timestamp, offset, leaderEpoch };
  }

  /** Largest timestamp in the first batch, -1 when it has none; `undefined` without batches. */
  firstBatchTimestamp(): number | undefined {
    this.#startWalk(0);
    return walk.next() ? maxTimestampAt(walk.bytes, walk.at) : undefined;
  }

  /**
   * Last offset of the last batch from a position on; `undefined` without batches.
   *
   * @throws {CorruptRecordError} when there is something else than a batch on the way
   */
  lastOffsetAfter(startingPosition: number): number | undefined {
    let last: number | undefined;
    this.#startWalk(startingPosition);
    while (walk.next()) last = lastOffsetAt(walk.bytes, walk.at);
    this.#ensureWalkedToEnd();
    return last;
  }

  /**
   * Calls `visit` for each batch from the first on, with what an index needs of it.
   *
   * @returns where the whole batches end
   * @throws {CorruptRecordError} when there is something else than a batch on the way
   */
  forEachBatch(
    visit: (lastOffset: number, maxTimestamp: number, position: number, size: number) => void,
  ): number {
    this.#startWalk(0);
    while (walk.next()) {
      const { bytes, at, position, sizeInBytes } = walk;
      visit(lastOffsetAt(bytes, at), maxTimestampAt(bytes, at), position, sizeInBytes);
    }
    return walk.position + walk.sizeInBytes;
  }

  /**
   * The whole batches in a range of the file, read a chunk at a time. It stops before a torn last one. Each is a view on a
   * buffer that the next one may overwrite.
   *
   * @param start where the first batch starts
   * @param end where to stop; a batch that reaches beyond is left out
   * @throws {CorruptRecordError} when there is something else than a batch on the way
   */
  *batches(start = 0, end: number = this.#size): Generator<AnyRecordBatch> {
    if (start >= end) return;
    const file = this.#file ?? this.#open();
    let buffer = new Uint8Array(Math.min(CHUNK_SIZE, end - start));
    let position = start; // of the next batch
    let at = 0; // of the next batch in the buffer
    let filled = 0;
    while (position <= end - HEADER_SIZE_UP_TO_MAGIC) {
      const size = batchSizeInFile(buffer, at, filled, file, position);
      if (size !== undefined && size > end - position) return;
      if (size === undefined || at + size > filled) {
        buffer = roomFor(buffer, at, filled, size ?? HEADER_SIZE_UP_TO_MAGIC);
        filled -= at;
        at = 0;
        const more = Math.min(buffer.length - filled, end - position - filled);
        if (more === 0) return;
        readFully(file, position + filled, buffer, filled, more);
        filled += more;
        continue;
      }
      yield batchAt(buffer, at);
      position += size;
      at += size;
    }
  }

  /**
   * Cuts the records to `size` bytes.
   *
   * @returns the bytes cut off
   * @throws {StorageError} when there are less than `size`
   */
  truncateTo(size: number): number {
    const original = this.#size;
    if (!(size >= 0 && size <= original)) {
      throw new StorageError(
        "UNKNOWN_SERVER_ERROR",
        `Attempt to truncate log segment ${this.#path} of ${original} bytes to bytes: ${size}`,
      );
    }
    if (size < this.#allocated) {
      const file = this.#file ?? this.#open();
      file.truncate(size);
      walk.forget(file);
      this.#allocated = size;
    }
    this.#size = size;
    return original - size;
  }

  /** Cuts off what the file has behind its records. */
  trim(): void {
    this.truncateTo(this.#size);
  }

  /** Resolves once the records survive a power cut. */
  async flush(): Promise<void> {
    await (this.#file ?? this.#open()).flush();
  }

  /** As {@linkcode FileRecords.flush}, blocking. */
  flushSync(): void {
    (this.#file ?? this.#open()).flushSync();
  }

  /** Time of the last write, ms since the epoch; 0 when the file is gone. */
  lastModified(): number {
    return this.#fileSystem.stat(this.#path)?.modifiedMs ?? 0;
  }

  /** Lets go of the file; the next use opens it again. Writes nothing. */
  release(): void {
    if (this.#file === undefined) return;
    walk.forget(this.#file);
    this.#file.close();
    this.#file = undefined;
  }

  /** Lets go of the file for good. Writes nothing; closing twice is allowed. */
  close(): void {
    this.release();
    this.#closed = true;
  }

  /** Moves the file. */
  renameTo(path: string): void {
    if (this.#file !== undefined) this.#file.rename(path);
    else this.#fileSystem.rename(this.#path, path);
    this.#path = path;
  }

  /** Takes note of where the file is, after its directory was moved. */
  updatePath(path: string): void {
    this.#path = path;
  }

  /** Removes the file; fine when it is not there. */
  deleteIfExists(): void {
    this.close();
    this.#fileSystem.remove(this.#path);
  }

  #open(): LogFile {
    if (this.#closed) throw new LogUnavailableError(`Use of a closed segment: ${this.#path}`);
    return this.#file = this.#fileSystem.open(this.#path, { readOnly: this.#readOnly });
  }

  #startWalk(position: number): void {
    walk.start(this.#file ?? this.#open(), position, this.#size);
  }

  /**
   * A search that met no end of the batches but that of the file has seen all. A damaged length must not pass for the end: what
   * lies behind would seem not to be there.
   */
  #ensureWalkedToEnd(): void {
    const end = walk.position + walk.sizeInBytes;
    if (end === this.#size) return;
    throw new CorruptRecordError(
      `Found no whole batch in file ${this.#path} at position ${end}, bytes there: ${
        this.#size - end
      }`,
    );
  }

  /** A whole batch, valid until the next walk. */
  #batch(position: number, size: number): AnyRecordBatch {
    if (walk.holds(this.#file!, position, size)) {
      return batchAt(walk.bytes, walk.indexOf(position));
    }
    const bytes = new Uint8Array(size);
    this.readInto(position, bytes, 0, size);
    return batchAt(bytes, 0);
  }
}

/** Moves what is left of a chunk to the front, in a buffer that can hold `size` bytes. */
function roomFor(
  buffer: Uint8Array<ArrayBuffer>,
  at: number,
  filled: number,
  size: number,
): Uint8Array<ArrayBuffer> {
  if (size <= buffer.length) return buffer.copyWithin(0, at, filled);
  const grown = new Uint8Array(size);
  grown.set(buffer.subarray(at, filled));
  return grown;
}
