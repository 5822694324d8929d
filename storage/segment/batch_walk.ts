/**
 * Steps from batch header to batch header in a file.
 *
 * @module
 */

import { CorruptRecordError } from "../errors.ts";
import { type LogFile, readFully } from "../file/file_system.ts";
import { batchSizeAt } from "../record/memory_records.ts";
import { HEADER_SIZE_UP_TO_MAGIC, RECORD_BATCH_OVERHEAD } from "../record/record_batch.ts";

/**
 * Bytes read at a time: what lies between two index entries at the default `index.interval.bytes`, and the batch
 * behind it.
 */
const WINDOW_SIZE = 8192;
/** Bytes read at a time at most, when the caller knows how much it will need. */
const MAX_WINDOW_SIZE = 32 * 1024;

/**
 * A cursor over batch headers that reads windows of the file, not headers one by one. It is reused: a walk must end
 * before the next one starts, and none may be held across a yield.
 */
export class BatchWalk {
  /** The window; the header of the current batch is in it at {@linkcode BatchWalk.at}. */
  readonly bytes: Uint8Array = new Uint8Array(MAX_WINDOW_SIZE);
  /** Where the current batch's header starts in {@linkcode BatchWalk.bytes}. */
  at = 0;
  /** Where the current batch starts in the file. */
  position = 0;
  /** Bytes of the current batch. */
  sizeInBytes = 0;

  #file: LogFile | undefined;
  #end = 0;
  #windowStart = 0;
  #windowEnd = 0;
  #firstRead = WINDOW_SIZE;
  #offeredPosition = -1;
  #offeredLength = 0;

  /**
   * Starts a walk; {@linkcode BatchWalk.next} goes to the first batch.
   *
   * @param position where a batch starts
   * @param end where the batches end; one that reaches beyond is not gone to
   * @param likelyBytes how much from `position` on will be of use, if known: as much is read at once when that is not too much
   */
  start(file: LogFile, position: number, end: number, likelyBytes = WINDOW_SIZE): void {
    this.#file = file;
    this.#windowStart = this.#windowEnd = 0;
    this.#offeredPosition = -1;
    this.#firstRead = likelyBytes <= MAX_WINDOW_SIZE ? likelyBytes : RECORD_BATCH_OVERHEAD;
    this.goTo(position, end);
  }

  /** Goes on from another batch of the same file, without reading again what the window has. */
  goTo(position: number, end: number): void {
    this.#end = end;
    this.position = position;
    this.sizeInBytes = 0;
  }

  /**
   * Goes to the next batch.
   *
   * @returns `false` when there is no whole one
   * @throws {CorruptRecordError} when its header makes no sense
   */
  next(): boolean {
    const position = this.position + this.sizeInBytes;
    const end = this.#end;
    if (position > end - HEADER_SIZE_UP_TO_MAGIC) return false;
    if (
      position < this.#windowStart ||
      Math.min(position + RECORD_BATCH_OVERHEAD, end) > this.#windowEnd
    ) this.#fill(position);
    const at = position - this.#windowStart;
    const windowEnd = this.#windowEnd - this.#windowStart;
    const size = batchSizeInFile(this.bytes, at, windowEnd, this.#file!, position);
    if (size === undefined || size > end - position) return false;
    this.position = position;
    this.sizeInBytes = size;
    this.at = at;
    return true;
  }

  /** Whether bytes of the file are in the window of the last walk. */
  holds(file: LogFile, position: number, length: number): boolean {
    return file === this.#file && position >= this.#windowStart &&
      position + length <= this.#windowEnd;
  }

  /** Where in {@linkcode BatchWalk.bytes} a position of the file is that the window {@linkcode BatchWalk.holds}. */
  indexOf(position: number): number {
    return position - this.#windowStart;
  }

  /**
   * Keeps bytes for the read that is about to come, if the window has them all. Only a read of just these bytes gets them, and
   * only once: whoever reads at another time gets what the disk has then.
   */
  offer(file: LogFile, position: number, length: number): void {
    if (!this.holds(file, position, length)) return;
    this.#offeredPosition = position;
    this.#offeredLength = length;
  }

  /** Copies the bytes on offer, when these are what is asked for. */
  take(
    file: LogFile,
    position: number,
    target: Uint8Array,
    targetStart: number,
    length: number,
  ): boolean {
    const offered = position === this.#offeredPosition && length === this.#offeredLength &&
      file === this.#file;
    if (!offered) return false;
    this.#offeredPosition = -1;
    const from = position - this.#windowStart;
    target.set(this.bytes.subarray(from, from + length), targetStart);
    return true;
  }

  /** Forgets the window, as the file's bytes have changed. */
  forget(file: LogFile): void {
    if (file !== this.#file) return;
    this.#windowStart = this.#windowEnd = 0;
    this.#offeredPosition = -1;
  }

  #fill(position: number): void {
    const length = Math.min(
      Math.max(this.#firstRead, RECORD_BATCH_OVERHEAD),
      this.#end - position,
    );
    this.#firstRead = WINDOW_SIZE;
    // Were it to fail, the window would not have what it says.
    this.#windowStart = this.#windowEnd = 0;
    readFully(this.#file!, position, this.bytes, 0, length);
    this.#windowStart = position;
    this.#windowEnd = position + length;
  }
}

/**
 * Size of the batch at `at` in a piece of a file, `undefined` when the piece ends before the batch's magic.
 *
 * @param end where the piece ends in `bytes`
 * @param position where the batch lies in the file, for the message
 * @throws {CorruptRecordError} for a size or a magic that no batch has
 */
export function batchSizeInFile(
  bytes: Uint8Array,
  at: number,
  end: number,
  file: LogFile,
  position: number,
): number | undefined {
  try {
    return batchSizeAt(bytes, at, end);
  } catch (error) {
    const reason = (error as Error).message;
    throw new CorruptRecordError(
      `Found no valid batch in file ${file.path} at position ${position}: ${reason}`,
      { cause: error },
    );
  }
}
