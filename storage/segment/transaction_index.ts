/**
 * `.txnindex`: the aborted transactions whose markers lie in a segment. Entries of 34 bytes, big-endian, in the order of
 * the markers:
 * ```text
 *  0 version            int16  0
 *  2 producer id        int64
 * 10 first offset       int64  of the transaction; maybe in an earlier segment
 * 18 last offset        int64  of its abort marker
 * 26 last stable offset int64  when the marker was appended
 * ```
 * The file is made with the first entry: most segments have none.
 *
 * @module
 */

import { CorruptRecordError, StorageError } from "../errors.ts";
import { IndexFile, type IndexOptions } from "./index_file.ts";
import { int64At } from "./index_search.ts";

const ENTRY_SIZE = 34;
const VERSION = 0;
const PRODUCER_ID = 2;
const FIRST_OFFSET = 10;
const LAST_OFFSET = 18;
const LAST_STABLE_OFFSET = 26;
const TWO_32 = 0x1_0000_0000;

/** Largest file that is read: two million aborted transactions in one segment. */
const MAX_FILE_SIZE = 64 * 1024 * 1024;

/** A transaction that was aborted; Kafka's `AbortedTxn`, version 0. */
export interface AbortedTxn {
  /** The producer. */
  /** Whose transaction it was. */
  readonly producerId: number;
  /** Offset of its first record. */
  readonly firstOffset: number;
  /** Offset of its abort marker. */
  readonly lastOffset: number;
  /** The last stable offset just after the marker was appended. */
  readonly lastStableOffset: number;
}

/** What {@linkcode TransactionIndex.collectAbortedTxns} found. */
export interface TxnIndexSearchResult {
  readonly abortedTransactions: AbortedTxn[];
  /** Whether no later segment can list more of them. */
  readonly isComplete: boolean;
}

/** The transaction index of one segment; Kafka's `TransactionIndex`. */
export class TransactionIndex extends IndexFile {
  /** Opens the index; the file is read when it is first needed. `maxIndexSize` has no meaning here. */
  constructor(options: IndexOptions) {
    super({ ...options, maxIndexSize: MAX_FILE_SIZE }, ENTRY_SIZE, false);
  }

  /** Whether nothing was aborted in the segment. */
  get isEmpty(): boolean {
    return this.entries === 0;
  }

  /**
   * Adds an aborted transaction, and writes it out.
   *
   * @throws {StorageError} when its marker does not lie behind that of the last entry
   */
  append(txn: AbortedTxn): void {
    const entries = this.entries;
    if (entries > 0) {
      const lastOffset = this.#read(entries - 1).lastOffset;
      if (lastOffset >= txn.lastOffset) {
        throw new StorageError(
          "UNKNOWN_SERVER_ERROR",
          `The last offset of appended transactions must increase sequentially, but it is not above ${lastOffset} of ` +
            `index ${this.path}: ${txn.lastOffset}`,
        );
      }
    }
    const at = this.extend();
    const view = this.view!;
    view.setInt16(at + VERSION, 0);
    setInt64(view, at + PRODUCER_ID, txn.producerId);
    setInt64(view, at + FIRST_OFFSET, txn.firstOffset);
    setInt64(view, at + LAST_OFFSET, txn.lastOffset);
    setInt64(view, at + LAST_STABLE_OFFSET, txn.lastStableOffset);
    this.writeOut();
  }

  /**
   * All entries.
   *
   * @throws {CorruptRecordError} when one has a version that is not known
   */
  allAbortedTxns(): AbortedTxn[] {
    const all: AbortedTxn[] = [];
    for (let n = 0; n < this.entries; n++) all.push(this.#read(n));
    return all;
  }

  /**
   * The aborted transactions that overlap a range of offsets.
   *
   * @param fetchOffset first offset of the range
   * @param upperBoundOffset the offset behind it
   * @throws {CorruptRecordError} when an entry has a version that is not known
   */
  collectAbortedTxns(fetchOffset: number, upperBoundOffset: number): TxnIndexSearchResult {
    const abortedTransactions: AbortedTxn[] = [];
    for (let n = 0; n < this.entries; n++) {
      const txn = this.#read(n);
      if (txn.lastOffset >= fetchOffset && txn.firstOffset < upperBoundOffset) {
        abortedTransactions.push(txn);
      }
      // Every transaction that began below the stable offset was settled by then.
      if (txn.lastStableOffset >= upperBoundOffset) {
        return { abortedTransactions, isComplete: true };
      }
    }
    return { abortedTransactions, isComplete: false };
  }

  /** Drops the transactions whose markers lie at or above `offset`. */
  truncateTo(offset: number): void {
    for (let n = 0; n < this.entries; n++) {
      if (this.#read(n).lastOffset >= offset) return this.truncateToEntries(n);
    }
  }

  /** See {@linkcode IndexFile.sanityCheck}. */
  override sanityCheck(): void {
    for (let n = 0; n < this.entries; n++) {
      const txn = this.#read(n);
      if (txn.lastOffset < this.baseOffset) {
        throw new CorruptRecordError(
          `Last offset of an aborted transaction in index ${this.path} is less than start offset ${this.baseOffset}: ` +
            `${txn.lastOffset}`,
        );
      }
    }
  }

  #read(n: number): AbortedTxn {
    const view = this.view!;
    const at = n * ENTRY_SIZE;
    const version = view.getInt16(at + VERSION);
    if (version !== 0) {
      throw new CorruptRecordError(
        `Unexpected aborted transaction version in transaction index ${this.path}: ${version}`,
      );
    }
    const txn: AbortedTxn = {
      producerId: int64At(view, at + PRODUCER_ID),
      firstOffset: int64At(view, at + FIRST_OFFSET),
      lastOffset: int64At(view, at + LAST_OFFSET),
      lastStableOffset: int64At(view, at + LAST_STABLE_OFFSET),
    };
    if (
      !Number.isSafeInteger(txn.producerId) || !Number.isSafeInteger(txn.firstOffset) ||
      !Number.isSafeInteger(txn.lastOffset) || !Number.isSafeInteger(txn.lastStableOffset)
    ) {
      throw new CorruptRecordError(
        `A number in transaction index ${this.path} is no safe integer, in entry: ${n}`,
      );
    }
    return txn;
  }
}

function setInt64(view: DataView, at: number, value: number): void {
  view.setInt32(at, Math.floor(value / TWO_32));
  view.setUint32(at + 4, value % TWO_32);
}
